"""4.1.1 Arrivals: one way in for leads that come by hand, by form or from another system; imports bring many."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.db import new_id
from zhidu.kernel.events import emit, on
from zhidu.kernel.jobs import enqueue
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation.controls import Records, Window, control
from zhidu.sales import duplicates, leads, scoring, screening
from zhidu.sales.lead_imports import LeadsImported
from zhidu.sales.lead_sources import LeadSource
from zhidu.sales.leads import Lead, LeadArrived, LeadCorrected

_NO_SOURCE = Text("没有这个线索来源", "There is no such lead source")


async def register(
    db: AsyncSession, actor: Actor, *, source_id: UUID, arrived_at: datetime | None = None, **facts: Any
) -> Lead:
    """A lead comes in: judged, compared with those that are there, and due to be screened.

    Who works on leads owns what he registers; the rest waits in the pool of the sales department. `facts` are columns
    of the lead, and phone and email. Raises Malformed for a source that does not exist.
    """
    actor.must(duties.CREATE_LEAD)
    source = await db.get(LeadSource, source_id)
    # A form that is out in the world keeps the source it was published with.
    if source is None or not (source.active or actor.rules):
        raise Malformed.at("/source_id", _NO_SOURCE, "reference")
    works = actor.id is not None and actor.may(duties.CONTACT_LEAD).allowed
    facts["channel_id"] = facts.get("channel_id") or source.channel_id
    lead = Lead(
        id=new_id(),
        source_id=source_id,
        arrived_at=arrived_at or clock.now(),
        owner_id=actor.id if works else None,
        department_id=actor.department_id if works else await leads.sales_department(db),
        status=leads.LIFECYCLE.initial,
        **{"facts": {}, **facts},
    )
    await scoring.rescore(db, lead)
    db.add(lead)
    await duplicates.offer(db, lead)
    await screening.await_screening(db, lead)
    emit(db, LeadArrived(lead.id, leads.day_of(lead.arrived_at)))
    return lead


async def revise(db: AsyncSession, actor: Actor, lead: Lead, **changes: Any) -> Lead:
    """Keep what is known of the lead; it is judged, and compared, anew."""
    actor.must(duties.UPDATE_LEAD, lead)
    leads.LIFECYCLE.check("update", lead.status)
    if changes.get("source_id") is not None:
        source = await db.get(LeadSource, changes["source_id"])
        if source is None or not source.active:
            raise Malformed.at("/source_id", _NO_SOURCE, "reference")
    before = lead.attribution
    for name, value in changes.items():
        setattr(lead, name, value)
    lead.touched_at = clock.now()
    await scoring.rescore(db, lead)
    if {"phone", "email", "name", "company"} & changes.keys():
        await duplicates.offer(db, lead)
    if lead.attribution != before:
        emit(db, LeadCorrected(lead.id, leads.day_of(lead.arrived_at)))
        if lead.qualified_at is not None:
            emit(db, LeadCorrected(lead.id, leads.day_of(lead.qualified_at)))
    return lead


@on(LeadsImported)
async def judge_imported(db: AsyncSession, event: LeadsImported) -> None:
    """Leads that came by file are judged, and compared with those that were there, in the background, set-based."""
    model = await scoring.adopted(db)
    await enqueue(db, scoring.rescore_open_leads, lock="rescore_open_leads", model_id=model.id)
    await enqueue(db, duplicates.compare_imported, import_id=event.record_id)


# -- the measure -----------------------------------------------------------------------------------------------------


def _arrived(window: Window) -> Records:
    """The leads of the period."""
    return select(
        Lead.id, Lead.name.label("title"), literal("lead").label("resource"), Lead.arrived_at.label("at")
    ).where(Lead.arrived_at >= window.since, Lead.arrived_at < window.until, Lead.merged_into_id.is_(None))


def _of_no_source(window: Window) -> Records:
    """Those without a source: the database itself lets none in."""
    return _arrived(window).where(Lead.source_id.is_(None))


def _count(window: Window) -> Records:
    return select(func.count()).select_from(_arrived(window).subquery())


SOURCES_KNOWN = control(
    "lead.source_known",
    "没有来源的线索为 0",
    "No lead is without a source",
    clause="4.1.1",
    population=_arrived,
    failing=_of_no_source,
    figure=_count,
    figure_unit=Text("条：本期新增线索", "new leads in the period"),
)
