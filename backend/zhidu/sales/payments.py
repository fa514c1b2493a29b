"""4.3.1, 4.3.4 Payments: money that came in for an order, recorded by finance; a wrong one is reversed, not changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, new_id, scope_indexes
from zhidu.kernel.events import Event, emit
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.money import written
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed, OutOfOrder
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.policy.reach import within_reach
from zhidu.regulation.controls import Records, Window, control
from zhidu.sales import ledger, orders
from zhidu.sales.ledger import BANK, CUSTOMER, LedgerEntry
from zhidu.sales.orders import Order

LIFECYCLE = Lifecycle(
    "payment",
    {"recorded": "done", "reversed": "ended"},
    reverse=step("recorded", "reversed", clause="4.3.4"),
)
# An order that is not yet, or no longer, cannot be paid for.
_PAYABLE = ("placed", "confirmed", "processing", "shipped", "delivered", "completed")


class PaymentRecorded(Event):
    """Money has come in for an order."""


class PaymentReversed(Event):
    """It had not, or went back."""


class Payment(Owned, Record):
    """Money that came in; whoever answers for the order sees it."""

    __tablename__ = "sales_payment"
    __table_args__ = (
        *scope_indexes("sales_payment"),
        *scope_indexes("sales_payment", "created_at"),
        Index("ix_sales_payment_order_id", "order_id"),
        # The same money is not recorded twice; what was reversed may be recorded again.
        Index("uq_sales_payment_reference", "method", "reference", unique=True,
              postgresql_where=text("reference IS NOT NULL AND status = 'recorded'")),
        CheckConstraint("amount_fen > 0", name="amount"),
    )  # fmt: skip

    order_id: Mapped[UUID] = mapped_column(ForeignKey(Order.id))
    amount_fen: Mapped[int]
    method: Mapped[str] = mapped_column(doc="bank, alipay, wechat, cash or other")
    reference: Mapped[str | None] = mapped_column(doc="The bank's or the platform's own number.")
    paid_on: Mapped[date]
    remark: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    transaction_id: Mapped[UUID]
    reversal_id: Mapped[UUID | None] = mapped_column(doc="The opposite transaction.")
    reversed_at: Mapped[datetime | None]
    reverse_reason: Mapped[str | None]


LISTING = Listing(
    "payment",
    Payment,
    extra=(Order.number.label("order_number"),),
    joins=((Order, Order.id == Payment.order_id),),
    filters=(
        Payment.status, Payment.order_id, Payment.method, Payment.owner_id, Payment.amount_fen, Payment.paid_on,
        Payment.created_at,
    ),
    lifecycle=LIFECYCLE,
)  # fmt: skip


async def record(
    db: AsyncSession,
    actor: Actor,
    *,
    order_id: UUID,
    amount_fen: int,
    method: str,
    paid_on: date | None = None,
    reference: str | None = None,
    remark: str | None = None,
) -> Payment:
    """Money has come in; never recorded by who answers for the order, and never more than is still to pay."""
    order: Order = await within_reach(db, actor, orders.LISTING, order_id, "/order_id", lock=True)
    actor.must(duties.CREATE_PAYMENT, order)
    if order.status not in _PAYABLE:
        raise OutOfOrder(
            Text("订单尚未下单或已取消，不能登记收款", "The order is a draft, or cancelled"), state=order.status
        )
    if (paid_on or clock.today()) > clock.today():
        raise Malformed.at("/paid_on", Text("不能晚于今天", "Must not be after today"), "future")
    to_pay = order.total_fen - await ledger.paid_for(db, order.id)
    if not 0 < amount_fen <= to_pay:
        raise Malformed.at(
            "/amount",
            Text(
                "应大于 0，且不超过未付金额 {y} 元", "Must be more than 0, and no more than the {y} yuan still to pay"
            ).of(y=written(to_pay)),
            "amount",
        )
    payment = Payment(
        id=new_id(),
        order_id=order.id,
        amount_fen=amount_fen,
        method=method,
        reference=reference,
        paid_on=paid_on or clock.today(),
        remark=remark,
        transaction_id=await ledger.post(db, order.id, amount_fen, paid_on or clock.today()),
        owner_id=order.owner_id,
        department_id=order.department_id,
    )
    db.add(payment)
    emit(db, PaymentRecorded(payment.id))
    return payment


async def reverse(db: AsyncSession, actor: Actor, payment: Payment, *, reason: str) -> Payment:
    """It was wrong, or the bank took it back: an opposite posting, by another person than who recorded it."""
    actor.must(duties.REVERSE_PAYMENT, payment)
    await LIFECYCLE.advance(db, actor, "reverse", payment, reason)
    payment.reversal_id = await ledger.post(
        db, payment.order_id, payment.amount_fen, clock.today(), source=BANK, target=CUSTOMER
    )
    payment.reversed_at, payment.reverse_reason = clock.now(), reason
    emit(db, PaymentReversed(payment.id))
    return payment


# -- the measure -------------------------------------------------------------------------------------------------------


def _moved(window: Window) -> Records:
    """Orders for which money moved in the period."""
    touched = select(LedgerEntry.order_id).where(LedgerEntry.at >= window.since, LedgerEntry.at < window.until)
    return select(
        Order.id, Order.number.label("title"), literal("order").label("resource"), Order.updated_at.label("at")
    ).where(Order.id.in_(touched))


def _more_back_than_paid(window: Window) -> Records:
    """Recounted from the postings, whatever the database has promised."""
    sums = select(LedgerEntry.order_id).where(LedgerEntry.account == CUSTOMER).group_by(LedgerEntry.order_id)
    return _moved(window).where(Order.id.in_(sums.having(func.sum(LedgerEntry.amount_fen) > 0)))


control(
    "payment.within_paid", "退回金额不超过已收金额", "No more is given back than was paid", clause="4.3.4",
    population=_moved, failing=_more_back_than_paid,
)  # fmt: skip
