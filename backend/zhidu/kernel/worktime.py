"""Working time: limits count the hours in which the company works, on Chinese working days and make-up days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

import chinese_calendar

from zhidu.kernel.clock import COMPANY_ZONE

Interval = tuple[time, time]
OFFICE_HOURS: tuple[Interval, ...] = ((time(9), time(12)), (time(13), time(18)))

_DAY = timedelta(days=1)
_NONE = timedelta()


class Calendar:
    """The working hours of one company or shift.

    `intervals` are a working day's hours in local time, several if the shift is split; an end of 00:00 is midnight.
    `exceptions` gives single dates hours of their own, whatever day they are; an empty list closes the day.
    Raises ValueError for hours that are empty, overlap, or cross midnight.
    """

    def __init__(
        self,
        intervals: Sequence[Interval] = OFFICE_HOURS,
        exceptions: Mapping[date, Sequence[Interval]] | None = None,
        zone: tzinfo = COMPANY_ZONE,
    ) -> None:
        self.intervals = _ordered(intervals)
        self.exceptions = {day: _ordered(hours) for day, hours in (exceptions or {}).items()}
        self.zone = zone
        if not self.intervals:
            raise ValueError("A calendar needs working hours: without any, no limit would ever end.")
        self._open: dict[date, tuple[tuple[datetime, datetime], ...]] = {}

    def is_workday(self, day: date) -> bool:
        """Whether the company works on this date: its exceptions first, then the official calendar."""
        if day in self.exceptions:
            return bool(self.exceptions[day])
        return _is_official_workday(day)

    def open_at(self, moment: datetime) -> bool:
        """Whether this moment is working time; an interval's end is not."""
        moment = _in_utc(moment)
        return any(begins <= moment < ends for begins, ends in self._hours(self._day(moment)))

    def add(self, start: datetime, hours: float) -> datetime:
        """The moment (UTC) at which so many working hours have passed since `start`; `start` itself for none.

        Raises ValueError for a negative number or a start without a zone.
        """
        moment, left = _in_utc(start), timedelta(hours=hours)
        if left < _NONE:
            raise ValueError("Working hours are counted forwards.")
        if not left:
            return moment
        for begins, ends in self._hours_since(moment):
            begins = max(begins, moment)
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        raise AssertionError("unreachable: days do not end")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one moment to another; negative when the second comes first."""
        start, end = _in_utc(start), _in_utc(end)
        if end < start:
            return -self.between(end, start)
        worked = _NONE
        for begins, ends in self._hours_since(start):
            if begins >= end:
                break
            worked += min(ends, end) - max(begins, start)
        return worked

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day (UTC) on the so-manieth working day after that of `start`; ValueError if negative."""
        if days < 0:
            raise ValueError("Working days are counted forwards.")
        local = _in_utc(start).astimezone(self.zone)
        day = local.date()
        for _ in range(days):
            day += _DAY
            while not self.is_workday(day):
                day += _DAY
        return datetime.combine(day, local.timetz()).astimezone(UTC)

    def _hours_since(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working hours that end after this moment, in order, for ever."""
        day = self._day(moment)
        for hours in self._hours(day):
            if hours[1] > moment:
                yield hours
        while True:
            day += _DAY
            yield from self._hours(day)

    def _hours(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """A date's working hours in UTC, reckoned once: instants subtract exactly, local times do not in every zone."""
        hours = self._open.get(day)
        if hours is None:
            local = self.exceptions.get(day, self.intervals if self.is_workday(day) else ())
            hours = tuple((self._at(day, begins), self._at(_end(day, ends), ends)) for begins, ends in local)
            self._open[day] = hours
        return hours

    def _at(self, day: date, local: time) -> datetime:
        return datetime.combine(day, local, self.zone).astimezone(UTC)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def _is_official_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        # The State Council announces a year's holidays in the November before; until then a week is a week.
        return day.weekday() < 5


def _end(day: date, ends: time) -> date:
    return day + _DAY if ends == time.min else day


def _ordered(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    hours = tuple(sorted(intervals))
    for begins, ends in hours:
        if begins >= ends and ends != time.min:
            raise ValueError(f"Working hours must begin before they end, on one day: {begins}-{ends}.")
    for (_, ends), (begins, _) in pairwise(hours):
        if ends > begins or ends == time.min:
            raise ValueError(f"Working hours must not overlap: {begins} comes before {ends}.")
    return hours


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment.astimezone(UTC)
