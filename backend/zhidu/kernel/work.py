"""The unit of work: one short transaction, its context for audit and events, committed before anybody is told."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import events
from zhidu.kernel.db import Database, flushed


@asynccontextmanager
async def unit_of_work(
    database: Database,
    *,
    account_id: UUID | None = None,
    clauses: Sequence[str] = (),
    action: str = "update",
    request_id: str | None = None,
    address: str | None = None,
) -> AsyncIterator[AsyncSession]:
    """A session, audited under these clauses; reactions run and the outbox is written before COMMIT."""
    async with database.session() as db:
        db.info.update(account_id=account_id, clauses=clauses, action=action, request_id=request_id, address=address)
        yield db
        await flushed(db)
        await events.settle(db)
