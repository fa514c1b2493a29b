"""3.1.1, 3.1.2 /marketing/channel-assessments."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Count, In, Money, MoneyOut, Note, Out, Prose, RecordOut, Score, absent
from zhidu.marketing import assessments
from zhidu.policy.register import Register

Weight = Annotated[int, Field(ge=0, le=100, description="Of 100 over the five criteria.")]


class CriterionIn(In):
    """One criterion: its score, its weight and its evidence."""

    score: Score = Field(description="0 to 100.", examples=[80])
    weight: Weight = Field(examples=[25])
    evidence: Prose = Field(examples=["近 90 天搜索来访 12,400 次，平均停留 2 分 10 秒，跳出率 38%"])
    file_ids: list[UUID] = Field(default_factory=list, max_length=20, description="Files on record.", examples=[[]])


class CriteriaIn(In):
    """The five criteria; their weights sum to 100."""

    traffic_quality: CriterionIn
    user_activity: CriterionIn
    cost: CriterionIn
    audience_fit: CriterionIn
    compliance: CriterionIn


class CriterionOut(Out):
    """One criterion: its score, its weight and its evidence."""

    score: int = Field(examples=[80])
    weight: int = Field(examples=[25])
    evidence: str = Field(examples=["近 90 天搜索来访 12,400 次，平均停留 2 分 10 秒，跳出率 38%"])
    file_ids: list[UUID] = Field(examples=[[]])


class CriteriaOut(Out):
    """The five criteria."""

    traffic_quality: CriterionOut
    user_activity: CriterionOut
    cost: CriterionOut
    audience_fit: CriterionOut
    compliance: CriterionOut


_SUMMARY = ["面向中小企业采购的搜索推广，意向明确、合规可控，建议优先投放"]


class AssessmentIn(In):
    """An assessment of a channel: the next version of it, as a draft."""

    channel_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    criteria: CriteriaIn
    summary: Prose = Field(examples=_SUMMARY)
    expected_leads: Count = Field(description="Forecast: leads a month.", examples=[120])
    expected_cost_per_lead: Money = Field(examples=["85.00"])


class AssessmentPatch(In):
    """What may be changed of a draft."""

    criteria: CriteriaIn = Field(default_factory=absent)
    summary: Prose = Field(default_factory=absent, examples=_SUMMARY)
    expected_leads: Count = Field(default_factory=absent, examples=[120])
    expected_cost_per_lead: Money = Field(default_factory=absent, examples=["85.00"])


class AssessmentReturn(In):
    """What is missing."""

    note: Note = Field(examples=["受众匹配缺少数据来源，请补充"])


class AssessmentOut(RecordOut):
    """An assessment."""

    channel_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    channel_name: str = Field(examples=["百度搜索推广"])
    number: int = Field(description="The version of this channel's assessment.", examples=[1])
    status: str = Field(description="draft, submitted, returned, approved, superseded or expired.", examples=["draft"])
    criteria: CriteriaOut
    score: float = Field(description="The weighed sum of the criteria, one decimal.", examples=[78.5])
    summary: str = Field(examples=_SUMMARY)
    expected_leads: int = Field(examples=[120])
    expected_cost_per_lead: MoneyOut
    measured_leads: int | None = Field(description="Leads a month, as they came.", examples=[104])
    measured_cost_per_lead: MoneyOut | None
    measured_on: date | None = Field(examples=["2026-11-25"])
    forecast_error: float | None = Field(description="Leads measured over forecast, in per cent.", examples=[-13.3])
    submitted_by: UUID | None = Field(examples=[None])
    submitted_at: datetime | None = Field(examples=["2026-11-24T03:00:00Z"])
    decided_by: UUID | None = Field(examples=[None])
    decided_by_name: str | None = Field(examples=["王芳"])
    decided_at: datetime | None = Field(examples=["2026-11-25T03:00:00Z"])
    decision: str | None = Field(examples=["数据充分，同意投放"])
    expires_on: date | None = Field(description="The first day on which it no longer stands.", examples=["2027-11-25"])
    owner_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["李娜"])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/marketing/channel-assessments", assessments.LISTING, AssessmentOut)
    .readable()
    .creates(AssessmentIn, assessments.draft)
    .patches(AssessmentPatch, assessments.revise_draft)
    .steps(assessments, "submit", "approve", "revise", "renew")
    .verb("return", assessments.return_, AssessmentReturn)
    .router
)
