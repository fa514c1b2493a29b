"""2.1.3, 3.3 Campaigns: planned with goals, period and budget, approved by a second person, run by plan, reviewed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Uuid,
    cast,
    column,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.events import Event, emit
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed, OutOfOrder
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.kernel.texts import Text
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.policy.deciders import decider
from zhidu.regulation import obligations
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import obligation

LIFECYCLE = Lifecycle(
    "campaign",
    {
        "draft": "open",
        "submitted": "waiting",
        "returned": "open",
        "approved": "waiting",
        "running": "open",
        "paused": "waiting",
        "finished": "waiting",
        "reviewed": "done",
        "cancelled": "ended",
    },
    update=within("draft", clause="2.1.3"),
    submit=step("draft", "submitted", clause="2.1.3"),
    approve=step("submitted", "approved", clause=("2.1.3", "1.3.3")),
    **{"return": step("submitted", "returned", clause="2.1.3")},
    revise=step("returned", "draft", clause="2.1.3"),
    start=step("approved", "running", clause="3.3.1"),
    pause=step("running", "paused", clause="3.3.2"),
    resume=step("paused", "running", clause="3.3.2"),
    finish=step(("running", "paused"), "finished", clause="3.3.1"),
    review=step("finished", "reviewed", clause="3.3.3"),
    cancel=step(("approved", "running", "paused"), "cancelled", clause="3.3.1"),
)
# What has not been approved has no budget to spend and no plan to follow.
UNAPPROVED = ("draft", "submitted", "returned")

DECIDE_WITHIN = limit("campaign.approve", 8, "working-hours", "活动审批", "decision on a campaign", clause="2.1.3")
REVIEW_WITHIN = limit("campaign.review", 14, "days", "活动复盘", "review of a campaign", clause="3.3.3")
DECIDE = obligation("campaign.approve", "审批活动", "decide on the campaign", clause="2.1.3", limit=DECIDE_WITHIN)
START = obligation("campaign.start", "按计划启动活动", "start the campaign as planned", clause="2.1.3")
FINISH = obligation("campaign.finish", "按计划结束活动", "finish the campaign as planned", clause="3.3.1")
REVIEW = obligation("campaign.review", "复盘活动", "review the campaign", clause="3.3.3", limit=REVIEW_WITHIN)


class Campaign(Searchable, Owned, Record):
    """A campaign on one channel: what it is to reach, by when, for how much."""

    __tablename__ = "marketing_campaign"
    __searched__ = ("name", "code")
    __table_args__ = (
        *scope_indexes("marketing_campaign"),
        Index("ix_marketing_campaign_channel_id", "channel_id", "updated_at", "id"),
        Index("ix_marketing_campaign_begins_on", "begins_on", "id"),
        Index("uq_marketing_campaign_code_lower", text("lower(code)"), unique=True),
        search_index("marketing_campaign"),
        CheckConstraint("ends_on >= begins_on", name="period"),
        CheckConstraint("budget_fen >= 0", name="budget"),
    )

    code: Mapped[str] = mapped_column(unique=True, doc="utm_campaign in links.")
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="seo, sem, social, content, email, event, live")
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("marketing_channel.id"))
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    begins_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(doc="The last day.")
    budget_fen: Mapped[int] = mapped_column(doc="As approved; an approved amendment raises it.")
    leads_target: Mapped[int]
    orders_target: Mapped[int]
    revenue_target_fen: Mapped[int]
    audience: Mapped[str]
    message: Mapped[str]
    plan: Mapped[str] = mapped_column(doc="What is done, when and by whom.")
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worked: Mapped[str | None] = mapped_column(doc="The review: what worked.")
    failed: Mapped[str | None] = mapped_column(doc="The review: what did not.")
    next_time: Mapped[str | None] = mapped_column(doc="The review: what to do next time.")
    reviewed_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class CampaignStarted(Event):
    """A campaign runs, for the first time or after a pause."""


# The ledger of spend stands on campaigns (spend.py), so it is named here only as a table.
_SPEND = table("marketing_spend", column("campaign_id", Uuid()), column("amount_fen", BigInteger()))
SPENT_FEN = (
    select(cast(func.coalesce(func.sum(_SPEND.c.amount_fen), 0), BigInteger()))
    .where(_SPEND.c.campaign_id == Campaign.id)
    .correlate(Campaign)
    .scalar_subquery()
)
_approver = aliased(Account)

LISTING = Listing(
    "campaign",
    Campaign,
    extra=(
        SPENT_FEN.label("spent_fen"),
        (Campaign.budget_fen - SPENT_FEN).label("left_fen"),
        Channel.name.label("channel_name"),
        Account.name.label("owner_name"),
        _approver.name.label("approved_by_name"),
    ),
    joins=(
        (Channel, Channel.id == Campaign.channel_id),
        (Account, Account.id == Campaign.owner_id),
        (_approver, _approver.id == Campaign.approved_by),
    ),
    filters=(
        Campaign.id,
        Campaign.status,
        Campaign.kind,
        Campaign.channel_id,
        Campaign.owner_id,
        Campaign.begins_on,
        Campaign.ends_on,
    ),
    sorts=(Campaign.begins_on,),
    search=lambda q: matches(Campaign, q),
    lifecycle=LIFECYCLE,
)


async def plan(db: AsyncSession, actor: Actor, **fields: Any) -> Campaign:
    """A new campaign, as a draft. Raises Malformed for a period that ends before it begins."""
    actor.must(duties.CREATE_CAMPAIGN)
    _period(fields["begins_on"], fields["ends_on"])
    campaign = Campaign(**fields, owner_id=actor.id, department_id=actor.department_id)
    db.add(campaign)
    return campaign


async def replan(db: AsyncSession, actor: Actor, campaign: Campaign, **changes: Any) -> Campaign:
    """Change a draft; what was approved is changed by nobody (its budget by an amendment)."""
    actor.must(duties.UPDATE_CAMPAIGN, campaign)
    LIFECYCLE.check("update", campaign.status)
    _period(changes.get("begins_on", campaign.begins_on), changes.get("ends_on", campaign.ends_on))
    for name, value in changes.items():
        setattr(campaign, name, value)
    return campaign


def _period(begins_on: date, ends_on: date) -> None:
    if ends_on < begins_on:
        raise Malformed.at("/ends_on", Text("结束日期不能早于开始日期", "Must not be before the beginning"), "period")


async def submit(db: AsyncSession, actor: Actor, campaign: Campaign, note: str | None = None) -> Campaign:
    """Ask for the approval of plan and budget; above the manager's limit it falls to the general manager."""
    actor.must(duties.SUBMIT_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "submit", campaign, note)
    campaign.submitted_by = actor.id
    await obligations.due(
        db, DECIDE, campaign.id, campaign.name,
        holder=await decider(db, duties.APPROVE_CAMPAIGN, campaign), department=campaign.department_id,
    )  # fmt: skip
    return campaign


