"""Obligations: what a clause makes due, for whom, until when; warned before, climbing after.

A domain declares a kind beside its rules (`FIRST_CONTACT = obligation(...)`) and says when one is due and when it is
met. At three quarters of the limit its holder is warned; at the limit it is late and climbs to the holder's leader; at
one and a half times the limit to the head of the department. What nobody holds is due to the head of its department.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, case, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock, events
from zhidu.kernel.db import Model, Owned, Record, new_id
from zhidu.kernel.jobs import every
from zhidu.kernel.lifecycle import Lifecycle
from zhidu.kernel.texts import Text
from zhidu.regulation.limits import Limit, deadline

WARN_AT = 0.75
CLIMB_AT = 1.5

LIFECYCLE = Lifecycle(
    "obligation",
    {"due": "open", "warned": "open", "late": "open", "met": "done", "met_late": "done", "void": "ended"},
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of obligation: its name, clause and limit, and what it asks, as a person would say it."""

    name: str
    resource: str
    clause: str
    title: Text
    limit: Limit | None


KINDS: dict[str, Kind] = {}


def obligation(name: str, zh: str, en: str, *, clause: str, limit: Limit | None = None) -> Kind:
    """Declare a kind; `name` is `<resource>.<what is due>`. Without a limit the caller gives the moment."""
    KINDS[name] = Kind(name, name.partition(".")[0], clause, Text(zh, en), limit)
    return KINDS[name]


_OPEN = "status IN ('due', 'warned', 'late')"


