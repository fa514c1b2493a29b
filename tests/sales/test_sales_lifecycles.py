"""4.2.2, 4.3: opportunities, proposals, orders and payments move only as their tables say, over the API."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import insert, select, update

from tests.conftest import Acting
from tests.lifecycles import Case, every_step_of
from tests.sales.selling import API, done, opportunity, order, placed, proposal
from zhidu.kernel import clock
from zhidu.kernel.db import Record, new_id
from zhidu.kernel.work import unit_of_work
from zhidu.org.handovers import Handover
from zhidu.policy.accounts import Account, Department
from zhidu.policy.guard import House
from zhidu.sales import opportunities, orders, payments, proposals


async def put(house: House, model: type[Record], record_id: str, **values: Any) -> int:
    """Set a record into a state, past the rules; returns its version."""
    async with unit_of_work(house.database) as db:
        found = update(model).where(model.id == UUID(record_id)).values(values).returning(model.version)
        return int((await db.execute(found)).scalar_one())


async def ask(client: httpx.AsyncClient, path: str, version: int, case: Case, body: dict[str, Any]) -> httpx.Response:
    """Ask for the case's step; `update` is a PATCH."""
    headers = {"If-Match": f'"{version}"'}
    if case.verb == "update":
        return await client.patch(f"{API}/{path}", json=body, headers=headers)
    return await client.post(f"{API}/{path}/{case.verb.replace('_', '-')}", json=body, headers=headers)


@pytest.fixture(scope="module")
async def kept() -> dict[str, str]:
    """The one record of each kind that the cases of this module share."""
    return {}


@every_step_of(orders.LIFECYCLE)
async def test_an_order_moves_only_as_written(case: Case, acting: Acting, house: House, kept: dict[str, str]):
    async def take(case: Case) -> httpx.Response:
        if "order" not in kept:
            kept["order"] = (await order(acting)).json()["id"]
            async with unit_of_work(house.database) as db:
                logistics = await db.scalar(select(Department.id).where(Department.kind == "logistics"))
                await db.execute(insert(Handover).values(
                    id=new_id(), version=1, resource="order", record_id=UUID(kept["order"]), record_title="x",
                    checklist=[], status="accepted", department_id=logistics, due_at=clock.now(),
                ))  # fmt: skip
        async with unit_of_work(house.database) as db:  # whoever was handed it has signed for it
            signed = update(Handover).where(Handover.record_id == UUID(kept["order"]))
            await db.execute(signed.values(status="accepted"))
        version = await put(house, orders.Order, kept["order"], status=case.state)
        who = {"ship": "logistics-clerk", "deliver": "service-agent", "complete": "service-agent"}
        body = {
            "confirm": {"by": "phone"}, "cancel": {"reason": "x"}, "update": {"remark": "x"},
            "ship": {"carrier": "顺丰速运", "tracking_number": "SF1390246814703"},
        }.get(case.verb, {})  # fmt: skip
        return await ask(
            acting(who.get(case.verb, "sales-specialist")), f"sales/orders/{kept['order']}", version, case, body
        )

    await case.check(take)


@every_step_of(opportunities.LIFECYCLE)
async def test_an_opportunity_moves_only_as_written(case: Case, acting: Acting, house: House, kept: dict[str, str]):
    async def take(case: Case) -> httpx.Response:
        if "opportunity" not in kept:
            chance = (await opportunity(acting)).json()
            kept["opportunity"] = chance["id"]
            kept["accepted"] = (await proposal(acting, chance["id"])).json()["id"]
        version = await put(
            house, opportunities.Opportunity, kept["opportunity"], status=case.state, held_from="solution",
            proposal_sent_at=clock.now(), accepted_proposal_id=UUID(kept["accepted"]),
        )  # fmt: skip
        async with house.database.sessions() as db:
            me = await db.scalar(select(Account.id).where(Account.login == "sales-specialist"))
        body = {
            "lose": {"reason": "x"}, "hold": {"until": (clock.today() + timedelta(days=9)).isoformat()},
            "reassign": {"owner_id": str(me)}, "update": {"title": "x"},
        }.get(case.verb, {})  # fmt: skip
        who = "sales-manager" if case.verb == "reassign" else "sales-specialist"
        return await ask(acting(who), f"sales/opportunities/{kept['opportunity']}", version, case, body)

    await case.check(take)


@every_step_of(proposals.LIFECYCLE)
async def test_a_proposal_moves_only_as_written(case: Case, acting: Acting, house: House, kept: dict[str, str]):
    async def take(case: Case) -> httpx.Response:
        if "proposal" not in kept:
            chance = (await opportunity(acting)).json()["id"]
            kept["proposal"] = (await proposal(acting, chance, discount="1000.00")).json()["id"]
        # What is sent from a draft has no discount to approve; what is submitted has.
        discount = 0 if case.verb == "send" else 100000
        version = await put(house, proposals.Proposal, kept["proposal"], status=case.state, discount_fen=discount)
        who = "sales-manager" if case.verb in ("approve", "return") else "sales-specialist"
        body = {
            "return": {"reason": "x"}, "decline": {"reason": "x"}, "send": {"by": "in-person"},
            "update": {"title": "x"},
        }.get(case.verb, {})  # fmt: skip
        return await ask(acting(who), f"sales/proposals/{kept['proposal']}", version, case, body)

    await case.check(take)


@every_step_of(payments.LIFECYCLE)
async def test_a_payment_moves_only_as_written(case: Case, acting: Acting, house: House):
    async def take(case: Case) -> httpx.Response:
        bill = {"order_id": (await placed(acting)).json()["id"], "amount": "1.00", "method": "cash"}
        made = done(await acting("finance-clerk").post(f"{API}/sales/payments", json=bill)).json()
        version = await put(house, payments.Payment, made["id"], status=case.state)
        return await ask(acting("finance-clerk-2"), f"sales/payments/{made['id']}", version, case, {"reason": "x"})

    await case.check(take)
