"""8.1.1 My day: what is due for a person, what is late, and to whom it climbs next."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import Acting
from zhidu.kernel import clock
from zhidu.kernel.db import new_id
from zhidu.kernel.texts import Text
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Absence, Account
from zhidu.policy.guard import House
from zhidu.regulation import my_day
from zhidu.regulation.obligations import KINDS, due, met, obligation, pass_to, tell, void, watch

DAY = "/api/v1/me/day"
TOLD = "/api/v1/me/notifications"
CALL = obligation("trial.call", "给客户回电", "Call the customer back", clause="4.2.1")
SIGN = obligation("trial.sign", "签收", "Sign", clause="1.3.4")
HOUR = timedelta(hours=1)


@pytest.fixture
async def call(house: House, staff: dict[str, Account]) -> UUID:
    """A call that the salesperson owes in one hour."""
    seller, record = staff["sales-specialist"], new_id()
    async with unit_of_work(house.database) as db:
        await due(db, CALL, record, "云帆科技", holder=seller.id, department=seller.department_id,
                  at=clock.now() + HOUR)  # fmt: skip
    return record


async def mine(acting: Acting, login: str, record: UUID, **headers: str) -> dict:
    """The item of a record in somebody's day, or nothing."""
    reply = await acting(login).get(DAY, headers=headers)
    assert reply.status_code == 200, reply.text
    return next((item for item in reply.json()["items"] if item["record_id"] == str(record)), {})


async def at_work(house: House, hours: float) -> None:
    """The watch looks, so many hours from now."""
    with clock.at(clock.now() + timedelta(hours=hours)):
        async with unit_of_work(house.database) as db:
            await watch(db)
        async with unit_of_work(house.database) as db:
            assert await watch(db) == 0


async def test_one_sees_what_one_owes_and_to_whom_it_climbs(
    acting: Acting, call: UUID, house: House, staff: dict[str, Account]
):
    item = await mine(acting, "sales-specialist", call)
    assert (item["title"], item["clause"], item["state"], item["mine"]) == ("给客户回电", "4.2.1", "due", True)
    assert (item["climbs_to"], item["climbs_at"], item["climbed_level"]) == ("销售经理", item["due_at"], 0)
    assert (await mine(acting, "sales-specialist", call, **{"Accept-Language": "en"}))["title"].startswith("Call")
    assert not await mine(acting, "sales-specialist-2", call)
    assert not await mine(acting, "sales-manager", call)

    await at_work(house, 0.8)
    assert (await mine(acting, "sales-specialist", call))["climbs_to"] == "销售经理"
    await at_work(house, 1.1)
    with clock.at(clock.now() + timedelta(hours=1.1)):  # a token would have ended by then
        manager = await house.actor_of(staff["sales-manager"].id)
        async with house.database.pool.acquire() as connection:
            [seen] = [i for i in await my_day.items_of(connection, manager) if i["record_id"] == call]
    # The leader heads the department too, and nobody stands above it: it climbs no further.
    assert (seen["state"], seen["mine"], seen["climbed_level"]) == ("late", False, 1)
    assert (seen["holder_name"], seen["climbs_to"]) == ("销售专员", None)
    assert not await mine(acting, "inspector", call)

    async with unit_of_work(house.database) as db:
        await met(db, CALL, call)
    assert not await mine(acting, "sales-specialist", call)
    listed = await acting("sales-manager").get("/api/v1/regulation/obligations", params={"record_id": str(call)})
    assert [(o["status"], o["title"], o["level"]) for o in listed.json()["items"]] == [("met", "给客户回电", 1)]


async def test_each_is_told_what_concerns_him_once(acting: Acting, call: UUID, house: House):
    for hours in (0.8, 1.1, 1.6):
        await at_work(house, hours)
    for login, kinds in (("sales-specialist", ["late", "warned"]), ("sales-manager", ["climbed", "late"])):
        page = (await acting(login).get(TOLD)).json()
        about = [n for n in page["items"] if n["record_id"] == str(call)]
        assert [n["kind"] for n in about] == kinds
        assert (about[-1]["clause"], about[-1]["body"]) == ("4.2.1", "依据制度 4.2.1")
    assert about[0]["title"] == "逾期上报：给客户回电（云帆科技）"


