"""Limits run in working hours only: nights, lunch, week-ends and festivals stop them, make-up days do not."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhidu.kernel.clock import COMPANY_ZONE
from zhidu.kernel.worktime import OFFICE_HOURS, Calendar

OFFICE = Calendar()
CALENDARS = [
    OFFICE,
    Calendar([(time(8, 30), time(11, 30)), (time(14), time(17, 45)), (time(19), time(21))]),
    Calendar([(time(0), time(0))], {date(2026, 3, 4): []}),
    Calendar([(time(22), time(0))], {date(2026, 3, 7): [(time(1), time(2)), (time(2), time(3))]}),
    Calendar(OFFICE_HOURS, zone=ZoneInfo("America/New_York")),
]


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY_ZONE)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-02 09:00", 2, "2026-03-02 11:00"),
        ("2026-03-02 11:00", 2, "2026-03-02 14:00"),  # over lunch
        ("2026-03-02 10:00", 7, "2026-03-02 18:00"),  # an end is the day's own, not the next morning
        ("2026-03-02 17:30", 1, "2026-03-03 09:30"),
        ("2026-03-06 17:00", 2, "2026-03-09 10:00"),  # over a week-end
        ("2026-03-07 12:00", 8, "2026-03-09 18:00"),  # begun on a Saturday
        ("2026-02-13 17:00", 2, "2026-02-14 10:00"),  # Saturday 14 February is a make-up day
        ("2026-02-14 17:00", 2, "2026-02-24 10:00"),  # Spring Festival, 15 to 23 February
        ("2027-01-08 17:00", 2, "2027-01-11 10:00"),  # a year that is not announced yet has plain weeks
        ("2026-03-02 12:30", 0, "2026-03-02 12:30"),
        ("2026-03-02 09:00", 0.25, "2026-03-02 09:15"),
    ],
)
def test_a_limit_ends_after_its_working_hours(start: str, hours: float, due: str) -> None:
    assert OFFICE.add(shanghai(start), hours) == shanghai(due)


def test_make_up_days_are_working_days_and_festivals_are_not() -> None:
    assert OFFICE.is_workday(date(2026, 2, 14))
    assert not OFFICE.is_workday(date(2026, 10, 1))
    assert not OFFICE.is_workday(date(2027, 1, 9))


def test_the_company_may_close_a_day_or_work_on_a_sunday() -> None:
    calendar = Calendar(exceptions={date(2026, 3, 3): [], date(2026, 3, 8): [(time(10), time(12))]})
    assert calendar.add(shanghai("2026-03-02 17:00"), 2) == shanghai("2026-03-04 10:00")
    assert calendar.add(shanghai("2026-03-06 17:00"), 3) == shanghai("2026-03-08 12:00")
    assert calendar.is_workday(date(2026, 3, 8))
    assert not calendar.is_workday(date(2026, 3, 3))


def test_working_time_between_two_moments() -> None:
    assert OFFICE.between(shanghai("2026-03-06 17:00"), shanghai("2026-03-09 10:30")) == timedelta(hours=2.5)
    assert OFFICE.between(shanghai("2026-03-09 10:30"), shanghai("2026-03-06 17:00")) == -timedelta(hours=2.5)
    assert OFFICE.between(shanghai("2026-03-07 08:00"), shanghai("2026-03-08 20:00")) == timedelta()


def test_days_are_counted_in_working_days() -> None:
    assert OFFICE.add_days(shanghai("2026-03-05 15:00"), 3) == shanghai("2026-03-10 15:00")
    assert OFFICE.add_days(shanghai("2026-02-13 15:00"), 2) == shanghai("2026-02-24 15:00")
    assert OFFICE.add_days(shanghai("2026-03-07 15:00"), 0) == shanghai("2026-03-07 15:00")


def test_the_office_is_open_from_the_first_minute_until_the_last() -> None:
    expected = {"08:59": False, "09:00": True, "12:00": False, "17:59": True, "18:00": False}
    assert {text: OFFICE.open_at(shanghai(f"2026-03-02 {text}")) for text in expected} == expected
    assert CALENDARS[3].open_at(shanghai("2026-03-02 23:59"))


@pytest.mark.parametrize(
    "hours",
    [[], [(time(12), time(9))], [(time(9), time(13)), (time(12), time(18))], [(time(22), time(6))],
     [(time(8), time(0)), (time(9), time(10))]],
)  # fmt: skip
def test_impossible_hours_are_refused(hours: list[tuple[time, time]]) -> None:
    with pytest.raises(ValueError, match="hours"):
        Calendar(hours)


def test_a_limit_needs_a_zone_and_a_direction() -> None:
    with pytest.raises(ValueError, match="zone"):
        OFFICE.add(datetime(2026, 3, 2, 9), 1)
    with pytest.raises(ValueError, match="forwards"):
        OFFICE.add(shanghai("2026-03-02 09:00"), -1)
    with pytest.raises(ValueError, match="forwards"):
        OFFICE.add_days(shanghai("2026-03-02 09:00"), -1)


calendars = st.sampled_from(CALENDARS)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC))
seconds = st.integers(0, 200 * 3600)


@given(calendars, moments, seconds)
def test_adding_hours_and_measuring_them_agree(calendar: Calendar, start: datetime, limit: int) -> None:
    due = calendar.add(start, limit / 3600)
    assert calendar.between(start, due) == timedelta(hours=limit / 3600)


@given(calendars, moments, seconds, seconds)
def test_more_hours_never_end_sooner(calendar: Calendar, start: datetime, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert start <= calendar.add(start, less / 3600) <= calendar.add(start, more / 3600)


@given(calendars, moments, moments, seconds)
def test_who_starts_later_never_ends_sooner(calendar: Calendar, one: datetime, other: datetime, limit: int) -> None:
    earlier, later = sorted((one, other))
    assert calendar.add(earlier, limit / 3600) <= calendar.add(later, limit / 3600)


@given(calendars, moments, moments, moments)
def test_working_time_adds_up(calendar: Calendar, one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted((one, two, three))
    assert calendar.between(first, second) + calendar.between(second, third) == calendar.between(first, third)


@given(calendars, moments)
def test_time_passes_only_while_open(calendar: Calendar, moment: datetime) -> None:
    passes = calendar.between(moment, moment + timedelta(microseconds=1)) > timedelta()
    assert passes == calendar.open_at(moment)


def test_a_thousand_limits_are_set_in_no_time() -> None:
    starts = [shanghai("2026-03-02 00:00") + timedelta(hours=7 * n) for n in range(1000)]
    best = min(_taken(starts) for _ in range(3))
    assert best < 0.05


def _taken(starts: list[datetime]) -> float:
    began = stopwatch.perf_counter()
    for start in starts:
        OFFICE.add(start, 48)
    return stopwatch.perf_counter() - began
