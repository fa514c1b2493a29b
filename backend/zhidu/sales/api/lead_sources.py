"""4.1.1 /sales/lead-sources."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Code, In, Line, RecordOut, absent
from zhidu.policy.register import Register
from zhidu.sales import lead_sources

SourceKind = Literal["search", "social", "trade-site", "email", "display", "referral", "event", "direct", "other"]


class LeadSourceIn(In):
    """A source to register."""

    code: Code = Field(description="What forms, files and integrations say; unique.", examples=["baidu-sem"])
    name: Line = Field(examples=["百度竞价"])
    kind: SourceKind = Field(examples=["search"])
    channel_id: UUID | None = Field(
        None, description="Its leads count for this channel where no link says otherwise.", examples=[None]
    )


class LeadSourcePatch(In):
    """What may be changed of a source."""

    name: Line = Field(default_factory=absent, examples=["百度竞价"])
    kind: SourceKind = Field(default_factory=absent, examples=["search"])
    channel_id: UUID | None = Field(default_factory=absent, examples=[None])
    active: bool = Field(default_factory=absent, description="No new lead names an inactive one.", examples=[True])


class LeadSourceOut(RecordOut):
    """A source of leads."""

    code: str = Field(examples=["baidu-sem"])
    name: str = Field(examples=["百度竞价"])
    kind: str = Field(examples=["search"])
    channel_id: UUID | None = Field(examples=[None])
    active: bool = Field(examples=[True])
    channel_name: str | None = Field(examples=["百度搜索推广"])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/sales/lead-sources", lead_sources.LISTING, LeadSourceOut)
    .readable()
    .creates(LeadSourceIn, lead_sources.register)
    .patches(LeadSourcePatch, lead_sources.revise)
    .router
)