async def test_what_nobody_holds_is_due_to_the_head_of_the_department(
    acting: Acting, house: House, staff: dict[str, Account]
):
    record = new_id()
    async with unit_of_work(house.database) as db:
        tech = staff["tech-manager"].department_id
        await due(db, SIGN, record, "D1", holder=None, department=tech, at=clock.now() + HOUR)
    item = await mine(acting, "tech-manager", record)
    assert (item["holder_name"], item["mine"]) == ("技术部", False)
    assert not await mine(acting, "tech-engineer", record)
    async with unit_of_work(house.database) as db:
        await pass_to(db, record, staff["tech-engineer"].id, tech)
    assert (await mine(acting, "tech-engineer", record))["mine"]
    assert not await mine(acting, "tech-manager", record)
    async with unit_of_work(house.database) as db:
        await void(db, record)
    assert not await mine(acting, "tech-engineer", record)


async def test_who_stands_in_sees_the_day_of_the_absent_one(
    acting: Acting, call: UUID, house: House, staff: dict[str, Account]
):
    absent, delegate = staff["sales-specialist"], staff["sales-specialist-2"]
    async with unit_of_work(house.database) as db:
        db.add(Absence(account_id=absent.id, delegate_id=delegate.id, begins_at=clock.now() - HOUR,
                       ends_at=clock.now() + HOUR))  # fmt: skip
    house.forget()
    item = await mine(acting, "sales-specialist-2", call)
    assert (item["holder_name"], item["mine"]) == ("销售专员", False)


async def test_the_day_counts_what_is_late_due_today_and_later(acting: Acting, house: House, staff: dict[str, Account]):
    agent = staff["service-agent"]
    async with unit_of_work(house.database) as db:
        for hours in (-2, 0.001, 72):
            await due(db, CALL, new_id(), "D", holder=agent.id, department=agent.department_id,
                      at=clock.now() + timedelta(hours=hours))  # fmt: skip
    day = (await acting("service-agent").get(DAY)).json()
    assert day["counts"] == {"late": 1, "today": 1, "later": 1}
    assert [item["state"] for item in day["items"]] == ["late", "due", "due"]


async def test_notifications_are_paged_and_read(acting: Acting, house: House, staff: dict[str, Account]):
    agent = staff["service-agent-2"].id
    async with unit_of_work(house.database) as db:
        for number in range(5):
            await tell(db, [agent, agent], "trial", Text(f"第{number}条", f"No. {number}"), clause=None)
    client = acting("service-agent-2")
    first = (await client.get(TOLD, params={"limit": 3})).json()
    second = (await client.get(TOLD, params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert first["unread"] == 5
    assert [n["title"] for n in first["items"] + second["items"]] == [f"第{n}条" for n in (4, 3, 2, 1, 0)]
    assert second["next_cursor"] is None
    one = await client.post(f"{TOLD}/read", json={"ids": [first["items"][0]["id"]]})
    assert one.json() == {"unread": 4}
    # Nobody reads for another.
    assert (await acting("service-agent").post(f"{TOLD}/read", json={"all": True})).json() == {"unread": 0}
    assert (await client.get(TOLD, params={"limit": 1})).json()["unread"] == 4
    assert (await client.post(f"{TOLD}/read", json={"all": True})).json() == {"unread": 0}
    assert (await client.get(TOLD, params={"cursor": "nonsense"})).status_code == 422
    assert (await client.get(TOLD, params={"limit": 0})).status_code == 422


async def test_what_nobody_holds_is_shared_by_those_of_the_department_who_have_the_duty(
    acting: Acting, house: House, staff: dict[str, Account]
):
    record = new_id()
    async with unit_of_work(house.database) as db:
        logistics = staff["logistics-clerk"].department_id
        await due(db, KINDS["handover.accept"], record, "D2", holder=None, department=logistics)
    item = await mine(acting, "logistics-clerk", record)
    assert (item["mine"], item["shared"], item["holder_name"]) == (True, True, "物流部")
    assert not await mine(acting, "sales-specialist", record)  # of another department
