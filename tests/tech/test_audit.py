"""7.3.1 The audit trail over the API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Acting
from zhidu.kernel import seal
from zhidu.kernel.db import Database
from zhidu.kernel.jobs import run_periodic, work
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House
from zhidu.regulation.controls import measure
from zhidu.tech import audit

PATH = "/api/v1/tech/audit"
CHANNELS = "/api/v1/marketing/channels"


@pytest.fixture(scope="module")
async def apart(house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """Keys and anchors of this module's chain alone."""
    before = house.database.settings, house.settings
    folder: Path = tmp_path_factory.mktemp("audit")
    house.settings = house.database.settings = house.settings.model_copy(update={"data_dir": folder})
    yield house.database
    house.database.settings, house.settings = before


async def test_the_inspector_sees_who_did_what_and_who_was_refused(acting: Acting, apart: Database):
    made = await acting("marketing-specialist").post(
        CHANNELS, json={"code": "baidu", "name": "百度", "kind": "search"}, headers={"X-Request-Id": "request-of-mine"}
    )
    assert (await acting("finance-clerk").post(CHANNELS, json={})).status_code == 403
    inspector = acting("inspector")
    found = await inspector.get(PATH, params={"record_id": made.json()["id"]})
    assert found.status_code == 200, found.text
    (entry,) = found.json()["items"]
    assert (entry["action"], entry["account_name"], entry["clauses"]) == ("create", "市场专员", ["3.1.1"])
    assert (entry["changes"]["code"], entry["request_id"], entry["actions"]) == ("baidu", "request-of-mine", [])
    denied = await inspector.get(PATH, params={"action": "denied", "resource": "channel", "at_from": "2020-01-01"})
    assert denied.json()["items"][0]["changes"]["duty"] == "channel.create"
    assert (await inspector.get(PATH, params={"sort": "at"})).status_code == 422

    pages, cursor, seen = 0, None, []
    while pages < 100 and (pages == 0 or cursor):
        page = (await inspector.get(PATH, params={"limit": 7, **({"cursor": cursor} if cursor else {})})).json()
        seen += [row["id"] for row in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) > 7

    assert "baidu" in (await inspector.get(f"{PATH}/export", params={"resource": "marketing_channel"})).text
    assert (await acting("administrator").get(PATH)).status_code == 403


async def test_nobody_changes_an_entry_over_the_api(acting: Acting):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in (PATH, f"{PATH}/0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"):
            assert (await acting("data-officer").request(method, path, json={})).status_code in (404, 405)


async def test_the_chain_is_verified_and_what_was_altered_is_named(acting: Acting, apart: Database):
    officer = acting("data-officer")
    await seal.seal(apart)
    reply = await officer.post(f"{PATH}/verify")
    assert reply.status_code == 200, reply.text
    assert (reply.json()["status"], reply.json()["faults"]) == ("whole", 0)
    head = (await officer.get(f"{PATH}/head")).json()
    assert head["seq"] == head["anchored_seq"] == reply.json()["entries"]
    assert (head["verification"]["status"], head["unsealed"]) == ("whole", 1)  # the verification itself
    async with unit_of_work(apart) as db:
        assert (await measure(db, audit.VERIFIED)).state == "green"

    async with apart.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("UPDATE audit_entry SET changes = '{}' WHERE action = 'create'")
    broken = (await officer.post(f"{PATH}/verify")).json()
    assert broken["status"] == "broken"
    assert {finding["fault"] for finding in broken["findings"]} == {"altered"}
    async with unit_of_work(apart) as db:
        assert (await measure(db, audit.VERIFIED)).state == "red"
    assert (await acting("sales-manager").post(f"{PATH}/verify")).status_code == 403


async def test_a_long_chain_is_walked_by_a_job_and_every_night(
    acting: Acting, apart: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(audit, "AT_ONCE", 0)
    asked = (await acting("inspector").post(f"{PATH}/verify")).json()
    assert (asked["status"], asked["ended_at"]) == ("running", None)
    await work(apart, until_idle=True)
    await run_periodic(apart, "zhidu.tech.audit.verify_each_night")
    await work(apart, until_idle=True)
    last = (await acting("inspector").get(f"{PATH}/head")).json()["verification"]
    assert (last["status"], last["asked_by"]) == ("broken", None)
    walked = await apart.pool.fetch("SELECT status FROM tech_audit_verification")
    assert "running" not in {row["status"] for row in walked}
