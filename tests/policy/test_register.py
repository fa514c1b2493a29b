"""What every register does, shown on the channels: pages, filters, search, versions, exports, refusals."""

import asyncio
import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import Acting, versioned
from zhidu.kernel import clock
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.events import DomainEvent
from zhidu.policy.guard import House

PATH = "/api/v1/marketing/channels"


@pytest.fixture(scope="module", autouse=True)
async def channels(house: House, staff):
    """Thirty channels of two kinds, some of the same name."""
    from zhidu.kernel.work import unit_of_work
    from zhidu.marketing.channels import Channel

    author = staff["marketing-specialist"]
    async with unit_of_work(house.database, account_id=author.id) as db:
        for number in range(30):
            db.add(
                Channel(
                    code=f"c{number:02}",
                    name=f"渠道{number % 7}" if number else "=HYPERLINK(1)",
                    kind="search" if number % 3 else "social",
                    owner_id=author.id,
                    department_id=author.department_id,
                )
            )


async def walk(client, **params):
    """All rows of a list, page after page, and the sizes of the pages."""
    rows, cursor = [], None
    while True:
        reply = await client.get(PATH, params={**params, **({"cursor": cursor} if cursor else {})})
        assert reply.status_code == 200, reply.text
        rows += reply.json()["items"]
        cursor = reply.json()["next_cursor"]
        if cursor is None:
            return rows


@pytest.mark.parametrize("sort", ["name", "-name", "code", "-code", "updated_at", "-updated_at", "created_at"])
async def test_pages_show_each_row_once_in_order(acting: Acting, sort: str):
    rows = await walk(acting("marketing-specialist"), sort=sort, limit=7)
    key = sort.removeprefix("-")
    assert len(rows) == len({row["id"] for row in rows}) == 30
    values = [row[key] for row in rows]
    if key != "name":  # names are ordered by the database's collation, codes and times by ours too
        assert values == sorted(values, reverse=sort.startswith("-"))


async def test_filters_narrow_and_the_count_agrees(acting: Acting):
    reply = await acting("marketing-specialist").get(PATH, params={"kind": "social", "count": "true", "limit": 3})
    assert (reply.json()["total"], reply.json()["total_is_estimate"], len(reply.json()["items"])) == (10, False, 3)
    both = await acting("marketing-specialist").get(PATH, params={"kind": "social,search", "count": "true"})
    assert both.json()["total"] == 30
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    none = await acting("marketing-specialist").get(PATH, params={"created_at_from": tomorrow})
    assert none.status_code == 422  # created_at is no filter of this list, and the answer says which are
    assert "kind" in none.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"limit": "0"}, "?limit"),
        ({"limit": "201"}, "?limit"),
        ({"limit": "１"}, "?limit"),
        ({"sort": "owner_id"}, "?sort"),
        ({"cursor": "x"}, "?cursor"),
        ({"cursor": base64.urlsafe_b64encode(json.dumps(["a", "b"]).encode()).decode()}, "?cursor"),
        ({"cursor": base64.urlsafe_b64encode(b"[" * 5000).decode()}, "?cursor"),
        ({"owner_id": "me"}, "?owner_id"),
        ({"fields": "id,password_hash"}, "?fields"),
        ({"count": "yes"}, "?count"),
        ({"q": "一"}, "?q"),
        ({"q": "a\x00b"}, "?q"),
        ({"colour": "red"}, "?colour"),
    ],
)
async def test_a_bad_parameter_is_named(acting: Acting, params, pointer):
    reply = await acting("marketing-specialist").get(PATH, params=params)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert [e["pointer"] for e in reply.json()["errors"]] == [pointer]


async def test_only_the_asked_fields_come(acting: Acting):
    reply = await acting("marketing-specialist").get(PATH, params={"fields": "name", "limit": 1})
    assert set(reply.json()["items"][0]) == {"id", "version", "status", "name", "actions"}


async def test_an_export_has_every_row_and_no_formula(acting: Acting, house: House):
    for form in ("csv", "xlsx"):
        reply = await acting("marketing-specialist").get(f"{PATH}/export", params={"format": form, "kind": "social"})
        assert reply.status_code == 200
        assert "attachment" in reply.headers["content-disposition"]
        if form == "csv":
            lines = reply.content.decode("utf-8-sig").splitlines()
            assert len(lines) == 11
            assert any("'=HYPERLINK(1)" in line for line in lines)
        else:
            assert reply.content[:2] == b"PK"
    async with house.database.sessions() as db:
        assert await db.scalar(select(func.count()).where(AuditEntry.action == "export")) == 2


async def test_a_refusal_leaves_its_trace_in_the_callers_language(acting: Acting, house: House):
    body = {"code": "x", "name": "x", "kind": "search"}
    words = {}
    for language in ("zh-CN", "zh-TW", "en"):
        reply = await acting("service-agent").post(PATH, json=body, headers={"Accept-Language": language})
        assert reply.status_code == 403
        words[language] = reply.json()["detail"]
    assert len(set(words.values())) == 3
    assert "3.1.1" in words["en"]
    async with house.database.sessions() as db:
        denied = (await db.scalars(select(AuditEntry).where(AuditEntry.action == "denied"))).all()
    assert len(denied) == 3
    assert denied[0].clauses == ["3.1.1"]


