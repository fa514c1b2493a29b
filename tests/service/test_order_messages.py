"""4.3.3 What the customer hears of an order."""

from tests.conftest import Acting
from tests.sales.selling import API, customer, done, opportunity, order, placed, proposal, signed_for, step
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure

ORDERS = "sales/orders"
MESSAGES = f"{API}/service/messages"


async def test_the_customer_hears_of_each_change_of_the_order(acting: Acting, house: House):
    seller, logistics, service = acting("sales-specialist"), acting("logistics-clerk"), acting("service-agent")
    now = await placed(acting)
    now = done(await step(seller, ORDERS, now, "confirm", by="phone"))
    now = done(await step(seller, ORDERS, now, "hand-over"))
    await signed_for(acting, now.json()["id"], "logistics-clerk")
    await signed_for(acting, now.json()["id"], "service-agent")
    now = done(await step(logistics, ORDERS, now, "ship", carrier="顺丰速运", tracking_number="SF1390246814703"))
    now = done(await step(service, ORDERS, now, "deliver", received_by="前台"))
    now = done(await step(service, ORDERS, now, "complete"))
    told = done(await seller.get(MESSAGES, params={"order_id": now.json()["id"], "sort": "created_at"})).json()["items"]
    assert [(m["kind"], m["email_masked"], m["to_name"]) for m in told] == [
        (f"order.{state}", "h***@example.com", "杭州西子花艺")
        for state in ("placed", "confirmed", "processing", "shipped", "delivered", "completed")
    ]  # fmt: skip
    assert all(now.json()["number"] in m["subject"] and "2560.00 元" in m["body"] for m in told)
    assert "运单号：SF1390246814703" in told[3]["body"]
    assert "签收人：前台" in told[4]["body"]
    async with unit_of_work(house.database) as db:
        result = await measure(db, CONTROLS["order.told"])
    assert (result.clause, result.population, result.failing) == ("4.3.3", 6, 0)


async def test_the_contact_with_an_address_is_told_rather_than_the_company(acting: Acting):
    file = await customer(acting)
    person = {"customer_id": file["id"], "name": "王芳", "email": "wang@example.com"}
    contact = done(await acting("sales-specialist").post(f"{API}/sales/contacts", json=person)).json()
    now = await placed(acting, customer_id=file["id"], contact_id=contact["id"])
    told = done(await acting("service-agent").get(MESSAGES, params={"order_id": now.json()["id"]})).json()["items"]
    assert [(m["to_name"], m["email_masked"]) for m in told] == [("王芳", "w***@example.com")]


async def test_a_cancelled_draft_was_never_known_to_the_customer(acting: Acting):
    now = await order(acting)
    done(await step(acting("sales-specialist"), ORDERS, now, "cancel", reason="误建"))
    told = await acting("service-agent").get(MESSAGES, params={"order_id": now.json()["id"]})
    assert told.json()["items"] == []


async def test_a_proposal_goes_by_letter_with_its_lines_and_stands_in_the_timeline(acting: Acting):
    seller = acting("sales-specialist")
    chance = await opportunity(acting)
    draft = await proposal(acting, chance.json()["id"], discount="60.00", terms="质保两年")
    done(await step(seller, "sales/proposals", draft, "send"))
    told = done(await seller.get(MESSAGES, params={"customer_id": chance.json()["customer_id"]})).json()["items"]
    assert [m["kind"] for m in told] == ["proposal.sent"]
    for expected in ("智能门锁 X1", "2 件 × 1280.00 元", "合计：2500.00 元（含税），已优惠 60.00 元", "质保两年"):
        assert expected in told[0]["body"]
    timeline = await seller.get(f"{API}/sales/customers/{chance.json()['customer_id']}/timeline")
    assert "message" in {item["kind"] for item in timeline.json()["items"]}
