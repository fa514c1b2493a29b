"""1.3.3 Spend."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, update

from tests.conftest import Acting
from tests.marketing.plans import (
    AMENDMENTS,
    CAMPAIGNS,
    SPEND,
    a_channel,
    a_running_campaign,
    campaign,
    do,
    made,
)
from tests.marketing.test_assessments import state_of
from zhidu.kernel import clock
from zhidu.kernel.events import DomainEvent
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.campaigns import Campaign
from zhidu.policy.guard import House


def bill(of: dict, amount: str, **changes: str) -> dict:
    """Spend to book, of today."""
    return {"campaign_id": of["id"], "day": str(clock.today()), "amount": amount, **changes}


async def test_spend_is_booked_shown_on_its_campaign_and_never_beyond_the_budget(acting: Acting, house: House):
    running = await a_running_campaign(acting, budget="1000.00")
    booked = await made(acting, "marketing-specialist", SPEND, bill(running, "600.50", note="百度消耗"))
    assert (booked["amount"], booked["status"], booked["channel_id"]) == ("600.50", "booked", running["channel_id"])
    async with house.database.sessions() as db:
        event = await db.scalar(select(DomainEvent).where(DomainEvent.record_id == booked["id"]))
        assert event is not None
        assert (event.name, event.payload) == ("SpendRecorded", {"day": str(clock.today())})
    over = await acting("finance-clerk").post(SPEND, json=bill(running, "399.51"))
    assert (over.status_code, over.json()["clause"], over.json()["left"]) == (409, "1.3.3", "399.50")
    assert "追加预算" in over.json()["detail"]
    await made(acting, "finance-clerk", SPEND, bill(running, "399.50"))
    shown = (await acting("marketing-manager").get(f"{CAMPAIGNS}/{running['id']}")).json()
    assert (shown["budget"], shown["spent"], shown["left"]) == ("1000.00", "1000.00", "0.00")

    ask = {"campaign_id": running["id"], "budget": "1500.00", "reason": "追加一周"}
    asked = await made(acting, "marketing-specialist", AMENDMENTS, ask)
    assert (await acting("finance-clerk").post(SPEND, json=bill(running, "1.00"))).status_code == 409
    await do(acting, "marketing-manager", AMENDMENTS, asked, "approve")
    await made(acting, "finance-clerk", SPEND, bill(running, "500.00"))
    assert await state_of(house, "spend.within_budget") == ("green", 1, 0)
    async with unit_of_work(house.database) as db:
        await db.execute(update(Campaign).where(Campaign.id == running["id"]).values(budget_fen=1499_99))
    assert await state_of(house, "spend.within_budget") == ("red", 1, 1)


async def test_two_bookings_at_once_do_not_pass_the_budget_together(acting: Acting):
    running = await a_running_campaign(acting, budget="100.00")
    replies = await asyncio.gather(
        *(acting("finance-clerk").post(SPEND, json=bill(running, "60.00")) for _ in range(4))
    )
    assert sorted(reply.status_code for reply in replies) == [201, 409, 409, 409]


async def test_a_mistake_is_taken_back_by_an_opposite_row_once(acting: Acting):
    running = await a_running_campaign(acting)
    yesterday = str(clock.today() - timedelta(days=1))
    booked = await made(acting, "marketing-specialist", SPEND, bill(running, "80.00", day=yesterday))
    assert "reverse" not in booked["actions"]
    own = await acting("marketing-specialist").post(
        f"{SPEND}/{booked['id']}/reverse", json={"note": "重复"}, headers={"If-Match": f'"{booked["version"]}"'}
    )
    assert (own.status_code, own.json()["clause"]) == (403, "1.3.3")
    reversed_ = await do(acting, "finance-clerk", SPEND, booked, "reverse", note="重复登记")
    assert (reversed_["status"], reversed_["amount"], reversed_["actions"]) == ("reversed", "80.00", [])
    again = await acting("finance-clerk").post(
        f"{SPEND}/{booked['id']}/reverse", json={"note": "再来"}, headers={"If-Match": f'"{reversed_["version"]}"'}
    )
    assert again.status_code == 409
    rows = (await acting("finance-clerk").get(SPEND, params={"campaign_id": running["id"]})).json()["items"]
    assert sorted((row["status"], row["amount"], row["day"]) for row in rows) == [
        ("reversal", "-80.00", yesterday), ("reversed", "80.00", yesterday),
    ]  # fmt: skip
    opposite = next(row for row in rows if row["status"] == "reversal")
    assert (opposite["reverses_id"], opposite["note"], opposite["actions"]) == (booked["id"], "重复登记", [])
    shown = (await acting("marketing-specialist").get(f"{CAMPAIGNS}/{running['id']}")).json()
    assert (shown["spent"], shown["left"]) == ("0.00", "50000.00")


async def test_what_cannot_be_booked_says_which_field_or_what_to_do(acting: Acting):
    running = await a_running_campaign(acting)
    tomorrow = str(clock.today() + timedelta(days=1))
    nobody = {"id": "0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"}
    for body, pointer in (
        (bill(running, "0.00"), "/amount"),
        (bill(running, "-5.00"), "/amount"),
        (bill(running, "1.001"), "/amount"),
        (bill(running, "5.00", day=tomorrow), "/day"),
        (bill(nobody, "5.00"), "/campaign_id"),
    ):
        reply = await acting("marketing-specialist").post(SPEND, json=body)
        assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, pointer)
    channel = await a_channel(acting)
    drafted = await made(acting, "marketing-specialist", CAMPAIGNS, campaign(channel["id"]))
    early = await acting("marketing-specialist").post(SPEND, json=bill(drafted, "5.00"))
    assert (early.status_code, early.json()["clause"]) == (409, "1.3.3")
    seller = await acting("sales-specialist").post(SPEND, json=bill(running, "5.00"))
    assert (seller.status_code, seller.json()["clause"]) == (403, "1.3.3")


async def test_the_list_and_its_totals_follow_the_same_filters(acting: Acting):
    one, other = await a_running_campaign(acting), await a_running_campaign(acting)
    week_ago = str(clock.today() - timedelta(days=7))
    await made(acting, "finance-clerk", SPEND, bill(one, "100.00", day=week_ago))
    await made(acting, "finance-clerk", SPEND, bill(one, "20.05"))
    await made(acting, "finance-clerk", SPEND, bill(other, "3.00"))
    both = {"campaign_id": f"{one['id']},{other['id']}"}
    totals = (await acting("inspector").get(f"{SPEND}/totals", params=both)).json()
    assert totals["amount"] == "123.05"
    assert {row["campaign_id"]: row["amount"] for row in totals["items"]} == {one["id"]: "120.05", other["id"]: "3.00"}
    assert set(totals["items"][0]) == {"channel_id", "channel_name", "campaign_id", "campaign_name", "amount"}
    lately = {**both, "day_from": str(clock.today())}
    assert (await acting("inspector").get(f"{SPEND}/totals", params=lately)).json()["amount"] == "23.05"
    rows = (await acting("inspector").get(SPEND, params=lately)).json()["items"]
    assert sorted(row["amount"] for row in rows) == ["20.05", "3.00"]
    by_channel = {"channel_id": other["channel_id"]}
    assert (await acting("inspector").get(f"{SPEND}/totals", params=by_channel)).json()["amount"] == "3.00"
    none = await acting("inspector").get(f"{SPEND}/totals", params={"campaign_id": one["channel_id"]})
    assert none.json() == {"amount": "0.00", "items": []}
    assert (await acting("inspector").get(f"{SPEND}/totals", params={"day": "x"})).status_code == 422
    assert (await acting("sales-specialist").get(f"{SPEND}/totals")).status_code == 403
