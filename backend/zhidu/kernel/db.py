"""The database: records, one engine for rules and writes, one asyncpg pool for the read path."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from uuid_utils.compat import uuid7

from zhidu.kernel import clock
from zhidu.settings import Settings

# The channel of NOTIFY, and how long what only refreshes a screen is gathered.
CHANNEL = "zhidu_event"
WHISPER_SECONDS = 0.05
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """A UUIDv7: unique without a sequence, and ordered by time, so that indexes grow at one end."""
    return uuid7()


def first_id(moment: datetime) -> UUID:
    """The smallest UUIDv7 of a moment: what has been made since has a greater one."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


class Model(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: TIMESTAMP(timezone=True),
        UUID: Uuid(),
        int: BigInteger(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class Record(Model):
    """A row that people see and change: it has an identity, a version (its ETag) and an author."""

    __abstract__ = True
    __audited__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)
    version: Mapped[int] = mapped_column(sort_order=90)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now(), sort_order=91)
    updated_at: Mapped[datetime] = mapped_column(
        default=clock.now, onupdate=clock.now, server_default=func.now(), sort_order=92
    )
    created_by: Mapped[UUID | None] = mapped_column(sort_order=93)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        """Each update counts the version up, and fails if another came between."""
        return {"version_id_col": cls.version}


class Owned:
    """A record that somebody answers for; `own`, `team` and `department` scopes look at these two columns."""

    @declared_attr
    def owner_id(cls) -> Mapped[UUID | None]:  # noqa: N805
        """The account that answers for the record; empty while it is in a pool or an inbox."""
        return mapped_column(ForeignKey("account.id"), sort_order=80)

    @declared_attr
    def department_id(cls) -> Mapped[UUID | None]:  # noqa: N805
        """The department whose record it is."""
        return mapped_column(ForeignKey("department.id"), sort_order=81)


def scope_indexes(table: str, *order: str) -> tuple[Index, ...]:
    """One index for each branch of a scope filter, in the order that lists are shown: a list without its index
    took 0.4 s at a million rows.
    """
    shown = order or ("updated_at",)
    return tuple(
        Index(f"ix_{table}_{'_'.join((*lead, *shown))}", *lead, *shown, "id")
        for lead in (("owner_id",), ("department_id",), ())
    )


class _Reader(asyncpg.Connection):  # type: ignore[misc]  # asyncpg brings no types
    """A connection of the read path: it never changes its session, so there is nothing to reset between readers."""

    def get_reset_query(self) -> str:
        """Save the round trip."""
        return ""


class Database:
    """The open connections of one process: `session()` for rules and writes, `reader()` for the read path."""

    def __init__(self, engine: AsyncEngine, pool: "asyncpg.Pool[asyncpg.Record]", url: str, settings: Settings) -> None:
        self.engine = engine
        self.pool = pool
        self.url = url
        self.settings = settings
        self._whispers: list[str] = []
        self._whispering: asyncio.Task[None] | None = None
        self.sessions = async_sessionmaker(engine, expire_on_commit=False, info={"settings": settings})

    @classmethod
    async def open(cls, url: str, settings: Settings) -> "Database":
        """Connect; raises what the driver raises when the server is away."""
        guards = {
            "statement_timeout": f"{settings.statement_timeout_seconds}s",
            "lock_timeout": f"{settings.lock_timeout_seconds}s",
            "idle_in_transaction_session_timeout": "60s",
            "application_name": "zhidu",
        }
        engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=settings.pool_size,
            max_overflow=settings.pool_size,
            pool_timeout=settings.pool_timeout_seconds,
            json_serializer=_json,
            query_cache_size=2000,
            hide_parameters=True,  # an error's text must not carry a telephone into the log
            # JSON that a rule writes must come back as it went in, so the codec is the standard library's.
            # Each kind of record brings some statements of its own: what is prepared stays so.
            connect_args={
                "server_settings": guards,
                "timeout": 5,
                "prepared_statement_cache_size": 1024,
                "statement_cache_size": 1024,
                "max_cached_statement_lifetime": 0,
            },
        )
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=settings.read_pool_size,
            server_settings=guards,
            timeout=5,
            connection_class=_Reader,
            statement_cache_size=1024,
            max_cached_statement_lifetime=0,
        )
        return cls(engine, pool, url, settings)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends well, else rolled back."""
        db = self.sessions()
        try:
            async with db.begin():
                yield db
        except BaseException:
            await asyncio.shield(db.close())  # whoever is cancelled still gives his connection back
            raise
        await db.close()
        self.whisper(*db.info.pop("whispers", ()))

    def whisper(self, *messages: dict[str, Any]) -> None:
        """Tell every process what has been committed, some milliseconds later and together with what others say."""
        self._whispers.extend(json.dumps(message) for message in messages)
        if self._whispers and (self._whispering is None or self._whispering.done()):
            self._whispering = asyncio.create_task(self._whisper(), name="whisper")

    async def _whisper(self) -> None:
        while self._whispers:
            await asyncio.sleep(WHISPER_SECONDS)
            messages, self._whispers = list(dict.fromkeys(self._whispers)), []
            try:
                await self.pool.execute("SELECT pg_notify($1, m) FROM unnest($2::text[]) AS m", CHANNEL, messages)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                return  # who listens reads everything afresh when the database is back

    @asynccontextmanager
    async def reader(self) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """A connection of the read path; raises TimeoutError when none comes free in time."""
        # With one free there is nothing to wait for, and no timer to pay for.
        timeout = None if self.pool.get_idle_size() else self.settings.pool_timeout_seconds
        async with self.pool.acquire(timeout=timeout) as connection:
            yield connection

    async def close(self) -> None:
        """Let go of all connections."""
        if self._whispering is not None:
            await self._whispering
        await self.pool.close()
        await self.engine.dispose()


def _json(value: Any) -> str:
    """JSON columns take ids, dates and times as text."""
    return json.dumps(value, default=str, ensure_ascii=False)


async def flushed(db: AsyncSession) -> None:
    """What has been changed is in the database: nothing to do where nothing waits."""
    if db.new or db.dirty or db.deleted:
        await db.flush()


async def driver(db: AsyncSession) -> "asyncpg.Connection[asyncpg.Record]":
    """The asyncpg connection under a session, inside its transaction: for COPY and for the read path after a write."""
    raw: Any = (await db.connection()).sync_connection
    connection: asyncpg.Connection[asyncpg.Record] = raw.connection.driver_connection
    return connection


def settings_of(db: AsyncSession) -> Settings:
    """The settings of the process that opened this session."""
    settings: Settings = db.info["settings"]
    return settings
