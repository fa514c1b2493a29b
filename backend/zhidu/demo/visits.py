"""5.1.1 in the demonstration: who came to the pages, day by day; of the last weeks also what they did there."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from zhidu.analytics.collect import Collector
from zhidu.analytics.events import Visit
from zhidu.demo.campaigns import PLANS, Plan
from zhidu.demo.channels import PLACES, Place, standing
from zhidu.demo.names import PAGES
from zhidu.demo.year import Year
from zhidu.kernel import clock
from zhidu.kernel.db import driver

# Raw events are dropped by day in time; of visits longer ago only the visit itself is kept.
_EVENTS_OF_DAYS = 45
# Visits for one lead: those who mean it look at few pages, and a feed brings many who never meant to come.
_FOR_A_LEAD = {"search": 14, "social": 22, "trade-site": 9, "other": 6, "referral": 4, "display": 60}
_LEADS_A_DAY = 4.1
_HOURS = (3, 2, 1, 1, 1, 2, 4, 7, 10, 13, 15, 14, 13, 12, 13, 14, 13, 12, 13, 16, 19, 18, 13, 7)
_REFERRERS = {"baidu": "www.baidu.com", "xiaohongshu": "www.xiaohongshu.com", "b2b1688": "www.1688.com"}
_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile MicroMessenger/8.0",
    "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36",
)
_VISIT = ("session", "day", "first_at", "channel_id", "campaign_id", "link_id")


async def older(year: Year) -> None:
    """The visits of the year up to the last weeks, by COPY."""
    rows = [
        (_session(chance), clock.day_of(at), at, place.id, plan and plan.id, link and link[0])
        for days in range(365, _EVENTS_OF_DAYS, -1)
        for chance, at, place, plan, link in _of_day(year, days)
    ]
    connection = await driver(year.db)
    await connection.copy_records_to_table(Visit.__tablename__, records=rows, columns=_VISIT)


async def recent(year: Year) -> None:
    """The last weeks come in by the collector's own door, a day at a time."""
    collector = Collector(year.database)
    for days in range(_EVENTS_OF_DAYS, -1, -1):
        told = min(year.days_ago(days - 1, 0), year.now)
        by_agent: dict[str, list[dict[str, Any]]] = {}
        for chance, at, place, plan, link in _of_day(year, days):
            if at < told:
                agent = chance.choice(_AGENTS)
                by_agent.setdefault(agent, []).extend(_events(chance, at, told, place, plan, link))
        with clock.at(told):
            for agent, events in by_agent.items():
                await collector.take(events, agent)


def _of_day(year: Year, days: int) -> Iterator[tuple[Random, datetime, Place, Plan | None, tuple[Any, str] | None]]:
    """The visits that began on a day: each with its chance, its moment, and what brought it."""
    chance = year.chance("visits", days)
    midnight = year.days_ago(days, 0)
    for place in PLACES:
        if not place.share or not standing(place, year, midnight):
            continue
        running = [plan for plan in PLANS if plan.channel == place.code and plan.links and plan.ran(days)]
        expected = place.share * _LEADS_A_DAY * _FOR_A_LEAD[place.kind] * (1.2 if running else 0.8)
        for _ in range(round(expected * chance.uniform(0.7, 1.3))):
            at = midnight + timedelta(hours=chance.choices(range(24), _HOURS)[0], minutes=chance.uniform(0, 60))
            plan = chance.choice(running) if running and chance.random() < 0.7 else None
            yield chance, at, place, plan, chance.choice(plan.links) if plan else None


def _events(
    chance: Random, at: datetime, told: datetime, place: Place, plan: Plan | None, link: tuple[Any, str] | None
) -> Iterator[dict[str, Any]]:
    """What somebody does within a visit: looks at a page or several, and leaves."""
    session, consent = _session(chance), chance.random() < 0.3
    visitor = _session(chance) if consent else None
    brought = {
        "utm_source": place.code, "utm_medium": place.kind, "utm_campaign": plan and plan.code, "zl": link and link[1],
        "referrer": _REFERRERS.get(place.code),
    }  # fmt: skip
    looked_at = chance.sample(PAGES, chance.choice((1, 1, 2, 3)))
    for number, page in enumerate([*looked_at, looked_at[-1]]):
        moment = min(at + timedelta(seconds=number * chance.uniform(8, 90)), told)
        yield {
            "kind": "leave" if number == len(looked_at) else "pageview", "session": session, "visitor": visitor,
            "consent": consent, "host": "www.yunqi-home.example", "path": page, "title": "云栖家居",
            "ago": round((told - moment) / timedelta(milliseconds=1)), **brought,
        }  # fmt: skip


def _session(chance: Random) -> str:
    return f"{chance.getrandbits(128):032x}"
