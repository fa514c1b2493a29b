"""4.4.3 Customers: a file for each, with its basic facts, its purchases and what was said."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.crypto import HasAddress, HasEmail, HasPhone
from zhidu.kernel.db import Owned, Record, new_id, scope_indexes
from zhidu.kernel.search import Searchable, search_index
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.sales.attribution import Attributed
from zhidu.sales.numbers import numbered


class Customer(Searchable, HasPhone, HasEmail, HasAddress, Attributed, Owned, Record):
    """A person or a company that buys, or may."""

    __tablename__ = "sales_customer"
    __searched__ = ("name",)
    __table_args__ = (
        *scope_indexes("sales_customer"),
        search_index("sales_customer"),
        Index("ix_sales_customer_created_at", "created_at"),
    )

    number: Mapped[str] = mapped_column(unique=True, default=lambda: numbered("K"))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="person", doc="person or company")
    industry: Mapped[str | None]
    region: Mapped[str | None] = mapped_column(doc="Province or city.")
    level: Mapped[str] = mapped_column(
        default="normal", doc="key, normal or quiet: how often the customer is revisited"
    )
    remark: Mapped[str | None]
    first_lead_id: Mapped[UUID | None] = mapped_column(doc="The lead that it came from.")


async def open_file(
    db: AsyncSession,
    actor: Actor,
    *,
    name: str,
    kind: str = "person",
    phone: str | None = None,
    email: str | None = None,
    address: str | None = None,
    industry: str | None = None,
    region: str | None = None,
    level: str = "normal",
    remark: str | None = None,
    lead_id: UUID | None = None,
    owner_id: UUID | None = None,
    department_id: UUID | None = None,
    channel_id: UUID | None = None,
    campaign_id: UUID | None = None,
    link_id: UUID | None = None,
) -> Customer:
    """A new file; it is the actor's own unless an owner is given."""
    actor.must(duties.CREATE_CUSTOMER)
    customer = Customer(
        id=new_id(),
        name=name,
        kind=kind,
        phone=phone,
        email=email,
        address=address,
        industry=industry,
        region=region,
        level=level,
        remark=remark,
        first_lead_id=lead_id,
        owner_id=owner_id or actor.id,
        department_id=department_id or actor.department_id,
        channel_id=channel_id,
        campaign_id=campaign_id,
        link_id=link_id,
    )
    db.add(customer)
    return customer


async def revise(db: AsyncSession, actor: Actor, customer: Customer, **changes: Any) -> Customer:
    """Keep the file."""
    actor.must(duties.UPDATE_CUSTOMER, customer)
    for name, value in changes.items():
        setattr(customer, name, value)
    return customer
