"""3.1.1 /marketing/channels."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Code, In, Line, RecordOut, Url, absent
from zhidu.marketing import channels
from zhidu.policy.register import Register

ChannelKind = Literal["search", "social", "trade-site", "email", "display", "referral", "direct", "other"]


class ChannelIn(In):
    """A channel to register."""

    code: Code = Field(description="utm_source in links; unique, whatever the case.", examples=["baidu"])
    name: Line = Field(examples=["百度搜索推广"])
    kind: ChannelKind = Field(examples=["search"])
    website: Url | None = Field(None, examples=["https://www.baidu.com"])


class ChannelPatch(In):
    """What may be changed of a channel."""

    name: Line = Field(default_factory=absent, examples=["百度搜索推广"])
    kind: ChannelKind = Field(default_factory=absent, examples=["search"])
    website: Url | None = Field(default_factory=absent, examples=["https://www.baidu.com"])


class ChannelOut(RecordOut):
    """A channel."""

    code: str = Field(examples=["baidu"])
    name: str = Field(examples=["百度搜索推广"])
    kind: str = Field(examples=["search"])
    website: str | None = Field(examples=["https://www.baidu.com"])
    status: str = Field(description="proposed, active, expired or retired.", examples=["active"])
    score: float | None = Field(description="Of the assessment under which it is active.", examples=[78.5])
    approved_until: date | None = Field(
        description="The first day on which that assessment no longer stands.", examples=["2027-11-25"]
    )
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["李娜"])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/marketing/channels", channels.LISTING, ChannelOut)
    .readable()
    .creates(ChannelIn, channels.register)
    .patches(ChannelPatch, channels.revise)
    .verb("retire", channels.retire)
    .router
)
