"""1.2 Whom the regulation binds knows it: each person acknowledges each version, in seven days of publication."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, exists, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock, events
from zhidu.kernel.db import Record
from zhidu.kernel.jobs import every
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Missing, OutOfOrder
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account, Department, PostHolding
from zhidu.policy.actor import Actor
from zhidu.regulation.clauses import RegulationVersion, version_in_force
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import amount_of, limit
from zhidu.regulation.obligations import CLIMB_AT, WARN_AT, Obligation, met, obligation

ACKNOWLEDGE_LIMIT = limit(
    "regulation_version.acknowledge", 7, "days", "确认知悉新版制度", "acknowledge a new version", clause="1.2"
)
ACKNOWLEDGE_DUE = obligation(
    "regulation_version.acknowledge", "阅读并确认知悉制度", "Read and acknowledge the regulation",
    clause="1.2", limit=ACKNOWLEDGE_LIMIT,
)  # fmt: skip


class Acknowledgement(Record):
    """A person has read a version of the regulation and knows that it binds him."""

    __tablename__ = "regulation_acknowledgement"
    __table_args__ = (
        UniqueConstraint("version_id", "account_id"),
        Index("ix_regulation_acknowledgement_account_id", "account_id"),
        Index("ix_regulation_acknowledgement_created_at", "created_at", "id"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("regulation_version.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


LISTING = Listing(
    "acknowledgement",
    Acknowledgement,
    extra=(
        RegulationVersion.number.label("version_number"),
        Account.name.label("account_name"),
        Department.name.label("department_name"),
    ),
    joins=(
        (RegulationVersion, RegulationVersion.id == Acknowledgement.version_id),
        (Account, Account.id == Acknowledgement.account_id),
        (Department, Department.id == Account.department_id),
    ),
    filters=(Acknowledgement.version_id, Acknowledgement.account_id, Acknowledgement.created_at),
    default_sort="-created_at",
)


async def acknowledge(db: AsyncSession, actor: Actor, *, version_id: UUID | None) -> Acknowledgement:
    """The person has read it; the version in force unless another published one is named. Twice is once."""
    actor.must(duties.ACKNOWLEDGE_REGULATION)
    wanted = RegulationVersion.id == (version_id or version_in_force(clock.today()))
    version = await db.scalar(select(RegulationVersion).where(wanted))
    if version is None:
        raise Missing
    if version.status != "published":
        raise OutOfOrder(Text("只能确认已发布的制度", "Only a published version can be acknowledged"))
    known = await db.scalar(
        select(Acknowledgement).where(Acknowledgement.version_id == version.id, Acknowledgement.account_id == actor.id)
    )
    if known is not None:
        return known
    made = Acknowledgement(version_id=version.id, account_id=actor.id)
    db.add(made)
    await met(db, ACKNOWLEDGE_DUE, version.id, holder=actor.id)
    return made


async def acknowledged_at(db: AsyncSession, version_id: UUID, account_id: UUID | None) -> datetime | None:
    """When a person acknowledged a version."""
    return await db.scalar(
        select(Acknowledgement.created_at).where(
            Acknowledgement.version_id == version_id, Acknowledgement.account_id == account_id
        )
    )


# Whom the regulation binds: who is active and holds a post of a person (an integration reads nothing).
_BOUND = """
    SELECT a.id, a.department_id FROM account a WHERE a.status = 'active' AND EXISTS (
        SELECT 1 FROM post_holding h WHERE h.account_id = a.id AND h.post <> 'integration'
        AND h.begins_on <= :today AND (h.ends_on IS NULL OR h.ends_on >= :today))
