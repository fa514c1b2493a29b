"""Jobs: asked for in the transaction that causes them, done at least once, and taken up again after a kill."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from zhidu.kernel import jobs
from zhidu.kernel.db import Database
from zhidu.kernel.work import unit_of_work
from zhidu.settings import Settings
from zhidu.worker import keep_working, stopped

done: list[str] = []


@jobs.job(clause="2.3.1")
async def write_down(database: Database, what: str) -> None:
    done.append(what)


@jobs.job(clause="2.3.1")
async def take_a_second(database: Database, what: str) -> None:
    done.append(f"{what} begun")
    await asyncio.sleep(1)
    done.append(f"{what} ended")


@pytest.fixture
async def database(database_url: str, settings: Settings) -> AsyncIterator[Database]:
    done.clear()
    opened = await Database.open(database_url, settings)
    yield opened
    await opened.close()


async def until(said: str) -> None:
    async with asyncio.timeout(20):
        while said not in done:  # noqa: ASYNC110 - the jobs say it by appending, as a test should be able to
            await asyncio.sleep(0.02)


async def test_a_job_exists_if_and_only_if_its_transaction_commits(database: Database):
    async with unit_of_work(database) as db:
        await jobs.enqueue(db, write_down, what="committed")
    async with database.sessions() as db:
        await jobs.enqueue(db, write_down, what="rolled back")
    await jobs.work(database, until_idle=True)
    assert done == ["committed"]


async def test_a_stopping_worker_lets_a_running_job_end(database: Database):
    worker = asyncio.create_task(keep_working(database))
    async with unit_of_work(database) as db:
        await jobs.enqueue(db, take_a_second, what="order")
    await until("order begun")
    await stopped(worker)
    assert done == ["order begun", "order ended"]
    assert await database.pool.fetchval("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == 0


async def test_a_periodic_duty_that_was_killed_does_not_stand_in_its_own_way(database: Database):
    """What kill -9 leaves: one turn in the hands of a worker that is gone, the next one waiting for it."""
    connection = await asyncpg.connect(database.url)
    for status in ("doing", "todo"):
        await connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status) "
            "VALUES ('default', 'zhidu.kernel.idempotency.forget', 'forget', 'forget', '{}', $1)", status
        )  # fmt: skip
    async with unit_of_work(database) as db:
        await jobs.enqueue(db, write_down, what="killed too")
    await connection.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = $1", write_down.name)
    app = jobs.job_app(database)
    async with app.open_async():
        await app.tasks["zhidu.take_up_stalled"].func(0)
    waiting = "SELECT task_name, status::text FROM procrastinate_jobs ORDER BY task_name"
    left = [tuple(row) for row in await connection.fetch(waiting)]
    assert left == [(write_down.name, "todo"), ("zhidu.kernel.idempotency.forget", "todo")]
    await connection.execute("DELETE FROM procrastinate_jobs WHERE lock = 'forget'")
    await connection.close()
    await jobs.work(database, until_idle=True)
    assert done == ["killed too"]


async def test_work_goes_on_after_the_database_was_away(database: Database, database_url: str):
    worker = asyncio.create_task(keep_working(database))
    async with unit_of_work(database) as db:
        await jobs.enqueue(db, write_down, what="before")
    await until("before")
    admin = await asyncpg.connect(database_url)
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    await admin.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    await admin.close()
    for _ in range(10):
        with suppress(DBAPIError):  # as a caller who gets 503, and tries again
            async with unit_of_work(database) as db:
                await jobs.enqueue(db, write_down, what="after")
            break
    await until("after")
    await stopped(worker)


async def test_the_worker_process_ends_well_when_it_is_told_to(database: Database, database_url: str, tmp_path: Path):
    environment = {**os.environ, "DATABASE_URL": database_url, "ZHIDU_DATA_DIR": str(tmp_path)}
    process = subprocess.Popen(  # noqa: ASYNC220 - a real process is what is tested
        [sys.executable, "-m", "zhidu.cli", "worker"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = await asyncio.to_thread(process.stdout.readline)
        assert '"event":"worker_started"' in line
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said, _ = await asyncio.to_thread(process.communicate, timeout=15)
        assert process.returncode == 0
        assert '"event":"worker_stopped"' in said
        assert time.monotonic() - begun < 12
    finally:
        process.kill()
