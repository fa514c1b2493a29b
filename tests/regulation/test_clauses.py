"""1.1, 1.2 The regulation in force, and how each clause stands."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.conftest import Acting
from zhidu.kernel import clock
from zhidu.kernel.db import new_id
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.regulation import clauses
from zhidu.regulation.acknowledgements import KNOWN, ask_everyone
from zhidu.regulation.clauses import Clause
from zhidu.regulation.controls import CONTROLS, measure_all, window_of
from zhidu.regulation.obligations import Obligation, due, obligation

PATH = "/api/v1/regulation"


@pytest.fixture(scope="module", autouse=True)
async def regulation(house: House) -> None:
    """The company has its first regulation."""
    async with unit_of_work(house.database) as db:
        await clauses.seed(db)


async def test_a_company_begins_with_the_regulation_and_is_seeded_once(house: House):
    async with unit_of_work(house.database) as db:
        await clauses.seed(db)
        first = await db.scalar(select(func.count()).select_from(Clause))
        assert first == len(clauses.wording_as_shipped()) == 87
        confirm = await db.scalar(select(Clause).where(Clause.clause == "4.3.1"))
        assert confirm is not None
        assert (confirm.chapter, confirm.owner, confirm.serves) == ("4", "sales", ["sales.orders"])


async def test_each_clause_shows_its_colour_and_what_is_not_measured_is_never_green(acting: Acting, house: House):
    async with unit_of_work(house.database) as db:
        await measure_all(db)
    reply = await acting("sales-specialist").get(f"{PATH}/clauses")
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert (body["version"]["number"], body["version"]["acknowledged_at"]) == (1, None)
    by = {item["clause"]: item for item in body["items"]}
    assert by["8.1.1"]["state"] == "unmeasured"
    assert by["1.2"]["state"] == "red"  # nobody has acknowledged it
    assert by["1.3.4"]["state"] == "grey"  # nothing was handed over yet
    assert by["1"]["is_chapter"]
    assert by["1"]["state"] == "red"
    assert {"handover.accept"} <= {duty["duty"] for duty in by["1.3.4"]["duties"]}
    assert by["1.3.4"]["operations"] > 5
    assert sum(body["counts"].values()) == len([item for item in body["items"] if not item["is_chapter"]])
    english = await acting("sales-specialist").get(f"{PATH}/clauses", headers={"Accept-Language": "en"})
    assert english.json()["items"][0]["text"] == "General provisions"
    traditional = await acting("sales-specialist").get(f"{PATH}/clauses", headers={"Accept-Language": "zh-TW"})
    assert traditional.json()["items"][0]["text"] == "總則"


async def test_one_clause_leads_to_its_records_people_and_code(acting: Acting, house: House, staff: dict[str, Account]):
    kind = obligation("handover.test", "试验事项", "A trial", clause="1.3.4")
    async with unit_of_work(house.database) as db:
        for login in ("logistics-clerk", "sales-specialist"):
            await due(
                db, kind, new_id(), f"D1 {login}", holder=staff[login].id, department=staff[login].department_id,
                at=clock.now() + timedelta(hours=1),
            )  # fmt: skip
    reply = await acting("sales-specialist").get(f"{PATH}/clauses/1.3.4")
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert [c["name"] for c in body["controls"]] == [c.name for c in CONTROLS.values() if c.clause == "1.3.4"]
    assert body["controls"][0]["history"][0]["state"] == "grey"
    assert body["resources"] == [{"name": "org.handovers", "built": True}]
    assert "accept_handover" in {o["operation"] for o in body["operation_list"]}
    assert "handover.accept" in body["steps"]
    assert "handover.accept" in body["limits"]
    # A salesperson sees his own, the inspector everybody's.
    assert [d["record_title"] for d in body["due"]] == ["D1 sales-specialist"]
    assert body["obligations"]["open"] == 2
    seen = (await acting("inspector").get(f"{PATH}/clauses/1.3.4")).json()["due"]
    assert {d["record_title"] for d in seen} == {"D1 sales-specialist", "D1 logistics-clerk"}
    assert (await acting("inspector").get(f"{PATH}/clauses/9.9")).status_code == 404
    assert (await acting("inspector").get(f"{PATH}/clauses/what")).status_code == 422
    unbuilt = (await acting("inspector").get(f"{PATH}/clauses/8.1.1")).json()
    assert unbuilt["resources"] == [{"name": "supervision.inspections", "built": False}]


async def test_everybody_owes_an_acknowledgement_and_gives_it_once(
    acting: Acting, house: House, staff: dict[str, Account]
):
    for _ in range(2):  # running it twice changes nothing
        async with unit_of_work(house.database) as db:
            await ask_everyone(db)
    async with house.database.sessions() as db:
        owing = select(func.count()).select_from(Obligation)
        owing = owing.where(Obligation.kind == "regulation_version.acknowledge", Obligation.status == "due")
        people = len([login for login in staff if not login.startswith("integration")])
        assert await db.scalar(owing) == people

    day = (await acting("service-agent").get("/api/v1/me/day")).json()
    assert [(i["title"], i["clause"], i["mine"]) for i in day["items"]] == [("阅读并确认知悉制度", "1.2", True)]
    first = await acting("service-agent").post(f"{PATH}/acknowledgements")
    assert first.status_code == 201, first.text
    assert (first.json()["account_name"], first.json()["version_number"]) == ("客服专员", 1)
    again = await acting("service-agent").post(f"{PATH}/acknowledgements", json={})
    assert again.json()["id"] == first.json()["id"]
    assert (await acting("service-agent").get("/api/v1/me/day")).json()["items"] == []
    version = (await acting("service-agent").get(f"{PATH}/clauses")).json()["version"]
    assert version["acknowledged_at"] == first.json()["created_at"]

    share = await acting("hr-officer").get(f"{PATH}/acknowledged")
    assert (share.json()["acknowledged"], share.json()["people"]) == (1, people)
    service = next(d for d in share.json()["departments"] if d["department_name"] == "客服部")
    assert (service["acknowledged"], service["people"]) == (1, 4)
    listed = await acting("hr-officer").get(f"{PATH}/acknowledgements", params={"count": "true"})
    assert listed.json()["total"] == 1
    assert (await acting("sales-specialist").get(f"{PATH}/acknowledgements")).status_code == 403
    unknown = await acting("sales-specialist").post(f"{PATH}/acknowledgements", json={"version_id": str(UUID(int=7))})
    assert unknown.status_code == 404


async def test_who_leaves_owes_nothing(house: House, staff: dict[str, Account]):
    async with unit_of_work(house.database) as db:
        gone = await db.get(Account, staff["support-staff-2"].id)
        assert gone is not None
        gone.status = "disabled"
        await ask_everyone(db)
        owed = await db.scalar(select(Obligation.status).where(Obligation.owner_id == gone.id))
        assert owed == "void"
        failing = await db.execute(KNOWN.failing(window_of(KNOWN, clock.now())))
        assert gone.id not in {row.id for row in failing}
