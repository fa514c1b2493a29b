"""1.2 The working calendar: the hours of a working day, and the days on which this company works otherwise.

Limits count these hours on official working days and make-up days. A change holds for limits that begin after it: what
is due already keeps the moment that was promised.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import Holiday
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel.problem import Malformed, Missing
from zhidu.kernel.texts import Text
from zhidu.kernel.worktime import OFFICE_HOURS, Calendar, Interval
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation.limits import CalendarException, WorkingHours, company_calendar

LONGEST_LOOK = timedelta(days=400)
_WEEKEND = Text("周末", "weekend")
_MADE_UP = Text("{holiday}调休上班", "worked in exchange for {holiday}")


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The hours of a working day and the company's exceptions, oldest first."""

    hours: tuple[Interval, ...]
    exceptions: tuple[CalendarException, ...]

    @property
    def etag(self) -> str:
        """What this calendar is, in sixteen characters: it differs when anything does."""
        parts = [list(map(str, self.hours)), [[str(e.day), e.intervals, e.reason] for e in self.exceptions]]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Day:
    """A date as the company works on it; `why` where it is not an ordinary day of its week."""

    day: date
    works: bool
    hours: tuple[Interval, ...]
    why: Text | None


async def read(db: AsyncSession) -> WorkingCalendar:
    """The calendar as it stands; the office hours of the regulation where the company has set none."""
    hours = [(row.begins, row.ends) for row in await db.scalars(select(WorkingHours).order_by(WorkingHours.begins))]
    exceptions = await db.scalars(select(CalendarException).order_by(CalendarException.day))
    return WorkingCalendar(tuple(hours) or OFFICE_HOURS, tuple(exceptions))


async def read_to_change(db: AsyncSession) -> WorkingCalendar:
    """The calendar, held until the transaction ends, so that of two changes one comes after the other."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("calendar", 0))))
    return await read(db)


async def set_hours(db: AsyncSession, actor: Actor, intervals: Sequence[Interval]) -> WorkingCalendar:
    """The hours of every working day from now on."""
    actor.must(duties.UPDATE_CALENDAR)
    _checked(intervals, "/intervals")
    for row in await db.scalars(select(WorkingHours)):
        await db.delete(row)
    db.add_all(WorkingHours(begins=begins, ends=ends) for begins, ends in intervals)
    return await _changed(db)


async def set_exception(
    db: AsyncSession, actor: Actor, day: date, *, intervals: Sequence[Interval], reason: str
) -> WorkingCalendar:
    """The company works otherwise on this date; without intervals it is closed."""
    actor.must(duties.UPDATE_CALENDAR)
    if intervals:
        _checked(intervals, "/intervals")
    exception = await db.scalar(select(CalendarException).where(CalendarException.day == day))
    if exception is None:
        exception = CalendarException(day=day)
        db.add(exception)
    exception.intervals = [[f"{begins:%H:%M}", f"{ends:%H:%M}"] for begins, ends in sorted(intervals)]
    exception.reason = reason
    return await _changed(db)


async def drop_exception(db: AsyncSession, actor: Actor, day: date) -> WorkingCalendar:
    """The date is an ordinary one again. Raises Missing."""
    actor.must(duties.UPDATE_CALENDAR)
    exception = await db.scalar(select(CalendarException).where(CalendarException.day == day))
    if exception is None:
        raise Missing
    await db.delete(exception)
    return await _changed(db)


async def days(db: AsyncSession, since: date, until: date) -> list[Day]:
    """Each date from `since` to `until` (exclusive). Raises Malformed beyond 400 days."""
    if not timedelta() < until - since <= LONGEST_LOOK:
        raise Malformed.at(
            "?until", Text("应晚于开始日期，最多 400 天", "Must be after the beginning, at most 400 days"), "range"
        )
    calendar = await company_calendar(db)
    reasons = {row.day: row.reason for row in await db.scalars(select(CalendarException))}
    dates = [since + timedelta(days=n) for n in range((until - since).days)]
    return [_day(calendar, day, reasons) for day in dates]


def _day(calendar: Calendar, day: date, reasons: dict[date, str]) -> Day:
    works = calendar.is_workday(day)
    hours = calendar.exceptions.get(day, calendar.intervals if works else ())
    reason = reasons.get(day)
    return Day(day, works, tuple(hours), Text(reason, reason) if reason is not None else _official(day))


def _official(day: date) -> Text | None:
    """Why an official calendar's day is free, or is worked at a weekend."""
    weekend = _WEEKEND if day.weekday() >= 5 else None
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # a year whose holidays are not announced yet
        return weekend
    holiday = None if name is None else Text(Holiday(name).chinese, name)
    if holiday is None:
        return weekend
    return holiday if free else _MADE_UP.of(holiday=holiday)


def _checked(intervals: Sequence[Interval], pointer: str) -> None:
    try:
        Calendar(intervals)
    except ValueError:
        raise Malformed.at(
            pointer,
            Text(
                "每段时间应在同一天内先开始后结束，且互不重叠",
                "Each begins before it ends, on one day, and none overlap",
            ),
            "intervals",
        ) from None


async def _changed(db: AsyncSession) -> WorkingCalendar:
    await db.flush()
    db.info.pop("calendar", None)
    return await read(db)
