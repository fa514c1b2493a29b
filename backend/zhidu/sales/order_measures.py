"""2.4.2, 4.3.1, 4.3.2 How well orders are confirmed, handed over, and kept moving."""

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, literal, or_, select

from zhidu.org.handovers import Handover
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.obligations import Kind, Obligation
from zhidu.sales.orders import COMPLETES_AFTER, CONFIRM, HAND_OVER, LIFECYCLE, Order


def _obliged(kind: Kind, window: Window) -> Records:
    """The orders whose obligation of this kind was met in the period, or should have been."""
    return (
        select(
            Order.id, Order.number.label("title"), literal("order").label("resource"), Obligation.opened_at.label("at")
        )
        .join(Obligation, Obligation.record_id == Order.id)
        .where(
            Obligation.kind == kind.name,
            Obligation.opened_at >= window.since,
            Obligation.opened_at < window.until,
            Obligation.status != "void",
            or_(Obligation.met_at.is_not(None), Obligation.due_at < window.until),
        )
    )


def _late(window: Window) -> ColumnElement[bool]:
    still = Obligation.met_at.is_(None) & (Obligation.due_at < window.until)
    return or_(Obligation.status == "met_late", still)


def _badly_handed_over(window: Window) -> Records:
    overdue = Handover.answered_at.is_(None) & (Handover.due_at < window.until)
    slow = exists().where(Handover.record_id == Order.id, or_(Handover.answered_at > Handover.due_at, overdue))
    return _obliged(HAND_OVER, window).where(or_(_late(window), slow))


def _under_way(window: Window) -> Records:
    return select(
        Order.id, Order.number.label("title"), literal("order").label("resource"), Order.updated_at.label("at")
    ).where(Order.status.in_(LIFECYCLE.of_category("open", "waiting")), Order.created_at < window.until)


def _standing(window: Window) -> Records:
    """Past the limit of their state: something is due and late, or nobody has completed what was delivered."""
    late = exists().where(
        Obligation.record_id == Order.id, Obligation.met_at.is_(None), Obligation.status != "void",
        Obligation.due_at < window.until,
    )  # fmt: skip
    forgotten = Order.delivered_at < window.until - COMPLETES_AFTER - timedelta(days=1)
    return _under_way(window).where(or_(late, forgotten & (Order.status == "delivered")))


control(
    "order.confirmed", "订单在 2 个工作小时内与客户确认", "Orders are confirmed within 2 working hours", clause="4.3.1",
    population=lambda window: _obliged(CONFIRM, window),
    failing=lambda window: _obliged(CONFIRM, window).where(_late(window)), green=0.95, amber=0.85,
)  # fmt: skip
control(
    "order.handed_over", "已确认订单及时交接并签收", "Confirmed orders are handed over and signed for in time",
    clause="4.3.2", population=lambda window: _obliged(HAND_OVER, window), failing=_badly_handed_over,
    green=0.95, amber=0.85,
)  # fmt: skip
control(
    "order.moving", "订单不在任何状态停留超限", "No order stands in one state past its limit", clause="2.4.2",
    population=_under_way, failing=_standing, green=0.95, amber=0.85,
)  # fmt: skip
