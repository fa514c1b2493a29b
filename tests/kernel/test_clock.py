"""Whoever asks for the time asks the clock, and a test may set it."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from zhidu.kernel import clock

NEW_YEAR_IN_SHANGHAI = datetime(2026, 1, 1, 0, 30, tzinfo=clock.COMPANY_ZONE)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_the_clock_stands_where_it_was_set_and_goes_on_afterwards() -> None:
    with clock.at(NEW_YEAR_IN_SHANGHAI):
        assert clock.now() == datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
        with clock.at(clock.now() + timedelta(days=1)):
            assert clock.today() == date(2026, 1, 2)
        assert clock.now() == NEW_YEAR_IN_SHANGHAI
    assert clock.now() != NEW_YEAR_IN_SHANGHAI


def test_today_is_the_company_s_day() -> None:
    with clock.at(NEW_YEAR_IN_SHANGHAI):
        assert clock.today() == date(2026, 1, 1)


def test_tasks_inherit_the_clock_and_do_not_disturb_each_other() -> None:
    async def seen() -> datetime:
        await asyncio.sleep(0)
        return clock.now()

    async def both() -> tuple[datetime, datetime]:
        with clock.at(NEW_YEAR_IN_SHANGHAI):
            inside = asyncio.create_task(seen())
        outside = asyncio.create_task(seen())
        return await inside, await outside

    inside, outside = asyncio.run(both())
    assert inside == NEW_YEAR_IN_SHANGHAI
    assert outside > NEW_YEAR_IN_SHANGHAI


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), clock.at(datetime(2026, 1, 1)):
        pass
