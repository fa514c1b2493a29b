"""Real PostgreSQL for every test: one embedded server, a migrated template with one account per post, a clone per module."""

import asyncio
import fcntl
import os
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
from zhidu.settings import Settings

VAR = Path(os.environ.get("ZHIDU_TEST_DIR", "var/test")).absolute()
TEMPLATE = "zhidu_template"


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
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with _alone("template"):
        url = os.environ.get("ZHIDU_TEST_DATABASE_URL") or embedded.start(VAR / "postgres", durable=False)
        crypto.use(crypto.Keyring.load(VAR / "keys" / "fields.json", create=True))
        stamp = VAR / "template.run"
        if not stamp.exists() or stamp.read_text() != run:
            asyncio.run(_build_template(url, settings))
            stamp.write_text(run)
    return url


async def _build_template(url: str, settings: Settings) -> None:
    admin = await asyncpg.connect(_named(url, "postgres"))
    old = await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE 'zhidu_t%'")
    for row in old:
        await admin.execute(f'DROP DATABASE IF EXISTS "{row["datname"]}" WITH (FORCE)')
    await admin.execute(f"CREATE DATABASE {TEMPLATE}")
    await admin.close()
    await asyncio.to_thread(migrate_to_head, _named(url, TEMPLATE))
    database = await Database.open(_named(url, TEMPLATE), settings)
    async with unit_of_work(database) as db:
        await company.found(db)
    await database.close()


@pytest.fixture(scope="module")
async def database_url(server: str) -> AsyncIterator[str]:
    """A database of this module's own."""
    name = f"zhidu_t_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(_named(server, "postgres"))
    with _alone("clone"):  # a template may be copied by one at a time
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
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
