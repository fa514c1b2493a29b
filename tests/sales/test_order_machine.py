"""4.3: whatever people do with orders and money, in whatever order, the states are as written and the sums are right.

Hypothesis plays the salesperson, the clerks and the bank against the running API, and keeps a small model beside it.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import func, select

from tests.conftest import token_of
from zhidu.app import create_app
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.sales.ledger import CUSTOMER, LedgerEntry
from zhidu.sales.orders import LIFECYCLE
from zhidu.settings import Settings

PRICE = 128000
PAYABLE = ("placed", "confirmed", "processing", "shipped", "delivered", "completed")
SIGNERS = {"logistics-clerk", "service-agent"}
WHO = {"ship": "logistics-clerk", "deliver": "service-agent", "complete": "service-agent"}
BODY: dict[str, dict[str, Any]] = {
    "confirm": {"by": "phone"}, "cancel": {"reason": "不要了"},
    "ship": {"carrier": "顺丰速运", "tracking_number": "SF1390246814703"},
}  # fmt: skip
ONWARDS = {
    "draft": "place", "placed": "confirm", "confirmed": "hand_over", "processing": "ship", "shipped": "deliver",
    "delivered": "complete",
}  # fmt: skip
VERBS = [verb for verb, step in LIFECYCLE.steps.items() if step.target]


@dataclass
class Ordered:
    """What the model knows of an order."""

    id: str
    total: int
    state: str = "draft"
    paid: int = 0
    signed: set[str] = field(default_factory=set)


@dataclass
class Paid:
    """What the model knows of a payment."""

    id: str
    order: Ordered
    amount: int
    by: str
    reversed: bool = False


@dataclass
class Company:
    """The running application with its people, driven from outside its event loop."""

    runner: asyncio.Runner
    house: House
    clients: dict[str, AsyncClient]
    customer: str = ""
    product: str = ""
    seen: list[Ordered] = field(default_factory=list)

    def call(self, who: str, method: str, path: str, **kwargs: Any) -> Response:
        """One request, and never a failure of ours."""
        reply = self.runner.run(self.clients[who].request(method, f"/api/v1{path}", **kwargs))
        assert reply.status_code < 500, f"{method} {path}: {reply.text}"
        return reply

    def version(self, path: str) -> dict[str, str]:
        """If-Match for a record as it is now."""
        return {"If-Match": self.call("inspector", "GET", path).headers["ETag"]}

    def sums(self, order_id: str) -> tuple[int, int]:
        """All postings of an order, and those of its customer."""

        async def read() -> tuple[int, int]:
            async with self.house.database.sessions() as db:
                mine = select(func.coalesce(func.sum(LedgerEntry.amount_fen), 0))
                mine = mine.where(LedgerEntry.order_id == UUID(order_id))
                return int(await db.scalar(mine) or 0), int(
                    await db.scalar(mine.where(LedgerEntry.account == CUSTOMER)) or 0
                )

        return self.runner.run(read())


@pytest.fixture(scope="module")
def company(database_url: str, settings: Settings) -> Iterator[Company]:
    """The application on this module's database, in an event loop that synchronous rules can drive."""
    with asyncio.Runner() as runner:
        app = create_app(settings, database_url)
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        house: House = app.state.house

        async def sign_in() -> dict[str, AsyncClient]:
            async with house.database.sessions() as db:
                staff = {account.login: account.id for account in await db.scalars(select(Account))}
            transport = ASGITransport(app, raise_app_exceptions=False)
            tokens = {login: await token_of(house, account_id) for login, account_id in staff.items()}
            return {
                login: AsyncClient(
                    transport=transport, base_url="http://zhidu.test", headers={"Authorization": f"Bearer {token}"}
                )
                for login, token in tokens.items()
            }

        made = Company(runner, house, runner.run(sign_in()))
        file = {"name": "杭州西子花艺", "phone": "0571-88001122", "address": "浙江省杭州市文三路 90 号"}
        made.customer = made.call("sales-specialist", "POST", "/sales/customers", json=file).json()["id"]
        lock = {"sku": "LOCK", "name": "智能门锁", "price": "1280.00"}
        made.product = made.call("support-staff", "POST", "/catalog/products", json=lock).json()["id"]
        yield made
        runner.run(lifespan.__aexit__(None, None, None))


