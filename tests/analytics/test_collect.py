"""5.1.1 Collection: what pages send arrives once, whole, and only where it may."""

import asyncio
import gzip
import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response
from sqlalchemy import func, select

from tests.analytics.test_funnel import FUNNEL, recount
from tests.conftest import Acting
from tests.marketing.plans import LINKS, a_running_campaign, made
from zhidu.analytics import collect, events
from zhidu.analytics.events import Visit, WebEvent
from zhidu.kernel import clock
from zhidu.kernel.jobs import run_periodic
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House

EVENTS = "/api/v1/analytics/events"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"


def event(session: str, **more: Any) -> dict[str, Any]:
    """Somebody looks at a page."""
    return {"kind": "pageview", "session": session, "url": "https://www.example.com/landing?name=张三#top", **more}


async def send(acting: Acting, *sent: dict[str, Any], **headers: str) -> Response:
    """As a browser sends it: text, so that it needs no preflight."""
    return await acting("").post(
        "/collect",
        content=json.dumps({"events": sent}),
        headers={"User-Agent": CHROME, "Content-Type": "text/plain;charset=UTF-8", **headers},
    )


async def kept(house: House, session: str) -> list[WebEvent]:
    """What the house has of a session, oldest first."""
    async with house.database.sessions() as db:
        found = select(WebEvent).where(WebEvent.session == session).order_by(WebEvent.at, WebEvent.id)
        return list(await db.scalars(found))


async def test_a_visit_by_a_tracked_link_counts_once_for_its_campaign(acting: Acting, house: House):
    campaign = await a_running_campaign(acting)
    body = {"campaign_id": campaign["id"], "name": "海报", "target_url": "https://www.example.com/landing"}
    link = await made(acting, "marketing-specialist", LINKS, body)
    session = uuid4().hex
    first = event(session, zl=link["code"], ago=1500, referrer="www.baidu.com", title="三天上线")
    reply = await send(
        acting, event(session, kind="leave", zl=link["code"]), first, **{"Origin": "https://www.example.com"}
    )
    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (204, "*")
    assert "access-control-allow-credentials" not in reply.headers
    assert (await send(acting, event(session, zl=link["code"]), **{"User-Agent": PHONE})).status_code == 204

    look, leave, again = await kept(house, session)
    assert [look.kind, leave.kind, again.kind] == ["pageview", "leave", "pageview"]
    assert [look.entry, leave.entry, again.entry] == [True, False, False]
    assert (str(look.channel_id), str(look.campaign_id), str(look.link_id)) == (
        campaign["channel_id"], campaign["id"], link["id"],
    )  # fmt: skip
    assert (look.host, look.path, look.title, look.referrer) == (
        "www.example.com",
        "/landing",
        "三天上线",
        "www.baidu.com",
    )
    assert (look.device, again.device, look.visitor) == ("desktop", "mobile", None)
    assert look.received_at - look.at == timedelta(milliseconds=1500)

    await recount(house)
    shown = (await acting("marketing-manager").get(FUNNEL, params={"by": "campaign"})).json()
    row = next(item for item in shown["items"] if item["key"] == campaign["id"])
    assert (row["visits"], row["lead_rate"]) == (1, 0.0)
    listed = await acting("marketing-manager").get(
        f"/api/v1{row['drill']['visits']['path']}", params=row["drill"]["visits"]["filters"]
    )
    assert [(item["session"], item["campaign_name"]) for item in listed.json()["items"]] == [
        (session, campaign["name"])
    ]


async def test_names_in_the_address_are_as_good_as_a_link(acting: Acting, house: House):
    campaign = await a_running_campaign(acting)
    session = uuid4().hex
    assert (await send(acting, event(session, utm_campaign=campaign["code"].upper()))).status_code == 204
    assert [str(one.campaign_id) for one in await kept(house, session)] == [campaign["id"]]


async def test_many_pages_at_once_lose_nothing(acting: Acting, house: House):
    sessions = [uuid4().hex for _ in range(40)]
    replies = await asyncio.gather(*(send(acting, *[event(session)] * 5) for session in sessions * 2))
    assert {reply.status_code for reply in replies} == {204}
    async with house.database.sessions() as db:
        whose = WebEvent.session.in_(sessions)
        assert await db.scalar(select(func.count()).where(whose)) == 400
        assert await db.scalar(select(func.count()).where(whose, WebEvent.entry)) == 40
        assert await db.scalar(select(func.count()).where(Visit.session.in_(sessions))) == 40


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Baiduspider+(+http://www.baidu.com/search/spider.htm)"},
        {"User-Agent": "python-requests/2.32"},
        {"DNT": "1"},
        {"Sec-GPC": "1"},
    ],
)
async def test_robots_and_who_asks_not_to_be_tracked_leave_no_trace(
    acting: Acting, house: House, headers: dict[str, str]
):
    session = uuid4().hex
    assert (await send(acting, event(session), **headers)).status_code == 204
    assert await kept(house, session) == []


