"""4.3 Orders: from receipt to completion, told by the people who move them."""

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from tests.conftest import Acting, versioned
from tests.sales.selling import API, customer, done, opportunity, order, placed, product, proposal, signed_for, step
from zhidu.kernel import clock
from zhidu.kernel.jobs import run_periodic
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure, window_of
from zhidu.regulation.obligations import Obligation
from zhidu.sales.orders import Order

PATH = f"{API}/sales/orders"
ORDERS = "sales/orders"


async def due_of(house: House, record_id: str) -> dict[str, str]:
    """What is or was due of a record, by kind."""
    async with house.database.sessions() as db:
        return {o.kind: o.status for o in await db.scalars(select(Obligation).where(Obligation.record_id == record_id))}


async def test_an_order_goes_from_receipt_to_completion_through_the_hands_whose_duty_it_is(
    acting: Acting, house: House
):
    seller, logistics, service = acting("sales-specialist"), acting("logistics-clerk"), acting("service-agent")
    drafted = await order(acting)
    one = drafted.json()
    assert (one["status"], one["total"], one["payment"]) == ("draft", "2560.00", "unpaid")
    assert (one["receiver"], one["phone_masked"]) == ("杭州西子花艺", "0571****1122")
    now = done(await step(seller, ORDERS, drafted, "place"))
    assert await due_of(house, one["id"]) == {"order.confirm": "due"}

    refused = await step(logistics, ORDERS, now, "confirm", by="phone")
    assert (refused.status_code, refused.json()["clause"]) == (403, "4.3.1")
    assert "销售专员" in refused.json()["detail"]
    assert (await step(acting("sales-specialist-2"), ORDERS, now, "confirm", by="phone")).status_code == 404
    assert (await step(seller, ORDERS, now, "confirm")).status_code == 422

    now = done(await step(seller, ORDERS, now, "confirm", by="phone", note="核对无误"))
    assert (now.json()["status"], now.json()["confirmed_by"]) == ("confirmed", "phone")
    now = done(await step(seller, ORDERS, now, "hand-over"))
    early = await step(logistics, ORDERS, now, "ship", carrier="顺丰速运", tracking_number="SF1390246814703")
    assert (early.status_code, "尚未签收" in early.json()["detail"]) == (409, True)
    await signed_for(acting, one["id"], "logistics-clerk")
    now = done(await step(logistics, ORDERS, now, "ship", carrier="顺丰速运", tracking_number="SF1390246814703"))
    parcel = (await seller.get(f"{API}/sales/fulfilments", params={"order_id": one["id"]})).json()["items"][0]
    assert (parcel["tracking_number"], parcel["delivered_at"]) == ("SF1390246814703", None)
    assert (await step(seller, ORDERS, now, "deliver")).status_code == 403
    now = done(await step(service, ORDERS, now, "deliver", received_by="前台"))
    unsigned = await step(service, ORDERS, now, "complete")
    assert (unsigned.status_code, "客服部尚未签收" in unsigned.json()["detail"]) == (409, True)
    await signed_for(acting, one["id"], "service-agent")
    now = done(await step(service, ORDERS, now, "complete"))
    assert (now.json()["status"], now.json()["steps"]) == ("completed", [])

    parcel = (await seller.get(f"{API}/sales/fulfilments", params={"order_id": one["id"]})).json()["items"][0]
    assert parcel["received_by"] == "前台"
    assert set((await due_of(house, one["id"])).values()) == {"met"}
    parts = await acting("inspector").get(f"{API}/org/handovers", params={"record_id": one["id"]})
    assert {(part["department_name"], part["status"]) for part in parts.json()["items"]} == {
        ("客服部", "done"),
        ("物流部", "done"),
    }
    history = await seller.get(f"{PATH}/{one['id']}/history")
    assert [row["verb"] for row in history.json()["items"]] == [
        "complete", "deliver", "ship", "hand_over", "confirm", "place",
    ]  # fmt: skip


