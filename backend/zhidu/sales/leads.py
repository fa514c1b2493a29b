"""4.1, 2.2.1 Leads: who might buy, where each came from, how it was judged, and who answers for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, SmallInteger, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock, crypto
from zhidu.kernel.crypto import HasEmail, HasPhone
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.events import Event
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.accounts import Account, Department
from zhidu.policy.actor import Actor
from zhidu.regulation import obligations
from zhidu.sales.attribution import Attributed
from zhidu.sales.lead_sources import LeadSource

# Somebody answers for it and works on it.
WORKED = ("assigned", "contacted", "nurturing")
_OPEN = ("new", "screening", "qualified", *WORKED)
_GIVEN_UP = ("disqualified", "lost")
LIFECYCLE = Lifecycle(
    "lead",
    {
        "new": "open", "screening": "open", "qualified": "open", "assigned": "open", "contacted": "open",
        "nurturing": "open", "pool": "waiting", "converted": "done", "disqualified": "ended", "lost": "ended",
        "merged": "ended",
    },
    update=within((*_OPEN, "pool", "converted", *_GIVEN_UP), clause="2.2.1"),
    screen=step("new", "screening", clause="4.1.2"),
    qualify=step("screening", "qualified", clause="4.1.2"),
    disqualify=step("screening", "disqualified", clause="4.1.2"),
    assign=step(("qualified", "pool", *WORKED), "assigned", clause=("2.2.1", "4.1.2")),
    contact=step(("assigned", "nurturing"), "contacted", clause="4.2.1"),
    nurture=step("contacted", "nurturing", clause="4.2.1"),
    convert=step(("contacted", "nurturing"), "converted", clause=("2.2.1", "4.2.2")),
    lose=step(WORKED, "lost", clause="4.2.1"),
    release=step(_OPEN, "pool", clause="2.2.1"),
    claim=step("pool", "assigned", clause="2.2.1"),
    reopen=step(_GIVEN_UP, "new", clause="4.1.2"),
    merge=step((*_OPEN, "pool", *_GIVEN_UP), "merged", clause=("4.1.1", "4.4.3"), by_rules=True),
    restore=step("merged", (*_OPEN, "pool", *_GIVEN_UP), clause="4.4.3", by_rules=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeadArrived(Event):
    """A lead came in; counted in the funnel on this day."""

    day: date


@dataclass(frozen=True, slots=True)
class LeadQualified(Event):
    """Screening found intent and fit; counted in the funnel on this day."""

    day: date


@dataclass(frozen=True, slots=True)
class LeadCorrected(Event):
    """A counted fact of a lead changed (its channel, a merge, an undo): this day is counted anew."""

    day: date


@dataclass(frozen=True, slots=True)
class LeadAssigned(Event):
    """Somebody answers for the lead from now on."""

    account_id: UUID


@dataclass(frozen=True, slots=True)
class LeadConverted(Event):
    """The lead became a customer with an opportunity."""

    customer_id: UUID
    opportunity_id: UUID


class Lead(Searchable, HasPhone, HasEmail, Attributed, Owned, Record):
    """A person or company that might buy. Without an owner it waits in its department's pool."""

    __tablename__ = "sales_lead"
    __searched__ = ("name", "company")
    __table_args__ = (
        *scope_indexes("sales_lead"),
        *scope_indexes("sales_lead", "arrived_at"),
        *scope_indexes("sales_lead", "created_at"),
        *scope_indexes("sales_lead", "score"),
        search_index("sales_lead"),
        # Roll-ups recount whole days, and the funnel drills down to the leads of a channel or a campaign.
        Index("ix_sales_lead_channel", "channel_id", "arrived_at", "id"),
        Index("ix_sales_lead_campaign", "campaign_id", "arrived_at", "id"),
        Index("ix_sales_lead_qualified_at", "qualified_at", postgresql_where=text("qualified_at IS NOT NULL")),
        Index("ix_sales_lead_converted_at", "converted_at", postgresql_where=text("converted_at IS NOT NULL")),
        Index("ix_sales_lead_import_id", "import_id", postgresql_where=text("import_id IS NOT NULL")),
        Index("ix_sales_lead_external_id", "external_id", postgresql_where=text("external_id IS NOT NULL")),
        Index("ix_sales_lead_visitor_id", "visitor_id", postgresql_where=text("visitor_id IS NOT NULL")),
        Index("ix_sales_lead_merged_into_id", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        # A board's column may hold a handful of leads among a million.
        Index("ix_sales_lead_status", "status", "department_id", "updated_at", "id"),
        # What waits for somebody, and what goes back to the pool when nobody touches it.
        Index("ix_sales_lead_unowned", "department_id", "updated_at", "id", postgresql_where=text("owner_id IS NULL")),
        Index(
            "ix_sales_lead_touched_at",
            "touched_at",
            postgresql_where=text("status IN ('assigned', 'contacted', 'nurturing')"),
        ),
        # How many leads somebody works on: the load that assignment weighs.
        Index(
            "ix_sales_lead_worked",
            "owner_id",
            postgresql_where=text("status IN ('assigned', 'contacted', 'nurturing')"),
        ),
    )

    name: Mapped[str] = mapped_column(doc="The person to talk to.")
    company: Mapped[str | None]
    title: Mapped[str | None] = mapped_column(doc="The person's position.")
    region: Mapped[str | None] = mapped_column(doc="Province or city; routing by territory looks at it.")
    need: Mapped[str | None]
    product_interest: Mapped[str | None]
    budget_fen: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(
        default=dict,
        doc="What a file or a form says besides: visits, time on site, occupation; scoring may look at it.",
    )
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)

    source_id: Mapped[UUID] = mapped_column(ForeignKey(LeadSource.id))
    visitor_id: Mapped[str | None] = mapped_column(doc="The tracker's id, only with consent.")
    landing_page: Mapped[str | None]
    form_id: Mapped[UUID | None]
    import_id: Mapped[UUID | None]
    external_id: Mapped[str | None] = mapped_column(doc="The id in the file or system it came from.")
    original_author: Mapped[str | None] = mapped_column(doc="Who wrote it down there, or found it.")
    arrived_at: Mapped[datetime] = mapped_column(default=clock.now, doc="The original date where it was imported.")

    intent_score: Mapped[int] = mapped_column(SmallInteger, default=0)
    fit_score: Mapped[int] = mapped_column(SmallInteger, default=0)
    score: Mapped[int] = mapped_column(SmallInteger, default=0, doc="0-100, by the adopted scoring model.")
    key: Mapped[bool] = mapped_column(default=False, doc="A key lead: first contact in 4 working hours.")
    score_parts: Mapped[list[Any]] = mapped_column(default=list, doc="Each point explained.")
    scoring_model_id: Mapped[UUID | None]

    qualified_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    first_contacted_at: Mapped[datetime | None]
    next_contact_at: Mapped[datetime | None]
    touched_at: Mapped[datetime] = mapped_column(default=clock.now, doc="When somebody last worked on it.")
    converted_at: Mapped[datetime | None]
    customer_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    opportunity_id: Mapped[UUID | None]
    disqualified_reason: Mapped[str | None]
    lost_reason: Mapped[str | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_lead.id"))


def found_by(query: str) -> ColumnElement[bool]:
    """What a search of leads finds: a whole telephone number or e-mail, its last four digits, or a name."""
    try:
        if "@" in query:
            return Lead.email_index == crypto.email_index(query)
        if query.isdigit() and len(query) == 4:
            return Lead.phone_last4 == crypto.last4_index(query)
        if sum(map(str.isdigit, query)) >= 7:
            return Lead.phone_index == crypto.phone_index(query)
    except crypto.Malformed:
        pass  # then it may still be part of a name
    return matches(Lead, query)


# What the lists of leads show; the score's parts are asked for one by one.
SHOWN = [c for c in Lead.__table__.c if not c.info.get("private") and c.name not in ("score_parts", "scoring_model_id")]
NAMES = (
    Account.name.label("owner_name"),
    LeadSource.name.label("source_name"),
    Channel.name.label("channel_name"),
    Campaign.name.label("campaign_name"),
)
JOINS = (
    (Account, Account.id == Lead.owner_id),
    (LeadSource, LeadSource.id == Lead.source_id),
    (Channel, Channel.id == Lead.channel_id),
    (Campaign, Campaign.id == Lead.campaign_id),
)
LISTING = Listing(
    "lead",
    Lead,
    show=SHOWN,
    extra=NAMES,
    joins=JOINS,
    filters=(
        Lead.status, Lead.owner_id, Lead.department_id, Lead.source_id, Lead.channel_id, Lead.campaign_id, Lead.link_id,
        Lead.form_id, Lead.import_id, Lead.region, Lead.score, Lead.key, Lead.arrived_at, Lead.qualified_at,
        Lead.next_contact_at, Lead.touched_at, Lead.visitor_id,
    ),
    sorts=(Lead.arrived_at, Lead.score),
    search=found_by,
    listed=Lead.merged_into_id.is_(None),
    lifecycle=LIFECYCLE,
)  # fmt: skip


def titled(lead: Lead) -> str:
    """A lead as people name it."""
    return called(lead.name, lead.company)


def called(name: str, company: str | None) -> str:
    """A person as people name him: 张三（腾讯）."""
    return f"{name}（{company}）" if company else name


def day_of(moment: datetime) -> date:
    """The day, where the company works, on which a moment counts."""
    return moment.astimezone(clock.COMPANY_ZONE).date()


async def sales_department(db: AsyncSession) -> UUID | None:
    """The department whose leads those are that nobody owns yet: the first of the sales departments."""
    known: UUID | None = db.info.get("sales_department")
    if known is None:
        first = (
            select(Department.id)
            .where(Department.kind == "sales", Department.active)
            .order_by(Department.parent_id.nulls_first(), Department.code)
            .limit(1)
        )
        known = db.info["sales_department"] = await db.scalar(first)
    return known


async def lose(db: AsyncSession, actor: Actor, lead: Lead, *, reason: str) -> Lead:
    """It will not become a sale, for a reason that the next ones can learn from."""
    actor.must(duties.LOSE_LEAD, lead)
    await LIFECYCLE.advance(db, actor, "lose", lead, reason)
    lead.lost_reason = reason
    lead.next_contact_at = None
    await obligations.void(db, lead.id)
    return lead


async def reveal(db: AsyncSession, actor: Actor, lead: Lead, *, reason: str) -> dict[str, str | None]:
    """The telephone and the e-mail in full, for a reason, leaving a trace (7.3.2)."""
    actor.must(duties.REVEAL_LEAD, lead)
    audit.note(db, "reveal", "sales_lead", lead.id, reason=reason)
    return {"phone": lead.phone, "email": lead.email}
