"""4.1.1, 4.4.3 /sales/duplicates."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from zhidu.kernel.wire import In, Note, RecordOut
from zhidu.policy.register import Register
from zhidu.sales import duplicates, merges

MergedField = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(merges.FIELDS)})$")]


class MergeIn(In):
    """Which of the two stays, and what it takes from the other."""

    keep: UUID = Field(
        description="The record that stays: lead_id or other_id, or customer_id.",
        examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"],
    )
    take: Annotated[list[MergedField], Field(max_length=20)] = Field(
        [], description="Fields whose value comes from the other; what is blank is filled anyway.", examples=[["phone"]]
    )
    note: Note | None = Field(None, examples=["同一人，换了号码"])


class DuplicateOut(RecordOut):
    """A lead, and the earlier lead or customer that it may be."""

    lead_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    other_id: UUID | None = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a12"])
    customer_id: UUID | None = Field(examples=[None])
    reason: str = Field(description="phone, email, or name (and company).", examples=["phone"])
    certain: bool = Field(examples=[True])
    score: int = Field(description="How alike, of 100.", examples=[100])
    status: str = Field(examples=["open"])
    lead_name: str | None = Field(examples=["张伟"])
    lead_company: str | None = Field(examples=["深圳市云帆科技有限公司"])
    lead_status: str | None = Field(examples=["new"])
    other_name: str | None = Field(examples=["张伟"])
    other_company: str | None = Field(examples=["云帆科技"])
    other_status: str | None = Field(examples=["contacted"])
    other_phone_masked: str | None = Field(examples=["138****5678"])
    other_email_masked: str | None = Field(examples=[None])
    other_owner_name: str | None = Field(examples=["王芳"])
    customer_name: str | None = Field(examples=[None])
    customer_number: str | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/sales/duplicates", duplicates.LISTING, DuplicateOut)
    .readable()
    .verb("merge", merges.merge, MergeIn)
    .verb("dismiss", duplicates.dismiss)
    .verb("undo", merges.undo)
    .router
)
