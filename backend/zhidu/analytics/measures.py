"""3.1.2, 3.4.2, 5.1.1, 5.2.2 What the roll-ups say of the clauses: sources that are silent, analyses and indexes that
are missing, and what channels brought beside what was forecast.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, cast, false, func, literal, select, union_all
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import INTERVAL, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.analytics.events import WebEvent
from zhidu.analytics.rollups import FUNNEL_DAY
from zhidu.kernel import clock
from zhidu.kernel.jobs import every
from zhidu.marketing import assessments
from zhidu.marketing.assessments import ChannelAssessment
from zhidu.marketing.spend import Spend
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import Limit, LimitSetting, limit
from zhidu.sales.leads import Lead
from zhidu.sales.orders import Order

_DAY = FUNNEL_DAY.c
_MOMENT = TIMESTAMP(timezone=True)


def _row(name: str, title: str, resource: str, at: Any, *more: ColumnElement[Any]) -> Records:
    return select(
        literal(name, SqlText).label("id"),
        literal(title, SqlText).label("title"),
        literal(resource, SqlText).label("resource"),
        cast(at, _MOMENT).label("at"),
        *more,
    )


# -- 5.1.1 No source is silent -----------------------------------------------------------------------------------------


class Source(NamedTuple):
    """A source of data, when something of it last arrived, and how long it may be silent."""

    name: str
    title: str
    last: ScalarSelect[Any]
    silent: Limit


def _silent(name: str, days: float, zh: str, en: str) -> Limit:
    return limit(f"data_source.{name}", days, "days", f"{zh}无数据上限", f"how long {en} may be silent", clause="5.1.1")


# Each is answered by the end of an index.
SOURCES: Final = (
    Source(
        "traffic", "网站流量", select(func.max(WebEvent.at)).scalar_subquery(), _silent("traffic", 1, "流量", "traffic")
    ),
    Source(
        "campaigns", "活动花费", select(func.max(Spend.updated_at)).scalar_subquery(),
        _silent("campaigns", 7, "活动", "campaigns"),
    ),
    Source("sales", "订单", select(func.max(Order.placed_at)).scalar_subquery(), _silent("sales", 7, "销售", "sales")),
    Source(
        "customers", "线索", select(func.max(Lead.arrived_at)).scalar_subquery(),
        _silent("customers", 3, "客户", "customers"),
    ),
)  # fmt: skip


def _sources(window: Window) -> Records:
    """All four, once anything has arrived from any of them; one that never spoke stands at the period's begin."""
    rows = []
    for source in SOURCES:
        setting = select(LimitSetting.amount).where(LimitSetting.name == source.silent.name).scalar_subquery()
        days = func.coalesce(setting, source.silent.amount)
        late = func.coalesce(
            source.last < literal(window.until, _MOMENT) - days * literal("1 day").cast(INTERVAL), True
        )
        at = func.coalesce(source.last, literal(window.since, _MOMENT))
        rows.append(_row(source.name, source.title, "data_source", at, late.label("late")))
    of = union_all(*rows).subquery("sources")
    return select(of.c.id, of.c.title, of.c.resource, of.c.at, of.c.late).where(
        func.coalesce(*(source.last for source in SOURCES)).is_not(None)
    )


def _silent_sources(window: Window) -> Records:
    sources = _sources(window)
    return sources.where(sources.selected_columns.late)


control(
    "data_source.heard",
    "流量、活动、销售、客户四类数据均在间隔内到达",
    "Traffic, campaigns, sales and customers: data arrives within its interval",
    clause="5.1.1",
    population=_sources,
    failing=_silent_sources,
    amber=0.5,
)


# -- 5.2.2 The analyses of the last month, 3.4.2 the indexes of the last day -------------------------------------------


def last_month(now: datetime) -> tuple[date, date]:
    """The last closed month: its first day, and the day after its last."""
    until = now.astimezone(clock.COMPANY_ZONE).date().replace(day=1)
    return (until - timedelta(days=1)).replace(day=1), until


