"""4.1, 2.2.1 Leads, forms, scoring models and duplicates move only as their tables are written."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import update

from tests.conftest import Acting
from tests.lifecycles import Case, every_step_of
from tests.sales.arriving import LEADS, a_source, arrived
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.sales import duplicates, lead_forms, leads, scoring
from zhidu.sales.duplicates import Duplicate
from zhidu.sales.lead_forms import LeadForm
from zhidu.sales.leads import Lead
from zhidu.sales.scoring import ScoringModel

SALES = "/api/v1/sales"


@pytest.fixture(scope="module")
async def source(house: House) -> str:
    """A lead source."""
    return await a_source(house)


async def taken(acting: Acting, who: str, path: str, record_id: str, verb: str, body: Any = None) -> httpx.Response:
    """Take a step with a record as it is now."""
    url = f"{SALES}/{path}/{record_id}"
    version = (await acting(who).get(url)).headers["ETag"]
    if verb == "update":
        return await acting(who).patch(url, json=body or {}, headers={"If-Match": version})
    return await acting(who).post(f"{url}/{verb}", json=body, headers={"If-Match": version})


@every_step_of(leads.LIFECYCLE)
async def test_a_lead_moves_only_as_written(
    case: Case, acting: Acting, house: House, source: str, staff: dict[str, Account]
):
    async def take(case: Case) -> httpx.Response:
        lead = await arrived(acting, source)
        async with unit_of_work(house.database) as db:
            values = {"status": case.state, "owner_id": staff["sales-manager"].id}
            await db.execute(update(Lead).where(Lead.id == UUID(lead.json()["id"])).values(values))
        bodies = {
            "disqualify": {"reason": "学生"}, "lose": {"reason": "竞品"},
            "convert": {"title": "门锁", "amount": "1.00"},
            "assign": {"account_id": str(staff["sales-specialist"].id)},
            "contact": {"channel": "call", "content": "问好"},
            "nurture": {"next_at": (clock.now() + timedelta(days=1)).isoformat()}, "update": {"title": "经理"},
        }  # fmt: skip
        return await taken(acting, "sales-manager", "leads", lead.json()["id"], case.verb, bodies.get(case.verb))

    await case.check(take)


@every_step_of(lead_forms.LIFECYCLE)
async def test_a_form_moves_only_as_written(case: Case, acting: Acting, house: House, source: str):
    async def take(case: Case) -> httpx.Response:
        form = LeadForm(
            id=uuid4(), key=f"f-{uuid4().hex[:8]}", title="表单", consent_text="同意", thanks="谢谢", status=case.state,
            source_id=UUID(source), fields=[{"name": "name", "label": "姓名", "required": True, "options": []}],
        )  # fmt: skip
        async with unit_of_work(house.database) as db:
            db.add(form)
        return await taken(acting, "marketing-manager", "forms", str(form.id), case.verb)

    await case.check(take)


@every_step_of(scoring.LIFECYCLE)
async def test_a_scoring_model_moves_only_as_written(case: Case, acting: Acting, house: House):
    async def take(case: Case) -> httpx.Response:
        model = scoring.default_model()
        model.id, model.number, model.status = uuid4(), uuid4().int % 10**9, case.state
        async with unit_of_work(house.database) as db:
            await db.execute(update(ScoringModel).values(status="retired"))
            db.add(model)
        body = {"name": "改名", "intent_max": 60, "fit_max": 40, "intent_rules": model.intent_rules,
                "fit_rules": model.fit_rules}  # fmt: skip
        return await taken(
            acting, "sales-manager", "scoring-models", str(model.id), case.verb, {"update": body}.get(case.verb)
        )

    await case.check(take)


@every_step_of(duplicates.LIFECYCLE)
async def test_a_pair_moves_only_as_written(case: Case, acting: Acting, house: House, source: str):
    async def take(case: Case) -> httpx.Response:
        first = (await arrived(acting, source, "sales-manager")).json()["id"]
        second = (await arrived(acting, source, "sales-manager")).json()["id"]
        pair = Duplicate(
            id=uuid4(), lead_id=UUID(second), other_id=UUID(first), reason="name", certain=False, score=90,
            department_id=(await acting("sales-manager").get(f"{LEADS}/{first}")).json()["department_id"],
        )  # fmt: skip
        async with unit_of_work(house.database) as db:
            db.add(pair)
        if case.state == "merged":
            await taken(acting, "sales-manager", "duplicates", str(pair.id), "merge", {"keep": first})
        if case.state == "dismissed":
            await taken(acting, "sales-manager", "duplicates", str(pair.id), "dismiss")
        body = {"keep": first} if case.verb == "merge" else None
        return await taken(acting, "sales-manager", "duplicates", str(pair.id), case.verb, body)

    await case.check(take)