"""
_OPEN_DUE = text(
    f"""
    WITH moment AS (
        SELECT CAST(:now AS timestamptz) AS now, CAST(:days AS interval) AS span, CAST(:kind AS varchar) AS kind),
    bound AS ({_BOUND}), opened AS (
        INSERT INTO regulation_obligation
            (id, version, created_at, updated_at, kind, resource, clause, record_id, record_title,
             owner_id, department_id, status, level, opened_at, due_at, warn_at, climb_at, next_at)
        SELECT gen_random_uuid(), 1, m.now, m.now, m.kind, 'regulation_version', '1.2', v.id, v.title,
               b.id, b.department_id, 'due', 0, m.now, m.now + m.span, m.now + m.span * {WARN_AT},
               m.now + m.span * {CLIMB_AT}, m.now + m.span * {WARN_AT}
        FROM regulation_version v CROSS JOIN bound b CROSS JOIN moment m
        WHERE v.status = 'published'
        AND NOT EXISTS (
            SELECT 1 FROM regulation_acknowledgement k WHERE k.version_id = v.id AND k.account_id = b.id)
        AND NOT EXISTS (
            SELECT 1 FROM regulation_obligation o
            WHERE o.record_id = v.id AND o.kind = m.kind AND o.owner_id = b.id AND o.status <> 'void')
        RETURNING owner_id, record_id, record_title
    )
    INSERT INTO notification (id, account_id, at, kind, clause, resource, record_id, title_zh, title_en)
    SELECT gen_random_uuid(), owner_id, moment.now, 'regulation.published', '1.2', 'regulation_version', record_id,
           '请阅读并确认知悉：' || record_title, 'Read and acknowledge: ' || record_title
    FROM opened CROSS JOIN moment
    RETURNING id
    """  # noqa: S608 - made of constants
)
_VOID_DUE = text(
    f"""
    UPDATE regulation_obligation o SET status = 'void', next_at = NULL, updated_at = :now, version = o.version + 1
    WHERE o.kind = :kind AND o.status IN ('due', 'warned', 'late')
    AND (o.owner_id NOT IN (SELECT id FROM ({_BOUND}) AS bound)
         OR o.record_id NOT IN (SELECT id FROM regulation_version WHERE status = 'published'))
    """  # noqa: S608 - made of constants
)


@every("11 * * * *", clause="1.2")
async def ask_everyone(db: AsyncSession) -> None:
    """Whoever is bound and has not acknowledged a published version owes it; who has left owes nothing."""
    days = await amount_of(db, ACKNOWLEDGE_LIMIT)
    values = {"now": clock.now(), "today": clock.today(), "kind": ACKNOWLEDGE_DUE.name}
    await db.flush()
    await db.execute(_VOID_DUE, values)
    asked = (await db.execute(_OPEN_DUE, {**values, "days": timedelta(days=days)})).all()
    if asked:
        await events.notify(db, {"type": "notification", "accounts": None})
        db.info.setdefault("changed", set()).add((Obligation.__tablename__, None))


_BY_DEPARTMENT = text(
    f"""
    SELECT b.department_id, d.name AS department_name, count(*) AS people, count(k.id) AS acknowledged
    FROM ({_BOUND}) AS b
    LEFT JOIN department d ON d.id = b.department_id
    LEFT JOIN regulation_acknowledgement k ON k.account_id = b.id AND k.version_id = :version
    GROUP BY b.department_id, d.name ORDER BY d.name
    """  # noqa: S608 - made of constants
)


async def by_department(db: AsyncSession, version_id: UUID | None) -> list[dict[str, Any]]:
    """For each department, how many the regulation binds and how many of them have acknowledged the version."""
    rows = await db.execute(_BY_DEPARTMENT, {"version": version_id, "today": clock.today()})
    return [dict(row._mapping) for row in rows]


# -- the measure -----------------------------------------------------------------------------------------------------


def _bound(window: Window) -> Records:
    """Everybody whom the version in force binds."""
    today = window.until.astimezone(clock.COMPANY_ZONE).date()
    holds = exists().where(
        PostHolding.account_id == Account.id,
        PostHolding.post != duties.integration.name,
        PostHolding.begins_on <= today,
        or_(PostHolding.ends_on.is_(None), PostHolding.ends_on >= today),
    )
    return select(
        Account.id, Account.name.label("title"), literal("account").label("resource"), Account.created_at.label("at")
    ).where(Account.status == "active", holds)


def _not_acknowledged(window: Window) -> Records:
    """Those of them who have not acknowledged it."""
    today = window.until.astimezone(clock.COMPANY_ZONE).date()
    done = exists().where(
        Acknowledgement.account_id == Account.id, Acknowledgement.version_id == version_in_force(today)
    )
    return _bound(window).where(~done)


KNOWN = control(
    "regulation.acknowledged",
    "在职人员已确认知悉现行制度",
    "Active people have acknowledged the regulation in force",
    clause="1.2",
    population=_bound,
    failing=_not_acknowledged,
    green=0.95,
    amber=0.8,
)
