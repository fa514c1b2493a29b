"""5.2.2 The funnel of the real file equals what another program reads from it; an undo takes it out again."""

from tests.analytics.duckdb_funnel import leads_by_origin_and_month, olist_file
from tests.analytics.test_funnel import FUNNEL, ROI, recount
from tests.conftest import Acting, versioned
from tests.sales.test_lead_imports import OLIST, PATH, after_jobs, imported, mapping
from zhidu.kernel.db import new_id
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.channels import Channel
from zhidu.policy.guard import House
from zhidu.sales.lead_sources import LeadSource

PERIOD = {"from": "2017-01-01", "to": "2019-01-01"}


async def test_the_funnel_of_the_real_file_equals_an_independent_reading(acting: Acting, house: House):
    file = olist_file()
    expected = leads_by_origin_and_month(file)
    sources, channels = {}, {}
    async with unit_of_work(house.database) as db:
        for n, origin in enumerate(sorted({origin for origin, _ in expected})):
            channel = Channel(id=new_id(), code=f"olist-{n}", name=origin or "empty", kind="other")
            source = LeadSource(id=new_id(), code=f"olist-{n}", name=origin or "empty", kind="other")
            source.channel_id = channel.id
            db.add_all([channel, source])
            channels[str(channel.id)], sources[origin] = origin, str(source.id)
    words = {word: source for word, source in sources.items() if word}
    done = await imported(
        acting, house, file.read_bytes(), file.name, mapping(OLIST, words, default_source_id=sources[""])
    )
    await recount(house)

    manager = acting("marketing-manager")
    shown = (await manager.get(ROI, params=PERIOD)).json()
    found = {
        (channels[row["key"]], month["month"]): month["leads"]
        for row in shown["items"]
        for month in row["trend"]
        if month["leads"]
    }
    assert found == expected
    by_month = (await manager.get(FUNNEL, params={**PERIOD, "by": "month"})).json()
    assert {row["key"]: row["leads"] for row in by_month["items"] if row["leads"]} == {
        month: sum(count for (_, when), count in expected.items() if when == month) for _, month in expected
    }
    assert by_month["totals"]["leads"] == sum(expected.values())
    largest = max(by_month["items"], key=lambda row: row["leads"])
    to = largest["drill"]["leads"]
    listed = (await manager.get(f"/api/v1{to['path']}", params={**to["filters"], "count": "true"})).json()
    assert listed["total"] == largest["leads"]

    client = acting("sales-manager")
    await after_jobs(house, client, await client.post(f"{PATH}/{done.json()['id']}/undo", headers=versioned(done)))
    await recount(house)
    assert (await manager.get(FUNNEL, params=PERIOD)).json()["totals"]["leads"] == 0
