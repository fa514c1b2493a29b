"""3.1.1, 3.1.2 Channel assessments."""

from datetime import timedelta

from sqlalchemy import select

from tests.conftest import Acting, versioned
from tests.marketing.plans import ASSESSMENTS, CHANNELS, CRITERIA, SCORE, a_channel, assessment, do, made
from zhidu.kernel import clock
from zhidu.kernel.jobs import run_periodic
from zhidu.kernel.work import unit_of_work
from zhidu.marketing import assessments
from zhidu.marketing.channels import Channel
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation.controls import CONTROLS, measure
from zhidu.regulation.obligations import Notification, Obligation

EXPIRE = ("zhidu.marketing.assessments.expire_assessments", "zhidu.marketing.channels.expire_channels")


async def state_of(house: House, name: str) -> tuple[str, int, int]:
    """The colour of a control now, its population and its failing records."""
    async with unit_of_work(house.database) as db:
        result = await measure(db, CONTROLS[name])
        return result.state, result.population, result.failing


async def test_a_channel_becomes_active_when_a_second_person_approves_its_assessment(acting: Acting, house: House):
    channel = await a_channel(acting, active=False)
    drafted = await made(acting, "marketing-specialist", ASSESSMENTS, assessment(channel["id"]))
    assert (drafted["status"], drafted["number"], drafted["score"]) == ("draft", 1, SCORE)
    assert drafted["criteria"]["cost"] == {**CRITERIA["cost"], "file_ids": []}
    assert (drafted["channel_name"], drafted["expected_cost_per_lead"]) == (channel["name"], "85.00")
    assert {"update", "submit"} <= set(drafted["actions"])
    assert "renew" not in drafted["actions"]

    submitted = await do(acting, "marketing-specialist", ASSESSMENTS, drafted, "submit")
    assert "approve" not in submitted["actions"]
    approved = await do(acting, "marketing-manager", ASSESSMENTS, submitted, "approve", note="数据充分")
    assert (approved["status"], approved["decision"], approved["decided_by_name"]) == (
        "approved",
        "数据充分",
        "市场经理",
    )
    assert approved["expires_on"] == str(clock.today() + timedelta(days=365))
    shown = (await acting("sales-specialist").get(f"{CHANNELS}/{channel['id']}")).json()
    assert (shown["status"], shown["score"], shown["approved_until"]) == ("active", SCORE, approved["expires_on"])
    assert (await state_of(house, "channel.assessed"))[0] == "green"


async def test_nobody_approves_what_he_wrote_or_submitted(acting: Acting):
    channel = await a_channel(acting, active=False)
    drafted = await made(acting, "marketing-manager", ASSESSMENTS, assessment(channel["id"]))
    submitted = await do(acting, "marketing-manager", ASSESSMENTS, drafted, "submit")
    step = next(step for step in submitted["steps"] if step["verb"] == "approve")
    assert (step["allowed"], step["clause"]) == (False, "3.1.1")
    own = await acting("marketing-manager").post(
        f"{ASSESSMENTS}/{submitted['id']}/approve", headers={"If-Match": f'"{submitted["version"]}"'}
    )
    assert (own.status_code, own.json()["clause"]) == (403, "3.1.1")
    assert "职责分离" in own.json()["detail"]
    specialist = await acting("marketing-specialist").post(
        f"{ASSESSMENTS}/{submitted['id']}/approve", headers={"If-Match": f'"{submitted["version"]}"'}
    )
    assert specialist.status_code == 403
    assert "市场经理" in specialist.json()["detail"]
    assert (await do(acting, "marketing-manager-2", ASSESSMENTS, submitted, "approve"))["status"] == "approved"


async def test_the_decision_falls_to_somebody_who_did_not_write_it_and_is_met_by_deciding(
    acting: Acting, house: House, staff: dict[str, Account]
):
    for author, decider in (
        ("marketing-specialist", "marketing-manager"),
        ("marketing-manager", "marketing-manager-2"),
    ):
        channel = await a_channel(acting, active=False)
        drafted = await made(acting, author, ASSESSMENTS, assessment(channel["id"]))
        submitted = await do(acting, author, ASSESSMENTS, drafted, "submit")
        due = select(Obligation).where(Obligation.record_id == submitted["id"])
        async with house.database.sessions() as db:
            opened = (await db.scalars(due)).one()
            assert (opened.kind, opened.owner_id) == ("channel_assessment.review", staff[decider].id)
        await do(acting, decider, ASSESSMENTS, submitted, "return", note="请补充数据来源")
        async with house.database.sessions() as db:
            assert (await db.scalars(due)).one().status == "met"
            told = (await db.scalars(select(Notification).where(Notification.record_id == submitted["id"]))).one()
            assert (told.account_id, told.kind) == (staff[author].id, "channel_assessment.returned")