async def test_what_needs_setting_up_is_handed_to_tech_as_well(acting: Acting):
    lines = [{"product_id": (await product(acting, needs_setup=True))["id"], "quantity": "1"}]
    now = await placed(acting, lines=lines)
    now = done(await step(acting("sales-specialist"), ORDERS, now, "confirm", by="wechat"))
    now = done(await step(acting("sales-specialist"), ORDERS, now, "hand-over"))
    parts = await acting("inspector").get(f"{API}/org/handovers", params={"record_id": now.json()["id"]})
    assert {part["department_name"] for part in parts.json()["items"]} == {"客服部", "物流部", "技术部"}


async def test_an_order_that_does_not_say_where_it_goes_cannot_be_placed(acting: Acting):
    file = await customer(acting, phone=None, address=None)
    made = await order(acting, customer_id=file["id"])
    reply = await step(acting("sales-specialist"), ORDERS, made, "place")
    assert (reply.status_code, reply.json()["type"]) == (409, "/problems/facts-missing")
    assert {e["pointer"] for e in reply.json()["errors"]} == {"/phone", "/address"}
    url = f"{PATH}/{made.json()['id']}"
    body = {"phone": "13812345678", "address": "上海市徐汇区漕溪北路 8 号"}
    made = done(await acting("sales-specialist").patch(url, json=body, headers=versioned(made)))
    assert made.json()["address_masked"] == "上海市****"
    made = done(await step(acting("sales-specialist"), ORDERS, made, "place"))
    assert "漕溪" not in made.text
    shown = done(await acting("logistics-clerk").post(f"{url}/reveal", json={"reason": "打印面单"}))
    assert shown.json() == {"phone": "+8613812345678", "email": None, "address": "上海市徐汇区漕溪北路 8 号"}


async def test_it_is_made_exact_until_the_customer_confirms_and_never_after(acting: Acting):
    seller = acting("sales-specialist")
    now = await placed(acting)
    url = f"{PATH}/{now.json()['id']}"
    lines = [{"product_id": now.json()["lines"][0]["product_id"], "quantity": "3"}]
    now = done(await seller.patch(url, json={"lines": lines}, headers=versioned(now)))
    assert now.json()["total"] == "3840.00"
    bare = await seller.patch(url, json={"address": None}, headers=versioned(now))
    assert bare.json()["errors"][0]["pointer"] == "/address"
    now = done(await step(seller, ORDERS, now, "confirm", by="email"))
    late = await seller.patch(url, json={"lines": lines}, headers=versioned(now))
    assert late.status_code == 409
    assert "update" not in now.json()["actions"]
    gone = await step(seller, ORDERS, now, "cancel", reason="不要了")
    assert gone.status_code == 409
    assert {s["verb"] for s in gone.json()["legal_steps"]} == {"hand_over"}


async def test_a_cancelled_order_owes_nothing_more(acting: Acting, house: House):
    now = await placed(acting)
    now = done(await step(acting("sales-specialist"), ORDERS, now, "cancel", reason="重复下单"))
    assert (now.json()["status"], now.json()["cancel_reason"]) == ("cancelled", "重复下单")
    assert await due_of(house, now.json()["id"]) == {"order.confirm": "void"}


async def test_two_confirmations_at_once_have_one_effect(acting: Acting, house: House):
    now = await placed(acting)
    replies = await asyncio.gather(
        *(step(acting("sales-specialist"), ORDERS, now, "confirm", by="phone") for _ in range(8))
    )
    assert sorted(r.status_code for r in replies) == [200] + [412] * 7
    history = await acting("sales-specialist").get(f"{PATH}/{now.json()['id']}/history")
    assert [row["verb"] for row in history.json()["items"]] == ["confirm", "place"]


