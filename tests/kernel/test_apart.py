"""A SPA of another origin may speak to the API, if it was named; nobody else's page may."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient

from zhidu.app import create_app
from zhidu.settings import Settings

OURS, STRANGE = "https://zhidu.example", "https://strange.example"
LEADS = "/api/v1/sales/leads"
TOO_MUCH = b"x" * 1_000_001


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[AsyncClient]:
    """What a browser sends on behalf of pages of both origins."""
    told = Settings(web_dir=None, cors_origins=[OURS], worker_embedded=False, _env_file=None)
    app = create_app(told, "postgresql://nowhere/none")
    async with AsyncClient(transport=ASGITransport(app), base_url="https://api.zhidu.example") as client:
        yield client


def asking(origin: str) -> dict[str, str]:
    """A browser asks first whether the page may send what changes something."""
    return {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, content-type, if-match, x-zhidu-csrf",
    }


async def test_the_named_origin_may_ask_with_its_cookie_and_its_version(browser: AsyncClient):
    reply = await browser.options(f"{LEADS}/0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11", headers=asking(OURS))
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == OURS
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert "if-match" in reply.headers["access-control-allow-headers"].lower()
    assert "PATCH" in reply.headers["access-control-allow-methods"]


async def test_it_can_read_a_refusal_too(browser: AsyncClient):
    reply = await browser.post(LEADS, headers={"Origin": OURS}, content=TOO_MUCH)
    assert (reply.status_code, reply.json()["type"]) == (413, "/problems/too-large")
    assert reply.headers["access-control-allow-origin"] == OURS
    assert "ETag" in reply.headers["access-control-expose-headers"]


async def test_a_strange_page_is_told_nothing(browser: AsyncClient):
    asked = await browser.options(LEADS, headers=asking(STRANGE))
    sent = await browser.post(LEADS, headers={"Origin": STRANGE}, content=TOO_MUCH)
    assert asked.status_code == 400
    for reply in (asked, sent):
        assert "access-control-allow-origin" not in reply.headers


async def test_where_no_origin_is_named_nobody_else_may():
    app = create_app(Settings(web_dir=None, worker_embedded=False, _env_file=None), "postgresql://nowhere/none")
    async with AsyncClient(transport=ASGITransport(app), base_url="https://api.zhidu.example") as client:
        reply = await client.post(LEADS, headers={"Origin": OURS}, content=TOO_MUCH)
    assert "access-control-allow-origin" not in reply.headers
