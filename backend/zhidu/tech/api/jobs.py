"""2.3.1 /tech/jobs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from pydantic import Field

from zhidu.kernel.wire import In, Out
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, connection_of, duty_router, house_of, on_duty, problems
from zhidu.tech import jobs

router = duty_router("/tech/jobs", "tech.jobs")

State = Literal["todo", "doing", "failed", "aborted"]


class JobOut(Out):
    """A background job. One that has ended well is not kept."""

    id: int = Field(examples=[1042])
    task: str = Field(examples=["zhidu.service.messages.send"])
    clause: str | None = Field(description="The clause that it serves.", examples=["4.3.3"])
    status: str = Field(examples=["failed"])
    attempts: int = Field(description="Tries that failed.", examples=[8])
    scheduled_at: datetime | None = Field(description="Not before; null is at once.", examples=["2026-11-25T06:05:00Z"])
    changed_at: datetime | None = Field(description="When its state changed last.", examples=["2026-11-25T06:04:00Z"])


class PeriodicOut(Out):
    """A periodic duty of the regulation."""

    task: str = Field(examples=["zhidu.kernel.seal.seal_each_minute"])
    cron: str = Field(description="When, in UTC.", examples=["* * * * *"])
    clause: str = Field(examples=["7.3.1"])
    last_at: datetime | None = Field(description="When it was last due.", examples=["2026-11-25T06:05:00Z"])


class JobCountsOut(Out):
    """How many jobs are in each state."""

    todo: int = Field(examples=[2])
    doing: int = Field(examples=[1])
    failed: int = Field(examples=[0])
    aborted: int = Field(examples=[0])


class JobPage(Out):
    """Jobs, newest first."""

    items: list[JobOut]
    next_cursor: str | None = Field(examples=["981"])
    total: int | None = Field(description="Always null: `counts` says it.", examples=[None])
    total_is_estimate: bool = Field(examples=[False])
    counts: JobCountsOut
    periodic: list[PeriodicOut]


class JobRetriedOut(Out):
    """A failed job that waits again."""

    id: int = Field(examples=[1042])
    task: str = Field(examples=["zhidu.service.messages.send"])
    status: str = Field(examples=["todo"])


class JobQuery(In):
    """Which jobs to list."""

    status: State | None = Field(None, description="Only jobs in this state.", examples=["failed"])
    limit: int = Field(50, ge=1, le=200, description="Rows a page.", examples=[50])
    cursor: str | None = Field(
        None, pattern=r"^\d{1,18}$", description="next_cursor of the page before.", examples=["981"]
    )


JobId = Annotated[int, Path(ge=1, lt=2**63, description="The job's number.", examples=[1042])]


@router.get("", response_model=JobPage, **on_duty(duties.READ_JOB))
async def list_jobs(request: Request, query: Annotated[JobQuery, Query()]) -> dict[str, Any]:
    """What waits, runs or has failed, and when each periodic duty ran last."""
    before = None if query.cursor is None else int(query.cursor)
    states = jobs.STATES if query.status is None else (query.status,)
    async with connection_of(house_of(request)) as connection:
        found = await jobs.listed(connection, states, before, query.limit + 1)
        counts, periodic = await jobs.counts(connection), await jobs.periodic(connection)
    shown = found[: query.limit]
    return {
        "items": shown,
        "next_cursor": str(shown[-1]["id"]) if len(found) > len(shown) else None,
        "total": None,
        "total_is_estimate": False,
        "counts": counts,
        "periodic": periodic,
    }


@router.post(
    "/{job_id}/retry",
    response_model=JobRetriedOut,
    **on_duty(duties.RETRY_JOB) | {"responses": problems(401, 403, 404, 422, 503)},
)
async def retry_job(job_id: JobId, db: Db, actor: CurrentActor) -> dict[str, Any]:
    """Try a failed job again, after its cause is gone."""
    return {"id": job_id, "task": await jobs.retry(db, actor, job_id), "status": "todo"}
