"""1.3.4, 4.3.2 Hand-overs between departments."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from tests.conftest import Acting, versioned
from zhidu.kernel import clock
from zhidu.kernel.db import new_id
from zhidu.kernel.work import unit_of_work
from zhidu.org import handovers
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation.controls import measure
from zhidu.regulation.obligations import Notification, Obligation, watch

PATH = "/api/v1/org/handovers"


async def offered(house: House, staff: dict[str, Account], to_kind: str = "logistics") -> UUID:
    """A hand-over of a new order, offered by the salesperson."""
    seller = await house.actor_of(staff["sales-specialist"].id)
    async with unit_of_work(house.database, account_id=seller.id) as db:
        made = await handovers.offer(
            db, seller, resource="order", record_id=new_id(), title="D20261125 云帆科技", to_kind=to_kind,
            checklist=["收货地址已核对"],
        )  # fmt: skip
        return made.id


async def test_the_receiving_department_signs_for_what_it_is_given(
    acting: Acting, house: House, staff: dict[str, Account]
):
    before = (await acting("logistics-clerk").get("/api/v1/me/handovers")).json()
    handover_id = await offered(house, staff)
    waiting = (await acting("logistics-clerk").get("/api/v1/me/handovers")).json()
    assert (waiting["offered"], waiting["late"]) == (before["offered"] + 1, 0)

    shown = await acting("logistics-clerk").get(f"{PATH}/{handover_id}")
    assert shown.status_code == 200, shown.text
    record = shown.json()
    assert (record["department_name"], record["from_department_name"]) == ("物流部", "销售部")
    assert record["checklist"] == ["收货地址已核对"]
    assert {"accept", "refuse"} <= set(record["actions"])

    async with house.database.sessions() as db:
        told = set(await db.scalars(select(Notification.account_id).where(Notification.record_id == handover_id)))
        duty = await db.scalar(select(Obligation).where(Obligation.record_id == handover_id))
    assert told == {staff["logistics-clerk"].id, staff["logistics-clerk-2"].id}
    assert duty is not None
    assert (duty.kind, duty.owner_id, duty.status) == ("handover.accept", None, "due")

    signed = await acting("logistics-clerk").post(f"{PATH}/{handover_id}/accept", headers=versioned(shown))
    assert signed.status_code == 200, signed.text
    assert (signed.json()["status"], signed.json()["accepted_by_name"]) == ("accepted", "物流专员")
    done = await acting("logistics-clerk-2").post(f"{PATH}/{handover_id}/complete", headers=versioned(signed))
    assert done.json()["status"] == "done"
    history = await acting("logistics-clerk").get(f"{PATH}/{handover_id}/history")
    assert [row["verb"] for row in history.json()["items"]] == ["complete", "accept"]
    async with house.database.sessions() as db:
        assert await handovers.has_accepted(db, UUID(record["record_id"]), "logistics")
        assert not await handovers.has_accepted(db, UUID(record["record_id"]), "service")
        again = await db.get(Obligation, duty.id)
        assert again is not None
        assert again.status == "met"


async def test_a_refusal_has_a_reason_and_goes_back_to_who_offered_it(
    acting: Acting, house: House, staff: dict[str, Account]
):
    handover_id = await offered(house, staff, "service")
    shown = await acting("service-agent").get(f"{PATH}/{handover_id}")
    silent = await acting("service-agent").post(f"{PATH}/{handover_id}/refuse", headers=versioned(shown))
    assert silent.status_code == 422
    refused = await acting("service-agent").post(
        f"{PATH}/{handover_id}/refuse", json={"reason": "收货地址不完整"}, headers=versioned(shown)
    )
    assert (refused.json()["status"], refused.json()["reason"]) == ("refused", "收货地址不完整")

    async with house.database.sessions() as db:
        kinds = await db.execute(
            select(Obligation.kind, Obligation.status, Obligation.owner_id).where(Obligation.record_id == handover_id)
        )
    seller = staff["sales-specialist"].id
    assert {tuple(row) for row in kinds} == {("handover.accept", "met", None), ("handover.offer", "due", seller)}

    mine = await acting("sales-specialist").get(f"{PATH}/{handover_id}")
    assert mine.json()["actions"] == ["offer"]
    once_more = await acting("sales-specialist").post(f"{PATH}/{handover_id}/offer", headers=versioned(mine))
    assert (once_more.json()["status"], once_more.json()["reason"]) == ("offered", None)
    accepted = await acting("service-agent").post(f"{PATH}/{handover_id}/accept", headers=versioned(once_more))
    back = await acting("service-agent").post(
        f"{PATH}/{handover_id}/return", json={"reason": "客户改期"}, headers=versioned(accepted)
    )
    assert back.json()["status"] == "returned", back.text


async def test_another_department_neither_sees_nor_signs(acting: Acting, house: House, staff: dict[str, Account]):
    handover_id = await offered(house, staff)
    shown = await acting("logistics-clerk").get(f"{PATH}/{handover_id}")
    assert (await acting("service-agent").get(f"{PATH}/{handover_id}")).status_code == 404
    assert (await acting("sales-specialist-2").get(f"{PATH}/{handover_id}")).status_code == 404
    url = f"{PATH}/{handover_id}/accept"
    assert (await acting("service-agent").post(url, headers=versioned(shown))).status_code == 404
    told = await acting("sales-specialist").post(url, headers=versioned(shown))
    assert told.status_code == 403
    assert told.json()["clause"] == "1.3.4"


async def test_the_same_record_is_offered_once_to_a_department(house: House, staff: dict[str, Account]):
    seller = await house.actor_of(staff["sales-specialist"].id)
    async with unit_of_work(house.database, account_id=seller.id) as db:
        order = new_id()
        what = {"resource": "order", "record_id": order, "title": "D1"}
        first = await handovers.offer(db, seller, **what, to_kind="service")
        again = await handovers.offer(db, seller, **what, to_kind="service")
        other = await handovers.offer(db, seller, **what, to_kind="tech")
        assert first.id == again.id != other.id
        assert [kind for _, kind in await handovers.of_record(db, order)] == ["service", "tech"]


async def test_a_late_receipt_climbs_and_turns_the_control_red(house: House, staff: dict[str, Account]):
    handover_id = await offered(house, staff, "tech")
    with clock.at(clock.now() + timedelta(days=10)):
        async with unit_of_work(house.database) as db:
            await watch(db)
        async with unit_of_work(house.database) as db:
            late = await db.scalar(select(Obligation).where(Obligation.record_id == handover_id))
            assert late is not None
            assert (late.status, late.climbed_to_id) == ("late", staff["tech-manager"].id)
            result = await measure(db, handovers.IN_TIME)
        assert result.state in ("red", "amber")
        assert result.failing >= 1
