"""Real PostgreSQL for every test: one embedded server, a migrated template with people of every post, clones of it."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from tests import company
from zhidu.app import create_app
from zhidu.cli import migrate_to_head
from zhidu.kernel import clock, crypto, embedded
from zhidu.kernel.db import Database, new_id
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account, SignInSession
from zhidu.policy.guard import House
from zhidu.regulation import clauses
from zhidu.settings import Settings

VAR = Path(os.environ.get("ZHIDU_TEST_DIR", "var/test")).absolute()
# One run of the tests has one template; runs side by side do not meet. What a killed run left goes after an hour.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)[:8]
STALE_AFTER_SECONDS = 3600


@contextmanager
def _alone(name: str) -> Iterator[None]:
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _named(url: str, database: str) -> str:
    return url.rsplit("/", 1)[0] + f"/{database}"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings of a small installation under var/test."""
    return Settings(
        data_dir=VAR, pool_size=4, read_pool_size=4, worker_embedded=False, web_dir=None, second_factor_required=False,
        _env_file=None,
    )  # fmt: skip


@pytest.fixture(scope="session")
def server(settings: Settings) -> str:
    """The address of the test server; a fresh template is built once per run, whatever the number of workers."""
    with _alone("template"):
        url = os.environ.get("ZHIDU_TEST_DATABASE_URL") or embedded.start(VAR / "postgres", durable=False)
        crypto.use(crypto.Keyring.load(VAR / "keys" / "fields.json", create=True))
        asyncio.run(_ensure_template(url, settings))
    return url


def _database(name: str) -> str:
    return f"zhidu_t_{int(time.time())}_{RUN}_{name}"


async def _template(admin: "asyncpg.Connection[asyncpg.Record]") -> str | None:
    found = "SELECT datname FROM pg_database WHERE datname LIKE $1"
    name: str | None = await admin.fetchval(found, f"zhidu\\_t\\_%\\_{RUN}\\_template")
    return name


async def _ensure_template(url: str, settings: Settings) -> None:
    admin = await asyncpg.connect(_named(url, "postgres"))
    if await _template(admin) is None:
        for row in await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'zhidu\\_t\\_%'"):
            if int(row["datname"].split("_")[2]) < time.time() - STALE_AFTER_SECONDS:
                await admin.execute(f'DROP DATABASE IF EXISTS "{row["datname"]}" WITH (FORCE)')
        name = _database("template")
        await admin.execute(f"CREATE DATABASE {name}")
        await asyncio.to_thread(migrate_to_head, _named(url, name))
        database = await Database.open(_named(url, name), settings)
        async with unit_of_work(database) as db:
            await clauses.seed(db)
            await company.found(db)
        await database.close()
    await admin.close()


@pytest.fixture(scope="module")
async def database_url(server: str) -> AsyncIterator[str]:
    """A database of this module's own."""
    name = _database(uuid4().hex[:8])
    admin = await asyncpg.connect(_named(server, "postgres"))
    with _alone("clone"):  # a template may be copied by one at a time
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {await _template(admin)} STRATEGY file_copy")
    yield _named(server, name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="module")
async def app(database_url: str, settings: Settings) -> AsyncIterator[FastAPI]:
    """The application, started."""
    made = create_app(settings, database_url)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture(scope="module")
def house(app: FastAPI) -> House:
    """What the application holds open."""
    opened: House = app.state.house
    return opened


@pytest.fixture(scope="module")
async def staff(house: House) -> dict[str, Account]:
    """The company's people by login: the post's name, and `-2` for a colleague of the same post."""
    async with house.database.sessions() as db:
        return {account.login: account for account in await db.scalars(select(Account))}


Acting = Callable[[str], AsyncClient]


@pytest.fixture
async def acting(app: FastAPI, house: House, staff: dict[str, Account]) -> AsyncIterator[Acting]:
    """`acting("sales-specialist")` is an HTTP client signed in as that person; `acting("")` is nobody."""
    clients: dict[str, AsyncClient] = {}
    transport = ASGITransport(app, raise_app_exceptions=False)

    tokens = {login: await token_of(house, account.id) for login, account in staff.items()}

    def client(login: str) -> AsyncClient:
        if login not in clients:
            headers = {"Authorization": f"Bearer {tokens[login]}"} if login else {}
            clients[login] = AsyncClient(transport=transport, base_url="http://zhidu.test", headers=headers, timeout=30)
        return clients[login]

    yield client
    for one in clients.values():
        await one.aclose()


_sessions: dict[tuple[str, UUID], UUID] = {}


async def token_of(house: House, account_id: UUID) -> str:
    """A good access token of a sign-in made for the tests."""
    known = (house.database.url, account_id)
    if known not in _sessions:
        async with unit_of_work(house.database) as db:
            session = SignInSession(
                id=new_id(), account_id=account_id, client="device", expires_at=clock.now().replace(year=2099)
            )
            db.add(session)
            _sessions[known] = session.id
    return house.token_key.issue(account_id, _sessions[known], clock.now())


def versioned(reply: httpx.Response) -> dict[str, str]:
    """The If-Match header for the record that a reply shows."""
    return {"If-Match": reply.headers["ETag"]}