async def test_weights_that_do_not_sum_to_100_are_refused_at_their_field(acting: Acting):
    channel = await a_channel(acting, active=False)
    heavy = {**CRITERIA, "cost": {**CRITERIA["cost"], "weight": 25}}
    refused = await acting("marketing-specialist").post(ASSESSMENTS, json=assessment(channel["id"], criteria=heavy))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/criteria"
    assert "105" in refused.json()["errors"][0]["detail"]
    beyond = {**CRITERIA, "cost": {**CRITERIA["cost"], "score": 101}}
    missing = {name: value for name, value in CRITERIA.items() if name != "compliance"}
    for criteria, pointer in ((beyond, "/criteria/cost/score"), (missing, "/criteria/compliance")):
        refused = await acting("marketing-specialist").post(
            ASSESSMENTS, json=assessment(channel["id"], criteria=criteria)
        )
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    page = await acting("marketing-specialist").get(ASSESSMENTS, params={"channel_id": channel["id"]})
    assert page.json()["items"] == []


async def test_evidence_is_a_file_that_was_uploaded(acting: Acting):
    channel = await a_channel(acting, active=False)
    kept = await acting("marketing-specialist").post(
        "/api/v1/files", params={"filename": "来访.csv"}, content="天,来访\n1,200\n".encode()
    )
    assert kept.status_code == 201, kept.text
    for file_id, status in ((channel["id"], 422), (kept.json()["id"], 201)):
        criteria = {**CRITERIA, "cost": {**CRITERIA["cost"], "file_ids": [file_id]}}
        body = assessment(channel["id"], criteria=criteria)
        reply = await acting("marketing-specialist").post(ASSESSMENTS, json=body)
        assert reply.status_code == status, reply.text
        if status == 422:
            assert reply.json()["errors"][0]["pointer"] == "/criteria/cost/file_ids"
    assert reply.json()["criteria"]["cost"]["file_ids"] == [kept.json()["id"]]


async def test_a_returned_assessment_is_revised_and_only_a_draft_changes(acting: Acting):
    channel = await a_channel(acting, active=False)
    drafted = await made(acting, "marketing-specialist", ASSESSMENTS, assessment(channel["id"]))
    submitted = await do(acting, "marketing-specialist", ASSESSMENTS, drafted, "submit")
    url = f"{ASSESSMENTS}/{submitted['id']}"
    early = await acting("marketing-specialist").patch(
        url, json={"expected_leads": 90}, headers={"If-Match": f'"{submitted["version"]}"'}
    )
    assert early.status_code == 409
    assert {step["verb"] for step in early.json()["legal_steps"]} == {"approve", "return"}
    bare = await acting("marketing-manager").post(
        f"{url}/return", json={}, headers={"If-Match": f'"{submitted["version"]}"'}
    )
    assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (422, "/note")
    returned = await do(acting, "marketing-manager", ASSESSMENTS, submitted, "return", note="请补充受众数据")
    revised = await do(acting, "marketing-specialist", ASSESSMENTS, returned, "revise")
    changed = await acting("marketing-specialist").patch(
        url,
        json={"criteria": {**CRITERIA, "cost": {**CRITERIA["cost"], "score": 66}}},
        headers={"If-Match": f'"{revised["version"]}"'},
    )
    assert (changed.status_code, changed.json()["score"]) == (200, SCORE + 1)
    history = (await acting("inspector").get(f"{url}/history")).json()["items"]
    assert [(row["verb"], row["note"]) for row in history] == [
        ("revise", None), ("return", "请补充受众数据"), ("submit", None),
    ]  # fmt: skip
    colleague = await acting("marketing-specialist-2").patch(
        url, json={"expected_leads": 1}, headers=versioned(changed)
    )
    assert (colleague.status_code, colleague.json()["clause"]) == (403, "3.1.2")