async def test_a_won_opportunity_is_an_order_at_the_prices_that_were_accepted(acting: Acting, house: House):
    seller = acting("sales-specialist")
    chance = done(await step(seller, "sales/opportunities", await opportunity(acting), "define"))
    offer = await proposal(acting, chance.json()["id"], discount="100.00")
    sent = done(await step(seller, "sales/proposals", offer, "send", by="in-person"))
    done(await step(seller, "sales/proposals", sent, "accept"))
    chance = done(await seller.get(f"{API}/sales/opportunities/{chance.json()['id']}"))
    done(await step(seller, "sales/opportunities", chance, "win"))
    made = (await seller.get(PATH, params={"opportunity_id": chance.json()["id"]})).json()["items"]
    assert [(o["status"], o["total"], o["discount"], o["proposal_id"]) for o in made] == [
        ("draft", "2460.00", "100.00", offer.json()["id"]),
    ]  # fmt: skip
    assert await due_of(house, made[0]["id"]) == {"order.place": "due"}


async def test_what_was_delivered_a_week_ago_completes_itself_once(acting: Acting, house: House):
    now = await placed(acting)
    async with unit_of_work(house.database) as db:
        long_ago = clock.now() - timedelta(days=8)
        moved = update(Order).where(Order.id == UUID(now.json()["id"]))
        await db.execute(moved.values(status="delivered", delivered_at=long_ago))
        standing = await measure(db, CONTROLS["order.moving"])
    assert standing.failing >= 0
    for _ in range(2):
        await run_periodic(house.database, "zhidu.sales.orders.complete_after_a_week")
    after = done(await acting("sales-specialist").get(f"{PATH}/{now.json()['id']}"))
    assert after.json()["status"] == "completed"
    history = await acting("sales-specialist").get(f"{PATH}/{now.json()['id']}/history")
    last = history.json()["items"][0]
    assert (last["verb"], last["account_id"]) == ("complete", None)


async def test_what_a_department_has_not_signed_for_does_not_complete_itself(acting: Acting, house: House):
    seller = acting("sales-specialist")
    now = done(await step(seller, ORDERS, await placed(acting), "confirm", by="phone"))
    now = done(await step(seller, ORDERS, now, "hand-over"))
    async with unit_of_work(house.database) as db:
        moved = update(Order).where(Order.id == UUID(now.json()["id"]))
        await db.execute(moved.values(status="delivered", delivered_at=clock.now() - timedelta(days=8)))
    await run_periodic(house.database, "zhidu.sales.orders.complete_after_a_week")
    after = done(await seller.get(f"{PATH}/{now.json()['id']}"))
    assert after.json()["status"] == "delivered"


async def test_late_confirmation_and_missing_hand_over_break_their_clauses(acting: Acting, house: House):
    late = await placed(acting)
    async with unit_of_work(house.database) as db:
        past = clock.now() - timedelta(minutes=1)
        await db.execute(update(Obligation).where(Obligation.record_id == UUID(late.json()["id"])).values(due_at=past))
        confirmed = await measure(db, CONTROLS["order.confirmed"])
        moving = await measure(db, CONTROLS["order.moving"])
        rows = (
            await db.execute(CONTROLS["order.confirmed"].failing(window_of(CONTROLS["order.confirmed"], clock.now())))
        ).all()
    assert (confirmed.clause, confirmed.failing, moving.clause, moving.failing >= 1) == ("4.3.1", 1, "2.4.2", True)
    assert [row.title for row in rows] == [late.json()["number"]]

    now = done(await step(acting("sales-specialist"), ORDERS, late, "confirm", by="phone"))
    assert (await due_of(house, now.json()["id"]))["order.confirm"] == "met_late"
    async with unit_of_work(house.database) as db:
        due = update(Obligation).where(
            Obligation.record_id == UUID(late.json()["id"]), Obligation.kind == "order.hand_over"
        )
        await db.execute(due.values(due_at=clock.now() - timedelta(minutes=1)))
        handed = await measure(db, CONTROLS["order.handed_over"])
    assert (handed.clause, handed.failing) == ("4.3.2", 1)


async def test_orders_are_found_by_number_and_by_customer(acting: Acting):
    file = await customer(acting, name="宁波启明灯具")
    now = await order(acting, customer_id=file["id"])
    for q in (now.json()["number"], "启明", "qmdj"):
        found = await acting("finance-clerk").get(PATH, params={"q": q})
        assert [item["id"] for item in found.json()["items"]] == [now.json()["id"]], q
