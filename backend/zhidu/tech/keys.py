"""7.3.2 The keys of the personal fields: which seal what, and their rotation."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Index, LargeBinary, func, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock, crypto
from zhidu.kernel.db import Database, Model, new_id
from zhidu.kernel.events import notify
from zhidu.kernel.jobs import enqueue, job
from zhidu.kernel.problem import Conflict
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor

log = structlog.get_logger(__name__)

_SEALED = "_sealed"
_LOCK = 7_142_028


class KeyRotation(Model):
    """A new key, and how far the values have come under it."""

    __tablename__ = "tech_key_rotation"
    __table_args__ = (Index("ix_tech_key_rotation_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_by: Mapped[UUID | None]
    key_number: Mapped[int]
    status: Mapped[str] = mapped_column(default="running", doc="running, done")
    total: Mapped[int] = mapped_column(default=0, doc="Values under older keys when it began.")
    done: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """How many values of one field are under one key."""

    table: str
    field: str
    key_number: int
    values: int


def sealed_fields() -> list[tuple[type[Model], str]]:
    """Every sealed field of every table, by its column `<field>_sealed`: none can be forgotten in a rotation."""
    return sorted(
        (
            (mapper.class_, column.name.removesuffix(_SEALED))
            for mapper in Model.registry.mappers
            for column in mapper.local_table.columns
            if column.name.endswith(_SEALED) and isinstance(column.type, LargeBinary)
        ),
        key=lambda found: (found[0].__tablename__, found[1]),
    )


async def values_by_key(db: AsyncSession) -> list[FieldKeys]:
    """What each key seals, from the values themselves: it reads every sealed column once."""
    counts = []
    for model, name in sealed_fields():
        table: Any = model.__table__
        sealed = table.c[name + _SEALED]
        header = func.substring(sealed, 1, crypto.HEADER_BYTES)
        counts.append(
            select(literal(table.name), literal(name), header.label("header"), func.count())
            .where(sealed.is_not(None))
            .group_by(header)
        )
    rows = (await db.execute(union_all(*counts))).all()
    return sorted(
        (FieldKeys(row[0], row[1], int.from_bytes(row[2][1:], "big"), row[3]) for row in rows),
        key=lambda found: (found.table, found.field, found.key_number),
    )


async def last_rotation(db: AsyncSession) -> KeyRotation | None:
    """The newest rotation."""
    return await db.scalar(select(KeyRotation).order_by(KeyRotation.at.desc()).limit(1))


async def rotate(db: AsyncSession, actor: Actor, database: Database) -> KeyRotation:
    """A new current key at once; a job brings every value under it. Old keys stay, for backups hold values under them.

    Raises Conflict while a rotation is under way.
    """
    actor.must(duties.ROTATE_KEY)
    await db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = await last_rotation(db)
    if last is not None and last.status == "running":
        raise Conflict(Text("上一次密钥轮换尚未完成", "The last rotation has not ended yet"))
    number = await asyncio.to_thread(_new_key)
    rotation = KeyRotation(id=new_id(), asked_by=actor.id, key_number=number, status="running", total=0, done=0)
    db.add(rotation)
    audit.note(db, "rotate", "key", rotation.id, key_number=number)
    await enqueue(db, reseal, rotation_id=rotation.id)
    await notify(db, {"type": "keys"})  # other processes seal under the new key from here on
    return rotation


def _new_key() -> int:
    """Write the new ring before anything is sealed under it: a lost ring would be lost data."""
    keys = crypto.ring()
    keys.refresh()
    if keys.source is None:
        raise RuntimeError("The keyring was not read from a file, so it cannot be rotated.")
    keys.rotated().save(keys.source)
    keys.refresh()
    return keys.current


@job(clause="7.3.2")
async def reseal(database: Database, rotation_id: str) -> None:
    """Bring every value under the current key, in small transactions; after a kill it goes on where it was."""
    crypto.ring().refresh()
    fields = sealed_fields()
    async with database.session() as db:
        current = crypto.ring().current
        total = sum(found.values for found in await values_by_key(db) if found.key_number != current)
        await _write(db, rotation_id, total=total, done=0)
    done = 0
    for model, name in fields:
        before = done
        async for progress in crypto.reseal_table(database.session, model, name):
            done = before + progress.done
            async with database.session() as db:
                await _write(db, rotation_id, done=done)
    async with database.session() as db:
        await _write(db, rotation_id, status="done", done=done, ended_at=clock.now())
    log.info("keys_rotated", values=done)


async def _write(db: AsyncSession, rotation_id: str, **values: Any) -> None:
    await db.execute(update(KeyRotation).where(KeyRotation.id == UUID(rotation_id)).values(**values))
    await notify(db, {"type": "changed", "table": KeyRotation.__tablename__, "id": rotation_id})
