"""1.2 What has changed is told at once to each person whom it concerns."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from tests.conftest import Acting
from zhidu.kernel import clock
from zhidu.kernel.db import new_id
from zhidu.kernel.texts import Text
from zhidu.kernel.work import unit_of_work
from zhidu.org import handovers
from zhidu.org.api import stream
from zhidu.policy.accounts import Account, SignInSession
from zhidu.policy.guard import House
from zhidu.regulation.obligations import tell

Following = Callable[[str], Any]


@pytest.fixture(scope="module")
async def address(app: FastAPI) -> AsyncIterator[str]:
    """A real server: the test transport cannot stream."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a heartbeat here."""
    monkeypatch.setattr(stream, "BREATH_SECONDS", 0.05)
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.5)


@asynccontextmanager
async def following(address: str, acting: Acting, login: str) -> AsyncIterator[Callable[..., Any]]:
    """Somebody's open stream; `await heard()` is the next event, None when it has ended."""
    headers = {"Authorization": acting(login).headers["Authorization"]}
    async with (
        httpx.AsyncClient(base_url=address, timeout=10) as client,
        client.stream("GET", "/api/v1/stream", headers=headers) as reply,
    ):
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        lines = reply.aiter_lines()
        assert await anext(lines) == ": open"

        async def heard() -> dict[str, Any] | None:
            async for line in lines:
                if line.startswith("data: "):
                    return json.loads(line.removeprefix("data: "))
            return None

        yield heard


async def offer(house: House, staff: dict[str, Account], many: int = 1) -> list[UUID]:
    """Hand-overs to logistics."""
    seller = await house.actor_of(staff["sales-specialist"].id)
    made = []
    async with unit_of_work(house.database, account_id=seller.id) as db:
        for _ in range(many):
            offered = await handovers.offer(
                db, seller, resource="order", record_id=new_id(), title="D", to_kind="logistics"
            )
            made.append(offered.id)
    return made


async def until(heard: Callable[..., Any], resource: str) -> dict[str, Any]:
    """The next event about a resource."""
    while True:
        event = await asyncio.wait_for(heard(), 8)
        assert event is not None
        if event["resource"] == resource:
            return event


async def test_who_may_read_a_record_hears_of_its_change(
    address: str, acting: Acting, house: House, staff: dict[str, Account]
):
    async with (
        following(address, acting, "logistics-clerk") as clerk,
        following(address, acting, "marketing-specialist") as marketer,
    ):
        [made] = await offer(house, staff)
        assert (await until(clerk, "notification"))["type"] == "notification"
        assert await until(clerk, "handover") == {"type": "changed", "resource": "handover", "id": str(made)}
        # Marketing has no duty to read hand-overs: what it hears next is its own.
        async with unit_of_work(house.database) as db:
            await tell(db, [staff["marketing-specialist"].id], "trial", Text("试", "T"))
        while True:
            event = await asyncio.wait_for(marketer(), 8)
            assert event["resource"] != "handover"
            if event["resource"] == "notification":
                break


async def test_a_mass_change_is_told_as_one(address: str, acting: Acting, house: House, staff: dict[str, Account]):
    async with following(address, acting, "logistics-clerk") as clerk:
        await offer(house, staff, many=30)
        assert (await until(clerk, "handover"))["id"] is None


async def test_after_the_database_was_away_everything_shown_is_read_afresh(address: str, acting: Acting, house: House):
    async with following(address, acting, "logistics-clerk") as clerk:
        house.listener.tell({"type": "resumed"})
        assert await until(clerk, "handover") == {"type": "changed", "resource": "handover", "id": None}


async def test_the_stream_ends_when_the_sign_in_is_revoked(
    address: str, acting: Acting, house: House, staff: dict[str, Account]
):
    async with following(address, acting, "service-agent") as agent:
        async with unit_of_work(house.database) as db:
            for session in await db.scalars(
                select(SignInSession).where(SignInSession.account_id == staff["service-agent"].id)
            ):
                session.revoked_at = clock.now()

        async def ended() -> bool:
            while await agent() is not None:
                pass
            return True

        assert await asyncio.wait_for(ended(), 8)


async def test_a_heartbeat_keeps_the_line_and_nobody_listens_without_a_token(address: str, acting: Acting):
    async with httpx.AsyncClient(base_url=address, timeout=10) as client:
        assert (await client.get("/api/v1/stream")).status_code == 401
        headers = {"Authorization": acting("tech-engineer").headers["Authorization"]}
        async with client.stream("GET", "/api/v1/stream", headers=headers) as reply:
            lines = reply.aiter_lines()
            while await asyncio.wait_for(anext(lines), 8) != ": still here":
                pass


async def test_one_person_cannot_take_every_stream(
    address: str, acting: Acting, house: House, staff: dict[str, Account], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stream, "STREAMS_OF_ONE", 1)
    async with following(address, acting, "inspector"):
        async with httpx.AsyncClient(base_url=address) as client:
            headers = {"Authorization": acting("inspector").headers["Authorization"]}
            refused = await client.get("/api/v1/stream", headers=headers)
        assert refused.status_code == 429
        assert "retry-after" in refused.headers


async def test_streams_end_when_the_house_closes(address: str, acting: Acting, house: House):
    async with following(address, acting, "data-officer") as officer:
        house.listener.tell({"type": "closing"})
        assert await asyncio.wait_for(officer(), 8) is None
