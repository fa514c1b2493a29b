"""4.1.1 A lead is written by one statement, whichever way it comes: nothing of it is missing, nothing is half done."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.conftest import Acting
from tests.sales.arriving import LEADS, a_source, arrived
from zhidu.kernel import events
from zhidu.policy.guard import House
from zhidu.sales.leads import LeadArrived

FULL = {
    "name": "李明", "company": "苏州云岫科技有限公司", "title": "采购经理", "region": "江苏省苏州市",
    "phone": "13512341234", "email": "li@example.com", "need": "请报价",
    "product_interest": "门锁", "budget": "1234.50",
}  # fmt: skip


@pytest.fixture(scope="module")
async def source(house: House) -> str:
    """A lead source."""
    return await a_source(house)


async def written(house: House, lead_id: str) -> dict[str, Any]:
    """How many rows of each kind were written for a lead."""
    async with house.database.sessions() as db:
        counts = text("""SELECT
            (SELECT count(*) FROM sales_lead WHERE id = :id) AS lead,
            (SELECT count(*) FROM regulation_obligation WHERE record_id = :id) AS obligation,
            (SELECT count(*) FROM audit_entry WHERE record_id = :id) AS audit,
            (SELECT count(*) FROM domain_event WHERE record_id = :id) AS event""")
        return dict((await db.execute(counts, {"id": lead_id})).mappings().one())


@pytest.mark.parametrize("key", [None, "a-key-of-its-own"])
async def test_the_answer_is_what_is_read_afterwards(acting: Acting, source: str, house: House, key: str | None):
    facts = {**FULL, "source_id": source, "phone": "13512341235" if key else FULL["phone"], "external_id": key}
    headers = {"Idempotency-Key": key} if key else {}
    made = await acting("sales-specialist").post(LEADS, json=facts, headers=headers)
    assert made.status_code == 201, made.text
    read = await acting("sales-specialist").get(f"{LEADS}/{made.json()['id']}")
    assert made.json() == read.json()
    assert made.headers["etag"] == read.headers["etag"]
    assert await written(house, made.json()["id"]) == {"lead": 1, "obligation": 1, "audit": 1, "event": 1}


async def test_the_audit_tells_who_and_keeps_no_telephone(acting: Acting, source: str, house: House, staff: Any):
    made = await arrived(acting, source, "sales-specialist", phone="13900009999", need="两把锁")
    async with house.database.sessions() as db:
        entry = text("SELECT account_id, action, clauses, changes FROM audit_entry WHERE record_id = :id")
        row = (await db.execute(entry, {"id": made.json()["id"]})).one()
    assert (row.account_id, row.action, row.clauses) == (staff["sales-specialist"].id, "create", ["4.1.1"])
    assert (row.changes["need"], row.changes["phone_sealed"]) == ("两把锁", "•••")
    assert "9999" not in str({k: v for k, v in row.changes.items() if k != "phone_masked"})


async def test_a_key_keeps_the_answer(acting: Acting, source: str):
    headers = {"Idempotency-Key": "twice-the-same-key"}
    body = {"name": "只来一次", "source_id": source}
    first = await acting("sales-specialist").post(LEADS, json=body, headers=headers)
    again = await acting("sales-specialist").post(LEADS, json=body, headers=headers)
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "for-the-long-way"}])
async def test_bad_bodies_are_named_alike_on_both_ways(acting: Acting, source: str, headers: dict[str, str]):
    client = acting("sales-specialist")
    wrong = {"name": "a\x00", "source_id": "x", "budget": "1.234", "phone": "12", "email": "@", "colour": 1}
    named = await client.post(LEADS, json=wrong, headers=headers)
    assert named.status_code == 422
    assert {e["pointer"] for e in named.json()["errors"]} == {
        "/name", "/source_id", "/budget", "/phone", "/email", "/colour",
    }  # fmt: skip
    broken = await client.post(
        LEADS, content=b'{"name": "\\ud800"', headers={**headers, "Content-Type": "application/json"}
    )
    assert (broken.status_code, broken.json()["errors"][0]["pointer"]) == (422, "/")
    nowhere = {"name": "无", "source_id": source, "campaign_id": str(uuid4())}
    unknown = await client.post(LEADS, json=nowhere, headers={k: v + "2" for k, v in headers.items()})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/campaign_id"), unknown.text


async def test_an_inactive_source_takes_no_more_leads(acting: Acting, house: House):
    retired = await a_source(house, "old", active=False)
    reply = await acting("sales-specialist").post(LEADS, json={"name": "晚了", "source_id": retired})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/source_id")


async def test_who_has_no_such_duty_is_refused_before_the_body_is_read(acting: Acting):
    refused = await acting("logistics-clerk").post(LEADS, content=b"{")
    assert (refused.status_code, refused.json()["clause"]) == (403, "4.1.1")


def test_what_follows_an_arrival_is_written_with_it():
    """The statement runs no reactions: whoever follows arrivals declares `entry.alongside`."""
    assert LeadArrived not in events._reactions or not events._reactions[LeadArrived]
