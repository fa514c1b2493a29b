"""5.2.2, 1.3.3 The funnel: counted from roll-ups, equal to the facts, one click from its records."""

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from tests.conftest import Acting
from tests.marketing.plans import SPEND, a_running_campaign, do, made
from tests.sales import arriving, selling
from zhidu.analytics import rollups
from zhidu.analytics.events import Visit
from zhidu.analytics.funnel import figures
from zhidu.analytics.rollups import COUNTS, FUNNEL_DAY, MARK
from zhidu.kernel import clock
from zhidu.kernel.jobs import run_periodic
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.spend import Spend
from zhidu.policy.guard import House
from zhidu.sales.leads import Lead
from zhidu.sales.opportunities import Opportunity
from zhidu.sales.orders import Order

FUNNEL = "/api/v1/analytics/funnel"
ROI = "/api/v1/analytics/channel-roi"


async def recount(house: House) -> None:
    """The worker's minute."""
    await run_periodic(house.database, "zhidu.analytics.rollups.recount_marked_days")


async def marked(house: House) -> set[date]:
    """The days that wait to be counted anew."""
    async with house.database.sessions() as db:
        return set(await db.scalars(select(MARK.c.day)))


async def rolled(house: House) -> dict[tuple[date, UUID | None, UUID | None], dict[str, int]]:
    """The roll-up as it stands."""
    async with house.database.sessions() as db:
        rows = (await db.execute(select(FUNNEL_DAY))).mappings()
        return {(r["day"], r["channel_id"], r["campaign_id"]): {name: r[name] for name in COUNTS} for r in rows}


async def test_every_step_of_a_sale_is_counted_on_its_day_and_leads_to_its_records(acting: Acting, house: House):
    campaign = await a_running_campaign(acting, budget="1000.00")
    channel, today = campaign["channel_id"], clock.today()
    source = await arriving.a_source(house, channel_id=channel)
    await made(
        acting, "marketing-specialist", SPEND, {"campaign_id": campaign["id"], "day": str(today), "amount": "300.00"}
    )
    for _ in range(3):
        await arriving.arrived(acting, source, campaign_id=campaign["id"])
    assert await marked(house) == {today}
    before = (await acting("marketing-manager").get(FUNNEL)).json()
    assert (before["pending_days"], before["items"]) == (1, [])
    await recount(house)
    assert await marked(house) == set()

    reply = await acting("marketing-manager").get(FUNNEL)
    assert reply.status_code == 200, reply.text
    shown = reply.json()
    row = next(item for item in shown["items"] if item["key"] == channel)
    assert (row["name"], row["leads"], row["orders"], row["cost"]) == (campaign["channel_name"], 3, 0, "300.00")
    assert (row["cost_per_lead"], row["cac"], row["roi"], row["lead_rate"]) == ("100.00", None, -1.0, None)
    assert (shown["pending_days"], shown["totals"]["leads"]) == (0, 3)
    for number, expected in (("leads", 3), ("cost", 1)):
        to = row["drill"][number]
        listed = await acting("marketing-manager").get(f"/api/v1{to['path']}", params=to["filters"])
        assert (listed.status_code, len(listed.json()["items"])) == (200, expected), listed.text
    by_campaign = (
        await acting("marketing-manager").get(FUNNEL, params={"by": "campaign", "channel_id": channel})
    ).json()
    assert [(item["key"], item["leads"]) for item in by_campaign["items"]] == [(campaign["id"], 3)]


async def test_orders_count_when_placed_and_no_more_when_cancelled(acting: Acting, house: House):
    placed = await selling.placed(acting)
    await recount(house)
    params = {"from": str(clock.today()), "to": str(clock.today() + timedelta(days=1)), "by": "day"}
    with_it = (await acting("sales-manager").get(FUNNEL, params=params)).json()["items"][0]
    assert (with_it["orders"], with_it["revenue"]) == (1, placed.json()["total"])
    to = with_it["drill"]["orders"]
    assert len((await acting("sales-manager").get(f"/api/v1{to['path']}", params=to["filters"])).json()["items"]) == 1
    selling.done(
        await selling.step(acting("sales-specialist"), "sales/orders", placed, "cancel", reason="客户改变主意")
    )
    await recount(house)
    without = (await acting("sales-manager").get(FUNNEL, params=params)).json()["items"][0]
    assert (without["orders"], without["revenue"]) == (0, "0.00")


