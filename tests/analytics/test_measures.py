"""3.1.2, 3.4.2, 5.1.1, 5.2.2 The controls of data: grey before anything was counted, honest about what is missing."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from tests.analytics.test_collect import event, send
from tests.analytics.test_funnel import recount
from tests.conftest import Acting
from tests.marketing.plans import a_channel
from tests.marketing.test_assessments import state_of
from zhidu.analytics.measures import last_month
from zhidu.analytics.rollups import COUNTS, FUNNEL_DAY
from zhidu.kernel import clock
from zhidu.kernel.jobs import run_periodic
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.assessments import ChannelAssessment
from zhidu.policy.guard import House

ROWS = "/api/v1/regulation/controls/{}/rows"


async def test_before_anything_was_counted_nothing_is_said(house: House):
    for name in ("data_source.heard", "analysis.available", "metric.fresh"):
        assert await state_of(house, name) == ("grey", 0, 0)


async def test_a_source_that_is_silent_shows_until_it_is_heard(acting: Acting, house: House):
    assert (await send(acting, event(uuid4().hex))).status_code == 204
    assert await state_of(house, "data_source.heard") == ("red", 4, 3)
    silent = (await acting("general-manager").get(ROWS.format("data_source.heard"))).json()
    assert {row["id"] for row in silent["items"]} == {"campaigns", "sales", "customers"}
    with clock.at(clock.now() + timedelta(days=2)):
        assert await state_of(house, "data_source.heard") == ("red", 4, 4)


async def test_the_named_indexes_come_from_the_last_day_and_two_are_not_there_yet(acting: Acting, house: House):
    await send(acting, event(uuid4().hex))
    await recount(house)
    assert await state_of(house, "metric.fresh") == ("amber", 5, 2)
    missing = (await acting("general-manager").get(ROWS.format("metric.fresh"))).json()
    assert {row["title"] for row in missing["items"]} == {"点击率", "粉丝增长"}


async def test_channels_are_compared_with_their_forecast_by_the_month_that_ended(acting: Acting, house: House):
    assert last_month(clock.midnight(date(2026, 3, 1))) == (date(2026, 2, 1), date(2026, 3, 1))
    channel = await a_channel(acting)
    since, until = last_month(clock.now())
    async with unit_of_work(house.database) as db:
        counts = dict.fromkeys(COUNTS, 0) | {"visits": 100, "leads": 60, "orders": 2, "cost_fen": 1_000_00}
        await db.execute(insert(FUNNEL_DAY).values(day=since, channel_id=UUID(channel["id"]), **counts))
    job = "zhidu.analytics.measures.compare_channels_with_their_forecast"
    assessment = select(ChannelAssessment).where(ChannelAssessment.channel_id == channel["id"])
    await run_periodic(house.database, job)
    async with house.database.sessions() as db:
        assert (await db.scalars(assessment)).one().measured_leads is None  # approved after that month
    async with unit_of_work(house.database) as db:
        decided = clock.midnight(until) - timedelta(days=40)
        whose = ChannelAssessment.channel_id == channel["id"]
        await db.execute(update(ChannelAssessment).where(whose).values(decided_at=decided))
    await run_periodic(house.database, job)
    async with house.database.sessions() as db:
        measured = (await db.scalars(assessment)).one()
        assert (measured.measured_leads, measured.measured_cost_per_lead_fen) == (60, 1667)
    assert await state_of(house, "channel.forecast") == ("green", 1, 0)  # 60 of 120 forecast: just half
    assert await state_of(house, "analysis.available") == ("amber", 4, 1)
