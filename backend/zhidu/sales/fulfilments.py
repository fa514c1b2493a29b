"""4.3.2, 4.3.3 Fulfilments: what was sent off, by whom, under which tracking number, and when it arrived."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid, column, select, table
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.page import Listing

if TYPE_CHECKING:
    from zhidu.sales.orders import Order


class Fulfilment(Owned, Record):
    """A parcel of an order; whoever answers for the order answers for it."""

    __tablename__ = "sales_fulfilment"
    __table_args__ = (
        *scope_indexes("sales_fulfilment"),
        *scope_indexes("sales_fulfilment", "created_at"),
        Index("ix_sales_fulfilment_order_id", "order_id"),
        Index("ix_sales_fulfilment_tracking_number", "tracking_number"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"))
    carrier: Mapped[str]
    tracking_number: Mapped[str]
    shipped_at: Mapped[datetime] = mapped_column(default=clock.now)
    delivered_at: Mapped[datetime | None]
    received_by: Mapped[str | None]


# By name: an order's module imports this one.
_order = table("sales_order", column("id", Uuid), column("number", String))
LISTING = Listing(
    "fulfilment",
    Fulfilment,
    extra=(
        select(_order.c.number).where(_order.c.id == Fulfilment.order_id).scalar_subquery().label("order_number"),
    ),
    filters=(
        Fulfilment.order_id, Fulfilment.carrier, Fulfilment.tracking_number, Fulfilment.owner_id,
        Fulfilment.shipped_at, Fulfilment.delivered_at,
    ),
)  # fmt: skip


def begin(db: AsyncSession, order: "Order", *, carrier: str, tracking_number: str) -> Fulfilment:
    """The parcel leaves the house."""
    parcel = Fulfilment(
        order_id=order.id,
        carrier=carrier,
        tracking_number=tracking_number,
        owner_id=order.owner_id,
        department_id=order.department_id,
    )
    db.add(parcel)
    return parcel


async def arrived(db: AsyncSession, order_id: UUID, received_by: str | None) -> None:
    """The parcels of an order are there."""
    under_way = select(Fulfilment).where(Fulfilment.order_id == order_id, Fulfilment.delivered_at.is_(None))
    for parcel in await db.scalars(under_way):
        parcel.delivered_at, parcel.received_by = clock.now(), received_by


async def latest(db: AsyncSession, order_id: UUID) -> Fulfilment | None:
    """The parcel that was sent off last."""
    sent = select(Fulfilment).where(Fulfilment.order_id == order_id).order_by(Fulfilment.shipped_at.desc())
    return (await db.scalars(sent.limit(1))).first()
