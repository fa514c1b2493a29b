"""2.2.2, 4.2.2 /sales/proposals."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import In, Line, MoneyOut, Note, Prose, RecordOut
from zhidu.policy.register import Register
from zhidu.sales import proposals
from zhidu.sales.api.lines import LineOut, Lines

_EXAMPLE_LINE = {"product_id": "0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11", "quantity": "2", "discount": "60.00"}


class ProposalPatch(In):
    """What may be changed of a draft; lines, if given, replace all."""

    title: Line = Field("", examples=["总部门禁改造方案"])
    solution: Prose = Field("", description="How it answers the needs.", examples=["以 X1 门锁替换 240 个门点"])
    terms: Prose | None = Field(None, examples=["货到 30 天付款，质保两年"])
    contact_id: UUID | None = Field(None, examples=[None])
    valid_until: date = Field(date(2100, 1, 1), examples=["2026-12-25"])
    lines: Lines = Field([], examples=[[_EXAMPLE_LINE]])


class ProposalIn(In):
    """A proposal to write; sums are computed, prices come from the catalogue."""

    opportunity_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    title: Line = Field(examples=["总部门禁改造方案"])
    solution: Prose = Field(description="How it answers the needs.", examples=["以 X1 门锁替换 240 个门点"])
    terms: Prose | None = Field(None, examples=["货到 30 天付款，质保两年"])
    contact_id: UUID | None = Field(None, description="To whom; else the opportunity's contact.", examples=[None])
    valid_until: date | None = Field(None, description="30 days from now unless given.", examples=["2026-12-25"])
    lines: Lines = Field(examples=[[_EXAMPLE_LINE]])


class SendIn(In):
    """How the customer gets it."""

    by: Literal["email", "wechat", "in-person"] = Field("email", examples=["email"])
    note: Note | None = Field(None, examples=["已电话说明"])


class ReasonIn(In):
    """Why not."""

    reason: Note = Field(examples=["折扣过高，请改为 8%"])


class ProposalOut(RecordOut):
    """A proposal with its lines."""

    number: str = Field(examples=["F20261125-7QX4MH"])
    opportunity_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    customer_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    contact_id: UUID | None = Field(examples=[None])
    edition: int = Field(description="1, 2, 3 ... of one opportunity.", examples=[1])
    title: str = Field(examples=["总部门禁改造方案"])
    solution: str = Field(examples=["以 X1 门锁替换 240 个门点"])
    terms: str | None = Field(examples=["货到 30 天付款，质保两年"])
    status: str = Field(examples=["draft"])
    valid_until: date = Field(examples=["2026-12-25"])
    submitted_by: UUID | None = Field(examples=[None])
    approved_by: UUID | None = Field(examples=[None])
    sent_at: datetime | None = Field(examples=[None])
    sent_by: str | None = Field(examples=["email"])
    answered_at: datetime | None = Field(examples=[None])
    decline_reason: str | None = Field(examples=[None])
    gross: MoneyOut = Field(description="Before discounts.")
    discount: MoneyOut
    total: MoneyOut = Field(description="Tax included.")
    tax: MoneyOut = Field(description="The tax within the total.")
    lines: list[LineOut]
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    customer_name: str | None = Field(examples=["深圳市云帆科技有限公司"])
    contact_name: str | None = Field(examples=["陈晨"])
    owner_name: str | None = Field(examples=["王芳"])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/sales/proposals", proposals.LISTING, ProposalOut)
    .readable()
    .creates(ProposalIn, proposals.write)
    .patches(ProposalPatch, proposals.revise)
    .steps(proposals, "submit", "approve", "accept")
    .verb("return", proposals.return_, ReasonIn)
    .verb("revise", proposals.take_back)
    .verb("send", proposals.send, SendIn)
    .verb("decline", proposals.decline, ReasonIn)
    .router
)
