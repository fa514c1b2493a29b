"""The demonstration: a whole company, alive today for everybody who signs in, made once and never changed again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.databases import another
from zhidu import demo
from zhidu.cli import bring_up_to_date
from zhidu.demo import Made, NotEmpty
from zhidu.kernel import crypto, seal
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.db import Database
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.assessments import ChannelAssessment
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.org import demonstration, passwords
from zhidu.policy.accounts import Account, Department, load_actor
from zhidu.policy.duties import POSTS
from zhidu.regulation import my_day
from zhidu.regulation.controls import ControlResult
from zhidu.sales.duplicates import Duplicate
from zhidu.sales.leads import Lead
from zhidu.sales.opportunities import Opportunity
from zhidu.sales.orders import Order
from zhidu.service.messages import Message
from zhidu.settings import Settings

pytestmark = pytest.mark.timeout(400)  # a year takes its time on a busy machine


@dataclass(frozen=True, slots=True)
class Played:
    """The demonstration, made once for this module."""

    database: Database
    url: str
    settings: Settings
    made: Made


@pytest.fixture(scope="module")
async def played(
    database_url: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Played]:
    """The demonstration company in a database and a data folder of its own."""
    of = settings.model_copy(update={"data_dir": tmp_path_factory.mktemp("demo"), "demo": True})
    before = crypto.ring()
    async with another(database_url, empty=True) as url:
        await _migrated(of, url)
        made = await demo.fill(of, url, say=lambda _said: None)
        database = await Database.open(url, of)
        yield Played(database, url, of, made)
        await database.close()
    crypto.use(before)


async def _migrated(of: Settings, url: str) -> None:
    await asyncio.to_thread(bring_up_to_date, of, url)


async def _states(played: Played, model: type) -> dict[str, int]:
    async with played.database.sessions() as db:
        return dict((await db.execute(select(model.status, func.count()).group_by(model.status))).all())


async def test_every_post_has_somebody_to_sign_in_as(played: Played) -> None:
    assert played.made.fresh
    posts = {one.post.name for one in played.made.people}
    assert posts == {post.name for post in POSTS} - {"integration"}
    async with played.database.sessions() as db:
        somebody = (await db.scalars(select(Account).where(Account.login == "shen.zhiyuan"))).one()
    assert await passwords.matches(demonstration.PASSWORD, somebody.password_hash)


async def test_everybody_finds_something_in_my_day(played: Played) -> None:
    idle = []
    async with played.database.sessions() as db, played.database.reader() as connection:
        for account in await db.scalars(select(Account)):
            actor = await load_actor(db, account.id)
            assert actor is not None
            if not await my_day.items_of(connection, actor):
                idle.append(account.login)
    assert idle == []


async def test_things_are_due_late_and_climbing_right_now(played: Played) -> None:
    async with played.database.sessions() as db, played.database.reader() as connection:
        people = {account.login: await load_actor(db, account.id) for account in await db.scalars(select(Account))}
        days = {login: await my_day.items_of(connection, who) for login, who in people.items() if who is not None}
    kinds = {login: {item["kind"] for item in items} for login, items in days.items()}
    assert {"due", "late"} <= {item["state"] for item in days["luo.jincheng"]}
    assert {"lead.first_contact", "order.confirm"} <= kinds["luo.jincheng"]
    assert 1 in {item["climbed_level"] for item in days["cheng.lichuan"]}
    assert 2 in {item["climbed_level"] for item in days["shen.zhiyuan"]}
    assert {"channel_assessment.review", "campaign.approve", "campaign_amendment.approve"} <= kinds["lin.wanqiu"]
    assert "handover.accept" in kinds["han.jingshu"] & kinds["he.changfeng"]
    assert "order.ship" in kinds["he.changfeng"]


async def test_the_year_shows_every_state(played: Played) -> None:
    for model, states in (
        (Campaign, {"draft", "submitted", "returned", "approved", "running", "paused", "finished", "reviewed",
                    "cancelled"}),
        (Channel, {"proposed", "active", "expired"}),
        (ChannelAssessment, {"submitted", "returned", "approved", "superseded", "expired"}),
        (Opportunity, {"won", "lost", "solution", "proposal", "negotiation"}),
        (Order, {"placed", "processing", "completed", "cancelled"}),
        (Lead, {"new", "assigned", "contacted", "pool", "converted", "disqualified", "lost", "merged"}),
        (Duplicate, {"open", "merged", "dismissed"}),
    ):  # fmt: skip
        assert states <= (await _states(played, model)).keys(), model
    assert sum((await _states(played, Lead)).values()) >= 1500
    assert sum((await _states(played, Opportunity)).values()) > 150
    assert sum((await _states(played, Order)).values()) > 120
    assert (await _states(played, Message)).keys() <= {"sent", "failed"}


async def test_controls_have_a_history_of_green_amber_and_red(played: Played) -> None:
    async with played.database.sessions() as db:
        moments = await db.scalar(select(func.count(ControlResult.measured_at.distinct())))
        colours = set(await db.scalars(select(ControlResult.state).distinct()))
    assert (moments or 0) > 20
    assert colours >= {"green", "amber", "red"}


async def test_the_funnel_counts_what_the_tables_hold(played: Played) -> None:
    async with played.database.sessions() as db:
        rolled = (await db.execute(text("SELECT sum(visits), sum(leads), sum(orders) FROM analytics_funnel_day"))).one()
        leads = await db.scalar(select(func.count(Lead.id)).where(Lead.merged_into_id.is_(None)))
        orders = await db.scalar(
            select(func.count(Order.id)).where(Order.placed_at.is_not(None), Order.status != "cancelled")
        )
        waiting = await db.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'failed')"))
    assert rolled[0] > 10_000
    assert (rolled[1], rolled[2]) == (leads, orders)
    assert waiting == 0


async def test_the_trail_of_the_year_is_whole(played: Played) -> None:
    async with played.database.reader() as connection:
        verdict = await seal.verify(connection, played.settings)
    assert verdict.ok
    assert verdict.entries > 5000


async def test_a_second_run_changes_nothing(played: Played) -> None:
    async def trail() -> int:
        async with played.database.sessions() as db:
            return await db.scalar(select(func.count(AuditEntry.id))) or 0

    before = await trail()
    again = await demo.fill(played.settings, played.url, say=lambda _said: None)
    assert (again.fresh, again.people) == (False, played.made.people)
    assert await trail() == before


async def test_a_demonstration_that_was_interrupted_is_not_taken_for_a_whole(played: Played) -> None:
    async with unit_of_work(played.database) as db:
        await db.execute(text("UPDATE account SET password_changed_at = now()"))
    with pytest.raises(NotEmpty) as refused:
        await demo.fill(played.settings, played.url, say=lambda _said: None)
    assert refused.value.half_made
    async with unit_of_work(played.database) as db:
        await db.execute(text("UPDATE account SET password_changed_at = NULL"))


async def test_a_company_in_earnest_is_not_filled(database_url: str, settings: Settings, tmp_path: Path) -> None:
    of, before = settings.model_copy(update={"data_dir": tmp_path}), crypto.ring()
    with pytest.raises(NotEmpty) as refused:
        await demo.fill(of, database_url, say=lambda _said: None)
    crypto.use(before)
    assert not refused.value.half_made
    database = await Database.open(database_url, of)
    async with database.sessions() as db:
        assert "云栖" not in "".join(await db.scalars(select(Department.name)))
    await database.close()
