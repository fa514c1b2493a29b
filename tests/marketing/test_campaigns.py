"""2.1.3, 3.3 Campaigns and their budgets."""

from datetime import timedelta

from sqlalchemy import select, update

from tests.conftest import Acting
from tests.marketing.plans import (
    AMENDMENTS,
    CAMPAIGNS,
    CHANNELS,
    a_channel,
    a_running_campaign,
    an_approved_campaign,
    campaign,
    do,
    made,
)
from tests.marketing.test_assessments import state_of
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.campaigns import Campaign
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation.obligations import Obligation


async def refused(acting: Acting, login: str, record: dict, verb: str, path: str = CAMPAIGNS, **body: object):
    """The reply to a verb that must not succeed."""
    reply = await acting(login).post(
        f"{path}/{record['id']}/{verb}", json=body, headers={"If-Match": f'"{record["version"]}"'}
    )
    assert reply.status_code >= 400
    return reply


async def due_for(house: House, record_id: str) -> dict[str, Obligation]:
    """The obligations of a record by kind."""
    async with house.database.sessions() as db:
        found = await db.scalars(select(Obligation).where(Obligation.record_id == record_id))
        return {obligation.kind: obligation for obligation in found}


async def test_a_campaign_is_planned_approved_run_finished_and_reviewed(
    acting: Acting, house: House, staff: dict[str, Account]
):
    channel = await a_channel(acting)
    drafted = await made(acting, "marketing-specialist", CAMPAIGNS, campaign(channel["id"]))
    assert (drafted["status"], drafted["budget"], drafted["spent"], drafted["left"]) == (
        "draft", "50000.00", "0.00", "50000.00",
    )  # fmt: skip
    assert {"update", "submit"} <= set(drafted["actions"])
    submitted = await do(acting, "marketing-specialist", CAMPAIGNS, drafted, "submit")
    assert (await due_for(house, drafted["id"]))["campaign.approve"].owner_id == staff["marketing-manager"].id
    approved = await do(acting, "marketing-manager", CAMPAIGNS, submitted, "approve", note="同意")
    assert (approved["approved_by_name"], "start" in approved["actions"]) == ("市场经理", True)
    running = await do(acting, "marketing-specialist", CAMPAIGNS, approved, "start")
    paused = await do(acting, "marketing-specialist", CAMPAIGNS, running, "pause", note="调整出价")
    resumed = await do(acting, "marketing-specialist", CAMPAIGNS, paused, "resume")
    finished = await do(acting, "marketing-specialist", CAMPAIGNS, resumed, "finish")
    due = await due_for(house, drafted["id"])
    assert {kind: one.status for kind, one in due.items()} == {
        "campaign.approve": "met", "campaign.start": "met", "campaign.finish": "met", "campaign.review": "due",
    }  # fmt: skip
    assert due["campaign.review"].owner_id == staff["marketing-specialist"].id
    assert due["campaign.review"].due_at - due["campaign.review"].opened_at == timedelta(days=14)
    bare = await refused(acting, "marketing-specialist", finished, "review", worked="长尾词成本低")
    assert {error["pointer"] for error in bare.json()["errors"]} == {"/failed", "/next_time"}
    reviewed = await do(
        acting, "marketing-specialist", CAMPAIGNS, finished, "review",
        worked="长尾词成本低于目标 22%", failed="手机表单过长", next_time="先测试手机表单",
    )  # fmt: skip
    assert (reviewed["status"], reviewed["next_time"], reviewed["steps"]) == ("reviewed", "先测试手机表单", [])
    assert (await due_for(house, drafted["id"]))["campaign.review"].status == "met"
    found = await acting("finance-clerk").get(CAMPAIGNS, params={"q": drafted["code"], "status": "reviewed"})
    assert [row["id"] for row in found.json()["items"]] == [drafted["id"]]


async def test_the_author_never_approves_and_above_the_limit_the_general_manager_does(
    acting: Acting, house: House, staff: dict[str, Account]
):
    channel = await a_channel(acting)
    own = await made(acting, "marketing-manager", CAMPAIGNS, campaign(channel["id"]))
    own = await do(acting, "marketing-manager", CAMPAIGNS, own, "submit")
    reply = await refused(acting, "marketing-manager", own, "approve")
    assert (reply.status_code, reply.json()["clause"]) == (403, "2.1.3")
    assert "职责分离" in reply.json()["detail"]
    assert (await due_for(house, own["id"]))["campaign.approve"].owner_id == staff["marketing-manager-2"].id

    large = await made(acting, "marketing-specialist", CAMPAIGNS, campaign(channel["id"], budget="100000.01"))
    large = await do(acting, "marketing-specialist", CAMPAIGNS, large, "submit")
    assert (await due_for(house, large["id"]))["campaign.approve"].owner_id == staff["general-manager"].id
    assert "approve" not in (await acting("marketing-manager").get(f"{CAMPAIGNS}/{large['id']}")).json()["actions"]
    over = await refused(acting, "marketing-manager", large, "approve")
    assert over.status_code == 403
    assert "总经理" in over.json()["detail"]
    assert (await do(acting, "general-manager", CAMPAIGNS, large, "approve"))["status"] == "approved"
    seller = await refused(acting, "sales-manager", own, "approve")
    assert (seller.status_code, "市场经理" in seller.json()["detail"]) == (403, True)


