"""1.2 /org/calendar: the hours of a working day, the company's exceptions, and what they make of each date."""

from datetime import date, time
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import Field, StringConstraints

from zhidu.kernel.problem import Stale, VersionNeeded
from zhidu.kernel.wire import In, Line, Out
from zhidu.kernel.worktime import Interval
from zhidu.org import calendar
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, Reader, duty_router, on_duty, problems

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class IntervalIn(In):
    """Working time from one moment of the day to another."""

    begins: Clock = Field(examples=["09:00"])
    ends: Clock = Field(description="00:00 is midnight.", examples=["12:00"])


class IntervalOut(Out):
    """Working time from one moment of the day to another, in company time."""

    begins: str = Field(examples=["09:00"])
    ends: str = Field(examples=["12:00"])


class HoursIn(In):
    """The hours of every working day."""

    intervals: list[IntervalIn] = Field(min_length=1, max_length=6)


class ExceptionIn(In):
    """How the company works on one date."""

    intervals: list[IntervalIn] = Field(max_length=6, description="None: closed.")
    reason: Line = Field(examples=["公司年会"])


class ExceptionOut(Out):
    """A date on which this company works otherwise."""

    day: date = Field(examples=["2026-12-31"])
    intervals: list[IntervalOut] = Field(description="None: closed.")
    reason: str = Field(examples=["公司年会"])


class CalendarOut(Out):
    """The working calendar; its ETag goes back in If-Match."""

    hours: list[IntervalOut] = Field(description="Of a working day.")
    exceptions: list[ExceptionOut]
    version: str = Field(description="The ETag without its quotes.", examples=["9f2b7c1d5e8a4036"])


class DayOut(Out):
    """A date as the company works on it."""

    day: date = Field(examples=["2026-10-01"])
    works: bool = Field(examples=[False])
    hours: list[IntervalOut]
    why: str | None = Field(description="A festival, a make-up day, the company's reason.", examples=["国庆节"])


class DaysOut(Out):
    """Dates in their order."""

    items: list[DayOut]


Day = Annotated[date, Path(description="The date.", examples=["2026-12-31"])]
_IF_MATCH = {
    "name": "If-Match", "in": "header", "required": True, "example": '"9f2b7c1d5e8a4036"',
    "schema": {"type": "string", "pattern": '^"[0-9a-f]{16}"$'},
    "description": "The calendar's ETag; a stale one answers 412.",
}  # fmt: skip

router = duty_router("/org/calendar", "org.calendar")


def _changes() -> dict[str, Any]:
    extra = on_duty(duties.UPDATE_CALENDAR)
    extra["responses"] = problems(401, 403, 404, 412, 413, 422, 428, 503)
    extra["openapi_extra"]["parameters"] = [_IF_MATCH]
    return extra


@router.get("", response_model=CalendarOut, **on_duty(duties.READ_CALENDAR))
async def get_calendar(db: Reader, response: Response) -> dict[str, Any]:
    """The working calendar."""
    return _shown(await calendar.read(db), response)


@router.get("/days", response_model=DaysOut, **on_duty(duties.READ_CALENDAR))
async def list_calendar_days(
    request: Request,
    db: Reader,
    since: Annotated[date, Query(description="The first date.", examples=["2026-10-01"])],
    until: Annotated[date, Query(description="The date after the last; at most 400 days.", examples=["2026-11-01"])],
) -> dict[str, Any]:
    """What each date is: worked or free, and why."""
    language = request.scope["language"]
    return {
        "items": [
            {"day": d.day, "works": d.works, "hours": _written(d.hours), "why": d.why and d.why.to(language)}
            for d in await calendar.days(db, since, until)
        ]
    }


@router.put("/hours", response_model=CalendarOut, **_changes())
async def set_working_hours(
    data: HoursIn, request: Request, db: Db, actor: CurrentActor, response: Response
) -> dict[str, Any]:
    """Set the hours of every working day."""
    _must_match(request, await calendar.read_to_change(db))
    return _shown(await calendar.set_hours(db, actor, _intervals(data.intervals)), response)


@router.put("/exceptions/{day}", response_model=CalendarOut, **_changes())
async def set_calendar_exception(
    day: Day, data: ExceptionIn, request: Request, db: Db, actor: CurrentActor, response: Response
) -> dict[str, Any]:
    """Say how the company works on one date."""
    _must_match(request, await calendar.read_to_change(db))
    changed = await calendar.set_exception(db, actor, day, intervals=_intervals(data.intervals), reason=data.reason)
    return _shown(changed, response)


@router.delete("/exceptions/{day}", response_model=CalendarOut, **_changes())
async def drop_calendar_exception(
    day: Day, request: Request, db: Db, actor: CurrentActor, response: Response
) -> dict[str, Any]:
    """Make one date an ordinary one again."""
    _must_match(request, await calendar.read_to_change(db))
    return _shown(await calendar.drop_exception(db, actor, day), response)


def _must_match(request: Request, current: calendar.WorkingCalendar) -> None:
    given = request.headers.get("if-match")
    if given is None:
        raise VersionNeeded
    if given.strip() != f'"{current.etag}"':
        raise Stale


def _shown(current: calendar.WorkingCalendar, response: Response) -> dict[str, Any]:
    response.headers["ETag"] = f'"{current.etag}"'
    return {
        "hours": _written(current.hours),
        "exceptions": [
            {"day": e.day, "intervals": [{"begins": a, "ends": b} for a, b in e.intervals], "reason": e.reason}
            for e in current.exceptions
        ],
        "version": current.etag,
    }


def _intervals(given: list[IntervalIn]) -> list[Interval]:
    return [(time.fromisoformat(one.begins), time.fromisoformat(one.ends)) for one in given]


def _written(intervals: tuple[Interval, ...]) -> list[dict[str, str]]:
    return [{"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"} for begins, ends in intervals]
