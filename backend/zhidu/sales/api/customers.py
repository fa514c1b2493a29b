"""4.4.3 /sales/customers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from zhidu.kernel.page import dumps
from zhidu.kernel.problem import Missing
from zhidu.kernel.wire import Address, Email, In, Line, MoneyOut, Out, Phone, Prose, RecordOut
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, connection_of, house_of, on_duty
from zhidu.policy.register import RecordId, Register
from zhidu.regulation.api.cursors import cursor_after, read_cursor
from zhidu.sales import customers, timeline

CustomerKind = Literal["person", "company"]
Level = Literal["key", "normal", "quiet"]


class CustomerPatch(In):
    """What may be changed of a customer's file."""

    name: Line = Field("", examples=["深圳市云帆科技有限公司"])
    kind: CustomerKind = Field("person", examples=["company"])
    phone: Phone | None = Field(None, examples=["0755-86013388"])
    email: Email | None = Field(None, examples=["cg@example.com"])
    address: Address | None = Field(None, examples=["广东省深圳市南山区科技园路 1 号"])
    industry: Line | None = Field(None, examples=["软件和信息技术服务业"])
    region: Line | None = Field(None, description="Province or city.", examples=["广东省深圳市"])
    level: Level = Field("normal", description="How often the customer is revisited.", examples=["key"])
    remark: Prose | None = Field(None, examples=["年框客户"])


class CustomerIn(CustomerPatch):
    """A customer's file to open."""

    name: Line = Field(examples=["深圳市云帆科技有限公司"])


class CustomerOut(RecordOut):
    """A customer's file; telephone, e-mail and address are masked."""

    number: str = Field(examples=["K20261125-7QX4MH"])
    name: str = Field(examples=["深圳市云帆科技有限公司"])
    kind: str = Field(examples=["company"])
    industry: str | None = Field(examples=["软件和信息技术服务业"])
    region: str | None = Field(examples=["广东省深圳市"])
    level: str = Field(examples=["key"])
    remark: str | None = Field(examples=["年框客户"])
    phone_masked: str | None = Field(examples=["0755****3388"])
    email_masked: str | None = Field(examples=["c***@example.com"])
    address_masked: str | None = Field(examples=["广东省深圳市****"])
    first_lead_id: UUID | None = Field(examples=[None])
    channel_id: UUID | None = Field(examples=[None])
    campaign_id: UUID | None = Field(examples=[None])
    link_id: UUID | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["王芳"])
    created_by: UUID | None = Field(examples=[None])


class HappeningOut(Out):
    """Something that happened with a customer."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    kind: str = Field(
        description="follow_up, opportunity, proposal, order, message: a record; step: a step of one.",
        examples=["step"],
    )
    resource: str = Field(examples=["order"])
    record_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    title: str | None = Field(examples=["D20261125-7QX4MH"])
    text: str | None = Field(examples=["核对无误"])
    status: str | None = Field(
        description="The record's state, the step's verb, the follow-up's channel.", examples=["confirm"]
    )
    amount: MoneyOut | None
    account_id: UUID | None = Field(description="Who; null where a rule of the company acted.", examples=[None])
    account_name: str | None = Field(examples=["王芳"])


class TimelineOut(Out):
    """What happened with a customer, newest first."""

    items: list[HappeningOut]
    next_cursor: str | None = Field(description="Ask for the next page with it; null on the last.", examples=[None])


register = (
    Register("/sales/customers", customers.LISTING, CustomerOut)
    .readable()
    .creates(CustomerIn, customers.open_file)
    .patches(CustomerPatch, customers.revise)
    .reveals(customers.reveal)
)
router = register.router


@router.get("/{record_id}/timeline", response_model=TimelineOut, **on_duty(duties.READ_CUSTOMER))
async def list_customer_timeline(
    record_id: RecordId,
    request: Request,
    actor: CurrentActor,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows a page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=200, description="next_cursor of the page before.")] = None,
) -> Response:
    """Follow-ups, opportunities, proposals, orders, their steps, and messages, as far as the caller may read them."""
    before = None if cursor is None else read_cursor(cursor, UUID)
    async with connection_of(house_of(request)) as connection:
        if await customers.LISTING.get(connection, actor.scope(duties.READ_CUSTOMER), record_id) is None:
            raise Missing
        rows = await timeline.happened(connection, actor, record_id, before=before, limit=limit + 1)
    items = rows[:limit]
    after = cursor_after(items[-1]["at"], items[-1]["id"]) if len(rows) > limit else None
    return Response(dumps({"items": items, "next_cursor": after}), media_type="application/json")
