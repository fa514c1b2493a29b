"""1.2 /org/absences."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from zhidu.kernel.wire import In, RecordOut
from zhidu.org import absences
from zhidu.policy.register import Register


class AbsenceIn(In):
    """An absence to register."""

    account_id: UUID | None = Field(None, description="Absent: oneself. HR may register anybody's.", examples=[None])
    delegate_id: UUID | None = Field(
        None,
        description="Who stands in: sees and does what the absent person would.",
        examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"],
    )
    begins_at: AwareDatetime = Field(examples=["2026-12-01T09:00:00+08:00"])
    ends_at: AwareDatetime = Field(examples=["2026-12-04T18:00:00+08:00"])
    kind: Literal["leave", "travel", "training", "other"] = Field("leave", examples=["leave"])


class AbsenceOut(RecordOut):
    """Somebody is away; no reason is kept."""

    account_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    account_name: str | None = Field(examples=["王芳"])
    delegate_id: UUID | None = Field(examples=[None])
    delegate_name: str | None = Field(examples=["李娜"])
    begins_at: datetime = Field(examples=["2026-12-01T01:00:00Z"])
    ends_at: datetime = Field(examples=["2026-12-04T10:00:00Z"])
    kind: str = Field(examples=["leave"])
    status: str = Field(examples=["planned"])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/org/absences", absences.LISTING, AbsenceOut)
    .readable()
    .creates(AbsenceIn, absences.register)
    .steps(absences, "cancel")
    .router
)
