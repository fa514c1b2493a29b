"""The worker: does the background jobs until it is told to stop; in a process of its own, or inside the API's."""

import asyncio
import signal
from contextlib import suppress

import structlog

import zhidu.domains  # noqa: F401 - every job and every periodic duty declares itself
from zhidu.kernel import crypto, jobs
from zhidu.kernel.db import Database
from zhidu.settings import Settings

log = structlog.get_logger(__name__)
AGAIN_SECONDS = 2.0


async def keep_working(database: Database) -> None:
    """Do jobs until cancelled; running ones then get ten seconds. If the database goes away, wait for it."""
    while True:
        try:
            await jobs.work(database)
            log.warning("worker_interrupted")
        except Exception as error:  # whatever it was, the work must go on
            log.warning("worker_interrupted", reason=type(error).__qualname__)
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # the database was gone before we were told to stop
                return
        await asyncio.sleep(AGAIN_SECONDS)


async def stopped(worker: "asyncio.Task[None]") -> None:
    """Stop a worker and wait until its running jobs have ended."""
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker


async def main(of: Settings, url: str) -> None:
    """Work until SIGTERM or SIGINT."""
    crypto.use(crypto.Keyring.load(of.data_dir / "keys" / "fields.json", create=True))
    database = await Database.open(url, of)
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    worker = asyncio.create_task(keep_working(database), name="worker")
    log.info("worker_started", jobs=len(jobs.JOBS), periodic=len(jobs.PERIODIC))
    try:
        await told.wait()
    finally:
        await stopped(worker)
        await database.close()
        log.info("worker_stopped")
