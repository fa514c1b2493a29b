"""Idempotency-Key: the same request twice has one effect, and the second gets the first one's answer."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Model
from zhidu.kernel.problem import InFlight, KeyReused

KEPT = timedelta(hours=24)


class IdempotencyKey(Model):
    """A key that a caller has used for an operation, what the request was, and what was answered."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_at", "at"),)

    caller: Mapped[UUID] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=clock.now)


def fingerprint(path: str, body: bytes) -> bytes:
    """What makes two requests the same."""
    return hashlib.sha256(path.encode() + b"\0" + body).digest()


async def earlier_answer(
    db: AsyncSession, caller: UUID, operation: str, key: str, print_: bytes
) -> IdempotencyKey | None:
    """The answer given before, or None for a new key, which this transaction now holds.

    Raises InFlight while the first is being worked on, KeyReused for another request under the same key.
    """
    lock = func.hashtextextended(f"{caller}/{operation}/{key}", 0)
    if not await db.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise InFlight
    known = await db.get(IdempotencyKey, (caller, operation, key))
    if known is not None and known.fingerprint != print_:
        raise KeyReused
    return known


async def forget_old_keys(db: AsyncSession) -> int:
    """Delete keys older than 24 hours; returns how many."""
    done = await db.execute(delete(IdempotencyKey).where(IdempotencyKey.at < clock.now() - KEPT))
    return int(done.rowcount)  # type: ignore[attr-defined]  # a DELETE's result is a CursorResult