async def test_only_a_draft_changes_and_its_period_must_be_one(acting: Acting):
    channel = await a_channel(acting)
    late = {"begins_on": "2027-03-31", "ends_on": "2027-03-01"}
    bad = await acting("marketing-specialist").post(CAMPAIGNS, json=campaign(channel["id"], **late))
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/ends_on")
    none = await acting("marketing-specialist").post(CAMPAIGNS, json=campaign(channel["id"], begins_on="2027-02-30"))
    assert (none.status_code, none.json()["errors"][0]["pointer"]) == (422, "/begins_on")
    cents = await acting("marketing-specialist").post(CAMPAIGNS, json=campaign(channel["id"], budget="1.005"))
    assert (cents.status_code, cents.json()["errors"][0]["pointer"]) == (422, "/budget")
    drafted = await made(acting, "marketing-specialist", CAMPAIGNS, campaign(channel["id"]))
    url, match = f"{CAMPAIGNS}/{drafted['id']}", {"If-Match": f'"{drafted["version"]}"'}
    bad = await acting("marketing-specialist").patch(url, json={"ends_on": "2020-01-01"}, headers=match)
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/ends_on")
    changed = await acting("marketing-specialist").patch(url, json={"budget": "60000.00"}, headers=match)
    assert (changed.status_code, changed.json()["budget"]) == (200, "60000.00")
    submitted = await do(acting, "marketing-specialist", CAMPAIGNS, changed.json(), "submit")
    assert "update" not in submitted["actions"]
    late_change = await acting("marketing-specialist").patch(
        url, json={"budget": "90000.00"}, headers={"If-Match": f'"{submitted["version"]}"'}
    )
    assert late_change.status_code == 409
    twin = await acting("marketing-specialist").post(
        CAMPAIGNS, json=campaign(channel["id"], code=drafted["code"].upper())
    )
    assert twin.status_code == 409


async def test_a_campaign_starts_only_on_an_active_channel(acting: Acting):
    channel = await a_channel(acting, active=False)
    drafted = await made(acting, "marketing-specialist", CAMPAIGNS, campaign(channel["id"]))
    unapproved = await refused(acting, "marketing-specialist", drafted, "start")
    assert unapproved.status_code == 409
    assert [step["verb"] for step in unapproved.json()["legal_steps"]] == ["update", "submit"]
    submitted = await do(acting, "marketing-specialist", CAMPAIGNS, drafted, "submit")
    approved = await do(acting, "marketing-manager", CAMPAIGNS, submitted, "approve")
    inactive = await refused(acting, "marketing-specialist", approved, "start")
    assert (inactive.status_code, inactive.json()["clause"]) == (409, "3.1.1")
    assert "渠道评估" in inactive.json()["detail"]

    running = await a_running_campaign(acting)
    paused = await do(acting, "marketing-specialist", CAMPAIGNS, running, "pause")
    channel = (await acting("marketing-manager").get(f"{CHANNELS}/{paused['channel_id']}")).json()
    await do(acting, "marketing-manager", CHANNELS, channel, "retire")
    assert (await refused(acting, "marketing-specialist", paused, "resume")).json()["clause"] == "3.1.1"


async def test_a_campaign_starts_before_its_day_only_with_a_reason_and_after_its_last_not_at_all(
    acting: Acting, house: House
):
    begins = clock.today() + timedelta(days=5)
    ahead = await an_approved_campaign(acting, begins_on=str(begins))
    due = (await due_for(house, ahead["id"]))["campaign.start"]
    assert due.due_at == clock.midnight(begins + timedelta(days=1))
    early = await refused(acting, "marketing-specialist", ahead, "start")
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/note")
    assert (await do(acting, "marketing-specialist", CAMPAIGNS, ahead, "start", note="客户提前开标"))[
        "status"
    ] == "running"
    missed = await an_approved_campaign(acting)
    async with unit_of_work(house.database) as db:
        past = clock.today() - timedelta(days=1)
        await db.execute(update(Campaign).where(Campaign.id == missed["id"]).values(begins_on=past, ends_on=past))
    late = await refused(acting, "marketing-specialist", missed, "start")
    assert (late.status_code, late.json()["clause"]) == (409, "3.3.1")
    gone = await do(acting, "marketing-manager", CAMPAIGNS, missed, "cancel", note="错过档期")
    assert gone["status"] == "cancelled"
    assert (await due_for(house, missed["id"]))["campaign.start"].status == "void"


