"""4.3 Orders: from receipt to completion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.catalog.products import Product
from zhidu.kernel import audit, clock
from zhidu.kernel.crypto import HasAddress, HasPhone
from zhidu.kernel.db import Model, Owned, Record, new_id, scope_indexes
from zhidu.kernel.events import Event, emit, on
from zhidu.kernel.jobs import every
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import FieldError, OutOfOrder
from zhidu.kernel.texts import Text
from zhidu.org import handovers
from zhidu.org.handovers import Handover
from zhidu.policy import duties
from zhidu.policy.accounts import Account, Department
from zhidu.policy.actor import RULES, Actor
from zhidu.policy.reach import within_reach
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import Kind, due, met, obligation, void
from zhidu.sales import customers, fulfilments, ledger, opportunities, proposals
from zhidu.sales.attribution import Attributed
from zhidu.sales.contacts import Contact
from zhidu.sales.customers import Customer
from zhidu.sales.lines import Priced, Summed, line_checks, priced, shown_lines, sum_up
from zhidu.sales.numbers import numbered
from zhidu.sales.opportunities import Opportunity, OpportunityWon
from zhidu.sales.proposals import Proposal

LIFECYCLE = Lifecycle(
    "order",
    {
        "draft": "open", "placed": "open", "confirmed": "open", "processing": "open", "shipped": "waiting",
        "delivered": "waiting", "completed": "done", "cancelled": "ended",
    },
    # Until the customer has confirmed it, it is made exact; afterwards it changes by an approved change alone.
    update=within(("draft", "placed"), clause="4.3.1"),
    place=step("draft", "placed", clause="4.3.1"),
    confirm=step("placed", "confirmed", clause="4.3.1"),
    hand_over=step("confirmed", "processing", clause="4.3.2"),
    ship=step("processing", "shipped", clause="4.3.2"),
    deliver=step("shipped", "delivered", clause="4.3.3"),
    complete=step("delivered", "completed", clause=("4.3.3", "2.4.2")),
    cancel=step(("draft", "placed"), "cancelled", clause="4.3.4"),
)  # fmt: skip

COMPLETES_AFTER = timedelta(days=7)

PLACE_LIMIT = limit(
    "order.place", 8, "working-hours", "补全赢单的订单", "complete the order of a won opportunity", clause="4.3.1"
)
CONFIRM_LIMIT = limit("order.confirm", 2, "working-hours", "与客户确认订单", "confirm an order", clause="4.3.1")
HAND_OVER_LIMIT = limit(
    "order.hand_over", 2, "working-hours", "交接已确认的订单", "hand a confirmed order over", clause="4.3.2"
)
SHIP_LIMIT = limit("order.ship", 24, "working-hours", "发货", "ship an order", clause="4.3.2")
DELIVER_LIMIT = limit("order.deliver", 10, "days", "跟进送达", "see an order delivered", clause="4.3.3")
PLACE = obligation("order.place", "补全并下单", "Complete and place the order", clause="4.3.1", limit=PLACE_LIMIT)
CONFIRM = obligation(
    "order.confirm", "与客户确认订单", "Confirm the order with the customer", clause="4.3.1", limit=CONFIRM_LIMIT
)
HAND_OVER = obligation(
    "order.hand_over", "把订单交接给执行部门", "Hand the order over", clause="4.3.2", limit=HAND_OVER_LIMIT
)
SHIP = obligation("order.ship", "发货", "Ship the order", clause="4.3.2", limit=SHIP_LIMIT)
DELIVER = obligation("order.deliver", "跟进送达", "See the order delivered", clause="4.3.3", limit=DELIVER_LIMIT)


class OrderConfirmed(Event):
    """The customer has confirmed that it is exact."""


class OrderHandedOver(Event):
    """Every department that executes it has been offered its part."""


class OrderShipped(Event):
    """It is on its way."""


class OrderDelivered(Event):
    """The customer has it."""


class OrderCompleted(Event):
    """Nothing more is to be done."""


@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    """The customer orders; counted in the funnel on this day."""

    day: date


@dataclass(frozen=True, slots=True)
class OrderRevised(OrderPlaced):
    """A placed order was made exact; what it counts on its day has changed."""


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """It will not be; `day` is the one on which it was placed, None for a draft."""

    day: date | None


class FactsMissing(OutOfOrder):
    """409: the order cannot be executed as it stands; says what is missing."""

    slug = "facts-missing"
    title = Text("还缺少信息", "Facts are missing")


class Order(Summed, HasPhone, HasAddress, Attributed, Owned, Record):
    """What a customer has ordered. The telephone and the address are the receiver's."""

    __tablename__ = "sales_order"
    __table_args__ = (
        *scope_indexes("sales_order"),
        *scope_indexes("sales_order", "status", "updated_at"),
        *scope_indexes("sales_order", "created_at"),
        *scope_indexes("sales_order", "total_fen"),
        Index("ix_sales_order_customer_id", "customer_id", "created_at", "id"),
        Index("ix_sales_order_opportunity_id", "opportunity_id", postgresql_where=text("opportunity_id IS NOT NULL")),
        # Roll-ups recount whole days, and the funnel drills down to the orders of a channel or a campaign.
        Index("ix_sales_order_placed_at", "placed_at", postgresql_where=text("placed_at IS NOT NULL")),
        Index("ix_sales_order_channel", "channel_id", "placed_at", "id"),
        Index("ix_sales_order_campaign", "campaign_id", "placed_at", "id"),
        Index("ix_sales_order_to_complete", "delivered_at", postgresql_where=text("status = 'delivered'")),
    )

    number: Mapped[str] = mapped_column(unique=True, default=lambda: numbered("D"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id))
    opportunity_id: Mapped[UUID | None] = mapped_column(ForeignKey(Opportunity.id))
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey(Proposal.id))
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    receiver: Mapped[str | None] = mapped_column(doc="Who takes the goods.")
    invoice_title: Mapped[str | None]
    invoice_tax_number: Mapped[str | None]
    promised_ship_on: Mapped[date | None] = mapped_column(
        doc="Where another day than the company's limit was promised."
    )
    remark: Mapped[str | None]
    needs_setup: Mapped[bool] = mapped_column(default=False, doc="Tech has a part in it.")
    placed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(doc="How the customer confirmed: phone, wechat, email, in-person.")
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]


