"""What is written alongside a change stands or falls with it."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import alongside, audit
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.db import Database, new_id
from zhidu.kernel.work import unit_of_work
from zhidu.policy.guard import House


@pytest.fixture
def record_id() -> UUID:
    return new_id()


async def entries(db: AsyncSession, record_id: UUID) -> list[str]:
    return list(
        await db.scalars(select(AuditEntry.action).where(AuditEntry.record_id == record_id).order_by(AuditEntry.id))
    )


@pytest.fixture
def database(house: House) -> Database:
    return house.database


@pytest.fixture
async def afterwards(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.sessions() as db:
        yield db


async def test_rows_are_written_with_the_commit_in_their_order(
    database: Database, afterwards: AsyncSession, record_id: UUID
) -> None:
    async with unit_of_work(database) as db:
        audit.note(db, "reveal", "lead", record_id, reason="a “quoted” \\ reason\n")
        audit.note(db, "export", "lead", record_id, rows=3)
        assert await entries(db, record_id) == []
        await alongside.written(db)
        assert await entries(db, record_id) == ["reveal", "export"]
        audit.note(db, "denied", "lead", record_id)
    assert await entries(afterwards, record_id) == ["reveal", "export", "denied"]
    changes = await afterwards.scalar(
        select(AuditEntry.changes).where(AuditEntry.record_id == record_id, AuditEntry.action == "reveal")
    )
    assert changes == {"reason": "a “quoted” \\ reason\n"}


async def test_a_rolled_back_transaction_leaves_nothing_even_if_its_session_goes_on(
    database: Database, afterwards: AsyncSession, record_id: UUID
) -> None:
    async with database.sessions() as db:
        audit.note(db, "reveal", "lead", record_id)
        await db.scalar(select(func.now()))
        await db.rollback()
        audit.note(db, "export", "lead", record_id)
        await db.commit()
    assert await entries(afterwards, record_id) == ["export"]


async def test_a_savepoint_that_is_undone_takes_only_what_was_added_within_it(
    database: Database, afterwards: AsyncSession, record_id: UUID
) -> None:
    async with unit_of_work(database) as db:
        audit.note(db, "before", "lead", record_id)
        savepoint = await db.begin_nested()
        audit.note(db, "undone", "lead", record_id)
        await savepoint.rollback()
        async with db.begin_nested():
            audit.note(db, "within", "lead", record_id)
        audit.note(db, "after", "lead", record_id)
    assert await entries(afterwards, record_id) == ["before", "within", "after"]
