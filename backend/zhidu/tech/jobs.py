"""2.3.1 The background jobs: what waits, what runs, what has failed, and when each periodic duty ran last."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import audit
from zhidu.kernel.jobs import JOBS, PERIODIC, every
from zhidu.kernel.problem import Missing
from zhidu.policy import duties
from zhidu.policy.actor import Actor

STATES = ("todo", "doing", "failed", "aborted")

# A job that ended well is gone; its arguments are never shown, for they are the business of their domain.
_LIST = """SELECT j.id, j.task_name AS task, j.status::text AS status, j.attempts, j.scheduled_at,
    (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) AS changed_at
FROM procrastinate_jobs j WHERE j.status::text = ANY($1) AND ($2::bigint IS NULL OR j.id < $2)
ORDER BY j.id DESC LIMIT $3"""
_COUNTS = "SELECT status::text AS status, count(*) AS jobs FROM procrastinate_jobs GROUP BY status"
_RUNS = """SELECT task_name, to_timestamp(max(defer_timestamp)) AS at FROM procrastinate_periodic_defers
WHERE task_name = ANY($1) GROUP BY task_name"""
_RETRY = text(
    """UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL
    WHERE id = :job AND status = 'failed' RETURNING task_name"""
)


_FORGET = text(
    """DELETE FROM procrastinate_jobs j WHERE j.status IN ('failed', 'aborted', 'cancelled') AND NOT EXISTS (
        SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - interval '30 days')"""
)


async def listed(
    connection: "asyncpg.Connection[Any]", states: Sequence[str], before: int | None, limit: int
) -> list[dict[str, Any]]:
    """Jobs in these states, newest first, before this one, with the clause that each serves."""
    rows = await connection.fetch(_LIST, list(states), before, limit)
    return [{**row, "clause": _clause(row["task"])} for row in rows]


async def counts(connection: "asyncpg.Connection[Any]") -> dict[str, int]:
    """How many jobs are in each state."""
    found = {row["status"]: row["jobs"] for row in await connection.fetch(_COUNTS)}
    return {state: found.get(state, 0) for state in STATES}


async def periodic(connection: "asyncpg.Connection[Any]") -> list[dict[str, Any]]:
    """Every periodic duty, its cron line (UTC) and when it was last due."""
    runs = {row["task_name"]: row["at"] for row in await connection.fetch(_RUNS, list(PERIODIC))}
    return [
        {"task": duty.name, "cron": duty.cron, "clause": duty.clause, "last_at": runs.get(duty.name)}
        for duty in sorted(PERIODIC.values(), key=lambda duty: (duty.clause, duty.name))
    ]


async def retry(db: AsyncSession, actor: Actor, job_id: int) -> str:
    """Try a failed job again, as if for the first time. Returns the task's name; raises Missing."""
    actor.must(duties.RETRY_JOB)
    task: str | None = await db.scalar(_RETRY, {"job": job_id})
    if task is None:
        raise Missing
    audit.note(db, "retry", "job", None, job=job_id, task=task)
    return task


@every("50 19 * * *", clause="2.3.1")
async def forget_old_failures(db: AsyncSession) -> None:
    """What failed a month ago will not be tried again by anybody."""
    await db.execute(_FORGET)


def _clause(task: str) -> str | None:
    declared = JOBS.get(task) or PERIODIC.get(task)
    return declared.clause if declared else None
