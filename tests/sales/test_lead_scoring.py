"""4.1.2 Leads are judged by declared rules, intent and fit apart; a new model judges the open leads anew."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.conftest import Acting, versioned
from tests.sales.arriving import LEADS, a_source, arrived
from zhidu.kernel.jobs import JOBS
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.sales import scoring
from zhidu.sales.leads import Lead

MODELS = "/api/v1/sales/scoring-models"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def a_rule(field: str, test: str, value: Any, points: int) -> dict[str, Any]:
    """A rule of a model."""
    return {"field": field, "test": test, "value": value, "points": points, "label": {"zh": field, "en": field}}


A_MODEL = {
    "name": "测试模型", "intent_max": 70, "fit_max": 30, "key_from": 60,
    "intent_rules": [a_rule("need", "contains", "报价", 50), a_rule("facts.visits", "at_least", "5", 30)],
    "fit_rules": [a_rule("region", "in", ["广东省", "浙江省"], 20), a_rule("source_kind", "is", "search", 20)],
}  # fmt: skip


@pytest.fixture(scope="module")
async def source(house: House) -> str:
    """A lead source."""
    return await a_source(house)


@pytest.mark.parametrize(
    ("test", "value", "fact", "holds"),
    [
        ("is", "ABC", "ａｂｃ ", True),
        ("is", "abc", "abcd", False),
        ("in", ["甲", "乙"], "乙", True),
        ("contains", "报价", "请报价给我", True),
        ("at_least", "5", "5", True),
        ("at_least", "5", "4.9", False),
        ("at_least", "5", "很多", False),
        ("present", None, "x", True),
        ("present", None, "", False),
        ("present", None, None, False),
        ("within_days", "7", datetime(2026, 11, 20, tzinfo=UTC), True),
        ("within_days", "7", datetime(2026, 11, 1, tzinfo=UTC), False),
        ("within_days", "7", "yesterday", False),
    ],
)
def test_each_test_holds_as_it_reads(test: str, value: Any, fact: Any, holds: bool):
    model = scoring.default_model()
    model.intent_rules, model.fit_rules, model.intent_max = [a_rule("need", test, value, 9)], [], 60
    assert scoring.judge(model, {"need": fact}, NOW).intent == (9 if holds else 0)


def test_each_side_stays_between_nothing_and_its_maximum():
    model = scoring.default_model()
    model.intent_rules = [a_rule("need", "present", None, 50), a_rule("phone", "present", None, 50)]
    model.fit_rules = [a_rule("company", "present", None, -50), a_rule("title", "present", None, 10)]
    judged = scoring.judge(model, {"need": "x", "phone": True, "company": "x", "title": "x"}, NOW)
    assert (judged.intent, judged.fit, judged.score, judged.key) == (60, 0, 60, False)
    assert [part["points"] for part in judged.parts] == [50, 50, -50, 10]


async def test_a_model_is_drafted_adopted_and_judges_the_open_leads_anew(acting: Acting, source: str, house: House):
    lead = await arrived(acting, source, need="请报价", region="广东省")
    old = await arrived(acting, source)
    async with unit_of_work(house.database) as db:
        (await db.get_one(Lead, old.json()["id"])).status = "lost"
        visited = await db.get_one(Lead, lead.json()["id"])
        visited.facts = {"visits": "12"}
    manager = acting("sales-manager")
    draft = await manager.post(MODELS, json=A_MODEL)
    assert (draft.status_code, draft.json()["status"]) == (201, "draft"), draft.text
    revised = await manager.patch(
        f"{MODELS}/{draft.json()['id']}", json={**A_MODEL, "key_from": 90}, headers=versioned(draft)
    )
    assert revised.json()["key_from"] == 90
    refused = await acting("sales-specialist").post(f"{MODELS}/{draft.json()['id']}/adopt", headers=versioned(revised))
    assert (refused.status_code, refused.json()["clause"]) == (403, "4.1.2")
    adopted = await manager.post(f"{MODELS}/{draft.json()['id']}/adopt", headers=versioned(revised))
    assert adopted.status_code == 200, adopted.text
    unchanged = await manager.patch(f"{MODELS}/{draft.json()['id']}", json=A_MODEL, headers=versioned(adopted))
    assert unchanged.status_code == 409

    before = await manager.get(f"{LEADS}/{lead.json()['id']}")
    await JOBS["zhidu.sales.scoring.rescore_open_leads"].work(house.database, model_id=adopted.json()["id"])
    after = await manager.get(f"{LEADS}/{lead.json()['id']}")
    judged = after.json()
    assert (judged["intent_score"], judged["fit_score"], judged["score"], judged["key"]) == (70, 30, 100, True)
    assert judged["version"] == before.json()["version"]
    assert (await manager.get(f"{LEADS}/{old.json()['id']}")).json()["score"] == old.json()["score"]

    second = await manager.post(MODELS, json={**A_MODEL, "name": "第二版"})
    assert second.json()["number"] == adopted.json()["number"] + 1
    await manager.post(f"{MODELS}/{second.json()['id']}/adopt", headers=versioned(second))
    first = await manager.get(f"{MODELS}/{adopted.json()['id']}")
    assert first.json()["status"] == "retired"
    new = await arrived(acting, source, need="报价")
    assert (new.json()["score"], new.json()["intent_score"]) == (70, 50)
    # A model that was superseded meanwhile judges nobody.
    await JOBS["zhidu.sales.scoring.rescore_open_leads"].work(house.database, model_id=adopted.json()["id"])
    async with house.database.sessions() as db:
        by_old = select(func.count()).where(Lead.scoring_model_id == UUID(second.json()["id"]))
        assert await db.scalar(by_old) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"intent_max": 60}, "上限之和"),
        ({"intent_rules": [a_rule("need", "present", "x", 5)]}, "present"),
        ({"intent_rules": [a_rule("need", "in", "x", 5)]}, "列表"),
        ({"intent_rules": [a_rule("budget", "at_least", "many", 5)]}, "数字"),
        ({"intent_rules": [a_rule("password", "present", None, 5)]}, "格式"),
        ({"intent_rules": [a_rule("need", "present", None, 500)]}, "100"),
    ],
)
async def test_a_model_that_could_not_judge_is_refused(acting: Acting, wrong: dict[str, Any], says: str):
    reply = await acting("sales-manager").post(MODELS, json={**A_MODEL, **wrong})
    assert reply.status_code == 422
    assert says in json.dumps(reply.json()["errors"], ensure_ascii=False)
