"""2.2.1, 4.1.2 Leads are assigned by declared rules, one decision at a time, and the ledger answers 'why not me'."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from tests.conftest import Acting
from tests.sales.arriving import a_source, arrived, due_of, step
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Absence, Account
from zhidu.policy.actor import RULES as RULES_ACT
from zhidu.policy.guard import House
from zhidu.sales import assignments, screening
from zhidu.sales.fairness import Assignment
from zhidu.sales.leads import Lead
from zhidu.sales.routing import RoutingRule, draw

RULES = "/api/v1/sales/routing-rules"
LEDGER = "/api/v1/sales/assignments"


@pytest.fixture(scope="module")
async def source(house: House) -> str:
    """A lead source."""
    return await a_source(house)


@pytest.fixture(autouse=True)
async def afresh(house: House) -> None:
    """Each test with its own rules and empty hands."""
    async with unit_of_work(house.database) as db:
        await db.execute(update(RoutingRule).values(active=False))
        await db.execute(
            update(Lead).where(Lead.status.in_(("assigned", "qualified"))).values(status="pool", owner_id=None)
        )
        await db.execute(delete(Absence))
        await db.execute(update(Account).values(region=None, skills=None))


async def rule(acting: Acting, **fields: Any) -> dict[str, Any]:
    """A routing rule that holds at any hour."""
    made = await acting("sales-manager").post(
        RULES, json={"name": "规则", "position": 1, "outside_hours": True, **fields}
    )
    assert made.status_code == 201, made.text
    shown: dict[str, Any] = made.json()
    return shown


async def qualified(acting: Acting, source: str, **facts: Any) -> dict[str, Any]:
    """A lead that the manager has screened and found good."""
    screening = await step(acting, "sales-manager", await arrived(acting, source, **facts), "screen")
    reply = await step(acting, "sales-manager", screening, "qualify")
    assert reply.status_code == 200, reply.text
    shown: dict[str, Any] = reply.json()
    return shown


async def answer(acting: Acting, who: str, lead: dict[str, Any], language: str = "zh-CN") -> str:
    """What the ledger answers this person about a lead."""
    reply = await acting(who).get(
        f"{LEDGER}/why-not-me", params={"lead_id": lead["id"]}, headers={"Accept-Language": language}
    )
    return str(reply.json()["items"][0]["answer"])


OTHER = {"销售专员": "sales-specialist-2", "销售专员2": "sales-specialist"}


async def test_leads_go_in_turn_to_who_has_least(acting: Acting, source: str):
    await rule(acting, name="轮流")
    first, second = await qualified(acting, source), await qualified(acting, source)
    assert {first["owner_name"], second["owner_name"]} == {"销售专员", "销售专员2"}
    ledger = (await acting("inspector").get(LEDGER, params={"lead_id": second["id"]})).json()["items"]
    assert (ledger[0]["way"], ledger[0]["rule_name"], ledger[0]["account_name"]) == (
        "rule",
        "轮流",
        second["owner_name"],
    )
    assert {c["name"]: c["load"] for c in ledger[0]["candidates"]} == {first["owner_name"]: 1, second["owner_name"]: 0}
    said = await answer(acting, OTHER[second["owner_name"]], second)
    assert said == f"{second['owner_name']}的在手线索更少（0/50，您 1/50）"
    assert await answer(acting, OTHER[first["owner_name"]], second) == "这条线索分配给了您"
    assert "销售经理" not in {c["name"] for c in ledger[0]["candidates"]}
    assert await answer(acting, "sales-manager", second) == "规则「轮流」的候选人不包括您"


async def test_of_equals_the_lower_number_wins_and_anybody_can_check_it(
    acting: Acting, source: str, staff: dict[str, Account], house: House
):
    async with unit_of_work(house.database) as db:
        await db.execute(delete(Assignment))
    await rule(acting)
    lead = await qualified(acting, source)
    numbers = {
        staff[login].name: draw(UUID(lead["id"]), staff[login].id)
        for login in ("sales-specialist", "sales-specialist-2")
    }
    assert lead["owner_name"] == min(numbers, key=lambda name: numbers[name])
    assert "抽到的号更小" in await answer(acting, OTHER[lead["owner_name"]], lead)
    assert "drew the lower number" in await answer(acting, OTHER[lead["owner_name"]], lead, "en")


async def test_the_absent_and_the_full_are_passed_over_and_told_so(
    acting: Acting, source: str, staff: dict[str, Account], house: House
):
    await rule(acting, name="容量一", capacity=1)
    now = clock.now()
    async with unit_of_work(house.database) as db:
        away = staff["sales-specialist"].id
        db.add(Absence(account_id=away, begins_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1)))
    lead = await qualified(acting, source)
    assert lead["owner_name"] == "销售专员2"
    assert await answer(acting, "sales-specialist", lead) == "按规则「容量一」您当时不能接收：请假"
    nobody = await qualified(acting, source)
    assert (nobody["status"], nobody["owner_id"]) == ("qualified", None)
    assert (await due_of(house, nobody["id"]))["lead.assign"] == "due"
    assert await answer(acting, "sales-specialist-2", nobody) == "当时没有人能接收；您：在手线索 1 条，已达上限 1 条"

    async with unit_of_work(house.database) as db:
        await db.execute(delete(Absence))
    async with unit_of_work(house.database) as db:
        assert await assignments.place_waiting(db) == 1
    async with unit_of_work(house.database) as db:
        assert await assignments.place_waiting(db) == 0
    assert "线索分配给了您" in await answer(acting, "sales-specialist", nobody)
    assert (await due_of(house, nobody["id"]))["lead.assign"] == "met"


async def test_outside_working_time_a_lead_waits_for_the_morning(acting: Acting, source: str, house: House):
    await rule(acting, name="工作时间", outside_hours=False)
    lead = (await step(acting, "sales-manager", await arrived(acting, source), "screen")).json()
    night, morning = datetime(2027, 3, 4, 14, tzinfo=UTC), datetime(2027, 3, 5, 2, tzinfo=UTC)
    with clock.at(night):
        async with unit_of_work(house.database) as db:
            record = await db.get_one(Lead, lead["id"], with_for_update=True)
            await screening.qualify(db, RULES_ACT, record)
            assert record.status == "qualified"
    assert "不在工作时间" in await answer(acting, "sales-specialist", lead)
    with clock.at(morning):
        async with unit_of_work(house.database) as db:
            assert await assignments.place_waiting(db) == 1


async def test_territory_and_skill_decide_where_the_rule_asks_it(
    acting: Acting, source: str, staff: dict[str, Account], house: House
):
    await rule(acting, name="区域", territory="prefer", skill="require")
    async with unit_of_work(house.database) as db:
        for login, region, skills in (
            ("sales-specialist", "广东", "门锁"),
            ("sales-specialist-2", "浙江", "门锁,终端"),
        ):
            of = update(Account).where(Account.id == staff[login].id)
            await db.execute(of.values(region=region, skills=skills))
    south = await qualified(acting, source, region="广东省深圳市", product_interest="智能门锁")
    assert south["owner_name"] == "销售专员"
    assert await answer(acting, "sales-specialist-2", south) == "销售专员负责该地区，您不负责"
    terminal = await qualified(acting, source, region="广东省深圳市", product_interest="智能终端")
    assert terminal["owner_name"] == "销售专员2"
    assert await answer(acting, "sales-specialist", terminal) == "按规则「区域」您当时不能接收：不具备该产品技能"


async def test_the_first_rule_that_matches_decides(acting: Acting, source: str, staff: dict[str, Account]):
    mine = str(staff["sales-specialist-2"].id)
    await rule(acting, name="重点", position=5, min_score=60, account_ids=[mine])
    await rule(acting, name="江苏", position=6, regions=["江苏"], account_ids=[mine])
    rich = await qualified(
        acting, source, need="报价", budget="90000", product_interest="锁", phone="13500000001", company="甲"
    )
    assert rich["owner_name"] == "销售专员2"
    other = await qualified(acting, source, region="北京市")
    assert other["status"] == "qualified"
    assert await answer(acting, "sales-specialist", other) == "没有规则适用于这条线索，等待经理分配"
    refused = await acting("sales-specialist").post(RULES, json={"name": "给我", "position": 1})
    assert (refused.status_code, refused.json()["clause"]) == (403, "2.2.1")


async def test_the_manager_gives_by_hand_and_the_ledger_says_so(
    acting: Acting, source: str, staff: dict[str, Account], house: House
):
    waiting = await step(acting, "sales-manager", await arrived(acting, source), "screen")
    waiting = await step(acting, "sales-manager", waiting, "qualify")
    given = await step(
        acting, "sales-manager", waiting, "assign", account_id=str(staff["sales-specialist-2"].id), note="熟悉客户"
    )
    assert (given.json()["status"], given.json()["owner_name"]) == ("assigned", "销售专员2")
    assert await answer(acting, "sales-specialist", given.json()) == "销售经理指定给销售专员2"
    bell = await acting("sales-specialist-2").get("/api/v1/me/notifications")
    assert any("分配给您的线索" in one["title"] for one in bell.json()["items"])
    again = await step(acting, "sales-manager", given, "assign", account_id=str(staff["sales-specialist"].id))
    assert again.json()["owner_name"] == "销售专员"
    assert (await acting("sales-specialist-2").get(f"/api/v1/sales/leads/{given.json()['id']}")).status_code == 404


async def test_two_qualifying_at_once_never_count_the_same_load(acting: Acting, source: str, house: House):
    await rule(acting, capacity=3)
    ready = [await step(acting, "sales-manager", await arrived(acting, source), "screen") for _ in range(8)]
    replies = await asyncio.gather(*(step(acting, "sales-manager", one, "qualify") for one in ready))
    owners = [reply.json()["owner_name"] for reply in replies if reply.json()["status"] == "assigned"]
    assert sorted(owners) == ["销售专员"] * 3 + ["销售专员2"] * 3
    async with house.database.sessions() as db:
        ids = [reply.json()["id"] for reply in replies]
        given = select(Assignment).where(Assignment.lead_id.in_(ids), Assignment.account_id.is_not(None))
        assert len((await db.scalars(given)).all()) == 6


async def test_two_workers_place_each_waiting_lead_once(acting: Acting, source: str, house: House):
    waiting = [await qualified(acting, source) for _ in range(4)]
    await rule(acting)

    async def worker() -> int:
        async with unit_of_work(house.database) as db:
            return await assignments.place_waiting(db)

    assert sum(await asyncio.gather(worker(), worker(), worker())) == 4
    async with house.database.sessions() as db:
        given = select(Assignment.lead_id).where(
            Assignment.lead_id.in_([one["id"] for one in waiting]), Assignment.account_id.is_not(None)
        )
        assert len((await db.scalars(given)).all()) == 4