async def test_a_visitor_is_known_again_only_with_consent(acting: Acting, house: House):
    session, visitor = uuid4().hex, uuid4().hex
    await send(acting, event(session, visitor=visitor, ago=9), event(session, visitor=visitor, consent=True))
    assert [one.visitor for one in await kept(house, session)] == [None, visitor]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "purchase"}, "/events/0/kind"),
        ({"session": "me"}, "/events/0/session"),
        ({"consent": "yes"}, "/events/0/consent"),
        ({"ago": "12"}, "/events/0/ago"),
        ({"ago": 86_400_001}, "/events/0/ago"),
        ({"title": "x" * 201}, "/events/0/title"),
        ({"title": "\x00"}, "/events/0/title"),
        ({"url": "javascript:alert(1)"}, "/events/0/url"),
        ({"channel_id": str(uuid4())}, "/events/0/channel_id"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    acting: Acting, house: House, changes: dict[str, Any], pointer: str
):
    session = uuid4().hex
    reply = await send(acting, event(session), {**event(session), **changes})
    assert reply.status_code == 422, reply.text
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer.replace("/0/", "/1/")]
    assert await kept(house, session) == []


async def test_too_much_is_refused(acting: Acting, house: House, monkeypatch: pytest.MonkeyPatch):
    assert (await send(acting, *[event(uuid4().hex)] * 101)).status_code == 422
    assert (await send(acting, *[event(uuid4().hex, title="长" * 200)] * 99)).status_code == 413
    monkeypatch.setattr(house.settings, "collect_per_minute", 0)
    reply = await send(acting, event(uuid4().hex))
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")


async def test_pages_of_any_origin_may_ask(acting: Acting):
    reply = await acting("").options(
        "/collect", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (204, "*")
    script = await acting("").get("/t.js")
    assert (script.status_code, script.headers["access-control-allow-origin"]) == (200, "*")
    assert script.headers["cache-control"] == "public, max-age=3600"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert len(gzip.compress(script.content)) < 2000


async def test_days_past_their_time_go_whole_and_the_coming_ones_have_room(acting: Acting, house: House):
    old, today = clock.today() - timedelta(days=401), clock.today()
    async with unit_of_work(house.database) as db:
        await events.make_room(db, [old, old, today])
        await events.make_room(db, [old])
        assert old in await events.held(db)
    for _ in range(2):
        await run_periodic(house.database, "zhidu.analytics.events.turn_the_page")
    async with house.database.sessions() as db:
        held = await events.held(db)
        assert old not in held
        assert {today + timedelta(days=n) for n in range(8)} <= held
        # An event on the last microsecond of the company's day lies in that day.
        assert clock.day_of(clock.midnight(today) - timedelta(microseconds=1)) == today - timedelta(days=1)


async def test_who_reads_events_finds_them_by_the_index(acting: Acting, house: House):
    reply = await acting("sales-specialist").get(EVENTS)
    assert (reply.status_code, reply.json()["clause"]) == (403, "5.1.1")
    async with house.database.reader() as connection:
        await connection.execute("SET enable_seqscan = off")
        plan = await connection.fetch(
            "EXPLAIN SELECT id FROM analytics_event WHERE channel_id = $1 AND at >= $2 ORDER BY at DESC, id DESC",
            uuid4(), clock.now() - timedelta(hours=1),
        )  # fmt: skip
        await connection.execute("RESET enable_seqscan")
    assert any("channel_id" in row[0] and "Index" in row[0] for row in plan), plan


def test_devices_and_robots_are_told_by_their_names():
    assert collect.device_of("… MicroMessenger/8.0") == "wechat"
    assert collect.device_of("Mozilla/5.0 (iPad; CPU OS 18_0)") == "tablet"
    assert collect.device_of("Mozilla/5.0 (Linux; Android 15; SM-X910) Safari") == "tablet"
    assert (collect.device_of(PHONE), collect.device_of(CHROME)) == ("mobile", "desktop")
    assert not collect.robot(CHROME)
    assert collect.robot("")


def test_the_tracker_does_what_it_promises():
    done = subprocess.run(
        ["node", "--test", str(Path(__file__).parent / "tracker.test.mjs")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