class OrderMachine(RuleBasedStateMachine):
    """Rules are what people try; each knows whether it may succeed."""

    company: Company
    orders = Bundle("orders")
    payments = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Ordered] = []

    @rule(target=orders, quantity=st.integers(1, 5), off=st.integers(0, PRICE))
    def register(self, quantity: int, off: int) -> Ordered:
        """An order of some locks, with something off."""
        line = {"product_id": self.company.product, "quantity": str(quantity), "discount": f"{off / 100:.2f}"}
        made = self.company.call(
            "sales-specialist", "POST", "/sales/orders", json={"customer_id": self.company.customer, "lines": [line]}
        )
        assert made.status_code == 201, made.text
        order = Ordered(made.json()["id"], quantity * PRICE - off)
        assert made.json()["total"] == f"{order.total / 100:.2f}"
        self.all.append(order)
        return order

    @rule(order=orders, verb=st.sampled_from(VERBS))
    def move(self, order: Ordered, verb: str) -> None:
        """Any step, by the person whose duty it is."""
        step = LIFECYCLE.steps[verb]
        path = f"/sales/orders/{order.id}"
        reply = self.company.call(
            WHO.get(verb, "sales-specialist"), "POST", f"{path}/{verb.replace('_', '-')}",
            json=BODY.get(verb, {}), headers=self.company.version(path),
        )  # fmt: skip
        may = order.state in step.sources
        may = may and (verb != "ship" or "logistics-clerk" in order.signed)
        may = may and (verb != "complete" or order.signed == SIGNERS) and (verb != "cancel" or order.paid == 0)
        assert reply.status_code == (200 if may else 409), f"{verb} from {order.state}: {reply.text}"
        if may:
            order.state = step.target
            assert reply.json()["status"] == order.state

    @rule(order=orders, who=st.sampled_from(sorted(SIGNERS)))
    def sign(self, order: Ordered, who: str) -> None:
        """A department signs for what was offered to it."""
        parts = self.company.call(who, "GET", f"/org/handovers?record_id={order.id}&status=offered").json()
        for part in (part for part in parts["items"] if "accept" in part["actions"]):
            reply = self.company.call(
                who, "POST", f"/org/handovers/{part['id']}/accept", json={},
                headers={"If-Match": f'"{part["version"]}"'},
            )  # fmt: skip
            assert reply.status_code == 200, reply.text
            order.signed.add(who)

    @rule(order=orders)
    def go_on(self, order: Ordered) -> None:
        """The step that a well-run company takes next, so that some orders get to the end."""
        if order.state == "processing":
            self.sign(order, "logistics-clerk")
        if order.state == "delivered":
            self.sign(order, "service-agent")
        if order.state in ONWARDS:
            self.move(order, ONWARDS[order.state])

    @rule(
        target=payments, order=orders, share=st.integers(-5, 130),
        by=st.sampled_from(["finance-clerk", "finance-clerk-2"]),
    )  # fmt: skip
    def pay(self, order: Ordered, share: int, by: str) -> Any:
        """A share of the total comes in, or more than that, or nothing."""
        amount = order.total * share // 100
        body = {"order_id": order.id, "amount": f"{amount / 100:.2f}", "method": "bank"}
        reply = self.company.call(by, "POST", "/sales/payments", json=body)
        if order.state not in PAYABLE:
            assert reply.status_code == (409 if amount >= 0 else 422), reply.text
            return multiple()
        if not 0 < amount <= order.total - order.paid:
            assert reply.status_code == 422, reply.text
            return multiple()
        assert reply.status_code == 201, reply.text
        order.paid += amount
        return Paid(reply.json()["id"], order, amount, by)

    @rule(payment=payments, by=st.sampled_from(["finance-clerk", "finance-clerk-2"]))
    def reverse(self, payment: Paid, by: str) -> None:
        """A payment goes back: once, and by another person."""
        path = f"/sales/payments/{payment.id}"
        reply = self.company.call(
            by, "POST", f"{path}/reverse", json={"reason": "登错"}, headers=self.company.version(path)
        )
        if by == payment.by:
            assert reply.status_code == 403, reply.text
        elif payment.reversed:
            assert reply.status_code == 409, reply.text
        else:
            assert reply.status_code == 200, reply.text
            payment.reversed = True
            payment.order.paid -= payment.amount

    @invariant()
    def the_books_are_right(self) -> None:
        """The postings add up, nobody has paid less than nothing, and the API shows what the model knows."""
        for order in self.all[-3:]:
            whole, customers = self.company.sums(order.id)
            assert whole == 0
            assert -customers == order.paid >= 0
            shown = self.company.call("inspector", "GET", f"/sales/orders/{order.id}").json()
            assert (shown["status"], shown["paid"]) == (order.state, f"{order.paid / 100:.2f}")
            state = "paid" if order.paid >= order.total else "partly_paid" if order.paid else "unpaid"
            assert shown["payment"] == state


def test_whatever_people_do_states_and_sums_are_as_written(company: Company) -> None:
    OrderMachine.company = company
    run_state_machine_as_test(
        OrderMachine,
        settings=hypothesis_settings(
            max_examples=12, stateful_step_count=30, deadline=None, database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        ),
    )  # fmt: skip