def _some(since: date, until: date, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the roll-up has such a row in this time."""
    return select(FUNNEL_DAY).where(_DAY.day >= since, _DAY.day < until, *conditions).exists()


def _known(rows: dict[str, tuple[str, ColumnElement[bool]]], resource: str, at: datetime) -> Records:
    """What is asked for by name and whether it is there; nothing at all before the first fact was counted."""
    of = union_all(*(_row(name, title, resource, at, is_.label("known")) for name, (title, is_) in rows.items()))
    all_of = of.subquery("named")
    return select(all_of.c.id, all_of.c.title, all_of.c.resource, all_of.c.at, all_of.c.known).where(
        select(FUNNEL_DAY).exists()
    )


def _analyses(window: Window) -> Records:
    since, until = last_month(window.until)
    rows = {
        "channel-effect": ("渠道效果", _some(since, until, _DAY.leads > 0, _DAY.channel_id.is_not(None))),
        "customer-behaviour": ("客户行为", _some(since, until, _DAY.visits > 0)),
        "sales-results": ("销售业绩", _some(since, until, _DAY.orders > 0)),
        # Demand by product is not analysed yet, and the clause names it.
        "product-demand": ("产品需求", false()),
    }
    return _known(rows, "analysis", clock.midnight(until))


def _missing_analyses(window: Window) -> Records:
    analyses = _analyses(window)
    return analyses.where(~analyses.selected_columns.known)


control(
    "analysis.available",
    "上月的渠道效果、客户行为、销售业绩、产品需求分析均可用",
    "Last month's analyses of channels, behaviour, sales and demand are available",
    clause="5.2.2",
    population=_analyses,
    failing=_missing_analyses,
    amber=0.5,
)


def _indexes(window: Window) -> Records:
    since = clock.day_of(window.until - timedelta(days=1))
    until = clock.day_of(window.until) + timedelta(days=1)
    visited = _some(since, until, _DAY.visits > 0)
    rows = {
        "traffic": ("网站流量", visited),
        "conversion": ("转化率", visited),
        "sales": ("销售额", _some(since, until)),
        # Named by the clause, and not computed yet.
        "click-through": ("点击率", false()),
        "followers": ("粉丝增长", false()),
    }
    return _known(rows, "metric", window.until)


def _missing_indexes(window: Window) -> Records:
    indexes = _indexes(window)
    return indexes.where(~indexes.selected_columns.known)


control(
    "metric.fresh",
    "流量、转化率、点击率、粉丝增长、销售额均由最近 24 小时的数据算出",
    "Traffic, conversion, click-through, followers and sales are computed from the last 24 hours",
    clause="3.4.2",
    population=_indexes,
    failing=_missing_indexes,
    amber=0.5,
    period=timedelta(days=1),
)


# -- 3.1.2 What channels brought, beside what was forecast -------------------------------------------------------------


@every("20 17 1 * *", clause="3.1.2")
async def compare_channels_with_their_forecast(db: AsyncSession) -> int:
    """Each month: leads, and what one cost, of the month that has ended. Returns how many channels were compared.

    An assessment that was approved only after that month forecast nothing of it.
    """
    since, until = last_month(clock.now())
    sums = (
        select(_DAY.channel_id, func.sum(_DAY.leads).label("leads"), func.sum(_DAY.cost_fen).label("cost_fen"))
        .where(_DAY.day >= since, _DAY.day < until)
        .group_by(_DAY.channel_id)
        .subquery()
    )
    assessed = (
        select(ChannelAssessment.channel_id, func.coalesce(sums.c.leads, 0), func.coalesce(sums.c.cost_fen, 0))
        .outerjoin(sums, sums.c.channel_id == ChannelAssessment.channel_id)
        .where(ChannelAssessment.status == "approved", ChannelAssessment.decided_at < clock.midnight(until))
    )
    measured: list[tuple[UUID, int, int | None]] = [
        (channel_id, int(leads), round(cost_fen / leads) if leads and cost_fen > 0 else None)
        for channel_id, leads, cost_fen in await db.execute(assessed)
    ]
    await assessments.record_measured(db, measured)
    return len(measured)
