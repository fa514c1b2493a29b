"""Background jobs on the same PostgreSQL (procrastinate), enqueued in the transaction that causes them.

`@job` marks work that a rule asks for; `@every` marks a periodic duty, which must change nothing when it runs twice.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel.alongside import Alongside
from zhidu.kernel.db import Database
from zhidu.kernel.work import unit_of_work

log = structlog.get_logger(__name__)

Work = Callable[..., Coroutine[Any, Any, Any]]
PeriodicWork = Callable[[AsyncSession], Coroutine[Any, Any, Any]]

_DEFERRED = Alongside(
    "SELECT procrastinate_defer_jobs_v1(array_agg(ROW('default', task, 0, lock, NULL, args, at)"
    "::procrastinate_job_to_defer_v1)) "
    "FROM jsonb_to_recordset({rows}) AS r(task varchar, lock text, args jsonb, at timestamptz)"
)
# Eight tries, from seconds to hours: a mail server may be away for a morning.
_RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


@dataclass(frozen=True, slots=True)
class Job:
    """Work to do later: `await enqueue(db, send_message, message_id=...)`."""

    name: str
    work: Work
    clause: str


@dataclass(frozen=True, slots=True)
class Periodic:
    """A periodic duty: its cron line (company time is set by the worker's zone: UTC), its clause, its work."""

    name: str
    cron: str
    clause: str
    work: PeriodicWork


JOBS: dict[str, Job] = {}
PERIODIC: dict[str, Periodic] = {}


def job(*, clause: str) -> Callable[[Work], Job]:
    """The function becomes a job; it gets the Database first, opens its own short transactions, and may run again."""

    def declare(work: Work) -> Job:
        declared = Job(f"{work.__module__}.{work.__name__}", work, clause)
        JOBS[declared.name] = declared
        return declared

    return declare


def every(cron: str, *, clause: str) -> Callable[[PeriodicWork], PeriodicWork]:
    """The function runs at these times (cron, UTC) in one transaction; running it twice changes nothing."""

    def declare(work: PeriodicWork) -> PeriodicWork:
        name = f"{work.__module__}.{work.__name__}"
        PERIODIC[name] = Periodic(name, cron, clause, work)
        return work

    return declare


async def enqueue(
    db: AsyncSession, work: Job, *, lock: str | None = None, at: datetime | None = None, **args: Any
) -> None:
    """Ask for a job: it exists if and only if this transaction commits. Jobs of one lock run in turn."""
    _DEFERRED.add(db, task=work.name, lock=lock, args=args, at=at)


async def run_periodic(database: Database, name: str) -> None:
    """Run one periodic duty now, in its own transaction."""
    duty = PERIODIC[name]
    async with unit_of_work(database, clauses=(duty.clause,)) as db:
        await duty.work(db)


def job_app(database: Database) -> App:
    """Procrastinate's application with every declared job and periodic duty; the modules must have been imported."""
    app = App(connector=PsycopgConnector(conninfo=database.url, min_size=1, max_size=4))

    def task_of(declared: Job) -> Work:
        async def run(**args: Any) -> None:
            try:
                await declared.work(database, **args)
            except Exception:
                log.exception("job_failed", task=declared.name)
                raise

        return run

    def periodic_of(duty: Periodic) -> Work:
        async def run(timestamp: int) -> None:
            await run_periodic(database, duty.name)

        return run

    for declared in JOBS.values():
        app.task(name=declared.name, retry=_RETRY)(task_of(declared))
    for duty in PERIODIC.values():
        task = app.task(name=duty.name, queueing_lock=duty.name, lock=duty.name)(periodic_of(duty))
        app.periodic(cron=duty.cron, periodic_id=duty.name)(task)

    async def take_up_stalled(timestamp: int) -> None:
        # A worker that was killed leaves its jobs 'doing'; they start over, for each is safe to run again.
        for stalled in await app.job_manager.get_stalled_jobs():
            log.warning("job_stalled", task=stalled.task_name, job=stalled.id)
            try:
                await app.job_manager.retry_job(stalled)
            except UniqueViolation:
                # The next turn of a periodic duty waits already, for this very one: it will do the work.
                await app.job_manager.finish_job(stalled, status=Status.FAILED, delete_job=True)

    app.periodic(cron="* * * * *")(app.task(name="zhidu.take_up_stalled", queueing_lock="stalled")(take_up_stalled))
    return app


async def work(database: Database, *, concurrency: int = 4, until_idle: bool = False) -> None:
    """Do jobs: for ever, or (until_idle) until none is waiting. Cancelled, running jobs get ten seconds to finish."""
    app = job_app(database)
    try:
        await app.open_async()
        await app.run_worker_async(
            concurrency=concurrency,
            wait=not until_idle,
            install_signal_handlers=False,
            shutdown_graceful_timeout=10,
            fetch_job_polling_interval=2,
            delete_jobs="successful",
        )
    finally:
        # Not `async with`: a worker that is cancelled while it opens would leave its pool behind, running for ever.
        await app.close_async()
