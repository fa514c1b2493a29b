"""The demonstration: a company with its people and its last year, played by the company's own rules.

Who does what stands in company.py, channels.py, campaigns.py, entrances.py, leads.py, deals.py and today.py, as lives
that year.py wakes day by day. All chance is seeded: the same day gives the same company.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

import zhidu.domains  # noqa: F401 - every table, reaction and periodic duty declares itself
from zhidu.analytics import rollups
from zhidu.analytics.measures import compare_channels_with_their_forecast
from zhidu.demo import archive, campaigns, catalog, channels, company, entrances, leads, today, visits
from zhidu.demo.year import Life, Year
from zhidu.kernel import clock, crypto, jobs
from zhidu.kernel.db import Database
from zhidu.kernel.seal import seal_each_night
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.assessments import ask_for_renewals, expire_assessments
from zhidu.marketing.channels import expire_channels
from zhidu.org import demonstration
from zhidu.org.demonstration import DemoAccount, demo_accounts
from zhidu.policy.accounts import Account
from zhidu.regulation import clauses, obligations
from zhidu.regulation.acknowledgements import ask_everyone
from zhidu.regulation.controls import CONTROLS, measure, measure_all
from zhidu.sales.assignments import place_waiting
from zhidu.sales.lead_forms import forget_tries
from zhidu.sales.leads import Lead
from zhidu.sales.orders import complete_after_a_week
from zhidu.sales.pool import return_untouched
from zhidu.sales.proposals import expire as expire_proposals
from zhidu.settings import Settings
from zhidu.tech.audit import verify_each_night

DAYS = 400
# Each night (each third one longer ago); in truth they run at their own minutes.
_NIGHTLY = (
    ("3.1.1", expire_assessments), ("3.1.1", expire_channels), ("3.1.1", ask_for_renewals), ("4.2.2", expire_proposals),
    ("4.3.3", complete_after_a_week), ("2.2.1", return_untouched),
)  # fmt: skip
# How many days ago the controls were measured: each month, then each week, then each day.
_MEASURED = (*range(330, 100, -30), *range(98, 9, -7), *range(6, 0, -1))
# What was late longer ago has been settled since; nobody would look up whom it had climbed to.
_WATCHED_DAYS = 60
# The trail is sealed, visits arrive and roll-ups are counted by the real clock alone.
_OF_THE_PRESENT = ("3.1.2", "3.4.2", "5.1.1", "5.2.2", "7.3.1")


class NotEmpty(Exception):
    """The database is in use: it is not filled. `half_made`: by a demonstration that was interrupted."""

    def __init__(self, said: str, *, half_made: bool = False) -> None:
        super().__init__(said)
        self.half_made = half_made


@dataclass(frozen=True, slots=True)
class Made:
    """The people to sign in as; fresh if the company was made just now."""

    people: list[DemoAccount]
    fresh: bool


async def fill(of: Settings, url: str, *, say: Callable[[str], None]) -> Made:
    """Make the company in an empty, migrated database; one that is there stays as it is. Raises NotEmpty."""
    crypto.use(crypto.Keyring.load(of.data_dir / "keys" / "fields.json", create=True))
    database = await Database.open(url, of)
    try:
        people = await _people(database)
        if people is not None:
            return Made(people, fresh=False)
        # A year makes millions of short-lived objects: looking for cycles among them took a third of the time.
        before = gc.get_threshold()
        gc.set_threshold(200_000, 50, 50)
        try:
            await make(database, say)
        finally:
            gc.set_threshold(*before)
        return Made(await _people(database) or [], fresh=True)
    finally:
        await database.close()


async def _people(database: Database) -> list[DemoAccount] | None:
    """Who can sign in with the demonstration's password; None in an empty database. Raises NotEmpty."""
    async with database.sessions() as db:
        logins = set(await db.scalars(select(Account.login)))
        if not logins:
            return None
        if not logins.issuperset({person.login for person in (company.ADMINISTRATOR, company.PEOPLE[0])}):
            raise NotEmpty("The database is in use: the demonstration company fills an empty one only.")
        people = await demo_accounts(db)
        if not people:
            raise NotEmpty(
                "The demonstration was interrupted while it was being made: begin again with an empty database.",
                half_made=True,
            )
        return people