class OrderLine(Priced, Model):
    """A line of an order."""

    __tablename__ = "sales_order_line"
    __table_args__ = (*line_checks(), Index("ix_sales_order_line_order_id", "order_id", "position"))

    order_id: Mapped[UUID] = mapped_column(ForeignKey(Order.id))


LISTING = Listing(
    "order",
    Order,
    extra=(
        Customer.name.label("customer_name"),
        Contact.name.label("contact_name"),
        Account.name.label("owner_name"),
        ledger.paid_fen(Order.id).label("paid_fen"),
        ledger.payment_state(Order.id, Order.total_fen).label("payment"),
        shown_lines(OrderLine, OrderLine.order_id, Order.id).label("lines"),
    ),
    joins=(
        (Customer, Customer.id == Order.customer_id),
        (Contact, Contact.id == Order.contact_id),
        (Account, Account.id == Order.owner_id),
    ),
    filters=(
        Order.status, Order.owner_id, Order.customer_id, Order.opportunity_id, Order.proposal_id, Order.channel_id,
        Order.campaign_id, Order.total_fen, Order.created_at, Order.placed_at, Order.confirmed_at, Order.shipped_at,
        Order.delivered_at, Order.completed_at, Order.needs_setup,
    ),
    sorts=(Order.total_fen,),
    search=lambda q: customers.numbered_or_of_found(Order.number, Order.customer_id, q),
    lifecycle=LIFECYCLE,
)  # fmt: skip


# -- what is ordered ---------------------------------------------------------------------------------------------------


