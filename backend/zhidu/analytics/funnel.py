"""5.2.2, 3.4.2, 1.3.3 The funnel: from visits to revenue, and what it cost. Read from roll-ups alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, Date, bindparam, cast, func, select
from sqlalchemy.types import BigInteger, Uuid

from zhidu.analytics.rollups import COUNTS, FUNNEL_DAY, MARK
from zhidu.kernel import clock
from zhidu.kernel.money import written
from zhidu.kernel.page import Compiled, compiled
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.policy.duties import Duty
from zhidu.sales import orders

By = Literal["channel", "campaign", "day", "month"]
LONGEST = timedelta(days=3660)
LONGEST_BY_DAY = timedelta(days=400)  # a line of more points than a screen is wide says no more, and costs more
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A period (until is the first day after it), and whose figures."""

    since: date
    until: date
    channel_id: UUID | None = None
    campaign_id: UUID | None = None

    def __post_init__(self) -> None:
        """Raises Malformed for a period that ends before it begins, or is longer than ten years."""
        if not timedelta(0) < self.until - self.since <= LONGEST:
            raise Malformed.at(
                "?to", Text("应晚于 from，且不超过十年", "Must be after from, and within ten years of it"), "period"
            )


def lately(days: int = 30) -> Asked:
    """The last days, today included."""
    tomorrow = clock.today() + timedelta(days=1)
    return Asked(tomorrow - timedelta(days=days), tomorrow)


def a_year() -> Asked:
    """This month so far and the eleven before it."""
    tomorrow = clock.today() + timedelta(days=1)
    this = clock.today().replace(day=1)
    return Asked(date(this.year - (this.month < 12), this.month % 12 + 1, 1), tomorrow)


# -- figures -----------------------------------------------------------------------------------------------------------


def figures(counts: Mapping[str, int]) -> Row:
    """The counts of a row with what follows from them. What has no denominator is None: unknown, not infinite."""
    cost, revenue = counts["cost_fen"], counts["revenue_fen"]
    return {
        **{name: counts[name] for name in COUNTS if not name.endswith("_fen")},
        "revenue": written(revenue),
        "cost": written(cost),
        "lead_rate": _share(counts["leads"], counts["visits"]),
        "qualified_rate": _share(counts["qualified"], counts["leads"]),
        "opportunity_rate": _share(counts["opportunities"], counts["qualified"]),
        "order_rate": _share(counts["orders"], counts["opportunities"]),
        "cost_per_lead": _each(cost, counts["leads"]),
        "cac": _each(cost, counts["orders"]),
        "roi": _share(revenue - cost, cost),
    }


def _share(part: int, whole: int) -> float | None:
    """Four decimals; above 1 where leads came without a visit that was tracked."""
    return round(part / whole, 4) if whole > 0 else None


def _each(cost_fen: int, count: int) -> str | None:
    """Without any cost on record nobody knows what one has cost."""
    if count == 0 or cost_fen <= 0:
        return None
    return written(int((Decimal(cost_fen) / count).quantize(Decimal(1), ROUND_HALF_UP)))


