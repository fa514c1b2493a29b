"""2.1.3, 3.3 /marketing/campaigns and the amendments of their budgets (1.3.3)."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Code, Count, In, Line, Money, MoneyOut, Note, Prose, RecordOut, absent
from zhidu.marketing import amendments, campaigns
from zhidu.policy.register import Register

CampaignKind = Literal["seo", "sem", "social", "content", "email", "event", "live"]
_ID = ["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"]
_AUDIENCE = ["华东地区 50-500 人制造企业的采购负责人"]
_MESSAGE = ["三天上线，第一个月看得见的省时"]
_PLAN = ["第 1 周：关键词与落地页；第 2-4 周：投放并每周调整出价；负责人李娜"]


class CampaignIn(In):
    """A campaign to plan."""

    code: Code = Field(description="utm_campaign in links; unique, whatever the case.", examples=["spring-2027"])
    name: Line = Field(examples=["2027 春季获客"])
    kind: CampaignKind = Field(examples=["sem"])
    channel_id: UUID = Field(examples=_ID)
    begins_on: date = Field(examples=["2027-03-01"])
    ends_on: date = Field(description="The last day.", examples=["2027-03-31"])
    budget: Money = Field(examples=["50000.00"])
    leads_target: Count = Field(examples=[400])
    orders_target: Count = Field(examples=[40])
    revenue_target: Money = Field(examples=["480000.00"])
    audience: Prose = Field(examples=_AUDIENCE)
    message: Prose = Field(examples=_MESSAGE)
    plan: Prose = Field(description="What is done, when and by whom.", examples=_PLAN)


class CampaignPatch(In):
    """What may be changed of a draft."""

    name: Line = Field(default_factory=absent, examples=["2027 春季获客"])
    kind: CampaignKind = Field(default_factory=absent, examples=["sem"])
    channel_id: UUID = Field(default_factory=absent, examples=_ID)
    begins_on: date = Field(default_factory=absent, examples=["2027-03-01"])
    ends_on: date = Field(default_factory=absent, examples=["2027-03-31"])
    budget: Money = Field(default_factory=absent, examples=["50000.00"])
    leads_target: Count = Field(default_factory=absent, examples=[400])
    orders_target: Count = Field(default_factory=absent, examples=[40])
    revenue_target: Money = Field(default_factory=absent, examples=["480000.00"])
    audience: Prose = Field(default_factory=absent, examples=_AUDIENCE)
    message: Prose = Field(default_factory=absent, examples=_MESSAGE)
    plan: Prose = Field(default_factory=absent, examples=_PLAN)


class CampaignReason(In):
    """Why."""

    note: Note = Field(examples=["目标与预算不匹配，请重新测算"])


class CampaignReview(In):
    """The review of a finished campaign."""

    worked: Prose = Field(examples=["长尾关键词的线索成本低于目标 22%"])
    failed: Prose = Field(examples=["落地页表单在手机上过长，流失一半"])
    next_time: Prose = Field(examples=["先做手机端表单的对比测试，再放量"])


class CampaignOut(RecordOut):
    """A campaign."""

    code: str = Field(examples=["spring-2027"])
    name: str = Field(examples=["2027 春季获客"])
    kind: str = Field(examples=["sem"])
    channel_id: UUID = Field(examples=_ID)
    channel_name: str = Field(examples=["百度搜索推广"])
    status: str = Field(
        description="draft, submitted, returned, approved, running, paused, finished, reviewed or cancelled.",
        examples=["running"],
    )
    begins_on: date = Field(examples=["2027-03-01"])
    ends_on: date = Field(description="The last day.", examples=["2027-03-31"])
    budget: MoneyOut = Field(description="As approved, amendments included.", examples=["50000.00"])
    spent: MoneyOut = Field(examples=["12800.00"])
    left: MoneyOut = Field(description="Budget less spent.", examples=["37200.00"])
    leads_target: int = Field(examples=[400])
    orders_target: int = Field(examples=[40])
    revenue_target: MoneyOut = Field(examples=["480000.00"])
    audience: str = Field(examples=_AUDIENCE)
    message: str = Field(examples=_MESSAGE)
    plan: str = Field(examples=_PLAN)
    submitted_by: UUID | None = Field(examples=[None])
    approved_by: UUID | None = Field(examples=[None])
    approved_by_name: str | None = Field(examples=["王芳"])
    approved_at: datetime | None = Field(examples=["2027-02-20T03:00:00Z"])
    started_at: datetime | None = Field(examples=["2027-03-01T01:00:00Z"])
    finished_at: datetime | None = Field(examples=[None])
    worked: str | None = Field(examples=[None])
    failed: str | None = Field(examples=[None])
    next_time: str | None = Field(examples=[None])
    reviewed_at: datetime | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["李娜"])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


router = (
    Register("/marketing/campaigns", campaigns.LISTING, CampaignOut)
    .readable()
    .creates(CampaignIn, campaigns.plan)
    .patches(CampaignPatch, campaigns.replan)
    .steps(campaigns, "submit", "approve", "revise", "start", "pause", "resume", "finish")
    .verb("return", campaigns.return_, CampaignReason)
    .verb("cancel", campaigns.cancel, CampaignReason)
    .verb("review", campaigns.review, CampaignReview)
    .router
)


class AmendmentIn(In):
    """A request to raise a campaign's budget."""

    campaign_id: UUID = Field(examples=_ID)
    budget: Money = Field(description="The whole budget that is asked for.", examples=["65000.00"])
    reason: Note = Field(examples=["线索成本低于目标，追加一周投放"])


class AmendmentReason(In):
    """Why not."""

    note: Note = Field(examples=["请先用完现有预算"])


class AmendmentOut(RecordOut):
    """A budget amendment."""

    campaign_id: UUID = Field(examples=_ID)
    campaign_name: str = Field(examples=["2027 春季获客"])
    status: str = Field(description="requested, approved, refused or withdrawn.", examples=["requested"])
    budget_before: MoneyOut = Field(examples=["50000.00"])
    budget: MoneyOut = Field(description="The whole budget after the amendment.", examples=["65000.00"])
    reason: str = Field(examples=["线索成本低于目标，追加一周投放"])
    requested_by: UUID | None = Field(examples=[None])
    requested_by_name: str | None = Field(examples=["李娜"])
    decided_by: UUID | None = Field(examples=[None])
    decided_by_name: str | None = Field(examples=["王芳"])
    decided_at: datetime | None = Field(examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


amendments_router = (
    Register("/marketing/campaign-amendments", amendments.LISTING, AmendmentOut)
    .readable()
    .creates(AmendmentIn, amendments.request)
    .steps(amendments, "approve", "withdraw")
    .verb("refuse", amendments.refuse, AmendmentReason)
    .router
)
