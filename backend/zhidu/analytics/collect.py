"""5.1.1 Collection: what pages send, written in groups by COPY, and told to have arrived only when it is committed."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import ARRAY, Date, Uuid, bindparam, text
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import TIMESTAMP

from zhidu.analytics import events
from zhidu.analytics.events import WebEvent
from zhidu.kernel import clock
from zhidu.kernel.db import Database, new_id
from zhidu.kernel.page import compiled
from zhidu.kernel.problem import TooMany
from zhidu.marketing.links import Attribution, attribute

Event = dict[str, Any]

# Programs that say what they are; those that pretend to be people are not told apart here.
_ROBOT: Final = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|preview|lighthouse|monitor|uptime|curl/|wget/|python-|java/|go-http|okhttp",
    re.IGNORECASE,
)
_DEVICES: Final = (
    ("wechat", re.compile("MicroMessenger")),
    ("tablet", re.compile(r"iPad|Tablet|PlayBook|Android(?!.*Mobile)")),
    ("mobile", re.compile("Mobi|iPhone|Android")),
)
_COLUMNS: Final = tuple(column.name for column in WebEvent.__table__.c)
_UTM: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
REMEMBERED_SECONDS: Final = 30.0
REMEMBERED_WAYS: Final = 10_000

# A session seen for the first time is a visit; the day on which it began is counted anew.
BEGIN = compiled(
    text(
        """
        WITH begun AS (
            INSERT INTO analytics_visit (session, day, first_at, channel_id, campaign_id, link_id)
            SELECT * FROM unnest(:session, :day, :first_at, :channel_id, :campaign_id, :link_id)
            ON CONFLICT DO NOTHING RETURNING session, day
        ), marked AS (
            INSERT INTO analytics_mark (day) SELECT DISTINCT day FROM begun
        )
        SELECT session FROM begun
        """
    ).bindparams(
        *(
            bindparam(name, type_=ARRAY(of))
            for name, of in (
                ("session", SqlText()), ("day", Date()), ("first_at", TIMESTAMP(timezone=True)),
                ("channel_id", Uuid()), ("campaign_id", Uuid()), ("link_id", Uuid()),
            )
        )
    )
)  # fmt: skip


def robot(agent: str) -> bool:
    """Whether a program sends this that says so; browsers always name themselves."""
    return not agent or _ROBOT.search(agent[:500]) is not None


def device_of(agent: str) -> str:
    """desktop, mobile, tablet or wechat: all that is kept of the browser."""
    return next((name for name, sign in _DEVICES if sign.search(agent[:500])), "desktop")


class Collector:
    """One process' way into the table. While a group is written the next one gathers: one commit serves many pages."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiting: list[tuple[list[Event], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._ways: dict[tuple[str | None, ...], tuple[float, Attribution]] = {}
        self._room: set[date] = set()
        self._minute, self._from = 0, Counter[str]()

    def admit(self, address: str) -> None:
        """Raises TooMany for an address that sends more within a minute than a full office would."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._from = minute, Counter()
        self._from[address] += 1
        if self._from[address] > self.database.settings.collect_per_minute:
            raise TooMany(60)

    async def take(self, sent: Sequence[Mapping[str, Any]], agent: str) -> None:
        """Keep these events; returns when they are committed."""
        device, now = device_of(agent), clock.now()
        rows = []
        for one in sent:
            led = await self._led(one.get("zl"), one.get("utm_source"), one.get("utm_campaign"))
            rows.append(
                {
                    **one, "id": new_id(), "at": now - timedelta(milliseconds=one["ago"]), "received_at": now,
                    "visitor": one["visitor"] if one["consent"] else None, "device": device, **led._asdict(),
                }
            )  # fmt: skip
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_what_waits())
        await done

    async def _led(self, zl: str | None, source: str | None, campaign: str | None) -> Attribution:
        """What brought the visitor; asked once in half a minute."""
        way = (zl, source, campaign)
        if not any(way):
            return Attribution()
        known = self._ways.get(way)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        async with self.database.sessions() as db:
            led = await attribute(db, *way)
        if len(self._ways) >= REMEMBERED_WAYS:
            self._ways.clear()
        self._ways[way] = (time.monotonic() + REMEMBERED_SECONDS, led)
        return led

    async def _write_what_waits(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                await self._write([row for rows, _ in group for row in rows])
            except Exception as failure:
                for _, done in group:
                    if not done.done():
                        done.set_exception(failure)
            else:
                for _, done in group:
                    if not done.done():  # whoever waited may have gone
                        done.set_result(None)

    async def _write(self, rows: list[Event]) -> None:
        # What a page tells is a day old at most (`ago`): there is none between these two.
        moments = [row["at"] for row in rows]
        await self._make_room({clock.day_of(min(moments)), clock.day_of(max(moments))})
        first: dict[str, Event] = {}
        for row in sorted(rows, key=lambda row: row["at"]):
            first.setdefault(row["session"], row)
        # In one order, so that two processes with the same sessions do not wait for each other.
        visits = [{**first[session], "first_at": first[session]["at"]} for session in sorted(first)]
        for visit in visits:
            visit["day"] = clock.day_of(visit["at"])
        values = {name: [visit[name] for visit in visits] for name in BEGIN.names}
        async with self.database.reader() as connection, connection.transaction():
            begun = {row["session"] for row in await connection.fetch(BEGIN.sql, *BEGIN.arguments(values))}
            for row in rows:
                row["entry"] = row["session"] in begun and first[row["session"]] is row
            records = [[row.get(name) for name in _COLUMNS] for row in rows]
            await connection.copy_records_to_table(WebEvent.__tablename__, records=records, columns=_COLUMNS)

    async def _make_room(self, days: set[date]) -> None:
        if days <= self._room:
            return
        async with self.database.session() as db:
            await events.make_room(db, days)
        self._room |= days


_collectors: WeakKeyDictionary[Database, Collector] = WeakKeyDictionary()


def collector_of(database: Database) -> Collector:
    """The collector of this process for a database."""
    if database not in _collectors:
        _collectors[database] = Collector(database)
    return _collectors[database]
