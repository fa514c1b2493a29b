"""Limits: how long the company gives itself. The defaults are the regulation's; each is a company setting."""

import time as time_
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

from sqlalchemy import Text as SqlText
from sqlalchemy import cast, event, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from zhidu.kernel.db import Record
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.kernel.worktime import Calendar, Interval
from zhidu.policy import duties
from zhidu.policy.actor import Actor

Unit = Literal["working-hours", "hours", "working-days", "days", "records"]
WHOLE: tuple[Unit, ...] = ("working-days", "records")


@dataclass(frozen=True, slots=True)
class Limit:
    """A named limit with its default: `ORDER_CONFIRM = limit("order.confirm", 2, "working-hours", ...)`."""

    name: str
    amount: float
    unit: Unit
    clause: str
    title: Text


LIMITS: dict[str, Limit] = {}


def limit(name: str, amount: float, unit: Unit, zh: str, en: str, *, clause: str) -> Limit:
    """Declare a limit beside the domain that it binds."""
    LIMITS[name] = Limit(name, amount, unit, clause, Text(zh, en))
    return LIMITS[name]


class LimitSetting(Record):
    """A limit that this company has set for itself."""

    __tablename__ = "limit_setting"

    name: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[float]


async def setting_of(db: AsyncSession, of: Limit) -> LimitSetting:
    """The company's setting of a limit, locked; one that is not stored yet has version 0 and the default."""
    stored = await db.scalar(select(LimitSetting).where(LimitSetting.name == of.name).with_for_update())
    return stored or LimitSetting(name=of.name, amount=of.amount, version=0)


async def set_amount(db: AsyncSession, actor: Actor, setting: LimitSetting, *, amount: float) -> LimitSetting:
    """From now on what becomes due has this limit; what is due already keeps its date."""
    actor.must(duties.UPDATE_LIMIT)
    if LIMITS[setting.name].unit in WHOLE and amount != int(amount):
        raise Malformed.at("/amount", Text("应为整数", "Must be a whole number"), "whole")
    setting.amount = amount
    db.add(setting)
    await db.flush()
    db.info.pop("limits", None)
    return setting


class WorkingHours(Record):
    """The intervals worked on a normal working day, in company time; several a day."""

    __tablename__ = "working_hours"

    begins: Mapped[time]
    ends: Mapped[time]


class CalendarException(Record):
    """A date on which this company works otherwise than the official calendar says: no intervals means closed."""

    __tablename__ = "calendar_exception"

    day: Mapped[date] = mapped_column(unique=True)
    intervals: Mapped[list[Any]] = mapped_column(doc='[["09:00", "12:00"]] or []')
    reason: Mapped[str]


async def company_calendar(db: AsyncSession) -> Calendar:
    """The working time of this company, read once per unit of work."""
    if "calendar" not in db.info:
        await _read(db)
    known: Calendar = db.info["calendar"]
    return known


async def amount_of(db: AsyncSession, of: Limit) -> float:
    """The company's setting, or the regulation's default."""
    if "limits" not in db.info:
        await _read(db)
    settings: dict[str, float] = db.info["limits"]
    return settings.get(of.name, of.amount)


# Almost every step of anything needs both, and they change some times a year: what a process has read it remembers,
# until it changes them itself, hears of a change (`heard`), or, where nobody listens, for seconds.
REMEMBERED_SECONDS: Final = 5.0
_remembered: WeakKeyDictionary[Any, tuple[float, Calendar, dict[str, float]]] = WeakKeyDictionary()
_times_forgotten = 0
_SETTINGS: Final = (LimitSetting, WorkingHours, CalendarException)


def heard(message: Mapping[str, Any]) -> None:
    """A message of another process (kernel/listen.py): forget what it has changed."""
    if message["type"] == "resumed" or message.get("table") in {of.__tablename__ for of in _SETTINGS}:
        _forget()


def _forget() -> None:
    global _times_forgotten
    _times_forgotten += 1
    _remembered.clear()


@event.listens_for(Session, "after_flush")
def _changes(session: Session, _context: object) -> None:
    if any(isinstance(record, _SETTINGS) for record in (*session.new, *session.dirty, *session.deleted)):
        session.info["limits_changed"] = True


@event.listens_for(Session, "after_commit")
def _changed(session: Session) -> None:
    if session.info.pop("limits_changed", False):
        _forget()


async def _read(db: AsyncSession) -> None:
    """Calendar and limits in one round trip, or none; a transaction that changes them reads its own."""
    if db.info.get("limits_changed"):
        db.info["calendar"], db.info["limits"] = await _stored(db)
        return
    known = _remembered.get(db.bind)
    if known is None or known[0] < time_.monotonic():
        asked = _times_forgotten
        known = (time_.monotonic() + REMEMBERED_SECONDS, *await _stored(db))
        if asked == _times_forgotten:  # what changed while we read is not remembered
            _remembered[db.bind] = known
    _, db.info["calendar"], db.info["limits"] = known


async def _stored(db: AsyncSession) -> tuple[Calendar, dict[str, float]]:
    hours = select(func.jsonb_agg(func.jsonb_build_array(WorkingHours.begins, WorkingHours.ends)))
    exceptions = select(func.jsonb_object_agg(cast(CalendarException.day, SqlText), CalendarException.intervals))
    amounts = select(func.jsonb_object_agg(LimitSetting.name, LimitSetting.amount))
    read = await db.execute(select(*(of.scalar_subquery() for of in (hours, exceptions, amounts))))
    worked, otherwise, settings = read.one()
    intervals = sorted(_interval(pair) for pair in worked or ())
    others = {date.fromisoformat(day): [_interval(pair) for pair in pairs] for day, pairs in (otherwise or {}).items()}
    return Calendar(intervals, others) if intervals else Calendar(exceptions=others), settings or {}


def _interval(pair: Sequence[str]) -> Interval:
    return time.fromisoformat(pair[0]), time.fromisoformat(pair[1])


async def deadline(db: AsyncSession, of: Limit, start: datetime) -> datetime:
    """The moment at which a limit that begins now is over."""
    return after(await company_calendar(db), start, await amount_of(db, of), of.unit)


def after(calendar: Calendar, start: datetime, amount: float, unit: Unit) -> datetime:
    """`amount` of a unit later, counting working time where the unit does."""
    if unit == "working-hours":
        return calendar.add(start, amount)
    if unit == "working-days":
        return calendar.add_days(start, int(amount))
    return start + (timedelta(hours=amount) if unit == "hours" else timedelta(days=amount))