async def approve(db: AsyncSession, actor: Actor, campaign: Campaign, note: str | None = None) -> Campaign:
    """Plan and budget stand; from now on the campaign is due to start on its day."""
    actor.must(duties.APPROVE_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "approve", campaign, note)
    campaign.approved_by, campaign.approved_at = actor.id, clock.now()
    await _say(db, campaign, "approved", Text("活动「{c}」已获批准", "‘{c}’ is approved"))
    await obligations.due(
        db, START, campaign.id, campaign.name, holder=campaign.owner_id, department=campaign.department_id,
        at=_end_of(max(campaign.begins_on, clock.today())),
    )  # fmt: skip
    return campaign


async def return_(db: AsyncSession, actor: Actor, campaign: Campaign, note: str) -> Campaign:
    """Not yet: the note says what is missing."""
    actor.must(duties.RETURN_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "return", campaign, note)
    await _say(db, campaign, "returned", Text("活动「{c}」被退回", "‘{c}’ is returned"))
    return campaign


async def _say(db: AsyncSession, campaign: Campaign, how: str, says: Text) -> None:
    """The decision is made, and its author knows."""
    await obligations.met(db, DECIDE, campaign.id)
    await obligations.tell(
        db, [campaign.owner_id] if campaign.owner_id else [], f"campaign.{how}", says.of(c=campaign.name),
        clause="2.1.3", resource="campaign", record_id=campaign.id,
    )  # fmt: skip