async def test_the_roll_up_equals_the_facts_whatever_they_are(acting: Acting, house: House):
    campaign = await a_running_campaign(acting)
    channel, source = UUID(campaign["channel_id"]), UUID(await arriving.a_source(house, "facts"))
    customer = UUID((await selling.customer(acting))["id"])
    dice = random.Random(20261125)
    facts: Counter[tuple[date, UUID | None, UUID | None, str]] = Counter()
    whose = [(None, None), (channel, None), (channel, UUID(campaign["id"]))]

    def moment() -> datetime:
        """Days begin at 16:00 UTC: many facts fall close to it."""
        midnight = datetime(2025, 3, dice.randint(1, 9), 16, tzinfo=UTC)
        return midnight + dice.choice(
            [timedelta(0), timedelta(microseconds=-1), timedelta(seconds=dice.randint(0, 86399))]
        )

    for turn in range(3):
        async with unit_of_work(house.database) as db:
            days = set()
            for n in range(60):
                at, (channel_id, campaign_id) = moment(), dice.choice(whose)
                by = {"channel_id": channel_id, "campaign_id": campaign_id}
                kind = dice.choice(["visits", "leads", "qualified", "opportunities", "orders", "cost_fen"])
                day, amount = clock.day_of(at), 1
                if kind == "visits":
                    db.add(Visit(session=f"s{turn}-{n}", day=day, first_at=at, **by))
                elif kind in ("leads", "qualified"):
                    lead = Lead(name="某", source_id=source, arrived_at=at, **by)
                    if kind == "qualified":
                        lead.qualified_at, lead.arrived_at = at, at + timedelta(days=30)
                        facts[clock.day_of(lead.arrived_at), channel_id, campaign_id, "leads"] += 1
                        days.add(clock.day_of(lead.arrived_at))
                    db.add(lead)
                elif kind == "opportunities":
                    db.add(Opportunity(customer_id=customer, title="某", created_at=at, **by))
                elif kind == "orders":
                    amount = 1
                    order = Order(customer_id=customer, placed_at=at, total_fen=n * 100, **by)
                    order.status = dice.choice(["placed", "completed", "cancelled"])
                    db.add(order)
                    if order.status == "cancelled":
                        amount = 0
                    else:
                        facts[day, channel_id, campaign_id, "revenue_fen"] += n * 100
                elif campaign_id is not None:
                    amount = 100 + n
                    db.add(Spend(campaign_id=campaign_id, channel_id=channel_id, day=day, amount_fen=amount))
                else:
                    amount = 0
                facts[day, channel_id, campaign_id, kind] += amount
                days.add(day)
            await rollups.mark(db, days)
        await recount(house)
        expected: dict[tuple[date, UUID | None, UUID | None], dict[str, int]] = {}
        for (day, channel_id, campaign_id, kind), amount in facts.items():
            if amount:
                expected.setdefault((day, channel_id, campaign_id), dict.fromkeys(COUNTS, 0))[kind] = amount
        found = {key: counts for key, counts in (await rolled(house)).items() if key[0].year == 2025}
        assert found == expected
    before = await rolled(house)
    async with unit_of_work(house.database) as db:
        await db.execute(delete(FUNNEL_DAY).where(FUNNEL_DAY.c.day > date(2025, 3, 5)))
        await rollups.recompute_all(db)
    assert await rolled(house) == before


