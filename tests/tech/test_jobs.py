"""2.3.1 The background jobs, as who runs the system sees them."""

import pytest
from sqlalchemy import text

from tests.conftest import Acting
from zhidu.kernel import alongside, jobs
from zhidu.kernel.db import Database
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House

PATH = "/api/v1/tech/jobs"
seen: list[str] = []


@jobs.job(clause="2.3.1")
async def stumble(database: Database, secret: str) -> None:
    seen.append(secret)
    if len(seen) == 1:
        raise RuntimeError("the first step is the hardest")


async def test_what_waits_runs_and_fails_is_shown_and_tried_again(acting: Acting, house: House):
    async with unit_of_work(house.database) as db:
        for number in range(3):
            await jobs.enqueue(db, stumble, secret=f"13812345678-{number}")
    engineer = acting("tech-engineer")
    shown = await engineer.get(PATH, params={"limit": 2})
    assert shown.status_code == 200, shown.text
    page = shown.json()
    assert page["counts"] == {"todo": 3, "doing": 0, "failed": 0, "aborted": 0}
    assert [job["task"] for job in page["items"]] == [stumble.name] * 2
    assert page["items"][0]["clause"] == "2.3.1"
    assert "13812345678" not in shown.text
    rest = (await engineer.get(PATH, params={"cursor": page["next_cursor"]})).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert {"task", "cron", "clause", "last_at"} == set(page["periodic"][0])

    async with house.database.session() as db:  # as after the last of its tries
        await db.execute(text("UPDATE procrastinate_jobs SET attempts = 8"))
    await jobs.work(house.database, until_idle=True)
    failed = (await engineer.get(PATH, params={"status": "failed"})).json()
    assert failed["counts"]["failed"] == len(failed["items"]) == 1
    url = f"{PATH}/{failed['items'][0]['id']}/retry"
    assert (await acting("sales-manager").post(url)).status_code == 403
    assert (await engineer.post(url)).json()["status"] == "todo"
    assert (await engineer.post(url)).status_code == 404
    await jobs.work(house.database, until_idle=True)
    assert (await engineer.get(PATH)).json()["counts"]["failed"] == 0
    assert len(seen) == 4


async def test_a_failure_is_forgotten_after_a_month(house: House):
    async with house.database.session() as db:
        await jobs.enqueue(db, stumble, secret="old")
        await jobs.enqueue(db, stumble, secret="new")
        await alongside.written(db)
        await db.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
        old = text("UPDATE procrastinate_events SET at = now() - interval '31 days' WHERE job_id = :job")
        await db.execute(old, {"job": await db.scalar(text("SELECT min(id) FROM procrastinate_jobs"))})
    for _ in range(2):
        await jobs.run_periodic(house.database, "zhidu.tech.jobs.forget_old_failures")
    async with house.database.session() as db:
        left = list(await db.scalars(text("DELETE FROM procrastinate_jobs RETURNING args->>'secret'")))
    assert left == ["new"]


@pytest.mark.parametrize("bad", [{"status": "gone"}, {"limit": "0"}, {"cursor": "x"}, {"unknown": "1"}])
async def test_a_strange_question_gets_a_clear_answer(acting: Acting, bad: dict[str, str]):
    assert (await acting("tech-manager").get(PATH, params=bad)).status_code == 422