async def revise(db: AsyncSession, actor: Actor, campaign: Campaign, note: str | None = None) -> Campaign:
    """Back to draft, to do what the decider asked."""
    actor.must(duties.REVISE_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "revise", campaign, note)
    return campaign


async def start(db: AsyncSession, actor: Actor, campaign: Campaign, note: str | None = None) -> Campaign:
    """Run it. Before its day only with a reason; after its last day, or without an active channel, not at all."""
    actor.must(duties.START_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "start", campaign, note)
    await _channel_must_be_active(db, campaign)
    if clock.today() < campaign.begins_on and note is None:
        raise Malformed.at(
            "/note",
            Text("早于计划日期 {day} 启动，请说明原因", "It is planned for {day}; say why it starts earlier").of(
                day=campaign.begins_on
            ),
            "reason",
        )
    if clock.today() > campaign.ends_on:
        raise OutOfOrder(
            Text("活动已过结束日期 {day}；请取消它并另行策划", "Its last day was {day}; cancel it and plan another").of(
                day=campaign.ends_on
            ),
            clause="3.3.1",
        )
    campaign.started_at = clock.now()
    await obligations.met(db, START, campaign.id)
    await obligations.due(
        db, FINISH, campaign.id, campaign.name, holder=campaign.owner_id, department=campaign.department_id,
        at=_end_of(campaign.ends_on),
    )  # fmt: skip
    emit(db, CampaignStarted(campaign.id))
    return campaign


async def pause(db: AsyncSession, actor: Actor, campaign: Campaign, note: str | None = None) -> Campaign:
    """Stop for a while, to adjust."""
    actor.must(duties.PAUSE_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "pause", campaign, note)
    return campaign


async def resume(db: AsyncSession, actor: Actor, campaign: Campaign, note: str | None = None) -> Campaign:
    """Go on, as long as the channel is active."""
    actor.must(duties.RESUME_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "resume", campaign, note)
    await _channel_must_be_active(db, campaign)
    emit(db, CampaignStarted(campaign.id))
    return campaign


async def _channel_must_be_active(db: AsyncSession, campaign: Campaign) -> None:
    channel = await db.get_one(Channel, campaign.channel_id)
    if channel.status != "active":
        raise OutOfOrder(
            Text(
                "渠道「{c}」没有有效的评估：请先提交渠道评估并获批准（3.1.1）",
                "The channel ‘{c}’ is not active: first have its assessment approved (3.1.1)",
            ).of(c=channel.name),
            clause="3.1.1",
            channel_id=str(channel.id),
        )


async def finish(db: AsyncSession, actor: Actor, campaign: Campaign, note: str | None = None) -> Campaign:
    """It is over; its review is due in 14 days."""
    actor.must(duties.FINISH_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "finish", campaign, note)
    campaign.finished_at = clock.now()
    await obligations.met(db, FINISH, campaign.id)
    await obligations.due(
        db, REVIEW, campaign.id, campaign.name, holder=campaign.owner_id, department=campaign.department_id
    )
    return campaign


async def review(
    db: AsyncSession, actor: Actor, campaign: Campaign, *, worked: str, failed: str, next_time: str
) -> Campaign:
    """What worked, what did not, and what to do next time."""
    actor.must(duties.REVIEW_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "review", campaign)
    campaign.worked, campaign.failed, campaign.next_time = worked, failed, next_time
    campaign.reviewed_at = clock.now()
    await obligations.met(db, REVIEW, campaign.id)
    return campaign


