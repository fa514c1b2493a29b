"""4.1, 2.2.1 /sales/leads and /sales/pool."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import Field

from zhidu.kernel.texts import Text, language_of
from zhidu.kernel.wire import Email, In, Line, Money, MoneyOut, Note, Out, Phone, Prose, RecordOut, absent
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Reader, on_duty
from zhidu.policy.register import RecordId, Register
from zhidu.sales import arrivals, assignments, conversion, follow_ups, leads, pool, scoring, screening
from zhidu.sales.api.follow_ups import Said


class LeadIn(In):
    """A lead to register."""

    name: Line = Field(description="The person to talk to.", examples=["张伟"])
    source_id: UUID = Field(description="Where it comes from.", examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    company: Line | None = Field(None, examples=["深圳市云帆科技有限公司"])
    title: Line | None = Field(None, description="The person's position.", examples=["采购经理"])
    region: Line | None = Field(None, description="Province or city.", examples=["广东省深圳市"])
    phone: Phone | None = Field(None, examples=["13812345678"])
    email: Email | None = Field(None, examples=["zhang.wei@example.com"])
    need: Prose | None = Field(None, examples=["需要 50 套终端的报价"])
    product_interest: Line | None = Field(None, examples=["智能终端"])
    budget: Money | None = Field(None, examples=["80000.00"])
    campaign_id: UUID | None = Field(None, examples=[None])
    external_id: Line | None = Field(None, description="Its id in the system it comes from.", examples=[None])


class LeadPatch(In):
    """What may be changed of a lead."""

    name: Line = Field(default_factory=absent, examples=["张伟"])
    source_id: UUID = Field(default_factory=absent, examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    company: Line | None = Field(default_factory=absent, examples=["深圳市云帆科技有限公司"])
    title: Line | None = Field(default_factory=absent, examples=["采购经理"])
    region: Line | None = Field(default_factory=absent, examples=["广东省深圳市"])
    phone: Phone | None = Field(default_factory=absent, examples=["13812345678"])
    email: Email | None = Field(default_factory=absent, examples=["zhang.wei@example.com"])
    need: Prose | None = Field(default_factory=absent, examples=["需要 50 套终端的报价"])
    product_interest: Line | None = Field(default_factory=absent, examples=["智能终端"])
    budget: Money | None = Field(default_factory=absent, examples=["80000.00"])
    campaign_id: UUID | None = Field(default_factory=absent, examples=[None])


class LeadOut(RecordOut):
    """A lead; telephone and e-mail are masked."""

    name: str = Field(examples=["张伟"])
    company: str | None = Field(examples=["深圳市云帆科技有限公司"])
    title: str | None = Field(examples=["采购经理"])
    region: str | None = Field(examples=["广东省深圳市"])
    phone_masked: str | None = Field(examples=["138****5678"])
    email_masked: str | None = Field(examples=["z***@example.com"])
    need: str | None = Field(examples=["需要 50 套终端的报价"])
    product_interest: str | None = Field(examples=["智能终端"])
    budget: MoneyOut | None = Field(examples=["80000.00"])
    facts: dict[str, Any] = Field(
        description="What a file or form says besides; scoring may look at it.", examples=[{"TotalVisits": "5"}]
    )
    status: str = Field(examples=["contacted"])
    source_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    source_name: str | None = Field(examples=["百度竞价"])
    channel_id: UUID | None = Field(examples=[None])
    channel_name: str | None = Field(examples=["百度搜索推广"])
    campaign_id: UUID | None = Field(examples=[None])
    campaign_name: str | None = Field(examples=["双十一企业采购季"])
    link_id: UUID | None = Field(examples=[None])
    visitor_id: str | None = Field(description="The tracker's id of the visitor, with consent.", examples=[None])
    landing_page: str | None = Field(examples=["https://www.example.com/terminal"])
    form_id: UUID | None = Field(examples=[None])
    import_id: UUID | None = Field(examples=[None])
    external_id: str | None = Field(examples=[None])
    original_author: str | None = Field(description="Who wrote it down in the system it came from.", examples=[None])
    arrived_at: datetime = Field(description="Its original date where imported.", examples=["2026-11-25T06:05:00Z"])
    intent_score: int = Field(examples=[45])
    fit_score: int = Field(examples=[30])
    score: int = Field(description="0-100; GET …/score explains it.", examples=[75])
    key: bool = Field(description="A key lead: first contact within 4 working hours.", examples=[False])
    qualified_at: datetime | None = Field(examples=["2026-11-25T07:10:00Z"])
    assigned_at: datetime | None = Field(examples=["2026-11-25T07:10:00Z"])
    first_contacted_at: datetime | None = Field(examples=["2026-11-25T08:00:00Z"])
    next_contact_at: datetime | None = Field(description="As promised to the customer.", examples=[None])
    touched_at: datetime = Field(examples=["2026-11-25T08:00:00Z"])
    converted_at: datetime | None = Field(examples=[None])
    customer_id: UUID | None = Field(examples=[None])
    contact_id: UUID | None = Field(examples=[None])
    opportunity_id: UUID | None = Field(examples=[None])
    disqualified_reason: str | None = Field(examples=[None])
    lost_reason: str | None = Field(examples=[None])
    merged_into_id: UUID | None = Field(description="The lead that it was merged into.", examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["王芳"])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


class PoolLeadOut(LeadOut):
    """A lead that nobody owns."""


class Because(In):
    """A step that must give its reason."""

    reason: Note = Field(examples=["预算不足，明年再联系"])


class AssignIn(In):
    """Who works on the lead from now on."""

    account_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    note: Note | None = Field(None, examples=["老客户介绍，由原负责人跟进"])


class NurtureIn(In):
    """When the lead is contacted again."""

    next_at: datetime = Field(examples=["2026-12-20T01:30:00Z"])
    note: Note | None = Field(None, examples=["预算下季度批复"])


class ConvertIn(In):
    """What the lead becomes."""

    title: Line = Field(description="The opportunity's title.", examples=["云帆科技 50 套终端"])
    amount: Money = Field(examples=["80000.00"])
    expected_close_on: date | None = Field(None, examples=["2026-12-31"])
    needs: Prose | None = Field(None, description="Default: the lead's need.", examples=["50 套，年内到货"])
    customer_id: UUID | None = Field(None, description="An existing customer's file; none: a new one.", examples=[None])
    note: Note | None = Field(None, examples=["电话确认意向"])


class PartOut(Out):
    """A rule that held, and its points."""

    side: str = Field(examples=["intent"])
    field: str = Field(examples=["need"])
    points: int = Field(examples=[15])
    label: str = Field(description="In the caller's language.", examples=["询问报价"])


class ScoreOut(Out):
    """A lead's score, explained point by point."""

    score: int = Field(examples=[75])
    key: bool = Field(examples=[False])
    intent_score: int = Field(examples=[45])
    intent_max: int = Field(examples=[60])
    fit_score: int = Field(examples=[30])
    fit_max: int = Field(examples=[40])
    key_from: int = Field(description="From so many points on a lead is a key lead.", examples=[80])
    model_id: UUID | None = Field(description="Null: not yet judged, or by the regulation's default.", examples=[None])
    model_name: str = Field(examples=["制度默认模型"])
    parts: list[PartOut] = Field(examples=[[{"side": "intent", "field": "need", "points": 15, "label": "询问报价"}]])


