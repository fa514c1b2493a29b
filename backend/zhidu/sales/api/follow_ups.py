"""4.2.1, 4.2.3 /sales/follow-ups."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from zhidu.kernel.wire import In, Line, Prose, RecordOut
from zhidu.policy.register import Register
from zhidu.sales import follow_ups

FollowUpChannel = Literal["call", "wechat", "email", "visit", "meeting"]


class Said(In):
    """A conversation: when, how, what was said and answered, and when to speak again."""

    channel: FollowUpChannel = Field(examples=["call"])
    content: Prose = Field(examples=["介绍了新款终端与批量价"])
    response: Prose | None = Field(
        None, description="What the customer said; none if nobody answered.", examples=["希望周五前收到报价"]
    )
    at: AwareDatetime | None = Field(
        None, description="When they spoke; default now.", examples=["2026-11-25T06:05:00Z"]
    )
    next_at: AwareDatetime | None = Field(
        None, description="When the customer was promised to hear again.", examples=["2026-11-27T02:00:00Z"]
    )
    tags: Annotated[list[Line], Field(max_length=20)] = Field([], examples=[["询价"]])


class FollowUpIn(Said):
    """A conversation about a lead, an opportunity or a customer: one of the three."""

    lead_id: UUID | None = Field(None, examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    opportunity_id: UUID | None = Field(None, examples=[None])
    customer_id: UUID | None = Field(None, examples=[None])


class FollowUpOut(RecordOut):
    """A conversation that was written down; it is never changed."""

    lead_id: UUID | None = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    customer_id: UUID | None = Field(examples=[None])
    opportunity_id: UUID | None = Field(examples=[None])
    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    channel: str = Field(examples=["call"])
    content: str = Field(examples=["介绍了新款终端与批量价"])
    response: str | None = Field(examples=["希望周五前收到报价"])
    tags: list[str] = Field(examples=[["询价"]])
    next_at: datetime | None = Field(examples=["2026-11-27T02:00:00Z"])
    owner_id: UUID | None = Field(description="Who answers for the lead or customer now.", examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])
    created_by_name: str | None = Field(examples=["王芳"])
    lead_name: str | None = Field(examples=["张伟"])
    customer_name: str | None = Field(examples=[None])


router = (
    Register("/sales/follow-ups", follow_ups.LISTING, FollowUpOut)
    .readable()
    .creates(FollowUpIn, follow_ups.record)
    .router
)