async def test_eight_writers_with_one_version_one_wins(acting: Acting):
    client = acting("marketing-specialist")
    made = await client.post(PATH, json={"code": "race", "name": "竞争", "kind": "other"})
    replies = await asyncio.gather(
        *(
            client.patch(f"{PATH}/{made.json()['id']}", json={"name": f"第{n}"}, headers=versioned(made))
            for n in range(8)
        )
    )
    assert sorted(r.status_code for r in replies) == [200] + [412] * 7


async def test_sixteen_replays_have_one_effect(acting: Acting):
    client = acting("marketing-specialist")
    body = {"code": "replayed", "name": "重放", "kind": "other"}
    replies = await asyncio.gather(
        *(client.post(PATH, json=body, headers={"Idempotency-Key": "sixteen-times"}) for _ in range(16))
    )
    assert {r.status_code for r in replies} <= {201, 409}
    assert len({r.json()["id"] for r in replies if r.status_code == 201}) == 1


async def test_a_failed_request_does_not_burn_its_key(acting: Acting):
    client, key = acting("marketing-specialist"), {"Idempotency-Key": "second-try"}
    bad = await client.post(PATH, json={"code": "later"}, headers=key)
    good = await client.post(PATH, json={"code": "later", "name": "稍后", "kind": "other"}, headers=key)
    assert (bad.status_code, good.status_code) == (422, 201)


async def test_each_change_is_audited_with_old_and_new(acting: Acting, house: House, staff):
    client = acting("marketing-specialist")
    made = await client.post(PATH, json={"code": "trail", "name": "旧名", "kind": "other"})
    await client.patch(f"{PATH}/{made.json()['id']}", json={"name": "新名"}, headers=versioned(made))
    async with house.database.sessions() as db:
        entries = (
            await db.scalars(
                select(AuditEntry).where(AuditEntry.record_id == made.json()["id"]).order_by(AuditEntry.id)
            )
        ).all()
    assert [(e.action, e.account_id) for e in entries] == [
        ("create", staff["marketing-specialist"].id),
        ("update", staff["marketing-specialist"].id),
    ]
    assert entries[1].changes == {"name": ["旧名", "新名"]}
    assert entries[0].request_id


async def test_bodies_that_are_not_json_or_too_large(acting: Acting):
    client = acting("marketing-specialist")
    for content in (b"{", b"", b"\xff\xfe", b"[]", b"null", b'{"code":"\\ud800","name":"x","kind":"other"}'):
        reply = await client.post(PATH, content=content, headers={"Content-Type": "application/json"})
        assert reply.status_code == 422, content
        assert reply.json()["errors"]
    assert (await client.post(PATH, content=b" " * 1_000_001)).status_code == 413

    async def chunks():
        for _ in range(20):
            yield b" " * 100_000

    assert (await client.post(PATH, content=chunks())).status_code == 413


async def test_spellings_that_would_go_around_the_guard_do_not(acting: Acting):
    client = acting("")
    for method, path in (
        ("GET", PATH + "/"), ("GET", PATH.upper()), ("HEAD", PATH), ("GET", "//api/v1/marketing/channels"),
        ("GET", "/api/v1/../api/v1/marketing/channels"), ("GET", PATH + "%2f"), ("OPTIONS", PATH), ("TRACE", PATH),
    ):  # fmt: skip
        reply = await client.request(method, path, headers={"X-HTTP-Method-Override": "GET"})
        assert reply.status_code in (401, 404, 405), (method, path, reply.status_code)


async def test_a_change_and_its_events_stand_or_fall_together(acting: Acting, house: House):
    async def told() -> int:
        async with house.database.sessions() as db:
            return await db.scalar(select(func.count()).select_from(DomainEvent)) or 0

    before = await told()
    client = acting("marketing-specialist")
    made = await client.post(PATH, json={"code": "told", "name": "有事件", "kind": "other"})
    assert made.status_code == 201
    after = await told()
    assert after > before
    twice = await client.post(PATH, json={"code": "told", "name": "重复", "kind": "other"})
    assert twice.status_code == 409
    assert await told() == after


async def test_all_of_an_answer_speaks_the_language_that_is_asked_for_else_the_persons_own(acting: Acting):
    made = await acting("marketing-specialist").post(PATH, json={"code": "tongue", "name": "x", "kind": "other"})
    path, reader = f"{PATH}/{made.json()['id']}", acting("inspector")
    in_english = (await reader.get(path, headers={"Accept-Language": "en"})).json()["steps"]
    in_chinese = (await reader.get(path, headers={"Accept-Language": "zh-CN"})).json()["steps"]
    assert "is the duty of" in in_english[0]["why"]
    assert "负责" in in_chinese[0]["why"]
    await reader.patch("/api/v1/me", json={"language": "en"})
    for _ in range(50):
        # The client of the tests names no language.
        refused = await reader.post(PATH, json={"code": "tongue-2", "name": "x", "kind": "other"})
        if "is the duty of" in refused.json()["detail"]:
            break
        await asyncio.sleep(0.02)
    assert "is the duty of" in refused.json()["detail"]
    await reader.patch("/api/v1/me", json={"language": "zh-CN"})
