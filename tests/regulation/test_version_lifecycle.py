"""1.1 A version of the regulation moves only as its table says."""

import pytest

from tests.conftest import Acting, versioned
from tests.lifecycles import Case, every_step_of
from zhidu.kernel import clock
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation import clauses
from zhidu.regulation.clauses import RegulationVersion

PATH = "/api/v1/regulation/versions"
BODY = {"return": {"reason": "不清楚"}, "update": {"title": "新名"}}


@pytest.fixture(scope="module", autouse=True)
async def regulation(house: House) -> None:
    """The company has its first regulation."""
    async with unit_of_work(house.database) as db:
        await clauses.seed(db)


@every_step_of(clauses.LIFECYCLE)
async def test_a_version_moves_only_as_written(case: Case, acting: Acting, house: House):
    async def take(_: Case):
        made = await acting("inspector").post(PATH, json={"title": "草案"})
        url = f"{PATH}/{made.json()['id']}"
        said = {"en": f"A trial: {case.verb} from {case.state}."}
        amended = await acting("inspector").patch(f"{url}/clauses/2.5", json=said, headers={"If-Match": '"1"'})
        assert amended.status_code == 200
        async with unit_of_work(house.database) as db:
            version = await db.get(RegulationVersion, made.json()["id"])
            assert version is not None
            version.status = case.state
            version.in_force_from = clock.today() if case.state in ("published", "superseded") else None
        who = acting("general-manager" if case.verb in ("approve", "return", "publish") else "inspector")
        shown = versioned(await who.get(url))
        if case.verb == "update":
            return await who.patch(url, json=BODY["update"], headers=shown)
        return await who.post(f"{url}/{case.verb}", json=BODY.get(case.verb, {}), headers=shown)

    await case.check(take)
