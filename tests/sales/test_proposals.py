"""2.2.2, 4.2.2 Proposals."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import update

from tests.conftest import Acting, versioned
from tests.sales.selling import API, customer, done, opportunity, product, proposal, step
from zhidu.kernel import clock
from zhidu.kernel.jobs import run_periodic
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.sales.proposals import Proposal

PATH = f"{API}/sales/proposals"
PROPOSALS = "sales/proposals"


async def test_sums_are_computed_and_prices_come_from_the_catalogue(acting: Acting):
    chance = await opportunity(acting)
    lock, tape = await product(acting), await product(acting, name="线缆", unit="米", price="3.33", tax_rate="6.00")
    lines = [
        {"product_id": lock["id"], "quantity": "2", "discount": "60.00"},
        {"product_id": tape["id"], "quantity": "12.345"},
    ]
    made = await proposal(acting, chance.json()["id"], lines=lines)
    one = made.json()
    assert [(x["name"], x["quantity"], x["unit_price"], x["total"]) for x in one["lines"]] == [
        ("智能门锁 X1", "2", "1280.00", "2500.00"), ("线缆", "12.345", "3.33", "41.11"),
    ]  # fmt: skip
    assert (one["gross"], one["discount"], one["total"]) == ("2601.11", "60.00", "2541.11")
    assert one["tax"] == "289.94"  # 2500 * 13/113 = 287.61, 41.11 * 6/106 = 2.33
    assert one["edition"] == 1

    dearer = done(await acting("support-staff").patch(
        f"{API}/catalog/products/{lock['id']}", json={"price": "9999"}, headers={"If-Match": f'"{lock["version"]}"'},
    ))  # fmt: skip
    assert dearer.json()["price"] == "9999.00"
    assert (await acting("sales-specialist").get(f"{PATH}/{one['id']}")).json()["total"] == "2541.11"


async def test_wrong_lines_are_refused_one_by_one_and_nothing_is_half_done(acting: Acting):
    chance = await opportunity(acting)
    lock = await product(acting)
    typed = {"opportunity_id": chance.json()["id"], "title": "x", "solution": "y"}
    reply = await acting("sales-specialist").post(PATH, json={**typed, "lines": [
        {"product_id": str(uuid4()), "quantity": "1"},
        {"product_id": lock["id"], "quantity": "1", "discount": "1280.01"},
    ]})  # fmt: skip
    assert reply.status_code == 422
    assert [e["pointer"] for e in reply.json()["errors"]] == ["/lines/0/product_id", "/lines/1/discount"]
    typed_price = await acting("sales-specialist").post(
        PATH, json={**typed, "lines": [{"product_id": lock["id"], "quantity": "0", "unit_price": "1.00"}]}
    )
    assert {e["pointer"] for e in typed_price.json()["errors"]} == {"/lines/0/quantity", "/lines/0/unit_price"}
    listed = await acting("sales-specialist").get(PATH, params={"opportunity_id": chance.json()["id"]})
    assert listed.json()["items"] == []


async def test_a_small_discount_is_sent_at_once_a_larger_one_needs_another_person(acting: Acting):
    seller = acting("sales-specialist")
    chance = await opportunity(acting)
    small = await proposal(acting, chance.json()["id"], discount="128.00")  # exactly 5 % of 2,560
    assert (await step(seller, PROPOSALS, small, "submit")).status_code == 409
    done(await step(seller, PROPOSALS, small, "send", by="in-person"))

    large = await proposal(acting, chance.json()["id"], discount="128.01")
    assert (await step(seller, PROPOSALS, large, "send", by="in-person")).status_code == 409
    submitted = done(await step(seller, PROPOSALS, large, "submit"))
    own = await step(seller, PROPOSALS, submitted, "approve")
    assert (own.status_code, own.json()["clause"]) == (403, "4.2.2")
    returned = done(await step(acting("sales-manager"), PROPOSALS, submitted, "return", reason="少让一点"))
    draft = done(await step(seller, PROPOSALS, returned, "revise"))
    again = done(await step(seller, PROPOSALS, draft, "submit"))
    approved = done(await step(acting("sales-manager"), PROPOSALS, again, "approve"))
    assert approved.json()["status"] == "approved"
    sent = done(await step(seller, PROPOSALS, approved, "send", by="in-person"))
    assert sent.json()["status"] == "sent"
    first = await seller.get(f"{PATH}/{small.json()['id']}")
    assert first.json()["status"] == "superseded"


async def test_a_manager_does_not_approve_what_he_wrote_nor_more_than_his_limit(acting: Acting):
    file = await customer(acting, "sales-manager")
    chance = await opportunity(acting, "sales-manager", customer_id=file["id"])
    his = await proposal(acting, chance.json()["id"], seller="sales-manager", discount="1000.00")
    submitted = done(await step(acting("sales-manager"), PROPOSALS, his, "submit"))
    refused = await step(acting("sales-manager"), PROPOSALS, submitted, "approve")
    assert refused.status_code == 403
    assert "职责分离" in refused.json()["detail"]
    done(await step(acting("sales-manager-2"), PROPOSALS, submitted, "approve"))

    costly = await product(acting, price="1000000.00")
    lines = [{"product_id": costly["id"], "quantity": "1", "discount": "60000.00"}]
    other = await opportunity(acting)
    big = await proposal(acting, other.json()["id"], lines=lines)
    big = done(await step(acting("sales-specialist"), PROPOSALS, big, "submit"))
    over = await step(acting("sales-manager"), PROPOSALS, big, "approve")
    assert over.status_code == 403
    assert "总经理" in over.json()["detail"]
    done(await step(acting("general-manager"), PROPOSALS, big, "approve"))


async def test_only_a_draft_changes_and_new_lines_replace_the_old(acting: Acting):
    seller = acting("sales-specialist")
    made = await proposal(acting, (await opportunity(acting)).json()["id"])
    url = f"{PATH}/{made.json()['id']}"
    lines = [{"product_id": made.json()["lines"][0]["product_id"], "quantity": "3"}]
    changed = done(await seller.patch(url, json={"lines": lines}, headers=versioned(made)))
    assert (changed.json()["total"], len(changed.json()["lines"])) == ("3840.00", 1)
    assert changed.json()["version"] > made.json()["version"]
    assert (await seller.patch(url, json={"title": "改"}, headers=versioned(made))).status_code == 412
    sent = done(await step(seller, PROPOSALS, changed, "send", by="wechat"))
    assert "update" not in sent.json()["actions"]
    assert (await seller.patch(url, json={"title": "改"}, headers=versioned(sent))).status_code == 409


async def test_sending_by_email_needs_an_address(acting: Acting):
    file = await customer(acting, email=None)
    made = await proposal(acting, (await opportunity(acting, customer_id=file["id"])).json()["id"])
    reply = await step(acting("sales-specialist"), PROPOSALS, made, "send")
    assert (reply.status_code, "电子邮箱" in reply.json()["detail"]) == (409, True)


async def test_sending_moves_the_opportunity_and_acceptance_makes_it_winnable(acting: Acting):
    seller = acting("sales-specialist")
    chance = await opportunity(acting)
    chance = done(await step(seller, "sales/opportunities", chance, "define"))
    made = await proposal(acting, chance.json()["id"])
    sent = done(await step(seller, PROPOSALS, made, "send", by="in-person"))
    moved = done(await seller.get(f"{API}/sales/opportunities/{chance.json()['id']}"))
    assert (moved.json()["status"], moved.json()["amount"]) == ("proposal", "2560.00")
    declined_without_reason = await step(seller, PROPOSALS, sent, "decline")
    assert declined_without_reason.status_code == 422
    accepted = done(await step(seller, PROPOSALS, sent, "accept", note="客户回复邮件同意"))
    assert accepted.json()["status"] == "accepted"
    ready = done(await seller.get(f"{API}/sales/opportunities/{chance.json()['id']}"))
    assert ready.json()["accepted_proposal_id"] == made.json()["id"]
    won = done(await step(seller, "sales/opportunities", ready, "win"))
    assert won.json()["status"] == "won"
    late = await seller.post(PATH, json={
        "opportunity_id": chance.json()["id"], "title": "x", "solution": "y",
        "lines": [{"product_id": made.json()["lines"][0]["product_id"], "quantity": "1"}],
    })  # fmt: skip
    assert late.status_code == 409


async def test_what_is_not_answered_in_time_expires_by_itself(acting: Acting, house: House):
    seller = acting("sales-specialist")
    made = await proposal(acting, (await opportunity(acting)).json()["id"])
    past = await seller.patch(
        f"{PATH}/{made.json()['id']}", json={"valid_until": "2020-01-01"}, headers=versioned(made)
    )
    assert past.json()["errors"][0]["pointer"] == "/valid_until"
    sent = done(await step(seller, PROPOSALS, made, "send", by="in-person"))
    async with unit_of_work(house.database) as db:
        over = clock.today() - timedelta(days=1)
        await db.execute(update(Proposal).where(Proposal.id == UUID(made.json()["id"])).values(valid_until=over))
    assert (await step(seller, PROPOSALS, sent, "accept")).status_code == 422
    await run_periodic(house.database, "zhidu.sales.proposals.expire")
    await run_periodic(house.database, "zhidu.sales.proposals.expire")
    expired = done(await seller.get(f"{PATH}/{made.json()['id']}"))
    assert expired.json()["status"] == "expired"
    history = await seller.get(f"{PATH}/{made.json()['id']}/history")
    last = history.json()["items"][0]
    assert (last["verb"], last["account_name"]) == ("expire", None)
