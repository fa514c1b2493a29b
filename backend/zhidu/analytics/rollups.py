"""5.2.2 Roll-ups: what came of each day by channel and campaign.

Whoever changes a counted fact marks its day, in the same transaction; marked days are recounted from the facts. So
nothing is added up twice or forgotten, and an undo needs nothing but a mark.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Table,
    Uuid,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel.db import Model
from zhidu.kernel.events import on
from zhidu.kernel.jobs import every
from zhidu.marketing.spend import SpendRecorded
from zhidu.sales import entry
from zhidu.sales.lead_imports import LeadImportUndone, LeadsImported
from zhidu.sales.leads import LeadCorrected, LeadQualified
from zhidu.sales.opportunities import OpportunityOpened
from zhidu.sales.orders import OrderCancelled, OrderPlaced, OrderRevised

COUNTS: Final = ("visits", "leads", "qualified", "opportunities", "orders", "revenue_fen", "cost_fen")

FUNNEL_DAY = Table(
    "analytics_funnel_day",
    Model.metadata,
    Column("day", Date, nullable=False),
    Column("channel_id", Uuid, ForeignKey("marketing_channel.id")),
    Column("campaign_id", Uuid, ForeignKey("marketing_campaign.id")),
    *(Column(name, BigInteger, nullable=False) for name in COUNTS),
    Index(
        "uq_analytics_funnel_day", "day", "channel_id", "campaign_id", unique=True, postgresql_nulls_not_distinct=True
    ),
)
"""The roll-up at the grain of the funnel; a channel or campaign that nobody knows is empty."""

MARK = Table("analytics_mark", Model.metadata, Column("day", Date, nullable=False))
"""Days to recount: rows are appended without any lock, and go when the day is recounted."""


# -- which days to recount ---------------------------------------------------------------------------------------------

# A lead enters by one statement, and its day is marked by the same.
entry.alongside("mark", "INSERT INTO analytics_mark (day) SELECT :day FROM entered")


async def mark(db: AsyncSession, days: Iterable[date]) -> None:
    """Have these days recounted, if this transaction commits."""
    rows = [{"day": day} for day in sorted(set(days))]
    if rows:
        await db.execute(insert(MARK), rows)


async def mark_its_day(db: AsyncSession, event: Any) -> None:
    """What the funnel counts has changed on one day; a draft that is cancelled was never counted."""
    if event.day is not None:
        await mark(db, [event.day])


for counted in (
    LeadQualified, LeadCorrected, OpportunityOpened, OrderPlaced, OrderRevised, OrderCancelled, SpendRecorded,
):  # fmt: skip
    on(counted)(mark_its_day)


_IMPORTED = text(
    """
    INSERT INTO analytics_mark (day)
    SELECT DISTINCT (fact.at AT TIME ZONE 'Asia/Shanghai')::date
    FROM sales_import_row line JOIN sales_lead lead ON lead.id = line.lead_id
    CROSS JOIN LATERAL (VALUES (lead.arrived_at), (lead.qualified_at)) fact (at)
    WHERE line.import_id = :import_id AND fact.at IS NOT NULL
    """
)


@on(LeadsImported)
async def mark_imported_days(db: AsyncSession, event: LeadsImported) -> None:
    """Each day of the file once, whatever the number of its rows."""
    await db.execute(_IMPORTED, {"import_id": event.record_id})


@on(LeadImportUndone)
async def mark_undone_days(db: AsyncSession, event: LeadImportUndone) -> None:
    """The days on which the leads that were taken back had counted."""
    await mark(db, map(date.fromisoformat, event.days))


# -- the recount -------------------------------------------------------------------------------------------------------

# For each day, each table is read by its index on that time.
_RECOUNT = text(
    """
    INSERT INTO analytics_funnel_day
        (day, channel_id, campaign_id, visits, leads, qualified, opportunities, orders, revenue_fen, cost_fen)
    SELECT span.day, fact.channel_id, fact.campaign_id, sum(visits), sum(leads), sum(qualified), sum(opportunities),
        sum(orders), sum(revenue), sum(cost)
    FROM (
        SELECT day, day::timestamp AT TIME ZONE 'Asia/Shanghai' AS begins,
            (day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS ends
        FROM unnest(:days) AS asked (day)
    ) span CROSS JOIN LATERAL (
        SELECT channel_id, campaign_id, count(*) AS visits, 0 AS leads, 0 AS qualified, 0 AS opportunities,
            0 AS orders, 0 AS revenue, 0 AS cost
        FROM analytics_visit WHERE day = span.day GROUP BY 1, 2
        UNION ALL
        SELECT channel_id, campaign_id, 0, count(*), 0, 0, 0, 0, 0
        FROM sales_lead WHERE arrived_at >= span.begins AND arrived_at < span.ends AND merged_into_id IS NULL
        GROUP BY 1, 2
        UNION ALL
        SELECT channel_id, campaign_id, 0, 0, count(*), 0, 0, 0, 0
        FROM sales_lead WHERE qualified_at >= span.begins AND qualified_at < span.ends AND merged_into_id IS NULL
        GROUP BY 1, 2
        UNION ALL
        SELECT channel_id, campaign_id, 0, 0, 0, count(*), 0, 0, 0
        FROM sales_opportunity WHERE created_at >= span.begins AND created_at < span.ends GROUP BY 1, 2
        UNION ALL
        SELECT channel_id, campaign_id, 0, 0, 0, 0, count(*), sum(total_fen), 0
        FROM sales_order WHERE placed_at >= span.begins AND placed_at < span.ends AND status <> 'cancelled'
        GROUP BY 1, 2
        UNION ALL
        SELECT channel_id, campaign_id, 0, 0, 0, 0, 0, 0, sum(amount_fen)
        FROM marketing_spend WHERE day = span.day GROUP BY 1, 2
    ) fact GROUP BY 1, 2, 3
    """
).bindparams(bindparam("days", type_=ARRAY(Date)))

_SPAN = text(
    """
    SELECT min(day), max(day) FROM (
        SELECT min(day) AS day FROM analytics_visit UNION ALL SELECT max(day) FROM analytics_visit
        UNION ALL SELECT min(day) FROM marketing_spend UNION ALL SELECT max(day) FROM marketing_spend
        UNION ALL SELECT (at AT TIME ZONE 'Asia/Shanghai')::date FROM (
            SELECT min(arrived_at) AS at FROM sales_lead UNION ALL SELECT max(arrived_at) FROM sales_lead
            UNION ALL SELECT min(qualified_at) FROM sales_lead UNION ALL SELECT max(qualified_at) FROM sales_lead
            UNION ALL SELECT min(created_at) FROM sales_opportunity
            UNION ALL SELECT max(created_at) FROM sales_opportunity
            UNION ALL SELECT min(placed_at) FROM sales_order UNION ALL SELECT max(placed_at) FROM sales_order
        ) moment
    ) fact
    """
)
# A year of a large company is recounted in statements that each end well within their time.
_DAYS_AT_ONCE = 60


async def recompute(db: AsyncSession, days: Sequence[date]) -> None:
    """Count these days anew from the facts."""
    await _one_at_a_time(db)
    for start in range(0, len(days), _DAYS_AT_ONCE):
        some = list(days[start : start + _DAYS_AT_ONCE])
        await db.execute(delete(FUNNEL_DAY).where(FUNNEL_DAY.c.day.in_(some)))
        await db.execute(_RECOUNT, {"days": some})


async def recompute_all(db: AsyncSession) -> int:
    """Count everything anew, after a correction that went around the rules. Returns how many days there are."""
    await _one_at_a_time(db)
    await db.execute(delete(MARK))
    await db.execute(delete(FUNNEL_DAY))
    first, last = (await db.execute(_SPAN)).one()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)] if first else []
    await recompute(db, days)
    return len(days)


@every("* * * * *", clause="5.2.2")
async def recount_marked_days(db: AsyncSession) -> int:
    """Each minute: the days on which something changed. Returns how many.

    A mark that commits after this statement began is not seen, stays, and is taken in the next turn.
    """
    await _one_at_a_time(db)
    days = sorted(set(await db.scalars(delete(MARK).returning(MARK.c.day))))
    await recompute(db, days)
    return len(days)


async def _one_at_a_time(db: AsyncSession) -> None:
    """Two recounts of one day would meet in its rows."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("analytics.recount", 0))))