register = (
    Register("/sales/leads", leads.LISTING, LeadOut)
    .readable()
    .creates(LeadIn, arrivals.register, at_once=arrivals.register_at_once)
    .patches(LeadPatch, arrivals.revise)
    .verb("screen", screening.screen, beyond_read=True)
    .verb("claim", pool.claim, beyond_read=True)
    .verb("qualify", screening.qualify)
    .verb("disqualify", screening.disqualify, Because)
    .verb("assign", assignments.assign, AssignIn)
    .verb("contact", follow_ups.contact, Said)
    .verb("nurture", follow_ups.nurture, NurtureIn)
    .verb("convert", conversion.convert, ConvertIn)
    .verb("lose", leads.lose, Because)
    .verb("release", pool.release)
    .verb("reopen", screening.reopen)
    .reveals(leads.reveal)
)
router = register.router
pool_router = Register("/sales/pool", pool.LISTING, PoolLeadOut, plural="pool").readable().router


@router.get("/{record_id}/score", response_model=ScoreOut, **on_duty(duties.READ_LEAD))
async def explain_lead_score(record_id: RecordId, request: Request, db: Reader, actor: CurrentActor) -> dict[str, Any]:
    """Which rules of the scoring model held for the lead, and what each brought."""
    lead = await register.one(db, actor, record_id, lock=False)
    model = await scoring.model_of(db, lead)
    language = language_of(request.headers.get("accept-language", ""))
    return {
        "score": lead.score, "key": lead.key, "intent_score": lead.intent_score, "intent_max": model.intent_max,
        "fit_score": lead.fit_score, "fit_max": model.fit_max, "key_from": model.key_from,
        "model_id": None if model.id == scoring.DEFAULT_ID else model.id, "model_name": model.name,
        "parts": [
            {
                "side": part["side"], "field": part["field"], "points": part["points"],
                "label": Text(**part["label"]).to(language),
            }
            for part in lead.score_parts
        ],
    }  # fmt: skip
