"""2.2.2, 4.2.2 Opportunities."""

from datetime import timedelta

from sqlalchemy import select

from tests.conftest import Acting, versioned
from tests.sales.selling import API, customer, done, opportunity, proposal, step
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure
from zhidu.regulation.obligations import Obligation

PATH = f"{API}/sales/opportunities"
OPPORTUNITIES = "sales/opportunities"


async def test_each_stage_asks_for_its_facts_and_says_what_is_missing(acting: Acting):
    seller = acting("sales-specialist")
    file = await customer(acting)
    made = done(await seller.post(PATH, json={"customer_id": file["id"], "title": "换锁"}))
    assert (made.json()["status"], made.json()["probability"], made.json()["customer_name"]) == (
        "discovery",
        10,
        file["name"],
    )

    early = await step(seller, OPPORTUNITIES, made, "define")
    assert (early.status_code, early.json()["type"], early.json()["errors"][0]["pointer"]) == (
        409, "/problems/facts-missing", "/needs",
    )  # fmt: skip
    told = done(await seller.patch(f"{PATH}/{made.json()['id']}", json={"needs": "两家门店"}, headers=versioned(made)))
    defined = done(await step(seller, OPPORTUNITIES, told, "define"))
    assert (defined.json()["status"], defined.json()["probability"]) == ("solution", 30)
    assert (await step(seller, OPPORTUNITIES, defined, "offer")).json()["errors"][0]["pointer"] == "/amount"
    valued = done(
        await seller.patch(f"{PATH}/{made.json()['id']}", json={"amount": "5000"}, headers=versioned(defined))
    )
    offered = done(await step(seller, OPPORTUNITIES, valued, "offer"))
    assert (await step(seller, OPPORTUNITIES, offered, "negotiate")).json()["errors"][0][
        "pointer"
    ] == "/proposal_sent_at"
    assert (await step(seller, OPPORTUNITIES, offered, "win")).json()["errors"][0]["pointer"] == "/accepted_proposal_id"
    jumped = await step(seller, OPPORTUNITIES, offered, "define")
    assert jumped.status_code == 409
    assert "negotiate" in {s["verb"] for s in jumped.json()["legal_steps"]}


async def test_what_was_put_on_hold_goes_back_to_its_stage_on_its_day(acting: Acting, house: House):
    seller = acting("sales-specialist")
    made = await opportunity(acting)
    defined = done(await step(seller, OPPORTUNITIES, made, "define"))
    day = (clock.today() + timedelta(days=30)).isoformat()
    past = await step(seller, OPPORTUNITIES, defined, "hold", until="2020-01-01")
    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (422, "/until")
    held = done(await step(seller, OPPORTUNITIES, defined, "hold", until=day, note="等预算"))
    assert (held.json()["status"], held.json()["held_from"]) == ("on_hold", "solution")
    async with house.database.sessions() as db:
        due = (await db.scalars(select(Obligation).where(Obligation.record_id == made.json()["id"]))).all()
    assert {(o.kind, o.status) for o in due} == {
        ("opportunity.move_on", "met"), ("opportunity.move_on", "void"), ("opportunity.take_up", "due"),
    }  # fmt: skip
    resumed = done(await step(seller, OPPORTUNITIES, held, "resume"))
    assert (resumed.json()["status"], resumed.json()["held_until"]) == ("solution", None)


async def test_a_next_step_is_due_at_its_time_and_cannot_lie_in_the_past(acting: Acting, house: House):
    seller = acting("sales-specialist")
    made = await opportunity(acting)
    url = f"{PATH}/{made.json()['id']}"
    past = await seller.patch(
        url, json={"next_step": "回电", "next_step_at": "2020-01-01T09:00:00+08:00"}, headers=versioned(made)
    )
    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (422, "/next_step_at")
    later = (clock.now() + timedelta(days=2)).isoformat()
    done(await seller.patch(url, json={"next_step": "回电", "next_step_at": later}, headers=versioned(made)))
    async with house.database.sessions() as db:
        due = await db.scalar(
            select(Obligation).where(
                Obligation.record_id == made.json()["id"], Obligation.kind == "opportunity.next_step"
            )
        )
    assert due is not None
    assert (due.status, due.due_at.isoformat(), due.clause) == ("due", later, "2.2.2")


async def test_the_manager_gives_it_to_another_with_the_file_and_the_proposals(acting: Acting, house: House):
    made = await opportunity(acting)
    offer = await proposal(acting, made.json()["id"])
    async with house.database.sessions() as db:
        people = {a.login: a.id for a in await db.scalars(select(Account))}
    other, stranger = str(people["sales-specialist-2"]), str(people["service-agent"])
    assert (await step(acting("sales-specialist"), OPPORTUNITIES, made, "reassign", owner_id=other)).status_code == 403
    wrong = await step(acting("sales-manager"), OPPORTUNITIES, made, "reassign", owner_id=stranger)
    assert wrong.json()["errors"][0]["pointer"] == "/owner_id"
    given = done(await step(acting("sales-manager"), OPPORTUNITIES, made, "reassign", owner_id=other))
    assert given.json()["owner_name"] == "销售专员2"
    for path in (
        f"opportunities/{made.json()['id']}",
        f"proposals/{offer.json()['id']}",
        f"customers/{made.json()['customer_id']}",
    ):
        assert (await acting("sales-specialist-2").get(f"{API}/sales/{path}")).status_code == 200, path
        assert (await acting("sales-specialist").get(f"{API}/sales/{path}")).status_code == 404, path


async def test_a_lost_one_says_why_and_is_no_longer_due(acting: Acting, house: House):
    made = await opportunity(acting)
    seller = acting("sales-specialist")
    assert (await step(seller, OPPORTUNITIES, made, "lose")).status_code == 422
    lost = done(await step(seller, OPPORTUNITIES, made, "lose", reason="价格", competitor="某某"))
    assert (lost.json()["status"], lost.json()["probability"], lost.json()["lost_reason"]) == ("lost", 0, "价格")
    assert lost.json()["steps"] == []
    assert "update" not in lost.json()["actions"]
    late = await seller.patch(f"{PATH}/{made.json()['id']}", json={"title": "改"}, headers=versioned(lost))
    assert late.status_code == 409
    async with house.database.sessions() as db:
        open_ = await db.scalars(
            select(Obligation).where(Obligation.record_id == made.json()["id"], Obligation.status.in_(("due", "late")))
        )
        assert open_.all() == []


async def test_opportunities_are_found_by_title_and_by_customer(acting: Acting):
    made = await opportunity(acting, title="食堂闸机改造")
    for q in ("闸机", "stzj", "西子", "0571 8800 1122"):
        found = await acting("sales-specialist").get(PATH, params={"q": q})
        assert made.json()["id"] in {item["id"] for item in found.json()["items"]}, q


async def test_the_clauses_are_measured_on_live_rows(acting: Acting, house: House):
    await opportunity(acting)
    async with unit_of_work(house.database) as db:
        worked = await measure(db, CONTROLS["opportunity.worked"])
        proposed = await measure(db, CONTROLS["opportunity.proposed"])
    assert (worked.clause, worked.failing > 0) == ("2.2.2", True)  # no next step was named
    assert (proposed.clause, proposed.failing) == ("4.2.2", 0)
