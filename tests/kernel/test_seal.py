"""7.3.1 The audit is only added to; whoever gets around that is found."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.databases import another
from zhidu.kernel import audit, clock, seal
from zhidu.kernel.anchors import Anchors
from zhidu.kernel.db import Database, new_id
from zhidu.kernel.jobs import run_periodic, work
from zhidu.kernel.work import unit_of_work
from zhidu.settings import Settings

ENTRIES = 60
Connection = asyncpg.Connection


@pytest.fixture
async def database(database_url: str, settings: Settings, tmp_path: Path) -> AsyncIterator[Database]:
    """A trail of sixty entries, sealed and anchored, of this test alone."""
    async with another(database_url) as url:
        opened = await Database.open(url, settings.model_copy(update={"data_dir": tmp_path}))
        await write(opened, ENTRIES)
        await seal.seal(opened)
        yield opened
        await opened.close()


async def write(database: Database, count: int) -> None:
    async with unit_of_work(
        database, account_id=new_id(), clauses=("7.3.1",), request_id="req", address="127.0.0.1"
    ) as db:
        for number in range(count):
            audit.note(db, "export", "lead", new_id(), format="csv", number=number)


async def verdict_of(database: Database) -> seal.Verdict:
    connection = await asyncpg.connect(database.url)
    try:
        return await seal.verify(connection, database.settings)
    finally:
        await connection.close()


async def burgled(database: Database) -> Connection:
    """Whoever holds the server: triggers do not run for him."""
    connection = await asyncpg.connect(database.url)
    await connection.execute("SET session_replication_role = replica")
    return connection


async def test_what_was_sealed_is_whole(database: Database):
    verdict = await verdict_of(database)
    assert (verdict.ok, verdict.unsealed, verdict.findings) == (True, 0, [])
    assert verdict.entries >= ENTRIES
    assert verdict.head is not None
    assert verdict.head.seq == verdict.entries
    assert (database.settings.data_dir / "keys" / "audit.key").stat().st_mode & 0o077 == 0
    assert await seal.seal(database) == 0
    await write(database, 3)
    assert (await verdict_of(database)).unsealed == 3
    assert await seal.seal(database) == 3
    assert (await verdict_of(database)).ok


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
async def test_the_database_itself_refuses_to_change_the_trail(database: Database, table: str):
    column = "action = 'none'" if table == "audit_entry" else "hash = ''"
    for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only added to"):
            await database.pool.execute(statement)


def _flipped(value: Any, dice: random.Random) -> Any:
    """The value with one bit changed, or another one where a bit makes no value."""
    if isinstance(value, bytes):
        place = dice.randrange(len(value) * 8)
        return bytes(byte ^ (1 << place % 8 if index == place // 8 else 0) for index, byte in enumerate(value))
    if isinstance(value, int):
        return value ^ (1 << dice.randrange(10, 40))
    if value is None or (isinstance(value, str) and not value):
        return "x"
    if isinstance(value, list):
        return [_flipped(value[0], dice)] if value else ["1.1"]
    if isinstance(value, UUID):
        return UUID(int=value.int ^ (1 << dice.randrange(128)))
    if isinstance(value, str):
        place = dice.randrange(len(value))
        return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
    return value + timedelta(microseconds=1)


async def _alter(connection: Connection, dice: random.Random) -> str:
    """Change one bit of one value anywhere in the trail, or take one row out of it."""
    table = dice.choice(("audit_entry", "audit_seal"))
    key = "id" if table == "audit_entry" else "seq"
    rows = await connection.fetch(f"SELECT * FROM {table} ORDER BY {key}")
    row = dice.choice(rows)
    if dice.random() < 0.2:
        await connection.execute(f"DELETE FROM {table} WHERE {key} = $1", row[key])
        return f"deleted {table} {row[key]}"
    column = dice.choice(list(row.keys()))
    value: Any = row[column]
    if column == "changes":
        changed = json.loads(value)
        changed["number"] = _flipped(changed.get("number", 0), dice)
        value = json.dumps(changed)
    elif column in ("account_id", "record_id") and value is None:
        value = new_id()
    else:
        value = _flipped(value, dice)
    await connection.execute(f"UPDATE {table} SET {column} = $1 WHERE {key} = $2", value, row[key])
    return f"{table} {row[key]}: {column} {row[column]!r} -> {value!r}"


async def test_a_hundred_alterations_are_all_found(database: Database):
    connection, missed = await burgled(database), []
    for number in range(100):
        change = connection.transaction(isolation="repeatable_read")
        await change.start()
        done = await _alter(connection, random.Random(number))
        verdict = await seal.verify(connection, database.settings)  # inside the transaction that alters
        await change.rollback()
        if verdict.ok:
            missed.append(done)
    await connection.close()
    assert missed == []
    assert (await verdict_of(database)).ok


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (
            [
                "DELETE FROM audit_seal WHERE seq > 50",
                "DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_seal)",
            ],
            "tail_cut",
        ),
        (["DELETE FROM audit_seal WHERE seq = (SELECT max(seq) FROM audit_seal)"], "tail_cut"),
        (["TRUNCATE audit_entry, audit_seal"], "tail_cut"),
        (["TRUNCATE audit_entry"], "entry_missing"),
        (["TRUNCATE audit_seal"], "tail_cut"),
        (["DELETE FROM audit_seal WHERE seq = 20"], "gap"),
        (["UPDATE audit_seal SET seq = seq + 1000 WHERE seq = 20"], "gap"),
    ],
)
async def test_a_cut_tail_and_an_emptied_table_are_found_and_not_sealed_over(
    database: Database, statements: list[str], fault: str
):
    connection = await burgled(database)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()
    verdict = await verdict_of(database)
    assert fault in {finding.fault for finding in verdict.findings}
    await write(database, 2)
    if fault == "tail_cut":
        with pytest.raises(seal.ChainBroken):
            await seal.seal(database)
    else:
        await seal.seal(database)
    assert not (await verdict_of(database)).ok


async def test_a_chain_made_anew_with_another_key_is_found(database: Database, tmp_path: Path):
    connection = await burgled(database)
    await connection.execute("UPDATE audit_entry SET action = 'nothing' WHERE action = 'export'")
    rows = await connection.fetch(f"SELECT {seal._ENTRY}, e.id AS entry_id FROM audit_entry e ORDER BY e.id")
    await connection.execute("TRUNCATE audit_seal")
    forged = seal._links(bytes(32), None, rows)
    await connection.copy_records_to_table(
        "audit_seal", records=forged, columns=("seq", "entry_id", "previous", "hash")
    )
    await connection.close()
    verdict = await verdict_of(database)
    assert verdict.faults > len(forged)
    assert len(verdict.findings) <= seal.FINDINGS_SHOWN


async def test_altered_and_missing_anchors_are_found(database: Database):
    folder = database.settings.data_dir / "anchors"
    head = folder / "audit-head.json"
    whole = head.read_text()
    head.write_text(whole.replace('"seq": ', '"seq": 1'))
    assert {finding.fault for finding in (await verdict_of(database)).findings} == {"anchor_altered"}
    with pytest.raises(seal.ChainBroken):
        await seal.seal(database)
    head.unlink()
    (folder / "audit.jsonl").unlink()
    assert {finding.fault for finding in (await verdict_of(database)).findings} == {"anchor_missing"}
    head.write_text(whole)
    assert (await verdict_of(database)).ok


async def test_a_lost_key_is_never_replaced_by_a_new_one(database: Database):
    key = database.settings.data_dir / "keys" / "audit.key"
    kept = key.read_text()
    key.unlink()
    await write(database, 1)
    with pytest.raises(seal.NoKey):
        await seal.seal(database)
    with pytest.raises(seal.NoKey):
        await verdict_of(database)
    key.write_text(kept)
    assert await seal.seal(database) == 1


async def test_a_transaction_that_commits_late_is_sealed_late(database: Database):
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with unit_of_work(database) as db:
            audit.note(db, "export", "slow")
            await db.flush()
            begun.set()
            await may_end.wait()

    task = asyncio.create_task(slow())
    await begun.wait()
    await write(database, 5)
    assert await seal.seal(database) == 5
    may_end.set()
    await task
    assert await seal.seal(database) == 1
    assert (await verdict_of(database)).ok


async def test_an_entry_that_was_open_for_hours_is_sealed_by_night(database: Database):
    early = UUID(int=((new_id().int >> 80) - 2 * seal.LATE_COMMITS_MS) << 80)
    async with database.session() as db:
        db.add(audit.AuditEntry(id=early, action="export", resource="lead", clauses=[], changes={}))
    assert await seal.seal(database) == 0
    await run_periodic(database, "zhidu.kernel.seal.seal_each_night")
    await work(database, until_idle=True)
    verdict = await verdict_of(database)
    assert (verdict.ok, verdict.unsealed) == (True, 0)


async def test_two_sealers_make_one_chain(database: Database):
    await write(database, 2 * seal.BATCH)
    sealed = await asyncio.gather(*(seal.seal(database) for _ in range(3)))
    assert sum(sealed) == 2 * seal.BATCH
    assert (await verdict_of(database)).ok
    anchors = Anchors(database.settings.data_dir, seal.key_of(database.settings)).all()
    assert len({anchor.seq for anchor in anchors}) >= 3  # the first, one for each thousand, the head


async def test_a_restored_backup_releases_the_anchors_beyond_it(database: Database):
    connection = await burgled(database)
    await connection.execute("DELETE FROM audit_seal WHERE seq > 50")
    await connection.execute("DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_seal)")
    hash_ = await connection.fetchval("SELECT hash FROM audit_seal WHERE seq = 50")
    await connection.close()
    assert not (await verdict_of(database)).ok
    Anchors(database.settings.data_dir, seal.key_of(database.settings)).restored(50, hash_)
    assert (await verdict_of(database)).ok
    await write(database, 4)
    assert await seal.seal(database) == 4
    assert (await verdict_of(database)).ok


async def test_each_day_has_its_anchor(database: Database):
    key = seal.key_of(database.settings)
    before = len(Anchors(database.settings.data_dir, key).all())
    with clock.at(clock.now() + timedelta(days=1)):
        await write(database, 1)
        await seal.seal(database)
        await write(database, 1)
        await seal.seal(database)
    assert len(Anchors(database.settings.data_dir, key).all()) == before + 1
