"""4.4.3 /sales/contacts."""

from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel.wire import Email, In, Line, Phone, Prose, RecordOut
from zhidu.policy.actor import Actor
from zhidu.policy.reach import within_reach
from zhidu.policy.register import Register
from zhidu.sales import contacts, customers


class ContactPatch(In):
    """What may be changed of a contact."""

    name: Line = Field("", examples=["王芳"])
    phone: Phone | None = Field(None, examples=["13812345678"])
    email: Email | None = Field(None, examples=["wang@example.com"])
    position: Line | None = Field(None, examples=["采购经理"])
    wechat: Line | None = Field(None, examples=["wangfang-cg"])
    main: bool = Field(False, description="Messages about orders go to this person.", examples=[True])
    remark: Prose | None = Field(None, examples=["上午联系"])


class ContactIn(ContactPatch):
    """A person of a customer."""

    customer_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    name: Line = Field(examples=["王芳"])


class ContactOut(RecordOut):
    """A person of a customer."""

    customer_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    customer_name: str = Field(examples=["杭州西子花艺"])
    name: str = Field(examples=["王芳"])
    phone_masked: str | None = Field(examples=["138****5678"])
    email_masked: str | None = Field(examples=["w***@example.com"])
    position: str | None = Field(examples=["采购经理"])
    wechat: str | None = Field(examples=["wangfang-cg"])
    main: bool = Field(examples=[True])
    remark: str | None = Field(examples=["上午联系"])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


async def add(db: AsyncSession, actor: Actor, customer_id: UUID, **fields: Any) -> contacts.Contact:
    """A contact of a customer within the person's reach."""
    customer = await within_reach(db, actor, customers.LISTING, customer_id, "/customer_id")
    return await contacts.add(db, actor, customer=customer, **fields)


router = (
    Register("/sales/contacts", contacts.LISTING, ContactOut)
    .readable()
    .creates(ContactIn, add)
    .patches(ContactPatch, contacts.revise)
    .reveals(contacts.reveal)
    .router
)
