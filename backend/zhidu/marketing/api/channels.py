"""3.1.1 /marketing/channels."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Code, In, Line, RecordOut, Url
from zhidu.marketing import channels
from zhidu.policy.register import Register

ChannelKind = Literal["search", "social", "trade-site", "email", "display", "referral", "direct", "other"]


class ChannelIn(In):
    """A channel to register."""

    code: Code = Field(description="utm_source in links; unique.", examples=["baidu"])
    name: Line = Field(examples=["百度搜索推广"])
    kind: ChannelKind = Field(examples=["search"])
    website: Url | None = Field(None, examples=["https://www.baidu.com"])


class ChannelPatch(In):
    """What may be changed of a channel."""

    name: Line = Field("", examples=["百度搜索推广"])
    kind: ChannelKind = Field("other", examples=["search"])
    website: Url | None = Field(None, examples=["https://www.baidu.com"])


class ChannelOut(RecordOut):
    """A channel."""

    code: str = Field(examples=["baidu"])
    name: str = Field(examples=["百度搜索推广"])
    kind: str = Field(examples=["search"])
    website: str | None = Field(examples=["https://www.baidu.com"])
    status: str = Field(examples=["active"])
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