async def cancel(db: AsyncSession, actor: Actor, campaign: Campaign, note: str) -> Campaign:
    """It does not take place, or no longer; the note says why."""
    actor.must(duties.CANCEL_CAMPAIGN, campaign)
    await LIFECYCLE.advance(db, actor, "cancel", campaign, note)
    campaign.finished_at = clock.now()
    await obligations.void(db, campaign.id)
    return campaign


def _end_of(day: date) -> datetime:
    return clock.midnight(day + timedelta(days=1))


# -- how 2.1.3, 3.3.1 and 3.3.3 are measured --------------------------------------------------------------------------


def _end_of_day(day: Any) -> Any:
    """The moment at which a column's day is over where the company works, in SQL."""
    return func.timezone(clock.COMPANY_ZONE.key, cast(day + 1, DateTime()))


def _campaigns(at: Any) -> Records:
    return select(
        Campaign.id, Campaign.name.label("title"), literal("campaign").label("resource"), at.label("at")
    ).where(Campaign.approved_at.is_not(None))


def _to_start(window: Window) -> Records:
    over = _end_of_day(Campaign.begins_on)
    # One that was called off before its first day had nothing to start.
    called_off = (Campaign.status == "cancelled") & Campaign.started_at.is_(None)
    return _campaigns(over).where(over >= window.since, over < window.until, ~called_off)


def _started_late(window: Window) -> Records:
    late = Campaign.started_at.is_(None) | (Campaign.started_at >= _end_of_day(Campaign.begins_on))
    return _to_start(window).where(late)


control(
    "campaign.started_on_time",
    "活动按计划日期启动",
    "Campaigns start on their planned day",
    clause="2.1.3",
    population=_to_start,
    failing=_started_late,
    green=0.9,
    amber=0.75,
    period=timedelta(days=90),
)


def _running(window: Window) -> Records:
    running = select(
        Campaign.id,
        Campaign.name.label("title"),
        literal("campaign").label("resource"),
        Campaign.started_at.label("at"),
    )
    return running.where(Campaign.status == "running")


def _running_without_plan(window: Window) -> Records:
    # A plan ends with its last day: what runs on has none.
    today = cast(func.timezone(clock.COMPANY_ZONE.key, literal(window.until, DateTime(timezone=True))), Date())
    return _running(window).where(
        Campaign.approved_at.is_(None) | (func.btrim(Campaign.plan) == "") | (Campaign.ends_on < today)
    )


control(
    "campaign.planned",
    "没有无计划运行的活动",
    "No campaign runs without an approved plan that covers today",
    clause="2.1.3",
    population=_running,
    failing=_running_without_plan,
)


def _to_end(window: Window) -> Records:
    over = _end_of_day(Campaign.ends_on)
    return _campaigns(over).where(over >= window.since, over < window.until, Campaign.started_at.is_not(None))


def _ended_late(window: Window) -> Records:
    late = Campaign.finished_at.is_(None) | (Campaign.finished_at >= _end_of_day(Campaign.ends_on))
    return _to_end(window).where(late)


control(
    "campaign.finished_on_time",
    "活动按计划日期结束",
    "Campaigns are brought to their end by the planned day",
    clause="3.3.1",
    population=_to_end,
    failing=_ended_late,
    green=0.9,
    amber=0.75,
    period=timedelta(days=90),
)


def _to_review(window: Window) -> Records:
    within_limit = timedelta(days=REVIEW_WITHIN.amount)
    # However old: a campaign never reviewed must not fall out of sight with the period.
    return _campaigns(Campaign.finished_at).where(
        (Campaign.status == "finished") & (Campaign.finished_at < window.until - within_limit)
        | (Campaign.status == "reviewed") & (Campaign.finished_at >= window.since - within_limit)
    )


def _unreviewed(window: Window) -> Records:
    return _to_review(window).where(Campaign.status == "finished")


control(
    "campaign.reviewed",
    "结束超过 14 天的活动均已复盘",
    "Campaigns finished more than 14 days ago are reviewed",
    clause="3.3.3",
    population=_to_review,
    failing=_unreviewed,
    period=timedelta(days=90),
)