def _sum(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {name: sum(row[name] for row in rows) for name in COUNTS}


# -- the records behind a number ---------------------------------------------------------------------------------------

_STILL_ORDERS: Final = ",".join(s for s in orders.LIFECYCLE.states if s not in ("draft", "cancelled"))
# For each number: whose duty its list is, the list, by which time its records are found, and what else narrows it.
_DRILLS: Final[Mapping[str, tuple[Duty, str, str, Mapping[str, str]]]] = {
    "visits": (duties.READ_EVENT, "/analytics/events", "at", {"entry": "true"}),
    "leads": (duties.READ_LEAD, "/sales/leads", "arrived_at", {}),
    "qualified": (duties.READ_LEAD, "/sales/leads", "qualified_at", {}),
    "opportunities": (duties.READ_OPPORTUNITY, "/sales/opportunities", "created_at", {}),
    "orders": (duties.READ_ORDER, "/sales/orders", "placed_at", {"status": _STILL_ORDERS}),
    "revenue": (duties.READ_ORDER, "/sales/orders", "placed_at", {"status": _STILL_ORDERS}),
    "cost": (duties.READ_SPEND, "/marketing/spend", "day", {}),
}


Numbers = frozenset[str]


def open_to(actor: Actor) -> Numbers:
    """The numbers whose records are this person's to list."""
    return frozenset(number for number, (duty, *_) in _DRILLS.items() if actor.may(duty).allowed)


def drill(numbers: Numbers, of: Asked) -> dict[str, dict[str, Any] | None]:
    """The list of the records that each of these numbers counts; None for the others."""
    whose = {"channel_id": of.channel_id, "campaign_id": of.campaign_id}
    narrowed = {name: str(value) for name, value in whose.items() if value is not None}
    since, until = str(of.since), str(of.until)
    return {
        number: {"path": path, "filters": {f"{at}_from": since, f"{at}_to": until, **also, **narrowed}}
        if number in numbers
        else None
        for number, (_, path, at, also) in _DRILLS.items()
    }


_NO_LIST: Final = dict.fromkeys(_DRILLS)


# -- reads -------------------------------------------------------------------------------------------------------------

_DAY = FUNNEL_DAY.c
_MONTH = cast(func.date_trunc("month", _DAY.day), Date)


@dataclass(frozen=True, slots=True)
class _Cut:
    """How rows are cut: by which columns, and under which names."""

    key: ColumnElement[Any]
    names: tuple[ColumnElement[Any], ...] = ()
    joins: tuple[tuple[Any, ColumnElement[bool]], ...] = field(default=())


_CHANNEL = (Channel, Channel.id == _DAY.channel_id)
_CUTS: Final[Mapping[By, _Cut]] = {
    "channel": _Cut(_DAY.channel_id, (Channel.name.label("name"),), (_CHANNEL,)),
    "campaign": _Cut(_DAY.campaign_id, (Campaign.name.label("name"),), ((Campaign, Campaign.id == _DAY.campaign_id),)),
    "day": _Cut(_DAY.day),
    "month": _Cut(_MONTH),
}


@cache
def _statement(by: By, monthly: bool, narrowed: tuple[str, ...]) -> Compiled:
    """The rows of a period, of a channel and of a campaign where such is asked; `monthly` cuts each by month again."""
    cut = _CUTS[by]
    keys = {"key": cut.key, **({"month": _MONTH} if monthly else {})}
    sums = [cast(func.sum(_DAY[name]), BigInteger()).label(name) for name in COUNTS]
    statement = select(*(key.label(name) for name, key in keys.items()), *cut.names, *sums).select_from(FUNNEL_DAY)
    for table, on in cut.joins:
        statement = statement.outerjoin(table, on)
    statement = statement.where(
        _DAY.day >= bindparam("since", type_=Date()), _DAY.day < bindparam("until", type_=Date())
    ).where(*(_DAY[column] == bindparam(column, type_=Uuid()) for column in narrowed))
    return compiled(statement.group_by(*keys.values(), *cut.names))


async def _read(
    connection: "asyncpg.Connection[Any]", of: Asked, by: By, *, monthly: bool = False
) -> Sequence[Mapping[str, Any]]:
    values = {"since": of.since, "until": of.until, "channel_id": of.channel_id, "campaign_id": of.campaign_id}
    done = _statement(by, monthly, tuple(name for name in ("channel_id", "campaign_id") if values[name] is not None))
    rows: Sequence[Mapping[str, Any]] = await connection.fetch(done.sql, *done.arguments(values))
    return rows


async def funnel(connection: "asyncpg.Connection[Any]", actor: Actor, of: Asked, by: By) -> Row:
    """The funnel of a period, cut by channel, campaign, day or month; every day of the period has its row.

    Raises Malformed for more days than can be looked at one by one.
    """
    actor.must(duties.READ_FUNNEL)
    if by == "day" and of.until - of.since > LONGEST_BY_DAY:
        raise Malformed.at("?to", Text("按日最多 400 天，请改按月", "At most 400 days by day; take months"), "period")
    numbers = open_to(actor)
    found = await _read(connection, of, by)
    pending = await connection.fetchval(_PENDING, of.since, of.until)
    rows = _dated(found, of, by) if by in ("day", "month") else sorted(found, key=_heaviest)
    return {
        "from": of.since, "to": of.until, "by": by, "pending_days": pending,
        "items": [_row(numbers, of, by, row) for row in rows],
        "totals": {**figures(_sum(found)), "drill": drill(numbers, of)},
    }  # fmt: skip


_PENDING = str(
    compiled(
        select(func.count(func.distinct(MARK.c.day))).where(
            MARK.c.day >= bindparam("since", type_=Date()), MARK.c.day < bindparam("until", type_=Date())
        )
    ).sql
)
_NOTHING: Final = dict.fromkeys(COUNTS, 0)


def _heaviest(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What nobody knows comes last; else the most leads first."""
    return row["key"] is None, -row["leads"], -row["visits"], row["name"] or ""


def _dated(found: Sequence[Mapping[str, Any]], of: Asked, by: By) -> list[Mapping[str, Any]]:
    known = {row["key"]: row for row in found}
    days = [of.since + timedelta(days=n) for n in range((of.until - of.since).days)]
    keys = days if by == "day" else sorted({day.replace(day=1) for day in days})
    return [known.get(key) or {"key": key, **_NOTHING} for key in keys]


def _row(numbers: Numbers, of: Asked, by: By, row: Mapping[str, Any]) -> Row:
    key = row["key"]
    named = {"key": None if key is None else str(key)[:7] if by == "month" else str(key), "name": row.get("name")}
    return {**named, **figures(row), "drill": _NO_LIST if key is None else drill(numbers, _part(of, by, key))}


def _part(of: Asked, by: By, key: Any) -> Asked:
    """The period and the filters of one row."""
    if by == "channel":
        return Asked(of.since, of.until, UUID(str(key)), of.campaign_id)
    if by == "campaign":
        return Asked(of.since, of.until, of.channel_id, UUID(str(key)))
    after = key + timedelta(days=1) if by == "day" else (key + timedelta(days=32)).replace(day=1)
    return Asked(max(key, of.since), min(after, of.until), of.channel_id, of.campaign_id)


async def channel_roi(connection: "asyncpg.Connection[Any]", actor: Actor, of: Asked) -> Row:
    """1.3.3 For each channel what it cost and brought, and how that went month by month."""
    actor.must(duties.READ_ROI)
    numbers = open_to(actor)
    found = await _read(connection, of, "channel", monthly=True)
    whole: dict[Any, list[Mapping[str, Any]]] = {}
    for row in found:
        whole.setdefault(row["key"], []).append(row)
    summed = sorted(({"key": key, "name": rows[0]["name"], **_sum(rows)} for key, rows in whole.items()), key=_heaviest)
    months = sorted({(of.since + timedelta(days=n)).replace(day=1) for n in range((of.until - of.since).days)})
    return {
        "from": of.since, "to": of.until,
        "items": [{**_row(numbers, of, "channel", row), "trend": _trend(whole[row["key"]], months)} for row in summed],
        "totals": {**figures(_sum(found)), "drill": drill(numbers, of)},
    }  # fmt: skip


def _trend(rows: Sequence[Mapping[str, Any]], months: Sequence[date]) -> list[Row]:
    known = {row["month"]: row for row in rows}
    return [{"month": str(month)[:7], **figures(known.get(month, _NOTHING))} for month in months]


def shown(row: Mapping[str, Any]) -> list[Any]:
    """A row as a line of the exported file."""
    return [row[name] for name in EXPORTED]


EXPORTED: Final = ("key", "name", *figures(_NOTHING))
