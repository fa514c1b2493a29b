"""2.2.2, 4.2.2 /sales/opportunities."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from zhidu.kernel.wire import In, Line, Money, MoneyOut, Note, Prose, RecordOut
from zhidu.policy.register import Register
from zhidu.sales import opportunities

PerCent = Annotated[int, Field(ge=0, le=100)]


class OpportunityPatch(In):
    """What may be recorded of an opportunity."""

    title: Line = Field("", examples=["总部门禁改造"])
    contact_id: UUID | None = Field(None, examples=[None])
    amount: Money = Field("0.00", description="What the customer may spend.", examples=["128000.00"])
    probability: PerCent = Field(10, description="Per cent.", examples=[30])
    expected_close_on: date | None = Field(None, examples=["2026-12-31"])
    needs: Prose | None = Field(
        None, description="In the customer's words.", examples=["三栋楼 240 个门点，要和考勤打通"]
    )
    next_step: Line | None = Field(None, examples=["上门勘察"])
    next_step_at: AwareDatetime | None = Field(None, examples=["2026-11-27T10:00:00+08:00"])


class OpportunityIn(In):
    """An opportunity to open with a customer."""

    customer_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    title: Line = Field(examples=["总部门禁改造"])
    contact_id: UUID | None = Field(None, examples=[None])
    amount: Money = Field(
        "0.00", description="What the customer may spend.", examples=["128000.00"], validate_default=True
    )
    expected_close_on: date | None = Field(None, examples=["2026-12-31"])
    needs: Prose | None = Field(
        None, description="In the customer's words.", examples=["三栋楼 240 个门点，要和考勤打通"]
    )
    next_step: Line | None = Field(None, examples=["上门勘察"])
    next_step_at: AwareDatetime | None = Field(None, examples=["2026-11-27T10:00:00+08:00"])


class LoseIn(In):
    """Why the customer does not buy."""

    reason: Note = Field(examples=["预算推迟到明年"])
    competitor: Line | None = Field(None, description="Who got it instead.", examples=[None])


class HoldIn(In):
    """Until when nothing can be done."""

    until: date = Field(examples=["2027-03-01"])
    note: Note | None = Field(None, examples=["等明年预算"])


class ReassignIn(In):
    """Who works on it from now on."""

    owner_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    note: Note | None = Field(None, examples=["区域调整"])


class OpportunityOut(RecordOut):
    """An opportunity."""

    customer_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    contact_id: UUID | None = Field(examples=[None])
    lead_id: UUID | None = Field(examples=[None])
    title: str = Field(examples=["总部门禁改造"])
    status: str = Field(examples=["solution"])
    amount: MoneyOut
    probability: int = Field(examples=[30])
    expected_close_on: date | None = Field(examples=["2026-12-31"])
    needs: str | None = Field(examples=["三栋楼 240 个门点，要和考勤打通"])
    next_step: str | None = Field(examples=["上门勘察"])
    next_step_at: datetime | None = Field(examples=["2026-11-27T02:00:00Z"])
    held_until: date | None = Field(examples=[None])
    held_from: str | None = Field(description="The stage to which it returns.", examples=[None])
    lost_reason: str | None = Field(examples=[None])
    competitor: str | None = Field(examples=[None])
    stage_since: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    closed_at: datetime | None = Field(examples=[None])
    proposal_sent_at: datetime | None = Field(examples=[None])
    accepted_proposal_id: UUID | None = Field(examples=[None])
    channel_id: UUID | None = Field(examples=[None])
    campaign_id: UUID | None = Field(examples=[None])
    link_id: UUID | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    customer_name: str | None = Field(examples=["深圳市云帆科技有限公司"])
    contact_name: str | None = Field(examples=["陈晨"])
    owner_name: str | None = Field(examples=["王芳"])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/sales/opportunities", opportunities.LISTING, OpportunityOut, plural="opportunities")
    .readable()
    .creates(OpportunityIn, opportunities.open_for)
    .patches(OpportunityPatch, opportunities.revise)
    .steps(opportunities, "define", "offer", "negotiate", "win", "resume")
    .verb("lose", opportunities.lose, LoseIn)
    .verb("hold", opportunities.hold, HoldIn)
    .verb("reassign", opportunities.reassign, ReassignIn)
    .router
)
