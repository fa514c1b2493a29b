"""7.3.2 A backup brings everything back, and a damaged one nothing."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.databases import another
from zhidu.kernel import audit, backup, crypto, files, seal, vault
from zhidu.kernel.db import Database
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.settings import Settings

PHONE = "13987654321"


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[str]:
    """A database with nothing in it."""
    async with another(database_url, empty=True) as url:
        yield url


@pytest.fixture
async def company(database_url: str, settings: Settings, tmp_path: Path) -> AsyncIterator[Database]:
    """A company with a customer's telephone, a file, and a sealed audit."""
    keys = crypto.ring().source
    assert keys is not None
    (tmp_path / "var" / "keys").mkdir(parents=True)
    shutil.copy(keys, tmp_path / "var" / "keys" / "fields.json")

    async def content() -> AsyncIterator[bytes]:
        yield b"%PDF-1.7 evidence"

    async with another(database_url) as url:
        opened = await Database.open(url, settings.model_copy(update={"data_dir": tmp_path / "var"}))
        async with unit_of_work(opened) as db:
            db.add(Account(login="someone", name="王芳", phone=PHONE))
            await files.keep(db, content(), filename="evidence.pdf")
            for _ in range(20):
                audit.note(db, "export", "lead")
        await seal.seal(opened)
        yield opened
        await opened.close()


async def tables(url: str) -> dict[str, list[Any]]:
    """Every row of every table, as text."""
    connection = await asyncpg.connect(url)
    names = [row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    found = {
        name: sorted(row[0] for row in await connection.fetch(f'SELECT t::text FROM "{name}" t'))
        for name in sorted(names)
    }
    await connection.close()
    return found


def told(url: str, data_dir: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, "ZHIDU_DATA_DIR": str(data_dir)}
    return subprocess.run(
        [sys.executable, "-m", "zhidu.cli", *command], env=environment, capture_output=True, text=True, check=False
    )


async def test_a_backup_brings_everything_back_but_the_keys(company: Database, empty: str, tmp_path: Path):
    var, elsewhere, path = tmp_path / "var", tmp_path / "elsewhere", tmp_path / "monday.zhidu"
    made = told(company.url, var, "backup", str(path))
    assert made.returncode == 0, made.stderr
    assert not any(name.startswith(".") for name in os.listdir(tmp_path))
    assert path.stat().st_mode & 0o077 == 0
    content = path.read_bytes()
    assert PHONE.encode() not in content
    assert (var / "keys" / "audit.key").read_bytes() not in content

    back = told(empty, elsewhere, "restore", str(path))
    assert back.returncode == 0, back.stderr
    assert "fields.json" in back.stdout
    assert await tables(empty) == await tables(company.url)
    (evidence,) = (elsewhere / "files").iterdir()
    connection = await asyncpg.connect(empty)
    key = await connection.fetchval("SELECT key_sealed FROM file")
    await connection.close()
    with evidence.open("rb") as sealed:
        assert b"".join(vault.unseal(sealed, key)) == b"%PDF-1.7 evidence"

    shutil.copytree(var / "keys", elsewhere / "keys")
    verified = told(empty, elsewhere, "audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert verified.stdout.strip().endswith("whole")
    with pytest.raises(backup.CannotRestore, match="not empty"):
        backup.restore(company.settings, empty, path)


async def test_a_damaged_backup_is_refused_and_changes_nothing(company: Database, empty: str, tmp_path: Path):
    path, work = tmp_path / "monday.zhidu", tmp_path / "work"
    backup.back_up(company.settings, company.url, path)
    whole, dice = path.read_bytes(), random.Random(7)
    work.mkdir()
    good = {name: (work / name).read_bytes() for name in backup._unpacked(path, work)}
    for number in range(60):
        place = dice.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        path.write_bytes(bytes(damaged))
        folder = tmp_path / f"damaged-{number}"
        folder.mkdir()
        try:
            names = backup._unpacked(path, folder)
        except backup.CannotRestore:
            continue
        # A bit between two members hurts nobody: what is inside is what was backed up.
        assert {name: (folder / name).read_bytes() for name in names} == good
    for cut in (whole[: len(whole) // 2], whole[:-20_480], b"", b"no backup"):
        path.write_bytes(cut)
        with pytest.raises(backup.CannotRestore, match="damaged"):
            backup.restore(company.settings, empty, path)
    assert await tables(empty) == {}


async def test_after_the_restore_of_an_older_backup_the_chain_goes_on_and_says_so(
    company: Database, empty: str, tmp_path: Path
):
    path, var = tmp_path / "monday.zhidu", tmp_path / "var"
    backup.back_up(company.settings, company.url, path)
    async with unit_of_work(company) as db:
        for _ in range(5):
            audit.note(db, "export", "lead")
    await seal.seal(company)
    (said,) = backup.restore(company.settings, empty, path)
    assert "is lost" in said
    anchored = told(empty, var, "audit", "anchor")
    assert anchored.returncode == 0, anchored.stderr
    connection = await asyncpg.connect(empty)
    assert (await seal.verify(connection, company.settings)).ok
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("DELETE FROM audit_seal WHERE seq = (SELECT max(seq) FROM audit_seal)")
    await connection.close()
    cut = told(empty, var, "audit", "verify")
    assert (cut.returncode, "tail_cut" in cut.stdout) == (1, True)
