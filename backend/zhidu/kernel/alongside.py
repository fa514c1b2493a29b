"""What a transaction writes alongside its records: audit entries, steps, events, what is due, jobs.

Rules add such rows one by one; one statement writes them all, just before the commit or the release of a savepoint. So
they cost one round trip however many they are, and stand or fall with the change that they tell of.
"""

from collections.abc import Callable
from copy import copy
from functools import cache, partial
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Table, event
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from zhidu.kernel.db import Model

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


class Alongside:
    """A kind of row that is written alongside: `ENTRIES = Alongside.of(AuditEntry)`, `ENTRIES.add(db, action=…)`.

    The SQL has one `{rows}`, an expression for a JSON array of the rows.
    """

    def __init__(self, sql: str, defaults: dict[str, Callable[[], Any]] | None = None) -> None:
        self.sql = sql
        self.defaults = defaults or {}

    @classmethod
    def of(cls, model: type[Model]) -> "Alongside":
        """Rows of a table; what a row does not say is the column's default, or empty."""
        table: Any = model.__table__
        columns = [column for column in table.c if column.server_default is None or column.default is not None]
        names = ", ".join(column.name for column in columns)
        typed = ", ".join(f"{column.name} {column.type.compile(_DIALECT)}" for column in columns)
        sql = f"INSERT INTO {table.name} ({names}) SELECT {names} FROM jsonb_to_recordset({{rows}}) AS r({typed})"  # noqa: S608 - names of the model
        return cls(sql, _defaults(table))

    def add(self, db: AsyncSession | Session, **row: Any) -> None:
        """Write this row with the transaction."""
        given = {name: default() for name, default in self.defaults.items() if name not in row}
        db.info.setdefault("alongside", []).append((self, given | row))

    def waits(self, db: AsyncSession) -> bool:
        """Whether a row of this kind has been added and is not in the table yet."""
        return any(kind is self for kind, _ in db.info.get("alongside", ()))


def _defaults(table: Table) -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    for column in table.c:
        default: Any = column.default
        if default is not None:
            # SQLAlchemy hands a callable the context of a statement; ours ask for none.
            found[column.name] = partial(default.arg, None) if default.is_callable else partial(copy, default.arg)
    return found


async def written(db: AsyncSession) -> None:
    """What has been added so far is in its tables from now on, for who reads it in the same transaction."""
    await db.run_sync(_write_before_commit)


def _write(session: Session) -> None:
    rows: list[tuple[Alongside, dict[str, Any]]] = session.info.pop("alongside", [])
    if not rows:
        return
    kinds: dict[Alongside, list[dict[str, Any]]] = {}
    for kind, row in rows:
        kinds.setdefault(kind, []).append(row)
    # What is called and not inserted must come last: PostgreSQL runs a SELECT only for who reads it.
    ordered = tuple(sorted(kinds, key=lambda kind: (not kind.sql.startswith("INSERT"), id(kind))))
    values = tuple(orjson.dumps(kinds[kind], default=str).decode() for kind in ordered)
    session.connection().exec_driver_sql(_statement(ordered), values)


@cache
def _statement(kinds: tuple[Alongside, ...]) -> str:
    parts = [kind.sql.format(rows=f"${position}::jsonb") for position, kind in enumerate(kinds, 1)]
    before = ", ".join(f"part{position} AS ({part})" for position, part in enumerate(parts[:-1], 1))
    return f"WITH {before} {parts[-1]}" if before else parts[-1]


@event.listens_for(Session, "before_commit")
def _write_before_commit(session: Session) -> None:
    session.flush()  # which may add audit entries
    _write(session)


# A savepoint that is rolled back takes with it what was added since it began, and no more.
_already: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _already[transaction] = len(session.info.get("alongside", ()))


@event.listens_for(Session, "after_soft_rollback")
def _drop(session: Session, previous: SessionTransaction) -> None:
    del session.info.get("alongside", [])[_already.get(previous, 0) :]
