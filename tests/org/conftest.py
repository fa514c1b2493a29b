"""People who can sign in with a password: hashed once, for argon2 is slow by intent."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select, update

from zhidu.org import passwords
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House

PASSWORD = "plum-harbour-7-violins"


@pytest.fixture(scope="module", autouse=True)
async def everybody_has_a_password(house: House) -> None:
    async with house.database.session() as db:
        await db.execute(update(Account).values(password_hash=await passwords.hashed(PASSWORD)))


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A browser that nobody has signed in with; it keeps its cookies."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://zhidu.test", timeout=30) as client:
        yield client


SignIn = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def sign_in(stranger: AsyncClient) -> SignIn:
    """Sign in as a login; `client="device"` unless told otherwise."""

    async def enter(login: str, password: str = PASSWORD, **more: object) -> httpx.Response:
        body = {"login": login, "password": password, "client": "device", **more}
        return await stranger.post("/api/v1/auth/sign-in", json=body)

    return enter


def bearing(reply: httpx.Response) -> dict[str, str]:
    """The Authorization header of a sign-in."""
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


async def account_of(house: House, login: str) -> Account:
    """The account as it is now."""
    async with house.database.sessions() as db:
        return (await db.scalars(select(Account).where(Account.login == login))).one()
