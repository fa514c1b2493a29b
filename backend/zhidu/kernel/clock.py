"""The clock: the one source of now. A test or the demonstration sets it, and the whole house agrees on the date."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The moment, aware, in UTC."""
    return _set_to.get() or datetime.now(UTC)


def today() -> date:
    """The date in the company's zone: in Shanghai a day begins eight hours before it does in UTC."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The date on which a moment falls where the company works."""
    return moment.astimezone(COMPANY_ZONE).date()


def midnight(day: date) -> datetime:
    """The moment (UTC) at which a day begins where the company works."""
    return datetime.combine(day, time(), COMPANY_ZONE).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block, and in the tasks it starts, the clock stands at this moment; ValueError if it has no zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
