"""4.2.1, 4.2.3 What is said with customers is written down, and what was promised them is due."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Acting
from tests.sales.arriving import LEADS, a_source, arrived, due_of, step
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure

FOLLOW_UPS = "/api/v1/sales/follow-ups"
SAID = {"channel": "call", "content": "介绍产品", "response": "有兴趣"}


@pytest.fixture(scope="module")
async def source(house: House) -> str:
    """A lead source."""
    return await a_source(house)


async def mine(acting: Acting, source: str, **facts: Any) -> Any:
    """A lead that a salesperson found and works on."""
    lead = await arrived(acting, source, "sales-specialist", **facts)
    return await step(acting, "sales-specialist", await step(acting, "sales-specialist", lead, "screen"), "qualify")


async def measured(house: House, name: str) -> Any:
    """A control, measured tomorrow."""
    with clock.at(clock.now() + timedelta(days=1)):
        async with unit_of_work(house.database) as db:
            return await measure(db, CONTROLS[name])


async def test_the_first_conversation_moves_the_lead_and_meets_its_limit(acting: Acting, source: str, house: House):
    lead = await mine(acting, source)
    told = await acting("sales-specialist").post(FOLLOW_UPS, json={"lead_id": lead.json()["id"], **SAID})
    assert (told.status_code, told.json()["created_by_name"]) == (201, "销售专员"), told.text
    now = (await acting("sales-specialist").get(f"{LEADS}/{lead.json()['id']}")).json()
    assert (now["status"], now["first_contacted_at"] is None) == ("contacted", False)
    assert (await due_of(house, now["id"]))["lead.first_contact"] == "met"
    assert "update" not in told.json()["actions"]
    colleague = await acting("sales-specialist-2").post(FOLLOW_UPS, json={"lead_id": now["id"], **SAID})
    assert (colleague.status_code, colleague.json()["errors"][0]["pointer"]) == (422, "/lead_id")


async def test_a_promise_is_due_on_its_date_and_the_next_word_keeps_it(acting: Acting, source: str, house: House):
    lead = await mine(acting, source)
    days = [(clock.now() + timedelta(days=n)).isoformat() for n in (3, 9)]
    first = await step(acting, "sales-specialist", lead, "contact", **SAID, next_at=days[0])
    assert (await due_of(house, lead.json()["id"]))["lead.next_contact"] == "due"
    warm = await step(acting, "sales-specialist", first, "nurture", next_at=days[1], note="预算明年批")
    assert (warm.json()["status"], warm.json()["next_contact_at"][:10]) == ("nurturing", days[1][:10])
    again = await step(acting, "sales-specialist", warm, "contact", **SAID)
    assert (again.json()["status"], again.json()["next_contact_at"]) == ("contacted", None)
    lost = await step(acting, "sales-specialist", again, "lose", reason="选择了竞品")
    assert (lost.json()["status"], lost.json()["lost_reason"]) == ("lost", "选择了竞品")
    assert set((await due_of(house, lead.json()["id"])).values()) <= {"met", "void"}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"at": "2099-01-01T00:00:00Z"}, "/at"),
        ({"next_at": "2020-01-01T00:00:00Z"}, "/next_at"),
        ({"next_at": "2099-01-01T00:00:00"}, "/next_at"),
        ({"channel": "pigeon"}, "/channel"),
        ({"content": ""}, "/content"),
        ({"lead_id": None}, "/lead_id"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(acting: Acting, source: str, wrong: dict[str, Any], pointer: str):
    lead = await mine(acting, source)
    body = {"lead_id": lead.json()["id"], **SAID, **wrong}
    reply = await acting("sales-specialist").post(FOLLOW_UPS, json=body)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_what_was_said_with_a_customer_is_due_again_too(acting: Acting, house: House):
    customer = await acting("sales-specialist").post("/api/v1/sales/customers", json={"name": "西湖花店"})
    next_at = (clock.now() + timedelta(days=5)).isoformat()
    body = {"customer_id": customer.json()["id"], **SAID, "next_at": next_at}
    assert (await acting("sales-specialist").post(FOLLOW_UPS, json=body)).status_code == 201
    assert await due_of(house, customer.json()["id"]) == {"customer.next_contact": "due"}
    chance = await acting("sales-specialist").post(
        "/api/v1/sales/opportunities",
        json={"customer_id": customer.json()["id"], "title": "花架", "needs": "五个", "amount": "10.00"},
    )
    assert chance.status_code == 201, chance.text
    told = await acting("sales-specialist").post(FOLLOW_UPS, json={"opportunity_id": chance.json()["id"], **SAID})
    assert told.json()["customer_id"] == customer.json()["id"]
    assert await due_of(house, customer.json()["id"]) == {"customer.next_contact": "met"}


async def test_the_lead_takes_what_was_said_to_its_new_owner(acting: Acting, source: str, staff: Any):
    lead = await step(acting, "sales-specialist", await mine(acting, source), "contact", **SAID)
    manager = await acting("sales-manager").get(f"{LEADS}/{lead.json()['id']}")
    to = str(staff["sales-specialist-2"].id)
    given = await step(acting, "sales-manager", manager, "assign", account_id=to)
    assert given.status_code == 200, given.text
    params = {"lead_id": lead.json()["id"]}
    assert len((await acting("sales-specialist-2").get(FOLLOW_UPS, params=params)).json()["items"]) == 1
    assert (await acting("sales-specialist").get(FOLLOW_UPS, params=params)).json()["items"] == []


async def test_the_controls_see_what_was_not_done(acting: Acting, source: str, house: House):
    before = {name: await measured(house, name) for name in ("follow_up.complete", "lead.nobody_waits")}
    lead = await mine(acting, source)
    body = {"lead_id": lead.json()["id"], "channel": "call", "content": "无人接听"}
    assert (await acting("sales-specialist").post(FOLLOW_UPS, json=body)).status_code == 201
    after = await measured(house, "follow_up.complete")
    assert (after.population, after.failing) == (
        before["follow_up.complete"].population + 1, before["follow_up.complete"].failing + 1,
    )  # fmt: skip
    await mine(acting, source)
    with clock.at(clock.now() + timedelta(days=20)):
        async with unit_of_work(house.database) as db:
            waits = await measure(db, CONTROLS["lead.nobody_waits"])
            assert waits.failing >= 1
            late = await measure(db, CONTROLS["lead.first_contact_in_time"])
            assert late.failing >= waits.failing
            assert late.figure is not None
            sources = await measure(db, CONTROLS["lead.source_known"])
            assert (sources.failing, sources.state) == (0, "green")
            assert sources.figure == sources.population
            screened = await measure(db, CONTROLS["lead.screened_in_time"])
            assert screened.failing == 0
    lost = await arrived(acting, source)
    with clock.at(clock.now() + timedelta(days=20)):
        async with unit_of_work(house.database) as db:
            assert (await measure(db, CONTROLS["lead.screened_in_time"])).failing == 1
            for name in ("lead.key_contacted", "lead.next_contact_kept"):
                await measure(db, CONTROLS[name])
    await step(acting, "sales-manager", lost, "screen")