async def test_a_channel_has_one_version_in_work_and_a_renewal_takes_the_place_of_the_one_before(acting: Acting):
    channel = await a_channel(acting)
    page = await acting("marketing-specialist").get(
        ASSESSMENTS, params={"channel_id": channel["id"], "status": "approved"}
    )
    first = page.json()["items"][0]
    renewed = await do(acting, "marketing-specialist", ASSESSMENTS, first, "renew")
    assert (renewed["number"], renewed["status"], renewed["id"] != first["id"]) == (2, "draft", True)
    second = await acting("marketing-manager").post(ASSESSMENTS, json=assessment(channel["id"]))
    assert second.status_code == 409
    assert "请先完成它" in second.json()["detail"]
    submitted = await do(acting, "marketing-specialist", ASSESSMENTS, renewed, "submit")
    approved = await do(acting, "marketing-manager", ASSESSMENTS, submitted, "approve")
    assert approved["status"] == "approved"
    before = await acting("marketing-specialist").get(f"{ASSESSMENTS}/{first['id']}")
    assert (before.json()["status"], before.json()["steps"]) == ("superseded", [])


async def test_after_twelve_months_assessment_and_channel_expire_and_renewal_was_due_before(
    acting: Acting, house: House, staff: dict[str, Account]
):
    channel = await a_channel(acting)
    async with house.database.sessions() as db:
        stored = await db.get_one(Channel, channel["id"])
        until = stored.approved_until
    assert until is not None
    ask = "zhidu.marketing.assessments.ask_for_renewals"
    renewal = select(Obligation).where(Obligation.record_id == channel["id"], Obligation.kind == "channel.renew")
    with clock.at(clock.midnight(until - timedelta(days=31))):
        await run_periodic(house.database, ask)
    async with house.database.sessions() as db:
        assert (await db.scalars(renewal)).all() == []
    with clock.at(clock.midnight(until - timedelta(days=30))):
        await run_periodic(house.database, ask)
        await run_periodic(house.database, ask)
    async with house.database.sessions() as db:
        due = (await db.scalars(renewal)).one()
        assert (due.owner_id, due.due_at) == (staff["marketing-specialist"].id, clock.midnight(until))

    with clock.at(clock.midnight(until)):
        for name in (*EXPIRE, *EXPIRE):
            await run_periodic(house.database, name)
    shown = (await acting("marketing-specialist").get(f"{CHANNELS}/{channel['id']}")).json()
    assert shown["status"] == "expired"
    history = (await acting("marketing-specialist").get(f"{CHANNELS}/{channel['id']}/history")).json()["items"]
    assert [(row["verb"], row["account_name"]) for row in history] == [("expire", None), ("activate", None)]
    expired = (await acting("marketing-specialist").get(ASSESSMENTS, params={"channel_id": channel["id"]})).json()
    assert [row["status"] for row in expired["items"]] == ["expired"]

    renewed = await do(acting, "marketing-specialist", ASSESSMENTS, expired["items"][0], "renew")
    submitted = await do(acting, "marketing-specialist", ASSESSMENTS, renewed, "submit")
    await do(acting, "marketing-manager", ASSESSMENTS, submitted, "approve")
    shown = (await acting("marketing-specialist").get(f"{CHANNELS}/{channel['id']}")).json()
    assert shown["status"] == "active"
    async with house.database.sessions() as db:
        assert (await db.scalars(renewal)).one().status == "met"


async def test_a_retired_channel_is_assessed_no_longer(acting: Acting):
    channel = await a_channel(acting)
    await do(acting, "marketing-manager", CHANNELS, channel, "retire", note="效果差")
    again = await acting("marketing-specialist").post(ASSESSMENTS, json=assessment(channel["id"]))
    assert again.status_code == 409
    unknown = await acting("marketing-specialist").post(
        ASSESSMENTS, json=assessment("0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11")
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/channel_id")


async def test_a_forecast_is_compared_with_what_came(acting: Acting, house: House):
    assert (await state_of(house, "channel.forecast"))[0] == "grey"
    good, bad = await a_channel(acting), await a_channel(acting)
    async with unit_of_work(house.database) as db:
        await assessments.record_measured(db, [(good["id"], 108, 90_00), (bad["id"], 30, None)])
    page = await acting("marketing-manager").get(
        ASSESSMENTS, params={"channel_id": f"{good['id']},{bad['id']}", "status": "approved", "sort": "created_at"}
    )
    assert [
        (row["measured_leads"], row["measured_cost_per_lead"], row["forecast_error"]) for row in page.json()["items"]
    ] == [(108, "90.00", -10.0), (30, None, -75.0)]
    assert (await state_of(house, "channel.forecast"))[1:] == (2, 1)
    scored = await acting("marketing-manager").get(ASSESSMENTS, params={"score_min": "79", "channel_id": good["id"]})
    assert scored.json()["items"] == []