class Obligation(Owned, Record):
    """Something due. owner_id is the holder; empty when it is due to the department as such."""

    __tablename__ = "regulation_obligation"
    __audited__ = False  # the record that it is about is audited, and so is each step of it
    __table_args__ = (
        Index(
            "ix_obligation_holder", "owner_id", "due_at", postgresql_where=text("status IN ('due', 'warned', 'late')")
        ),
        Index("ix_obligation_climbed", "climbed_to_id", "due_at", postgresql_where=text("status = 'late'")),
        Index(
            "ix_obligation_department",
            "department_id",
            "due_at",
            postgresql_where=text("status IN ('due', 'warned', 'late')"),
        ),
        Index("ix_obligation_record", "record_id", "kind"),
        Index("ix_obligation_next", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_obligation_kind", "kind", "opened_at"),
    )

    kind: Mapped[str]
    resource: Mapped[str]
    clause: Mapped[str]
    record_id: Mapped[UUID]
    record_title: Mapped[str]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    climb_at: Mapped[datetime]
    next_at: Mapped[datetime | None] = mapped_column(
        doc="When the watch looks at it next; empty when nothing more will happen."
    )
    level: Mapped[int] = mapped_column(default=0, doc="0 the holder, 1 the leader, 2 the head of the department.")
    climbed_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    met_at: Mapped[datetime | None]


class Notification(Model):
    """Something a person should know; shown by the bell and in My day."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_account", "account_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    kind: Mapped[str] = mapped_column(doc="warned, late, climbed, or an event such as handover.offered")
    clause: Mapped[str | None]
    resource: Mapped[str | None]
    record_id: Mapped[UUID | None]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    read_at: Mapped[datetime | None]


async def due(
    db: AsyncSession,
    kind: Kind,
    record_id: UUID,
    title: str,
    *,
    holder: UUID | None,
    department: UUID | None,
    at: datetime | None = None,
    limit: Limit | None = None,
) -> Obligation:
    """From now on this is due; `at`, or the (given or kind's own) limit counted from now, is its moment."""
    now = clock.now()
    chosen = limit or kind.limit
    if at is None:
        if chosen is None:
            raise ValueError(f"{kind.name} has no limit: say when it is due")
        at = await deadline(db, chosen, now)
    made = Obligation(
        kind=kind.name,
        resource=kind.resource,
        clause=kind.clause,
        record_id=record_id,
        record_title=title[:200],
        owner_id=holder,
        department_id=department,
        opened_at=now,
        due_at=at,
        warn_at=now + (at - now) * WARN_AT,
        climb_at=now + (at - now) * CLIMB_AT,
        next_at=now + (at - now) * WARN_AT,
        status="due",
    )
    db.add(made)
    return made


async def met(db: AsyncSession, kind: Kind, record_id: UUID) -> None:
    """It was done; in time or late is decided by the clock."""
    await _close(db, (kind.name,), record_id, {"met_at": clock.now()})


async def void(db: AsyncSession, record_id: UUID, *kinds: Kind) -> None:
    """It is due no longer (the lead was lost, the order cancelled): all kinds, or these."""
    await _close(db, tuple(kind.name for kind in kinds), record_id, {"status": "void"})


async def _close(db: AsyncSession, kinds: Sequence[str], record_id: UUID, values: dict[str, Any]) -> None:
    now = clock.now()
    open_ = Obligation.status.in_(LIFECYCLE.of_category("open"))
    done = update(Obligation).where(Obligation.record_id == record_id, open_)
    if kinds:
        done = done.where(Obligation.kind.in_(kinds))
    if "status" not in values:
        values = {**values, "status": case((Obligation.due_at >= now, "met"), else_="met_late")}
    await db.flush()
    await db.execute(
        done.values(**values, next_at=None, updated_at=now, version=Obligation.version + 1),
        execution_options={"synchronize_session": False},
    )
    await events.notify(db, {"type": "changed", "table": Obligation.__tablename__, "id": None})


async def pass_to(db: AsyncSession, record_id: UUID, holder: UUID | None, department: UUID | None) -> None:
    """The record has a new owner: what is open of it is his now."""
    await db.flush()
    await db.execute(
        update(Obligation)
        .where(Obligation.record_id == record_id, Obligation.status.in_(LIFECYCLE.of_category("open")))
        .values(owner_id=holder, department_id=department, updated_at=clock.now(), version=Obligation.version + 1),
        execution_options={"synchronize_session": False},
    )


async def tell(
    db: AsyncSession, account_ids: Sequence[UUID], kind: str, title: Text, *,
    clause: str | None = None, resource: str | None = None, record_id: UUID | None = None,
) -> None:  # fmt: skip
    """Notify people; their clients hear of it when this transaction commits."""
    for account_id in dict.fromkeys(account_ids):
        db.add(
            Notification(
                account_id=account_id, kind=kind, clause=clause, resource=resource, record_id=record_id,
                title_zh=title.zh, title_en=title.en,
            )
        )  # fmt: skip
        await events.notify(db, {"type": "notification", "account": str(account_id)})


# What the watch does, set-based: each obligation whose moment has come takes its next step, and those who must know are
# told. A holder's leader, else the head of the department, takes level 1; the head (or that of the one above) level 2.
_WATCH = text(
    """
    WITH moment AS (
        SELECT o.id, o.kind, o.clause, o.resource, o.record_id, o.record_title, o.owner_id, o.level,
               coalesce(o.owner_id, d.head_id) AS holder,
               coalesce(a.leader_id, d.head_id) AS leader,
               coalesce(d.head_id, up.head_id, a.leader_id) AS head,
               CASE WHEN :now >= o.climb_at THEN 2 WHEN :now >= o.due_at THEN 1 ELSE 0 END AS to_level,
               CASE WHEN :now >= o.due_at THEN 'late' ELSE 'warned' END AS to_status,
               CASE WHEN :now >= o.climb_at THEN NULL WHEN :now >= o.due_at THEN o.climb_at ELSE o.due_at END AS again
        FROM regulation_obligation o
        LEFT JOIN account a ON a.id = o.owner_id
        LEFT JOIN department d ON d.id = coalesce(o.department_id, a.department_id)
        LEFT JOIN department up ON up.id = d.parent_id
        WHERE o.next_at <= :now AND o.status IN ('due', 'warned', 'late')
        ORDER BY o.next_at LIMIT 5000
        FOR UPDATE OF o SKIP LOCKED
    ), moved AS (
        UPDATE regulation_obligation o
        SET status = m.to_status, level = m.to_level, next_at = m.again, updated_at = :now, version = o.version + 1,
            climbed_to_id = CASE m.to_level WHEN 2 THEN m.head WHEN 1 THEN m.leader END
        FROM moment m WHERE o.id = m.id
        RETURNING m.*
    )
    SELECT kind, clause, resource, record_id, record_title, to_status, to_level,
           CASE to_level WHEN 0 THEN ARRAY[holder] WHEN 1 THEN ARRAY[holder, leader] ELSE ARRAY[head] END AS tell
    FROM moved
    """
)
_SAYS = {
    0: ("warned", Text("即将到期：{what}（{title}）", "Due soon: {what} ({title})")),
    1: ("late", Text("已逾期：{what}（{title}）", "Late: {what} ({title})")),
    2: ("climbed", Text("逾期上报：{what}（{title}）", "Late and climbing: {what} ({title})")),
}


@every("* * * * *", clause="8.1.1")
async def watch(db: AsyncSession) -> int:
    """Warn, mark as late, climb: whatever is due for it now. Returns how many moved; running it twice moves none."""
    moved = (await db.execute(_WATCH, {"now": clock.now()})).all()
    for row in moved:
        kind, says = _SAYS[row.to_level]
        what = KINDS[row.kind].title if row.kind in KINDS else Text(row.kind, row.kind)
        people = [account for account in row.tell if account is not None]
        await tell(
            db, people, kind, says.of(what=what, title=row.record_title),
            clause=row.clause, resource=row.resource, record_id=row.record_id,
        )  # fmt: skip
    return len(moved)
