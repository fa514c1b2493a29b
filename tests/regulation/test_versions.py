"""1.1, 1.2 The regulation is amended as a draft, approved by another person, published, and acknowledged."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from tests.conftest import Acting, versioned
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account, PostHolding
from zhidu.policy.guard import House
from zhidu.regulation import clauses, standing
from zhidu.regulation.acknowledgements import ask_everyone
from zhidu.regulation.clauses import RegulationVersion, version_in_force
from zhidu.regulation.obligations import Notification, Obligation
from zhidu.regulation.versions import supersede

PATH = "/api/v1/regulation/versions"


@pytest.fixture(scope="module", autouse=True)
async def regulation(house: House) -> None:
    """The company has its first regulation, and everybody owes it an acknowledgement."""
    async with unit_of_work(house.database) as db:
        await clauses.seed(db)
        await ask_everyone(db)


async def step(acting: Acting, login: str, reply: httpx.Response, verb: str, **body: object) -> httpx.Response:
    """Somebody takes a step with the version that a reply shows."""
    url = f"{PATH}/{reply.json()['id']}/{verb}"
    return await acting(login).post(url, json=body, headers=versioned(reply))


async def drafted(acting: Acting, text: str = "按客户等级定期回访。") -> httpx.Response:
    """A draft that says 4.4.1 otherwise."""
    made = await acting("inspector").post(PATH, json={"summary": "回访按等级"})
    assert made.status_code == 201, made.text
    url = f"{PATH}/{made.json()['id']}/clauses"
    row = next(c for c in (await acting("inspector").get(url)).json()["items"] if c["clause"] == "4.4.1")
    amended = await acting("inspector").patch(
        f"{url}/4.4.1", json={"zh": text}, headers={"If-Match": f'"{row["version"]}"'}
    )
    assert amended.status_code == 200, amended.text
    assert amended.headers["ETag"] == '"2"'
    return await acting("inspector").get(f"{PATH}/{made.json()['id']}")


async def test_a_version_goes_from_draft_to_force_by_four_eyes(acting: Acting, house: House, staff: dict[str, Account]):
    draft = await drafted(acting)
    assert (draft.json()["number"], draft.json()["status"], draft.json()["created_by_name"]) == (2, "draft", "督察员")
    difference = (await acting("sales-specialist").get(f"{PATH}/{draft.json()['id']}/difference")).json()
    assert (difference["before_number"], difference["after_number"]) == (1, 2)
    assert [(d["clause"], d["change"], d["fields"]) for d in difference["items"]] == [("4.4.1", "changed", ["zh"])]
    assert difference["items"][0]["after"]["zh"] == "按客户等级定期回访。"

    early = await step(acting, "general-manager", draft, "approve")
    assert early.status_code == 409
    submitted = await step(acting, "inspector", draft, "submit")
    assert submitted.status_code == 200, submitted.text
    async with house.database.sessions() as db:
        told = await db.scalars(
            select(Notification.account_id).where(Notification.kind == "regulation_version.submitted")
        )
    assert set(told) == {staff["general-manager"].id, staff["general-manager-2"].id}

    returned = await step(acting, "general-manager", submitted, "return", reason="请写明周期")
    assert returned.json()["status"] == "draft"
    submitted = await step(acting, "inspector", returned, "submit")
    refused = await step(acting, "inspector", submitted, "approve")
    assert (refused.status_code, refused.json()["clause"]) == (403, "1.1")
    approved = await step(acting, "general-manager", submitted, "approve")
    assert (approved.json()["status"], approved.json()["approved_by_name"]) == ("approved", "总经理")
    published = await step(acting, "general-manager-2", approved, "publish")
    assert published.status_code == 200, published.text
    assert (published.json()["status"], published.json()["in_force_from"]) == ("published", clock.today().isoformat())

    now = (await acting("sales-specialist").get("/api/v1/regulation/clauses")).json()
    assert now["version"]["number"] == 2
    assert next(c for c in now["items"] if c["clause"] == "4.4.1")["text"] == "按客户等级定期回访。"
    first = (await acting("inspector").get(PATH, params={"status": "superseded"})).json()["items"]
    assert [version["number"] for version in first] == [1]
    async with house.database.sessions() as db:
        owed = await db.execute(
            select(Obligation.record_id, Obligation.status, func.count())
            .where(Obligation.kind == "regulation_version.acknowledge")
            .group_by(Obligation.record_id, Obligation.status)
        )
    people = len([login for login in staff if not login.startswith("integration")])
    assert {tuple(row) for row in owed} == {
        (UUID(first[0]["id"]), "void", people),
        (UUID(published.json()["id"]), "due", people),
    }
    history = (await acting("inspector").get(f"{PATH}/{published.json()['id']}/history")).json()["items"]
    assert [h["verb"] for h in history] == ["publish", "approve", "submit", "return", "submit"]


async def test_who_wrote_in_a_draft_does_not_approve_it(acting: Acting, house: House, staff: dict[str, Account]):
    draft = await acting("inspector").post(PATH, json={})
    boss = staff["general-manager"]
    async with unit_of_work(house.database) as db:
        db.add(PostHolding(account_id=boss.id, post="hr-officer"))
    house.forget()
    url = f"{PATH}/{draft.json()['id']}/clauses/2.5"
    written = await acting("general-manager").patch(url, json={"en": "Others help."}, headers={"If-Match": '"1"'})
    assert written.status_code == 200, written.text
    draft = await acting("inspector").get(f"{PATH}/{draft.json()['id']}")
    submitted = await step(acting, "inspector", draft, "submit")
    refused = await step(acting, "general-manager", submitted, "approve")
    assert refused.status_code == 403
    assert "修改过" in refused.json()["detail"]
    assert (await step(acting, "general-manager-2", submitted, "approve")).status_code == 200


async def test_a_later_date_binds_later(acting: Acting, house: House):
    submitted = await step(acting, "inspector", await drafted(acting, "明年起按等级回访。"), "submit")
    approved = await step(acting, "general-manager-2", submitted, "approve")
    past = (clock.today() - timedelta(days=1)).isoformat()
    wrong = await step(acting, "general-manager-2", approved, "publish", in_force_from=past)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/in_force_from")
    day = clock.today() + timedelta(days=30)
    published = await step(acting, "general-manager-2", approved, "publish", in_force_from=day.isoformat())
    assert published.json()["in_force_from"] == day.isoformat()
    now = (await acting("inspector").get("/api/v1/regulation/clauses")).json()["version"]
    assert now["number"] == 2
    with clock.at(clock.now() + timedelta(days=30)):
        for _ in range(2):
            async with unit_of_work(house.database) as db:
                await supersede(db)
        async with house.database.sessions() as db:
            then = await standing.regulation_in_force(db)
        assert then is not None
        assert then.number == published.json()["number"]
    async with house.database.sessions() as db:
        # What was in force today is found for ever: records are judged by the version of their time.
        of_today = select(RegulationVersion.number).where(RegulationVersion.id == version_in_force(clock.today()))
        assert await db.scalar(of_today) == 2
        left = await db.scalars(select(RegulationVersion.number).where(RegulationVersion.status == "published"))
        assert list(left) == [published.json()["number"]]


async def test_clauses_are_added_and_repealed_in_a_draft_alone(acting: Acting):
    draft = await acting("hr-officer").post(PATH, json={"title": "新版"})
    url = f"{PATH}/{draft.json()['id']}/clauses"
    hr = acting("hr-officer")
    body = {"clause": "4.4.4", "owner": "sales", "zh": "老客户转介绍有奖励。", "en": "Referrals are rewarded."}
    added = await hr.post(url, json=body)
    assert added.status_code == 201, added.text
    order = [c["clause"] for c in (await hr.get(url)).json()["items"]]
    assert order[order.index("4.4.3") : order.index("5") + 1] == ["4.4.3", "4.4.4", "5"]
    assert (await hr.post(url, json=body)).status_code == 409
    assert (await hr.post(url, json={**body, "clause": "9.1"})).status_code == 422
    assert (await hr.post(url, json={**body, "clause": "4"})).status_code == 422
    assert (await hr.patch(f"{url}/4.4.4", json={"title_zh": "不行"}, headers=versioned(added))).status_code == 422
    assert (await hr.patch(f"{url}/4.4.4", json={"zh": ""}, headers=versioned(added))).status_code == 422
    assert (await hr.patch(f"{url}/4.4.4", json={"zh": "好"})).status_code == 428
    assert (await hr.patch(f"{url}/4.4.4", json={"zh": "好"}, headers={"If-Match": '"9"'})).status_code == 412
    kept = await hr.delete(f"{url}/4.3.1", headers={"If-Match": '"1"'})
    assert kept.status_code == 409
    assert (await hr.delete(f"{url}/4.4.4", headers=versioned(added))).status_code == 204
    assert (await hr.delete(f"{url}/4.4.4", headers=versioned(added))).status_code == 404
    refused = await acting("sales-specialist").post(url, json=body)
    assert (refused.status_code, refused.json()["clause"]) == (403, "1.1")

    # Nothing is different any more, so there is nothing to decide.
    shown = await hr.get(f"{PATH}/{draft.json()['id']}")
    assert (await step(acting, "hr-officer", shown, "submit")).status_code == 409
    published = (await hr.get(PATH, params={"status": "published"})).json()["items"][0]["id"]
    late = await hr.patch(f"{PATH}/{published}/clauses/4.3.1", json={"zh": "改"}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/out-of-order")
