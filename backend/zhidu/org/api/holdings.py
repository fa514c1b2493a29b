"""1.2 /org/holdings."""

from datetime import date
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Code, In, RecordOut
from zhidu.org import holdings
from zhidu.policy.register import Register


class HoldingIn(In):
    """An appointment to a post."""

    account_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    post: Code = Field(description="A post of /org/posts.", examples=["sales-specialist"])
    begins_on: date | None = Field(None, description="Absent: today.", examples=["2026-12-01"])
    ends_on: date | None = Field(None, description="The last day; absent: until it is ended.", examples=[None])


class HoldingEnd(In):
    """When a holding ends."""

    last_day: date | None = Field(None, description="Absent: at once.", examples=["2026-12-31"])


class HoldingOut(RecordOut):
    """A person holds a post."""

    account_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    account_name: str | None = Field(examples=["王芳"])
    post: str = Field(examples=["sales-specialist"])
    begins_on: date = Field(examples=["2026-12-01"])
    ends_on: date | None = Field(description="The last day.", examples=[None])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/org/holdings", holdings.LISTING, HoldingOut)
    .readable()
    .creates(HoldingIn, holdings.appoint)
    .verb("end", holdings.end, HoldingEnd)
    .router
)