async def make(database: Database, say: Callable[[str], None]) -> None:
    """Play the year, then let everybody in. Takes some tens of seconds."""
    began = time.monotonic()
    say(f"Making the demonstration company {company.NAME} and its last year ...")
    now = clock.now()
    year = Year(database, begins=_morning(now, DAYS), now=now)
    _plan(year)
    await year.walk(
        archive.ARCHIVE.write, lambda days: say(f"  {days} of some {DAYS} days") if days % 100 == 0 else None
    )
    async with unit_of_work(database, clauses=("5.1.1",)) as year.db:
        await visits.older(year)
    await visits.recent(year)
    async with unit_of_work(database, clauses=("8.1.1",)) as db:
        await obligations.watch(db)
        await forget_tries(db)
    async with unit_of_work(database, clauses=("5.2.2",)) as db:
        await rollups.recompute_all(db)
        await compare_channels_with_their_forecast(db)
    for duty in (seal_each_night, verify_each_night):  # what is verified must have been sealed
        async with unit_of_work(database, clauses=("7.3.1",)) as db:
            await duty(db)
        await jobs.work(database, until_idle=True)
    async with unit_of_work(database, clauses=("1.1",)) as db:
        await measure_all(db)
    # Last of all: whoever can sign in finds a whole company.
    async with unit_of_work(database, clauses=("7.3.2",)) as db:
        await demonstration.admit(await db.scalars(select(Account)))
        await db.flush()
        leads_made = await db.scalar(select(func.count(Lead.id)))
    say(f"Made in {time.monotonic() - began:.0f} s: {len(company.PEOPLE) + 1} people, {leads_made} leads.")


def _morning(now: datetime, days: int) -> datetime:
    day = clock.day_of(now) - timedelta(days=days)
    return clock.midnight(day) + timedelta(hours=9)


def _plan(year: Year) -> None:
    """Everything that happens, at the moment when it begins."""
    year.once(_regulated, at=year.begins - timedelta(minutes=5))
    year.once(company.found, at=year.begins)
    year.once(catalog.list_products, at=year.begins + timedelta(hours=1))
    for place in channels.PLACES:
        year.begin(channels.open_channel(year, place), year.begins + timedelta(hours=2))
    year.once(entrances.open_doors, at=year.begins + timedelta(hours=5))
    year.begin(channels.return_one(year), year.at_work(year.days_ago(6)))
    for plan in campaigns.PLANS:
        year.begin(campaigns.live(year, plan), year.at_work(year.days_ago(max(plan.begins + 9, 5))))
    for arrival in leads.arrivals_of(year):
        year.begin(leads.live(year, arrival), arrival.at)
    year.begin(company.new_version(year), year.at_work(year.days_ago(6, 9.5)))
    year.once(company.leave, at=year.days_ago(2, 16))
    year.once(entrances.draft_next_model, at=year.days_ago(4, 15))
    year.once(campaigns.ask_for_more, at=year.hours_before(year.worked(year.now, 2), 8))
    today.prepare(year)
    year.begin(_nights(year), year.days_ago(DAYS - 1, 0.2))
    year.begin(_days(year), year.days_ago(DAYS - 1, 9.4))
    for days in _MEASURED:
        year.once(_measured, at=year.days_ago(days, 19))


async def _regulated(year: Year) -> None:
    await clauses.seed(year.db)


async def _nights(year: Year) -> Life:
    while True:
        for clause, rule in _NIGHTLY:
            await year.by_rules(clause, rule)
        yield clock.now() + timedelta(days=1 if clock.now() > year.days_ago(_WATCHED_DAYS) else 3)


async def _days(year: Year) -> Life:
    """The leads that wait for somebody, and the watch: twice a day instead of each few minutes."""
    while True:
        await year.by_rules("2.2.1", place_waiting)
        if clock.now() > year.days_ago(_WATCHED_DAYS):
            await year.by_rules("8.1.1", obligations.watch)
            yield clock.now() + timedelta(hours=5)
            await year.by_rules("8.1.1", obligations.watch)
        yield clock.midnight(clock.today() + timedelta(days=1)) + timedelta(hours=9.4)


async def _measured(year: Year) -> None:
    await year.by_rules("1.2", ask_everyone)
    await year.by_rules("1.1", _measure_as_of_then)


async def _measure_as_of_then(db: AsyncSession) -> None:
    """As of a past moment, but for what only the present knows."""
    for control in sorted(CONTROLS.values(), key=lambda control: control.clause == "1.1"):
        if control.clause not in _OF_THE_PRESENT:
            await measure(db, control)
            await db.flush()