async def test_a_budget_is_raised_by_a_second_person_one_request_at_a_time(
    acting: Acting, house: House, staff: dict[str, Account]
):
    running = await a_running_campaign(acting)
    ask = {"campaign_id": running["id"], "budget": "65000.00", "reason": "线索成本低于目标"}
    lower = await acting("marketing-specialist").post(AMENDMENTS, json={**ask, "budget": "50000.00"})
    assert (lower.status_code, lower.json()["errors"][0]["pointer"]) == (422, "/budget")
    asked = await made(acting, "marketing-specialist", AMENDMENTS, ask)
    assert (asked["status"], asked["budget_before"], asked["budget"]) == ("requested", "50000.00", "65000.00")
    assert (await due_for(house, asked["id"]))["campaign_amendment.approve"].owner_id == staff["marketing-manager"].id
    twice = await acting("marketing-manager").post(AMENDMENTS, json={**ask, "budget": "70000.00"})
    assert twice.status_code == 409
    approved = await do(acting, "marketing-manager", AMENDMENTS, asked, "approve")
    assert (approved["status"], approved["decided_by_name"]) == ("approved", "市场经理")
    raised = (await acting("marketing-specialist").get(f"{CAMPAIGNS}/{running['id']}")).json()
    assert (raised["budget"], raised["left"]) == ("65000.00", "65000.00")

    own = await made(acting, "marketing-manager", AMENDMENTS, {**ask, "budget": "80000.00"})
    reply = await refused(acting, "marketing-manager", own, "approve", AMENDMENTS)
    assert (reply.status_code, reply.json()["clause"]) == (403, "1.3.3")
    assert "职责分离" in reply.json()["detail"]
    no = await do(acting, "marketing-manager-2", AMENDMENTS, own, "refuse", note="先用完现有预算")
    assert no["status"] == "refused"
    # The whole new budget counts, not the step.
    large = await made(acting, "marketing-specialist", AMENDMENTS, {**ask, "budget": "100000.01"})
    over = await refused(acting, "marketing-manager", large, "approve", AMENDMENTS)
    assert "总经理" in over.json()["detail"]
    back = await do(acting, "marketing-specialist", AMENDMENTS, large, "withdraw")
    assert back["status"] == "withdrawn"
    assert (await due_for(house, large["id"]))["campaign_amendment.approve"].status == "void"
    draft = await made(acting, "marketing-specialist", CAMPAIGNS, campaign(running["channel_id"]))
    early = await acting("marketing-specialist").post(AMENDMENTS, json={**ask, "campaign_id": draft["id"]})
    assert (early.status_code, early.json()["clause"]) == (409, "1.3.3")


async def test_the_controls_see_late_starts_running_on_and_missing_reviews(acting: Acting, house: House):
    async with unit_of_work(house.database) as db:
        later = {name: getattr(Campaign, name) + timedelta(days=1000) for name in ("begins_on", "ends_on")}
        await db.execute(update(Campaign).values(**later))
        await db.execute(update(Campaign).values(status="cancelled", finished_at=clock.now()))
    names = ("campaign.started_on_time", "campaign.planned", "campaign.finished_on_time", "campaign.reviewed")
    assert [(await state_of(house, name))[0] for name in names] == ["grey"] * 4

    one = await a_running_campaign(acting)
    other = await a_running_campaign(acting)
    assert await state_of(house, "campaign.planned") == ("green", 2, 0)
    async with unit_of_work(house.database) as db:
        past = {"begins_on": clock.today() - timedelta(days=40), "ends_on": clock.today() - timedelta(days=20)}
        began = clock.midnight(past["begins_on"])
        on_time = update(Campaign).where(Campaign.id == one["id"]).values(**past, started_at=began)
        await db.execute(on_time)
        await db.execute(
            update(Campaign).where(Campaign.id == other["id"]).values(**past, started_at=began + timedelta(days=1))
        )
    assert await state_of(house, "campaign.started_on_time") == ("red", 2, 1)
    assert await state_of(house, "campaign.planned") == ("red", 2, 2)
    assert await state_of(house, "campaign.finished_on_time") == ("red", 2, 2)

    finished = await do(acting, "marketing-specialist", CAMPAIGNS, {**one, "version": one["version"]}, "finish")
    async with unit_of_work(house.database) as db:
        ended = clock.midnight(past["ends_on"]) + timedelta(hours=12)
        await db.execute(update(Campaign).where(Campaign.id == one["id"]).values(finished_at=ended))
    assert await state_of(house, "campaign.finished_on_time") == ("red", 2, 1)
    assert await state_of(house, "campaign.reviewed") == ("red", 1, 1)
    await do(acting, "marketing-specialist", CAMPAIGNS, finished, "review", worked="一", failed="二", next_time="三")
    assert await state_of(house, "campaign.reviewed") == ("green", 1, 0)