async def register(
    db: AsyncSession,
    actor: Actor,
    *,
    customer_id: UUID,
    lines: Sequence[Mapping[str, Any]],
    contact_id: UUID | None = None,
    **fields: Any,
) -> Order:
    """An order as the customer gave it; a draft until it is placed."""
    customer = await within_reach(db, actor, customers.LISTING, customer_id, "/customer_id")
    actor.must(duties.CREATE_ORDER, customer)
    contact = None if contact_id is None else await opportunities.contact_of(db, customer_id, contact_id)
    order = _for(customer, contact, **fields, **customer.attribution)
    db.add(order)
    await _put_lines(db, order, await priced(db, lines))
    return order


@on(OpportunityWon)
async def from_proposal(db: AsyncSession, event: OpportunityWon) -> None:
    """A won opportunity is an order: what the accepted proposal says, at its prices."""
    proposal = await db.get_one(Proposal, event.proposal_id)
    opportunity = await db.get_one(Opportunity, event.record_id)
    customer = await db.get_one(Customer, proposal.customer_id)
    contact = None if proposal.contact_id is None else await db.get(Contact, proposal.contact_id)
    order = _for(customer, contact, opportunity_id=opportunity.id, proposal_id=proposal.id, **opportunity.attribution)
    order.owner_id, order.department_id = opportunity.owner_id, opportunity.department_id
    db.add(order)
    await _put_lines(db, order, [line.kept() for line in await proposals.lines_of(db, proposal.id)])
    await due(
        db, PLACE, order.id, f"{order.number} {customer.name}", holder=order.owner_id, department=order.department_id
    )


