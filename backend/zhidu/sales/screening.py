"""4.1.2 Screening: each new lead is looked at within four working hours, and found worth one's time or not."""

from sqlalchemy import Float, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.events import emit
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation import obligations
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import Obligation, obligation
from zhidu.sales import assignments, leads
from zhidu.sales.leads import LIFECYCLE, Lead, LeadQualified

SCREEN = obligation(
    "lead.screen", "初筛线索", "Screen the lead", clause="4.1.2",
    limit=limit("lead.screen", 4, "working-hours", "初筛线索", "screen a lead", clause="4.1.2"),
)  # fmt: skip


async def await_screening(db: AsyncSession, lead: Lead) -> None:
    """A lead has come in (or again): its owner screens it, and without one its department."""
    await obligations.due(db, SCREEN, lead.id, leads.titled(lead), holder=lead.owner_id, department=lead.department_id)


async def screen(db: AsyncSession, actor: Actor, lead: Lead, note: str | None = None) -> Lead:
    """Begin to look at it. Who takes up a lead that nobody owns answers for it until it is assigned."""
    actor.must(duties.SCREEN_LEAD, lead)
    await LIFECYCLE.advance(db, actor, "screen", lead, note)
    lead.touched_at = clock.now()
    if lead.owner_id is None and actor.id is not None:
        await assignments.pass_on(db, lead, actor.id, actor.department_id)
    return lead


async def qualify(db: AsyncSession, actor: Actor, lead: Lead, note: str | None = None) -> Lead:
    """It is worth a salesperson's time: the routing rules say whose. Who found it himself keeps it."""
    actor.must(duties.QUALIFY_LEAD, lead)
    await LIFECYCLE.advance(db, actor, "qualify", lead, note)
    now = clock.now()
    lead.touched_at = now
    await obligations.met(db, SCREEN, lead.id)
    if lead.qualified_at is None:  # a lead that was reopened counts once in the funnel
        lead.qualified_at = now
        emit(db, LeadQualified(lead.id, leads.day_of(now)))
    await assignments.place(db, lead)
    return lead


async def disqualify(db: AsyncSession, actor: Actor, lead: Lead, *, reason: str) -> Lead:
    """It is not worth it, for a reason that the next ones can learn from."""
    actor.must(duties.DISQUALIFY_LEAD, lead)
    await LIFECYCLE.advance(db, actor, "disqualify", lead, reason)
    lead.disqualified_reason = reason
    await obligations.met(db, SCREEN, lead.id)
    await obligations.void(db, lead.id)
    return lead


async def reopen(db: AsyncSession, actor: Actor, lead: Lead, note: str | None = None) -> Lead:
    """What was given up comes back as new, with its history."""
    actor.must(duties.REOPEN_LEAD, lead)
    await LIFECYCLE.advance(db, actor, "reopen", lead, note)
    lead.disqualified_reason = lead.lost_reason = None
    lead.touched_at = clock.now()
    await await_screening(db, lead)
    return lead


# -- the measure -----------------------------------------------------------------------------------------------------


def _to_screen(window: Window) -> Records:
    """Leads whose screening fell due in the period, or was done before it did."""
    return (
        select(Lead.id, Lead.name.label("title"), literal("lead").label("resource"), Obligation.opened_at.label("at"))
        .join(Lead, Lead.id == Obligation.record_id)
        .where(
            Obligation.kind == SCREEN.name,
            Obligation.opened_at >= window.since,
            Obligation.opened_at < window.until,
            Obligation.status != "void",
            or_(Obligation.met_at.is_not(None), Obligation.due_at <= window.until),
        )
    )


def _screened_late(window: Window) -> Records:
    """Those that nobody had screened when the four working hours were over."""
    return _to_screen(window).where(or_(Obligation.met_at.is_(None), Obligation.met_at > Obligation.due_at))


def _separation(window: Window) -> Records:
    """By how many percentage points more leads with a score of 60 or more are converted than those below it."""
    decided = and_(
        Lead.arrived_at >= window.since,
        Lead.arrived_at < window.until,
        Lead.status.in_(LIFECYCLE.of_category("done", "ended")),
        Lead.status != "merged",
    )
    converted = cast(case((Lead.status == "converted", 100), else_=0), Float)
    high = func.avg(converted).filter(Lead.score >= 60)
    low = func.avg(converted).filter(Lead.score < 60)
    return select(high - low).where(decided)


SCREENED_IN_TIME = control(
    "lead.screened_in_time",
    "新线索在 4 个工作小时内完成初筛",
    "New leads are screened within 4 working hours",
    clause="4.1.2",
    population=_to_screen,
    failing=_screened_late,
    green=0.95,
    amber=0.8,
    figure=_separation,
    figure_unit=Text(
        "个百分点：高分段与低分段的转化率之差", "percentage points: conversion of high scores over low ones"
    ),
)
