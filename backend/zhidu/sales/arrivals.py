"""4.1.1 Arrivals: one way in for leads that come by hand, by form or from another system; imports bring many."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.db import Database, driver
from zhidu.kernel.events import emit, on
from zhidu.kernel.jobs import enqueue
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation.controls import Records, Window, control
from zhidu.sales import duplicates, entry, leads, scoring
from zhidu.sales.lead_imports import LeadsImported
from zhidu.sales.lead_sources import LeadSource
from zhidu.sales.leads import Lead, LeadCorrected


async def register(db: AsyncSession, actor: Actor, *, source_id: UUID, **given: Any) -> Lead:
    """A lead comes in: judged, compared with those that are there, and due to be screened.

    Who works on leads owns what he registers; the rest waits in the pool of the sales department. `given` are columns
    of the lead, phone and email, and arrived_at. Raises Malformed for a source that does not exist.
    """
    actor.must(duties.CREATE_LEAD)
    await db.flush()
    engine = cast(AsyncEngine, db.bind)
    known = entry.remembered(engine, source_id) or await entry.read(db, engine)
    info = db.info
    trail = entry.Trail(
        info.get("account_id"), tuple(info.get("clauses", ())), info.get("request_id"), info.get("address")
    )
    entered = await entry.enter(await driver(db), known, actor, trail, source_id=source_id, **given)
    lead_id = entered.columns["id"]
    info.setdefault("changed", set()).add((Lead.__tablename__, lead_id))
    lead = await db.get_one(Lead, lead_id)
    await duplicates.keep(db, lead, entered.likely)
    return lead


async def register_at_once(
    database: Database, actor: Actor, *, request_id: str | None, address: str | None, source_id: UUID, **given: Any
) -> dict[str, Any]:
    """The same in one statement and no session; returns the row that the lists show.

    Likely duplicates are an offer, not a fact of the lead: they follow in a transaction of their own.
    """
    actor.must(duties.CREATE_LEAD)
    known = entry.remembered(database.engine, source_id)
    if known is None:
        async with database.sessions() as db:
            known = await entry.read(db, database.engine)
    trail = entry.Trail(actor.id, duties.CREATE_LEAD.clauses, request_id, address)
    async with database.reader() as connection:
        entered = await entry.enter(connection, known, actor, trail, source_id=source_id, **given)
    database.whisper({"type": "changed", "table": Lead.__tablename__, "id": str(entered.columns["id"])})
    if entered.likely:
        async with database.session() as db:
            await duplicates.keep(db, await db.get_one(Lead, entered.columns["id"]), entered.likely)
    return entered.row(actor)


async def revise(db: AsyncSession, actor: Actor, lead: Lead, **changes: Any) -> Lead:
    """Keep what is known of the lead; it is judged, and compared, anew."""
    actor.must(duties.UPDATE_LEAD, lead)
    leads.LIFECYCLE.check("update", lead.status)
    if changes.get("source_id") is not None:
        source = await db.get(LeadSource, changes["source_id"])
        if source is None or not source.active:
            raise entry.no_source()
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