def _for(customer: Customer, contact: Contact | None, **fields: Any) -> Order:
    """An order of this customer; what is not said is taken from the contact and the customer's file."""
    person = contact or customer
    known = {
        "receiver": person.name,
        "phone": person.phone or customer.phone,
        "address": customer.address,
        "invoice_title": customer.name if customer.kind == "company" else None,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    return Order(
        id=new_id(),
        customer_id=customer.id,
        contact_id=contact and contact.id,
        number=numbered("D"),
        owner_id=customer.owner_id,
        department_id=customer.department_id,
        **{**known, **given},
    )


async def revise(
    db: AsyncSession, actor: Actor, order: Order, lines: Sequence[Mapping[str, Any]] | None = None, **changes: Any
) -> Order:
    """Make it exact, until the customer has confirmed it; lines, if given, replace all, at today's prices."""
    actor.must(duties.UPDATE_ORDER, order)
    LIFECYCLE.check("update", order.status)
    if changes.get("contact_id") is not None:
        await opportunities.contact_of(db, order.customer_id, changes["contact_id"])
    for name, value in changes.items():
        setattr(order, name, value)
    if lines is not None:
        rows = await priced(db, lines)
        await db.execute(delete(OrderLine).where(OrderLine.order_id == order.id))
        await _put_lines(db, order, rows)
    if order.placed_at is not None:
        _must_be_executable(order)
        emit(db, OrderRevised(order.id, clock.day_of(order.placed_at)))
    return order


async def _put_lines(db: AsyncSession, order: Order, rows: Sequence[Mapping[str, Any]]) -> None:
    lines = [OrderLine(order_id=order.id, **row) for row in rows]
    db.add_all(lines)
    await db.flush()
    sum_up(order, lines)
    set_up = select(Product.id).where(Product.id.in_([line.product_id for line in lines]), Product.needs_setup)
    order.needs_setup = await db.scalar(set_up.limit(1)) is not None
    # Lines that changed and came to the same sum are a change of the order too: its ETag must say so.
    order.updated_at = clock.now()


# -- its steps ---------------------------------------------------------------------------------------------------------


async def place(db: AsyncSession, actor: Actor, order: Order, note: str | None = None) -> Order:
    """The customer orders it; it counts from now on."""
    actor.must(duties.PLACE_ORDER, order)
    LIFECYCLE.check("place", order.status)
    _must_be_executable(order)
    await LIFECYCLE.advance(db, actor, "place", order, note)
    order.placed_at = clock.now()
    await met(db, PLACE, order.id)
    await _due(db, CONFIRM, order)
    emit(db, OrderPlaced(order.id, clock.today()))
    return order


async def confirm(db: AsyncSession, actor: Actor, order: Order, *, by: str, note: str | None = None) -> Order:
    """The owner confirms with the customer that the order is exact, and says how."""
    actor.must(duties.CONFIRM_ORDER, order)
    await LIFECYCLE.advance(db, actor, "confirm", order, note)
    order.confirmed_at, order.confirmed_by = clock.now(), by
    await met(db, CONFIRM, order.id)
    await _due(db, HAND_OVER, order)
    emit(db, OrderConfirmed(order.id))
    return order


async def hand_over(db: AsyncSession, actor: Actor, order: Order, note: str | None = None) -> Order:
    """Service and logistics get their parts, tech where something must be set up; each signs by its own clock."""
    actor.must(duties.HAND_OVER_ORDER, order)
    await LIFECYCLE.advance(db, actor, "hand_over", order, note)
    parts = {kind: items for kind, items in _CHECKLISTS.items() if kind != "tech" or order.needs_setup}
    given = {
        kind: await handovers.offer(
            db, actor, resource="order", record_id=order.id, title=order.number, to_kind=kind, checklist=items
        )
        for kind, items in parts.items()
    }
    await met(db, HAND_OVER, order.id)
    day = order.promised_ship_on
    promised = None if day is None else datetime.combine(day, time(18), clock.COMPANY_ZONE)
    await due(
        db, SHIP, order.id, order.number, holder=None, department=given["logistics"].department_id,
        at=promised if promised and promised > clock.now() else None,
    )  # fmt: skip
    emit(db, OrderHandedOver(order.id))
    return order


_CHECKLISTS = {
    "service": ("客户与联系方式", "订单内容与客户确认一致", "承诺事项"),
    "logistics": ("收货人、电话、地址齐全", "商品与数量", "承诺发货日"),
    "tech": ("需安装调试的产品", "现场联系人"),
}


async def ship(
    db: AsyncSession, actor: Actor, order: Order, *, carrier: str, tracking_number: str, note: str | None = None
) -> Order:
    """Logistics sends it off, once it has signed for it."""
    actor.must(duties.SHIP_ORDER, order)
    LIFECYCLE.check("ship", order.status)
    if not await handovers.has_accepted(db, order.id, "logistics"):
        raise OutOfOrder(
            Text("物流部尚未签收交接，不能发货（4.3.2）", "Logistics has not signed for it yet (4.3.2)"),
            state=order.status,
        )
    await LIFECYCLE.advance(db, actor, "ship", order, note)
    order.shipped_at = clock.now()
    fulfilments.begin(db, order, carrier=carrier, tracking_number=tracking_number)
    await met(db, SHIP, order.id)
    service = await db.scalar(select(Department.id).where(Department.kind == "service", Department.active).limit(1))
    await due(db, DELIVER, order.id, order.number, holder=None, department=service)
    await _part_done(db, order, "logistics")
    emit(db, OrderShipped(order.id))
    return order


async def deliver(
    db: AsyncSession, actor: Actor, order: Order, *, received_by: str | None = None, note: str | None = None
) -> Order:
    """The customer has it."""
    actor.must(duties.DELIVER_ORDER, order)
    await LIFECYCLE.advance(db, actor, "deliver", order, note)
    order.delivered_at = clock.now()
    await fulfilments.arrived(db, order.id, received_by or order.receiver)
    await met(db, DELIVER, order.id)
    emit(db, OrderDelivered(order.id))
    return order


async def complete(db: AsyncSession, actor: Actor, order: Order, note: str | None = None) -> Order:
    """Nothing more is to be done: the customer says so, or seven days have passed."""
    actor.must(duties.COMPLETE_ORDER, order)
    LIFECYCLE.check("complete", order.status)
    unsigned = [name for _, name in await db.execute(_unsigned(Handover.record_id == order.id))]
    if unsigned:
        names = Text("、".join(unsigned), ", ".join(unsigned))
        raise OutOfOrder(
            Text(
                "{who}尚未签收交接，不能完成订单（4.3.2）",
                "{who} has not signed for it: it cannot be completed yet (4.3.2)",
            ).of(who=names),
            state=order.status,
        )
    await LIFECYCLE.advance(db, actor, "complete", order, note)
    order.completed_at = clock.now()
    await _part_done(db, order, "service", "tech")
    emit(db, OrderCompleted(order.id))
    return order


@every("23 * * * *", clause="4.3.3")
async def complete_after_a_week(db: AsyncSession) -> None:
    """What was delivered seven days ago, every department has signed for, and nobody says otherwise, is completed."""
    over = select(Order).where(Order.status == "delivered", Order.delivered_at < clock.now() - COMPLETES_AFTER)
    over = over.where(~_unsigned(Handover.record_id == Order.id).correlate(Order).exists())
    for order in await db.scalars(over.order_by(Order.delivered_at).limit(500).with_for_update(skip_locked=True)):
        await complete(db, RULES, order)


def _unsigned(of: ColumnElement[bool]) -> Select[UUID, str]:
    """The departments that were handed the order and have not signed for it."""
    waiting = select(Handover.id, Department.name).join(Department, Department.id == Handover.department_id)
    return waiting.where(of, Handover.status.not_in(("accepted", "done"))).order_by(Handover.offered_at)


async def cancel(db: AsyncSession, actor: Actor, order: Order, *, reason: str) -> Order:
    """It will not be. What was paid goes back first; once confirmed it takes an approved change."""
    actor.must(duties.CANCEL_ORDER, order)
    LIFECYCLE.check("cancel", order.status)
    if await ledger.paid_for(db, order.id) > 0:
        raise OutOfOrder(
            Text(
                "订单已有收款，请财务先冲销（4.3.4）",
                "It has been paid for: finance must reverse the payment first (4.3.4)",
            ),
            state=order.status,
        )
    await LIFECYCLE.advance(db, actor, "cancel", order, reason)
    order.cancelled_at, order.cancel_reason = clock.now(), reason
    await void(db, order.id)
    emit(db, OrderCancelled(order.id, order.placed_at and clock.day_of(order.placed_at)))
    return order


async def reveal(db: AsyncSession, actor: Actor, order: Order, *, reason: str) -> dict[str, str | None]:
    """Where it goes, in full, for a reason, leaving a trace (7.3.2)."""
    actor.must(duties.REVEAL_ORDER, order)
    audit.note(db, "reveal", "sales_order", order.id, reason=reason)
    return {"phone": order.phone, "address": order.address}


async def _due(db: AsyncSession, kind: Kind, order: Order) -> None:
    await due(db, kind, order.id, order.number, holder=order.owner_id, department=order.department_id)


async def _part_done(db: AsyncSession, order: Order, *kinds: str) -> None:
    """What the departments signed for is done with the order's own step."""
    for handover, kind in await handovers.of_record(db, order.id):
        if kind in kinds and handover.status == "accepted":
            await handovers.complete(db, RULES, handover)


def _must_be_executable(order: Order) -> None:
    asked = (
        ("receiver", order.receiver, Text("请填写收货人", "Who takes the goods?")),
        ("phone", order.phone_sealed, Text("请填写收货电话", "What is the receiver's telephone?")),
        ("address", order.address_sealed, Text("请填写收货地址", "Where does it go?")),
    )
    missing = [FieldError(f"/{name}", says, "missing") for name, value, says in asked if not value]
    if missing:
        raise FactsMissing(Text("收货信息不完整", "It does not say where it goes"), errors=missing, state=order.status)