async def test_an_operator_has_everything_counted_anew(acting: Acting, house: House, tmp_path: Path):
    await selling.placed(acting)
    await recount(house)
    before = await rolled(house)
    async with unit_of_work(house.database) as db:
        await db.execute(update(FUNNEL_DAY).values(orders=FUNNEL_DAY.c.orders + 7))
    environment = {**os.environ, "DATABASE_URL": house.database.url, "ZHIDU_DATA_DIR": str(tmp_path)}
    command = (sys.executable, "-m", "zhidu.cli", "recount")
    running = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
    said, wrong = await running.communicate()
    assert (running.returncode, said.endswith(b" days were counted anew.\n")) == (0, True), wrong
    assert await rolled(house) == before


async def test_spend_that_is_reversed_costs_nothing(acting: Acting, house: House):
    campaign = await a_running_campaign(acting)
    day = clock.today() - timedelta(days=3)
    booked = await made(
        acting, "marketing-specialist", SPEND, {"campaign_id": campaign["id"], "day": str(day), "amount": "80.00"}
    )
    await do(acting, "finance-clerk", SPEND, booked, "reverse", note="重复登记")
    assert day in await marked(house)
    await recount(house)
    key = (day, UUID(campaign["channel_id"]), UUID(campaign["id"]))
    assert (await rolled(house))[key]["cost_fen"] == 0


async def test_channels_are_compared_month_by_month(acting: Acting, house: House):
    campaign = await a_running_campaign(acting)
    body = {"campaign_id": campaign["id"], "day": str(clock.today()), "amount": "50.00"}
    await made(acting, "marketing-specialist", SPEND, body)
    await recount(house)
    shown = (await acting("finance-clerk").get(ROI)).json()
    row = next(item for item in shown["items"] if item["key"] == campaign["channel_id"])
    assert (row["cost"], row["roi"], len(row["trend"])) == ("50.00", -1.0, 12)
    assert (row["trend"][-1]["month"], row["trend"][-1]["cost"]) == (str(clock.today())[:7], "50.00")
    assert row["trend"][0]["roi"] is None
    assert row["drill"]["leads"] is None  # leads are not the finance clerk's to read
    assert row["drill"]["cost"]["path"] == "/marketing/spend"


async def test_it_goes_out_as_a_file(acting: Acting):
    reply = await acting("marketing-manager").get(f"{FUNNEL}/export", params={"by": "month"})
    assert reply.status_code == 200, reply.text
    header, *lines = reply.content.decode("utf-8-sig").splitlines()
    assert header.startswith("key,name,visits,leads,")
    assert lines[-1].startswith(str(clock.today())[:7])


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"from": "2026-02-30", "to": "2026-03-01"}, "?from"),
        ({"from": "2026-03-01", "to": "2026-03-01"}, "?to"),
        ({"from": "2000-01-01", "to": "2026-03-01"}, "?to"),
        ({"from": "2024-01-01", "to": "2026-03-01", "by": "day"}, "?to"),
        ({"by": "weather"}, "?by"),
        ({"channel_id": "baidu"}, "?channel_id"),
        ({"until": "2026-03-01"}, "?until"),
    ],
)
async def test_what_cannot_be_asked_is_named(acting: Acting, params: dict[str, str], pointer: str):
    reply = await acting("marketing-manager").get(FUNNEL, params=params)
    assert (reply.status_code, [e["pointer"] for e in reply.json()["errors"]]) == (422, [pointer]), reply.text


async def test_who_has_no_part_in_it_is_refused_with_the_clause(acting: Acting):
    for path, clause in ((FUNNEL, "5.2.2"), (ROI, "1.3.3")):
        reply = await acting("service-agent").get(path)
        assert (reply.status_code, reply.json()["clause"]) == (403, clause)


def test_what_has_no_denominator_is_unknown_and_not_infinite():
    nothing = figures(dict.fromkeys(COUNTS, 0))
    assert {nothing[name] for name in ("lead_rate", "order_rate", "cost_per_lead", "cac", "roi")} == {None}
    some = figures(dict.fromkeys(COUNTS, 3) | {"cost_fen": 1000, "revenue_fen": 1500})
    assert (some["cac"], some["roi"], some["cost"]) == ("3.33", 0.5, "10.00")
