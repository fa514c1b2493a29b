"""2.2.1 The pool: leads that nobody owns. Who has room claims one; what nobody touches comes back by itself."""

from datetime import timedelta

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.jobs import every
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation import obligations
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import amount_of, company_calendar, limit
from zhidu.regulation.obligations import Obligation, tell_each
from zhidu.sales import assignments, follow_ups, leads
from zhidu.sales.follow_ups import FIRST_CONTACT
from zhidu.sales.leads import LIFECYCLE, WORKED, Lead

RETURN_LIMIT = limit(
    "lead.untouched",
    10,
    "working-days",
    "线索无人跟进退回公海",
    "an untouched lead returns to the pool",
    clause="2.2.1",
)
ROOM = limit("lead.room", 50, "records", "每人在手线索上限", "leads that one person works on", clause="2.2.1")
_AT_ONCE = 5000

# The pool as its department sees it: new leads to screen, qualified ones that nobody could take, returned ones.
LISTING = Listing(
    "pool",
    Lead,
    show=leads.SHOWN,
    extra=leads.NAMES,
    joins=leads.JOINS,
    filters=(Lead.status, Lead.source_id, Lead.channel_id, Lead.campaign_id, Lead.region, Lead.score, Lead.key),
    search=leads.found_by,
    where=and_(Lead.owner_id.is_(None), or_(Lead.status == "new", Lead.status == "qualified", Lead.status == "pool")),
    lifecycle=LIFECYCLE,
)


async def release(db: AsyncSession, actor: Actor, lead: Lead, note: str | None = None) -> Lead:
    """Its owner cannot take it further: somebody else may."""
    actor.must(duties.RELEASE_LEAD, lead)
    await LIFECYCLE.advance(db, actor, "release", lead, note)
    lead.touched_at, lead.next_contact_at = clock.now(), None
    await obligations.void(db, lead.id)
    await assignments.pass_on(db, lead, None, lead.department_id)
    return lead


async def claim(db: AsyncSession, actor: Actor, lead: Lead, note: str | None = None) -> Lead:
    """Who has room takes it. Raises Conflict for who works on as many leads as one may."""
    actor.must(duties.CLAIM_LEAD, lead)
    LIFECYCLE.check("claim", lead.status)
    room = int(await amount_of(db, ROOM))
    # Two claims of one person at once are counted one after the other.
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"zhidu.sales.claim/{actor.id}", 0))))
    works_on = select(func.count()).select_from(Lead).where(Lead.owner_id == actor.id, Lead.status.in_(WORKED))
    if (await db.scalar(works_on) or 0) >= room:
        raise Conflict(
            Text(
                "您在手的线索已达上限 {n} 条，请先处理或退回一些（2.2.1）",
                "You work on {n} leads, as many as one may; settle or return some first (2.2.1)",
            ).of(n=room),
            clause="2.2.1",
        )
    await LIFECYCLE.advance(db, actor, "claim", lead, note)
    if actor.id is not None:
        await assignments.give(db, actor, lead, actor.id, actor.department_id, way="claim", note=note)
    return lead


# -- what nobody touches comes back ----------------------------------------------------------------------------------

_RETURN = text(
    """
    WITH untouched AS (
        SELECT id, owner_id, status, name, company FROM sales_lead
        WHERE status IN ('assigned', 'contacted', 'nurturing') AND touched_at < :untouched_since
          AND (next_contact_at IS NULL OR next_contact_at < :now)
        ORDER BY touched_at LIMIT :at_once FOR UPDATE SKIP LOCKED
    ), moved AS (
        UPDATE sales_lead l SET status = 'pool', owner_id = NULL, next_contact_at = NULL, touched_at = :now,
            updated_at = :now, version = l.version + 1
        FROM untouched u WHERE l.id = u.id
    ), told AS (
        INSERT INTO lifecycle_history (id, resource, record_id, verb, source, target, clauses, account_id, at, note)
        SELECT gen_random_uuid(), 'lead', id, 'release', status, 'pool', ARRAY['2.2.1'], NULL, :now, :note
        FROM untouched
    ), kept AS (
        INSERT INTO audit_entry (id, at, account_id, action, resource, record_id, clauses, changes)
        SELECT gen_random_uuid(), :now, NULL, 'release', 'sales_lead', id, ARRAY['2.2.1'],
               jsonb_build_object('status', jsonb_build_array(status, 'pool'),
                                  'owner_id', jsonb_build_array(owner_id, NULL)) FROM untouched
    ), settled AS (
        UPDATE regulation_obligation o SET status = 'void', next_at = NULL, updated_at = :now, version = o.version + 1
        FROM untouched u WHERE o.record_id = u.id AND o.status IN ('due', 'warned', 'late')
    ), papers AS (
        UPDATE sales_follow_up f SET owner_id = NULL FROM untouched u WHERE f.lead_id = u.id
    ), pairs AS (
        UPDATE sales_duplicate d SET owner_id = NULL FROM untouched u WHERE d.lead_id = u.id
    )
    SELECT id, owner_id, name, company FROM untouched
    """
)


@every("15 0 * * *", clause="2.2.1")
async def return_untouched(db: AsyncSession) -> int:
    """After ten working days without a word, somebody else may try. Says how many; run again, it returns none."""
    calendar, days = await company_calendar(db), int(await amount_of(db, RETURN_LIMIT))
    since = now = clock.now()
    while calendar.add_days(since, days) > now:
        since -= timedelta(days=1)
    values = {"untouched_since": since, "now": now, "at_once": _AT_ONCE, "note": f"{days} 个工作日无人跟进"}
    returned = (await db.execute(_RETURN, values)).all()
    await tell_each(
        db,
        [
            {
                "account_id": row.owner_id, "kind": "lead.returned", "clause": "2.2.1", "resource": "lead",
                "record_id": row.id, "title_zh": f"线索超过 {days} 个工作日未跟进，已退回公海：{row.name}",
                "title_en": f"Untouched for {days} working days, back in the pool: {row.name}", "read_at": None,
            }
            for row in returned
        ],
    )  # fmt: skip
    if returned:
        db.info.setdefault("changed", set()).add((Lead.__tablename__, None))
    return len(returned)


# -- the measure -----------------------------------------------------------------------------------------------------


def _owned(window: Window) -> Records:
    """The leads that somebody was to contact for the first time in the period."""
    return follow_ups.due_in(FIRST_CONTACT.name)(window)


def _untouched(window: Window) -> Records:
    """Those that are past the limit, and still nobody has spoken with them."""
    return _owned(window).where(Obligation.met_at.is_(None))


def _converted(window: Window) -> Records:
    return select(func.count()).where(Lead.converted_at >= window.since, Lead.converted_at < window.until)


NOBODY_WAITS = control(
    "lead.nobody_waits",
    "没有超过首次联系时限仍未联系的线索",
    "No lead waits untouched past the first-contact limit",
    clause="2.2.1",
    population=_owned,
    failing=_untouched,
    green=0.98,
    amber=0.9,
    figure=_converted,
    figure_unit=Text("条：本期转化线索", "leads converted in the period"),
)
