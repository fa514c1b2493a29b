"""4.3.3 Each change of an order is told to the customer at once; so is a proposal that was sent (4.2.2)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import crypto
from zhidu.kernel.db import flushed
from zhidu.kernel.events import Event, on
from zhidu.kernel.lifecycle import History
from zhidu.kernel.money import written
from zhidu.policy import duties
from zhidu.regulation.controls import Records, Window, control
from zhidu.sales import fulfilments, timeline
from zhidu.sales.contacts import Contact
from zhidu.sales.customers import Customer
from zhidu.sales.orders import (
    LIFECYCLE,
    Order,
    OrderCancelled,
    OrderCompleted,
    OrderConfirmed,
    OrderDelivered,
    OrderHandedOver,
    OrderPlaced,
    OrderShipped,
)
from zhidu.sales.proposals import Proposal, ProposalSent, lines_of
from zhidu.service import messages
from zhidu.service.messages import Message

# What the customer reads, by the state that the order has reached.
_SUBJECT = {
    "placed": "已收到您的订单",
    "confirmed": "您的订单已确认",
    "processing": "您的订单正在备货",
    "shipped": "您的订单已发货",
    "delivered": "您的订单已送达",
    "completed": "您的订单已完成",
    "cancelled": "您的订单已取消",
}
_SAYS = {
    "placed": "感谢您的订购。我们会尽快与您核对订单内容，请留意来电。",
    "confirmed": "订单内容已与您核对无误，我们将尽快安排备货。",
    "processing": "订单已交接给物流与客服部门，正在为您备货。",
    "shipped": "您的订单已发出。承运商：{carrier}，运单号：{tracking}。",
    "delivered": "您的订单已送达，签收人：{received_by}。如有任何问题，请在七天内与我们联系。",
    "completed": "您的订单已完成。感谢您的信任，期待再次为您服务。",
    "cancelled": "您的订单已取消。如非您本人意愿，请与我们联系。",
}
_LETTER = """{name}，您好：

{says}

订单号：{number}
订单金额：{total} 元
当前状态：{state}

如有疑问，请直接回复本邮件，我们会尽快答复。
此致
敬礼
"""
_STATE = {
    "placed": "已下单", "confirmed": "已确认", "processing": "备货中", "shipped": "已发货", "delivered": "已送达",
    "completed": "已完成", "cancelled": "已取消",
}  # fmt: skip
_PROPOSAL = """{name}，您好：

感谢您的信任。现将《{title}》发给您，请查阅。

{solution}

{lines}

合计：{total} 元（含税），已优惠 {discount} 元
{terms}方案编号：{number}，有效期至 {valid_until}

如有疑问或希望调整，请直接回复本邮件。
此致
敬礼
"""


async def tell_order(db: AsyncSession, event: Event) -> None:
    """The order's customer hears which state it has reached. A draft that is cancelled was never known to them."""
    order = await db.get_one(Order, event.record_id)
    if order.placed_at is None:
        return
    name, email = await _addressee(db, order.customer_id, order.contact_id)
    parcel = await fulfilments.latest(db, order.id) if order.status in ("shipped", "delivered") else None
    says = _SAYS[order.status].format(
        carrier=parcel and parcel.carrier,
        tracking=parcel and parcel.tracking_number,
        received_by=(parcel and parcel.received_by) or order.receiver,
    )
    await messages.tell(
        db,
        kind=f"order.{order.status}",
        to_email=email,
        to_name=name,
        subject=f"{_SUBJECT[order.status]}（{order.number}）",
        body=_LETTER.format(
            name=name, says=says, number=order.number, total=written(order.total_fen), state=_STATE[order.status]
        ),
        owner_id=order.owner_id,
        department_id=order.department_id,
        order_id=order.id,
        customer_id=order.customer_id,
    )


def _each(*kinds: type[Event], reaction: Callable[[AsyncSession, Event], Awaitable[None]]) -> None:
    for kind in kinds:
        on(kind)(reaction)


_each(
    OrderPlaced, OrderConfirmed, OrderHandedOver, OrderShipped, OrderDelivered, OrderCompleted, OrderCancelled,
    reaction=tell_order,
)  # fmt: skip


@on(ProposalSent)
async def tell_proposal(db: AsyncSession, event: ProposalSent) -> None:
    """The customer gets the proposal, unless it was handed over otherwise."""
    if event.by != "email":
        return
    proposal = await db.get_one(Proposal, event.record_id)
    name, email = await _addressee(db, proposal.customer_id, proposal.contact_id)
    lines = "\n".join(
        f"{line.position}. {line.name}（{line.sku}） {line.quantity.normalize():f} {line.unit} × "
        f"{written(line.unit_price_fen)} 元，小计 {written(line.total_fen)} 元"
        for line in await lines_of(db, proposal.id)
    )
    await messages.tell(
        db,
        kind="proposal.sent",
        to_email=email,
        to_name=name,
        subject=f"{proposal.title}（{proposal.number}）",
        body=_PROPOSAL.format(
            name=name, title=proposal.title, solution=proposal.solution, lines=lines,
            total=written(proposal.total_fen), discount=written(proposal.discount_fen),
            terms=f"{proposal.terms}\n" if proposal.terms else "", number=proposal.number,
            valid_until=f"{proposal.valid_until:%Y-%m-%d}",
        ),
        owner_id=proposal.owner_id,
        department_id=proposal.department_id,
        customer_id=proposal.customer_id,
    )  # fmt: skip


async def _addressee(db: AsyncSession, customer_id: UUID, contact_id: UUID | None) -> tuple[str, str | None]:
    """Whom to write to: the contact where there is one with an address, else the customer."""
    await flushed(db)
    found = (await db.execute(_ADDRESSES, {"customer_id": customer_id, "contact_id": contact_id})).one()
    name, sealed = (found.contact, found.to_contact) if found.to_contact is not None else (found.customer, found.to)
    return name, None if sealed is None else crypto.ring().open("email", sealed)


_ADDRESSES = (
    select(
        Customer.name.label("customer"), Customer.email_sealed.label("to"),
        Contact.name.label("contact"), Contact.email_sealed.label("to_contact"),
    )
    .outerjoin(Contact, Contact.id == bindparam("contact_id"))
    .where(Customer.id == bindparam("customer_id"))
)  # fmt: skip


def _messages(customer_id: object) -> timeline.Rows:
    return timeline.row(
        id=Message.id, at=Message.created_at, kind="message", resource="message", record_id=Message.id,
        title=Message.subject, text=Message.error, status=Message.status, account_id=Message.created_by,
    ).where(Message.customer_id == customer_id)  # fmt: skip


timeline.BRANCHES.append(timeline.Branch(duties.READ_MESSAGE, _messages))


# -- the measure -------------------------------------------------------------------------------------------------------


def _changes(window: Window) -> Records:
    """The steps of the period that a customer should hear of."""
    told = [state for state in LIFECYCLE.states if state in _SUBJECT]
    return (
        select(Order.id, Order.number.label("title"), literal("order").label("resource"), History.at.label("at"))
        .join(Order, Order.id == History.record_id)
        .where(
            History.resource == "order", History.at >= window.since, History.at < window.until,
            History.target.in_(told), Order.placed_at.is_not(None),
        )
    )  # fmt: skip


def _untold(window: Window) -> Records:
    heard = exists().where(Message.order_id == History.record_id, Message.kind == literal("order.") + History.target)
    return _changes(window).where(~heard)


control(
    "order.told", "订单的每次状态变化都告知客户", "Each change of an order is told to the customer", clause="4.3.3",
    population=_changes, failing=_untold, period=timedelta(days=30),
)  # fmt: skip
