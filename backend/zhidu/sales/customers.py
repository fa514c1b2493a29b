"""4.4.3 Customers: a file for each, with its basic facts, its purchases and what was said."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from zhidu.kernel import audit, crypto
from zhidu.kernel.crypto import HasAddress, HasEmail, HasPhone
from zhidu.kernel.db import Owned, Record, new_id, scope_indexes
from zhidu.kernel.page import Listing
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.regulation.controls import Records, Window, control
from zhidu.sales.attribution import Attributed
from zhidu.sales.contacts import Contact
from zhidu.sales.numbers import NUMBER, numbered


class Customer(Searchable, HasPhone, HasEmail, HasAddress, Attributed, Owned, Record):
    """A person or a company that buys, or may."""

    __tablename__ = "sales_customer"
    __searched__ = ("name",)
    __table_args__ = (
        *scope_indexes("sales_customer"),
        *scope_indexes("sales_customer", "created_at"),
        search_index("sales_customer"),
    )

    number: Mapped[str] = mapped_column(unique=True, default=lambda: numbered("K"))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="person", doc="person or company")
    industry: Mapped[str | None]
    region: Mapped[str | None] = mapped_column(doc="Province or city.")
    level: Mapped[str] = mapped_column(
        default="normal", doc="key, normal or quiet: how often the customer is revisited (4.4.1)."
    )
    remark: Mapped[str | None]
    first_lead_id: Mapped[UUID | None] = mapped_column(doc="The lead that it came from.")


def found(q: str) -> ColumnElement[bool]:
    """Whether a customer is meant by what was typed: a number, a telephone or its end, an e-mail, or part of the name.

    Telephones and e-mails of the customer's contacts count as well.
    """
    if NUMBER.fullmatch(q.upper()):
        return Customer.number == q.upper()
    digits = re.sub(r"[\s-]", "", q)
    try:
        if "@" in q:
            return _any_of(*_by("email_index", crypto.email_index(q)))
        if re.fullmatch(r"[0-9]{4}", digits):
            named = select(Customer.id).where(matches(Customer, q))
            return _any_of(named, *_by("phone_last4", crypto.last4_index(digits)))
        if re.fullmatch(r"\+?[0-9]{7,}", digits):
            return _any_of(*_by("phone_index", crypto.phone_index(digits)))
    except crypto.Malformed:
        pass
    return matches(Customer, q)


def _by(column: str, value: bytes) -> tuple[Select[UUID], ...]:
    own = select(Customer.id).where(getattr(Customer, column) == value)
    of_contacts = select(Contact.customer_id).where(getattr(Contact, column) == value)
    return own, of_contacts


def _any_of(*ids: Select[UUID]) -> ColumnElement[bool]:
    """Each way by its own index; an OR would walk every row."""
    return Customer.id.in_(union_all(*ids))


def of_found(customer_id: InstrumentedAttribute[UUID], q: str) -> ColumnElement[bool]:
    """Whether a record is of such a customer."""
    return customer_id.in_(select(Customer.id).where(found(q)))


def numbered_or_of_found(
    number: InstrumentedAttribute[str], customer_id: InstrumentedAttribute[UUID], q: str
) -> ColumnElement[bool]:
    """Whether a document is meant by its number, or is of such a customer."""
    return number == q.upper() if NUMBER.fullmatch(q.upper()) else of_found(customer_id, q)


LISTING = Listing(
    "customer",
    Customer,
    extra=(Account.name.label("owner_name"),),
    joins=((Account, Account.id == Customer.owner_id),),
    filters=(
        Customer.kind, Customer.level, Customer.region, Customer.industry, Customer.owner_id,
        Customer.channel_id, Customer.campaign_id, Customer.created_at,
    ),
    search=found,
)  # fmt: skip


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


async def reveal(db: AsyncSession, actor: Actor, customer: Customer, *, reason: str) -> dict[str, str | None]:
    """The telephone, the e-mail and the address in full, for a reason, leaving a trace (7.3.2)."""
    actor.must(duties.REVEAL_CUSTOMER, customer)
    audit.note(db, "reveal", "sales_customer", customer.id, reason=reason)
    return {"phone": customer.phone, "email": customer.email, "address": customer.address}


def _opened(window: Window) -> Records:
    return select(
        Customer.id,
        Customer.name.label("title"),
        literal("customer").label("resource"),
        Customer.created_at.label("at"),
    ).where(Customer.created_at >= window.since, Customer.created_at < window.until)


def _incomplete(window: Window) -> Records:
    """Nobody could be reached, or the file does not say where; a company needs its trade and somebody to speak with."""
    unreachable = and_(Customer.phone_index.is_(None), Customer.email_index.is_(None))
    nobody = ~exists().where(Contact.customer_id == Customer.id)
    of_company = and_(Customer.kind == "company", or_(Customer.industry.is_(None), nobody))
    return _opened(window).where(or_(unreachable, Customer.region.is_(None), of_company))


control(
    "customer.complete", "客户档案完整", "Customer files are complete", clause="4.4.3",
    population=_opened, failing=_incomplete, green=0.95, amber=0.8, period=timedelta(days=365),
)  # fmt: skip
