"""Leads for the tests: a source, a routing rule that holds at any hour, and the steps by their versions."""

from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import select

from tests.conftest import Acting, versioned
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation.obligations import Obligation
from zhidu.sales.lead_sources import LeadSource

LEADS = "/api/v1/sales/leads"


async def a_source(house: House, code: str = "baidu", **fields: Any) -> str:
    """A lead source; its id."""
    async with unit_of_work(house.database) as db:
        made = LeadSource(code=code, name=code, kind="search", **fields)
        db.add(made)
    return str(made.id)


async def arrived(acting: Acting, source: str, who: str = "marketing-specialist", **facts: Any) -> httpx.Response:
    """A new lead, as its registrant sees it."""
    facts = {"name": f"张{uuid4().hex[:8]}", "source_id": source, **facts}
    reply = await acting(who).post(LEADS, json=facts)
    assert reply.status_code == 201, reply.text
    return reply


async def step(acting: Acting, who: str, before: httpx.Response, verb: str, **body: Any) -> httpx.Response:
    """Take a step with the version that the last answer showed."""
    url = f"{LEADS}/{before.json()['id']}/{verb}"
    return await acting(who).post(url, json=body or None, headers=versioned(before))


async def due_of(house: House, record_id: str) -> dict[str, str]:
    """What is or was due of a record: the last of each kind."""
    async with house.database.sessions() as db:
        found = select(Obligation.kind, Obligation.status).where(Obligation.record_id == record_id)
        rows = await db.execute(found.order_by(Obligation.opened_at, Obligation.id))
        return {row.kind: row.status for row in rows}
