"""7.3.2 The keys are rotated without a person being lost, and show what they seal."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.conftest import Acting
from zhidu.kernel import crypto
from zhidu.kernel.jobs import work
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.tech import keys

PATH = "/api/v1/tech/keys"


@pytest.fixture(autouse=True, scope="module")
async def ring(house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[crypto.Keyring]:
    """A ring of this module's own, with the keys that sealed the company's values so far."""
    before = crypto.ring()
    assert before.source is not None
    path: Path = tmp_path_factory.mktemp("keys") / "fields.json"
    shutil.copy(before.source, path)
    crypto.use(crypto.Keyring.load(path))
    yield crypto.ring()
    crypto.use(before)


def test_every_sealed_column_of_the_house_is_found():
    found = {(model.__tablename__, name) for model, name in keys.sealed_fields()}
    assert {("account", "phone"), ("account", "email"), ("account", "totp"), ("service_message", "email")} <= found


async def test_a_rotation_brings_every_value_under_the_new_key(
    acting: Acting, house: House, staff: dict[str, Account], ring: crypto.Keyring
):
    async with unit_of_work(house.database) as db:
        for number, person in enumerate(staff.values()):
            account = await db.get_one(Account, person.id)
            account.phone = f"139{number:08d}"
        totp = ring.seal("totp", "SECRET")
        await db.execute(update(Account).where(Account.login == "inspector").values(totp_sealed=totp))
    old = ring.current
    before = (await acting("data-officer").get(PATH)).json()
    assert before["current"] == old
    phones = {"table": "account", "field": "phone", "key_number": old, "values": len(staff)}
    assert phones in before["fields"]

    assert (await acting("administrator").post(f"{PATH}/rotate")).status_code == 403
    asked = await acting("data-officer").post(f"{PATH}/rotate")
    assert asked.status_code == 202, asked.text
    assert (asked.json()["status"], asked.json()["key_number"]) == ("running", old + 1)
    assert ring.current == old + 1
    assert (await acting("data-officer").post(f"{PATH}/rotate")).status_code == 409

    await work(house.database, until_idle=True)
    after = (await acting("administrator").get(PATH)).json()
    assert (after["current"], after["key_numbers"][-1]) == (old + 1, old + 1)
    assert {field["key_number"] for field in after["fields"]} == {old + 1}
    assert (after["rotation"]["status"], after["rotation"]["done"]) == ("done", after["rotation"]["total"])
    assert after["rotation"]["done"] > len(staff)
    async with house.database.sessions() as db:
        account = await db.get_one(Account, staff["inspector"].id)
        assert account.phone is not None
        assert account.totp_sealed is not None
        assert crypto.ring().open("totp", account.totp_sealed) == "SECRET"


async def test_another_process_seals_under_the_new_key_at_once(acting: Acting, house: House, ring: crypto.Keyring):
    assert ring.source is not None
    other = crypto.Keyring.load(ring.source)
    house.listener.subscribe(lambda message: other.refresh() if message["type"] == "keys" else None)
    asked = await acting("data-officer").post(f"{PATH}/rotate")
    assert asked.status_code == 202, asked.text
    async with asyncio.timeout(5):
        while other.current != asked.json()["key_number"]:  # noqa: ASYNC110 - it is told by the database
            await asyncio.sleep(0.01)
    await work(house.database, until_idle=True)
