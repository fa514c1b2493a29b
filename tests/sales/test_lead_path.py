"""4.1, 4.2.1, 2.2.1 A lead from its arrival to the customer that it becomes."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.conftest import Acting
from tests.sales.arriving import LEADS, a_source, arrived, due_of, step
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.sales import pool
from zhidu.sales.routing import RoutingRule

WANTED = {
    "company": "深圳市云帆科技有限公司",
    "title": "采购总监",
    "need": "需要 50 套终端的报价",
    "budget": "80000.00",
}


@pytest.fixture(scope="module")
async def source(house: House) -> str:
    """A lead source."""
    return await a_source(house)


@pytest.fixture(scope="module", autouse=True)
async def rule(house: House) -> None:
    """Leads go to whoever has least to do, at any hour, so that the tests hold by night too."""
    async with unit_of_work(house.database) as db:
        db.add(RoutingRule(name="全部线索", position=1, outside_hours=True))


async def test_a_lead_goes_from_the_pool_to_a_customer(acting: Acting, house: House, source: str):
    lead = await arrived(acting, source, **WANTED, phone="13812345678", region="广东省深圳市")
    shown = lead.json()
    assert (shown["status"], shown["owner_id"], shown["phone_masked"]) == ("new", None, "138****5678")
    assert shown["intent_score"] + shown["fit_score"] == shown["score"] > 60
    assert await due_of(house, shown["id"]) == {"lead.screen": "due"}

    assert (await acting("sales-specialist").get(f"{LEADS}/{shown['id']}")).status_code == 404
    pool = await acting("sales-specialist").get("/api/v1/sales/pool", params={"q": "云帆"})
    assert [one["id"] for one in pool.json()["items"]] == [shown["id"]]
    assert "screen" in pool.json()["items"][0]["actions"]

    screening = await step(acting, "sales-specialist", lead, "screen")
    assert screening.status_code == 200, screening.text
    assert screening.json()["owner_name"] == "销售专员"
    qualified = await step(acting, "sales-specialist", screening, "qualify")
    assert qualified.status_code == 200, qualified.text
    assert qualified.json()["status"] == "assigned"
    assert qualified.json()["qualified_at"]
    due = await due_of(house, shown["id"])
    assert due == {"lead.screen": "met", "lead.first_contact": "due"}

    owner = {"销售专员": "sales-specialist", "销售专员2": "sales-specialist-2"}[qualified.json()["owner_name"]]
    next_at = (clock.now() + timedelta(days=2)).isoformat()
    said = {"channel": "call", "content": "介绍批量价", "response": "周五前要报价", "next_at": next_at}
    contacted = await step(acting, owner, qualified, "contact", **said)
    assert contacted.status_code == 200, contacted.text
    assert (contacted.json()["status"], contacted.json()["next_contact_at"][:16]) == ("contacted", next_at[:16])
    due = await due_of(house, shown["id"])
    assert (due["lead.first_contact"], due["lead.next_contact"]) == ("met", "due")
    told = await acting(owner).get("/api/v1/sales/follow-ups", params={"lead_id": shown["id"]})
    assert [(one["content"], one["created_by_name"]) for one in told.json()["items"]] == [
        ("介绍批量价", qualified.json()["owner_name"])
    ]

    converted = await step(acting, owner, contacted, "convert", title="云帆 50 套终端", amount="80000.00")
    assert converted.status_code == 200, converted.text
    done = converted.json()
    assert done["status"] == "converted"
    customer = await acting(owner).get(f"/api/v1/sales/customers/{done['customer_id']}")
    assert (customer.json()["name"], customer.json()["phone_masked"]) == (WANTED["company"], "138****5678")
    opportunity = await acting(owner).get(f"/api/v1/sales/opportunities/{done['opportunity_id']}")
    assert (opportunity.json()["amount"], opportunity.json()["needs"]) == ("80000.00", WANTED["need"])
    assert (await acting(owner).get(f"{LEADS}/{shown['id']}")).status_code == 200
    history = await acting(owner).get(f"{LEADS}/{shown['id']}/history")
    assert [row["verb"] for row in history.json()["items"]] == ["convert", "contact", "assign", "qualify", "screen"]


async def test_what_i_register_is_mine_and_i_keep_it(acting: Acting, source: str):
    lead = await arrived(acting, source, "sales-specialist")
    assert lead.json()["owner_name"] == "销售专员"
    screening = await step(acting, "sales-specialist", lead, "screen")
    qualified = await step(acting, "sales-specialist", screening, "qualify")
    assert (qualified.json()["status"], qualified.json()["owner_name"]) == ("assigned", "销售专员")
    assert (await acting("sales-specialist-2").get(f"{LEADS}/{lead.json()['id']}")).status_code == 404
    ledger = await acting("sales-specialist-2").get(
        "/api/v1/sales/assignments/why-not-me", params={"lead_id": lead.json()["id"]}
    )
    assert ledger.json()["items"][0]["answer"] == "销售专员自己找到了这条线索，由其跟进"


async def test_a_refusal_names_the_clause_and_who_may(acting: Acting, source: str):
    lead = await arrived(acting, source)
    refused = await step(acting, "marketing-manager", lead, "assign", account_id=str(uuid4()))
    assert (refused.status_code, refused.json()["clause"]) == (403, "2.2.1")
    assert "销售经理" in refused.json()["detail"]
    early = await step(acting, "sales-manager", lead, "qualify")
    assert early.status_code == 409
    assert "screen" in {legal["verb"] for legal in early.json()["legal_steps"]}


async def test_a_lead_without_a_source_is_impossible(acting: Acting):
    missing = await acting("sales-specialist").post(LEADS, json={"name": "无来源"})
    assert [e["pointer"] for e in missing.json()["errors"]] == ["/source_id"]
    unknown = await acting("sales-specialist").post(LEADS, json={"name": "无来源", "source_id": str(uuid4())})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/source_id")


async def test_what_was_given_up_comes_back_as_new_with_its_history(acting: Acting, source: str, house: House):
    lead = await arrived(acting, source)
    screening = await step(acting, "sales-manager", lead, "screen")
    out = await step(acting, "sales-manager", screening, "disqualify", reason="学生作业")
    assert (out.json()["status"], out.json()["disqualified_reason"]) == ("disqualified", "学生作业")
    again = await step(acting, "sales-manager", out, "reopen")
    assert (again.json()["status"], again.json()["disqualified_reason"]) == ("new", None)


async def test_the_pool_gives_to_who_has_room_and_takes_back_what_nobody_touches(
    acting: Acting, house: House, source: str
):
    lead = await arrived(acting, source, "sales-specialist")
    released = await step(acting, "sales-specialist", lead, "release", note="不熟悉该行业")
    assert (released.status_code, released.json()["status"], released.json()["owner_id"]) == (200, "pool", None)
    first, second = await asyncio.gather(
        step(acting, "sales-specialist", released, "claim"), step(acting, "sales-specialist-2", released, "claim")
    )
    assert sorted((first.status_code, second.status_code)) == [200, 412]
    claimed = first if first.status_code == 200 else second
    assert claimed.json()["status"] == "assigned"

    with clock.at(clock.now() + timedelta(days=20)):
        async with unit_of_work(house.database) as db:
            assert await pool.return_untouched(db) >= 1
        async with unit_of_work(house.database) as db:
            assert await pool.return_untouched(db) == 0
    back = await acting("sales-specialist").get(f"/api/v1/sales/pool/{claimed.json()['id']}")
    assert back.json()["status"] == "pool"
    assert (await due_of(house, claimed.json()["id"]))["lead.first_contact"] == "void"


async def test_contact_details_are_revealed_for_a_reason(acting: Acting, source: str):
    lead = await arrived(acting, source, "sales-specialist", phone="13900001111", email="Z@Example.com")
    url = f"{LEADS}/{lead.json()['id']}/reveal"
    assert (await acting("sales-specialist").post(url, json={})).status_code == 422
    shown = await acting("sales-specialist").post(url, json={"reason": "电话回访"})
    assert shown.json()["phone"] == "+8613900001111"
    assert (await acting("sales-specialist-2").post(url, json={"reason": "好奇"})).status_code == 404
    assert "13900001111" not in (await acting("sales-specialist").get(f"{LEADS}/{lead.json()['id']}")).text


async def test_the_score_explains_each_point(acting: Acting, source: str):
    lead = await arrived(acting, source, "sales-specialist", **WANTED, phone="13900002222")
    score = (await acting("sales-specialist").get(f"{LEADS}/{lead.json()['id']}/score")).json()
    assert score["score"] == lead.json()["score"]
    assert score["intent_score"] == min(60, sum(p["points"] for p in score["parts"] if p["side"] == "intent"))
    assert "询问报价" in {part["label"] for part in score["parts"]}
    english = await acting("sales-specialist").get(
        f"{LEADS}/{lead.json()['id']}/score", headers={"Accept-Language": "en"}
    )
    assert "asks for a quotation" in {part["label"] for part in english.json()["parts"]}


async def test_leads_are_found_by_name_telephone_and_its_last_digits(acting: Acting, source: str):
    lead = await arrived(
        acting, source, "sales-specialist", name="欧阳娜娜", phone="13700009876", email="on@example.com"
    )
    for q in ("欧阳", "ouyang", "13700009876", "9876", "on@example.com"):
        found = await acting("sales-specialist").get(LEADS, params={"q": q})
        assert lead.json()["id"] in {one["id"] for one in found.json()["items"]}, q
