"""4.4.3 Contacts: the people of a customer whom the company speaks with."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid, column, select, table
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit
from zhidu.kernel.crypto import HasEmail, HasPhone
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.page import Listing
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.policy import duties
from zhidu.policy.actor import Actor

if TYPE_CHECKING:
    from zhidu.sales.customers import Customer


class Contact(Searchable, HasPhone, HasEmail, Owned, Record):
    """A person of a customer; whoever answers for the customer answers for the contact."""

    __tablename__ = "sales_contact"
    __searched__ = ("name",)
    __table_args__ = (
        *scope_indexes("sales_contact"),
        *scope_indexes("sales_contact", "created_at"),
        search_index("sales_contact"),
        Index("ix_sales_contact_customer_id", "customer_id", "id"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("sales_customer.id"))
    name: Mapped[str]
    position: Mapped[str | None] = mapped_column(doc="What the person is at the customer's.")
    wechat: Mapped[str | None]
    main: Mapped[bool] = mapped_column(default=False, doc="Whom messages about orders go to.")
    remark: Mapped[str | None]


# By name: a customer's module imports this one.
_customer = table("sales_customer", column("id", Uuid), column("name", String))
LISTING = Listing(
    "contact",
    Contact,
    extra=(
        select(_customer.c.name).where(_customer.c.id == Contact.customer_id).scalar_subquery().label("customer_name"),
    ),
    filters=(Contact.customer_id, Contact.owner_id, Contact.main),
    search=lambda q: matches(Contact, q),
)


async def add(
    db: AsyncSession,
    actor: Actor,
    *,
    customer: "Customer",
    name: str,
    phone: str | None = None,
    email: str | None = None,
    position: str | None = None,
    wechat: str | None = None,
    main: bool = False,
    remark: str | None = None,
) -> Contact:
    """A further person of the customer."""
    actor.must(duties.CREATE_CONTACT, customer)
    contact = Contact(
        customer_id=customer.id,
        name=name,
        phone=phone,
        email=email,
        position=position,
        wechat=wechat,
        main=main,
        remark=remark,
        owner_id=customer.owner_id,
        department_id=customer.department_id,
    )
    db.add(contact)
    return contact


async def revise(db: AsyncSession, actor: Actor, contact: Contact, **changes: Any) -> Contact:
    """Keep what is known of the person."""
    actor.must(duties.UPDATE_CONTACT, contact)
    for name, value in changes.items():
        setattr(contact, name, value)
    return contact


async def reveal(db: AsyncSession, actor: Actor, contact: Contact, *, reason: str) -> dict[str, str | None]:
    """The telephone and the e-mail in full, for a reason, leaving a trace (7.3.2)."""
    actor.must(duties.REVEAL_CONTACT, contact)
    audit.note(db, "reveal", "sales_contact", contact.id, reason=reason)
    return {"phone": contact.phone, "email": contact.email}
