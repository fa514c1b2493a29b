"""7.3.1 The audit trail to look at, and whether it is whole."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import Index, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock, seal
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.db import Database, Model, first_id, new_id
from zhidu.kernel.jobs import enqueue, every, job
from zhidu.kernel.page import Listing
from zhidu.kernel.seal import AuditSeal
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.regulation.controls import Records, Window, control

log = structlog.get_logger(__name__)

# A chain of this length is walked while one waits; a longer one by a job.
AT_ONCE = 20_000
SEALED_WITHIN = timedelta(minutes=15)

LISTING = Listing(
    "audit",
    AuditEntry,
    extra=(Account.name.label("account_name"),),
    joins=((Account, Account.id == AuditEntry.account_id),),
    filters=(
        AuditEntry.account_id, AuditEntry.action, AuditEntry.resource, AuditEntry.record_id, AuditEntry.request_id,
        AuditEntry.at,
    ),
    sorts=(AuditEntry.id,),
    default_sort="-id",
)  # fmt: skip


class Verification(Model):
    """One walk over the chain: added when it is asked for, completed when it has ended."""

    __tablename__ = "tech_audit_verification"
    __table_args__ = (Index("ix_tech_audit_verification_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    asked_by: Mapped[UUID | None] = mapped_column(doc="Empty for the nightly one.")
    status: Mapped[str] = mapped_column(default="running", doc="running, whole, broken, no-key")
    entries: Mapped[int] = mapped_column(default=0)
    unsealed: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[Any]] = mapped_column(default=list, doc="The first hundred: seq, fault, entry_id.")
    head_seq: Mapped[int | None] = mapped_column(doc="The newest anchor that the chain was compared with.")


async def verify(db: AsyncSession, actor: Actor, database: Database) -> Verification:
    """Walk the chain now if it is short, else by a job; `status` is then 'running'."""
    actor.must(duties.VERIFY_AUDIT)
    asked = Verification(id=new_id(), asked_by=actor.id, status="running", entries=0, unsealed=0, faults=0, findings=[])
    db.add(asked)
    audit.note(db, "verify", "audit_chain", asked.id)
    if (await db.scalar(select(func.max(AuditSeal.seq))) or 0) <= AT_ONCE:
        await _walk(database, asked)
    else:
        await enqueue(db, walk, lock="audit-verify", verification_id=asked.id)
    return asked


async def last_verification(db: AsyncSession) -> Verification | None:
    """The newest walk that has ended, or (before any has) the one under way."""
    newest = select(Verification).order_by(Verification.ended_at.is_(None), Verification.at.desc()).limit(1)
    return await db.scalar(newest)


@job(clause="7.3.1")
async def walk(database: Database, verification_id: str) -> None:
    """Do the walk that was asked for."""
    async with database.session() as db:
        asked = await db.get(Verification, UUID(verification_id))
        if asked is not None and asked.status == "running":
            await _walk(database, asked)


async def _walk(database: Database, asked: Verification) -> None:
    # A connection of its own: the pools' statements end after seconds, and a long chain takes longer.
    connection = await asyncpg.connect(database.url, timeout=5)
    try:
        verdict = await seal.verify(connection, database.settings)
    except seal.NoKey:
        asked.status = "no-key"
    else:
        asked.status = "whole" if verdict.ok else "broken"
        asked.entries, asked.unsealed, asked.faults = verdict.entries, verdict.unsealed, verdict.faults
        asked.findings = [{"seq": f.seq, "fault": f.fault, "entry_id": f.entry_id} for f in verdict.findings]
        asked.head_seq = verdict.head.seq if verdict.head else None
    finally:
        await connection.close()
    asked.ended_at = clock.now()
    log.info("audit_verified", status=asked.status, entries=asked.entries, faults=asked.faults)


@every("40 18 * * *", clause="7.3.1")
async def verify_each_night(db: AsyncSession) -> None:
    """02:40 in Shanghai."""
    asked = Verification(id=new_id())
    db.add(asked)
    await db.flush()
    await enqueue(db, walk, lock="audit-verify", verification_id=asked.id)


# -- the measure -----------------------------------------------------------------------------------------------------


def _chain(window: Window) -> Records:
    """The chain as one record, once it has a link: its newest entry."""
    return select(
        AuditSeal.entry_id.label("id"),
        literal("审计链").label("title"),
        literal("audit").label("resource"),
        literal(window.until).label("at"),
    ).where(AuditSeal.seq == select(func.max(AuditSeal.seq)).scalar_subquery())


def _not_verified(window: Window) -> Records:
    """It, when no walk of the period has found it whole, or one has found it broken."""
    walked = exists().where(Verification.ended_at >= window.since, Verification.ended_at < window.until)
    whole, broken = walked.where(Verification.status == "whole"), walked.where(Verification.status != "whole")
    return _chain(window).where(~whole | broken)


VERIFIED = control(
    "audit.verified",
    "审计链在过去 24 小时内校验且完整",
    "The audit chain was verified in the last 24 hours, and is whole",
    clause="7.3.1",
    population=_chain,
    failing=_not_verified,
    period=timedelta(hours=24),
)


def _written(window: Window) -> Records:
    """Entries of the period that the minute's sealing must have reached."""
    return select(
        AuditEntry.id, AuditEntry.action.label("title"), literal("audit").label("resource"), AuditEntry.at
    ).where(AuditEntry.id >= first_id(window.since), AuditEntry.id < first_id(window.until - SEALED_WITHIN))


def _unsealed(window: Window) -> Records:
    """Of these, what no link of the chain holds."""
    return _written(window).where(~exists().where(AuditSeal.entry_id == AuditEntry.id))


SEALED = control(
    "audit.sealed",
    "审计记录在 15 分钟内封存入链",
    "Audit entries are sealed into the chain within 15 minutes",
    clause="7.3.1",
    population=_written,
    failing=_unsealed,
    period=timedelta(hours=24),
)
