"""1.1, 8.1.1 Limits are the company's to set."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.conftest import Acting, versioned
from zhidu.kernel import clock
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.db import new_id
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation import limits
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import due, obligation

PATH = "/api/v1/regulation/limits"
CALL = limit("trial.call", 4, "working-hours", "回电", "call back", clause="4.2.1")
DAYS = limit("trial.days", 3, "working-days", "答复", "answer", clause="4.2.1")
CALL_DUE = obligation("trial.call", "回电", "Call back", clause="4.2.1", limit=CALL)
FRIDAY = datetime(2026, 11, 27, 16, tzinfo=ZoneInfo("Asia/Shanghai"))


async def deadline(house: House) -> timedelta:
    """How long after Friday 16:00 a call is due."""
    with clock.at(FRIDAY):
        async with unit_of_work(house.database) as db:
            return await due(db, CALL_DUE, new_id(), "D", holder=None, department=None) - FRIDAY


async def test_the_general_manager_sets_a_limit_and_it_holds_for_what_becomes_due(acting: Acting, house: House):
    listed = {one["name"]: one for one in (await acting("sales-specialist").get(PATH)).json()["items"]}
    assert (listed["trial.call"]["amount"], listed["trial.call"]["version"]) == (4, 0)
    # Two hours on Friday, two on Monday morning.
    assert await deadline(house) == timedelta(days=2, hours=19)

    boss = acting("general-manager")
    assert (await boss.put(f"{PATH}/trial.call", json={"amount": 1.5})).status_code == 428
    put = await boss.put(f"{PATH}/trial.call", json={"amount": 1.5}, headers={"If-Match": '"0"'})
    assert put.status_code == 200, put.text
    assert (put.json()["amount"], put.json()["default_amount"], put.json()["version"]) == (1.5, 4, 1)
    assert put.json()["set_by_name"] == "总经理"
    assert await deadline(house) == timedelta(hours=1, minutes=30)
    stale = await boss.put(f"{PATH}/trial.call", json={"amount": 2}, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    again = await boss.put(f"{PATH}/trial.call", json={"amount": 4}, headers=versioned(put))
    assert (again.json()["version"], again.headers["ETag"]) == (2, '"2"')
    async with house.database.sessions() as db:
        entries = await db.scalars(select(AuditEntry.changes).where(AuditEntry.resource == "limit_setting"))
    assert [entry["amount"] for entry in entries] == [1.5, [1.5, 4]]


async def test_what_another_process_has_set_holds_as_soon_as_it_is_heard(house: House):
    before = await deadline(house)
    await house.database.pool.execute(
        """INSERT INTO limit_setting (id, version, name, amount) VALUES (gen_random_uuid(), 1, 'trial.call', 1)
        ON CONFLICT (name) DO UPDATE SET amount = 1"""
    )
    assert await deadline(house) == before
    limits.heard({"type": "changed", "table": "lead", "id": None})
    assert await deadline(house) == before
    limits.heard({"type": "changed", "table": "limit_setting", "id": None})
    assert await deadline(house) == timedelta(hours=1)


async def test_others_and_wrong_amounts_are_refused(acting: Acting):
    first = {"If-Match": '"0"'}
    refused = await acting("sales-manager").put(f"{PATH}/trial.days", json={"amount": 9}, headers=first)
    assert (refused.status_code, refused.json()["clause"]) == (403, "1.1")
    boss = acting("general-manager")
    for amount in (0, -1, 10_001, 2.5, "3"):
        reply = await boss.put(f"{PATH}/trial.days", json={"amount": amount}, headers=first)
        assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/amount")
    assert (await boss.put(f"{PATH}/no.such", json={"amount": 1}, headers=first)).status_code == 404
