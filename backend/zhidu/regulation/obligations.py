"""Obligations: what a clause makes due, for whom, until when; warned before, climbing after.

A domain declares a kind beside its rules (`FIRST_CONTACT = obligation(...)`) and says when one is due and when it is
met. At three quarters of the limit its holder is warned; at the limit it is late and climbs to the holder's leader; at
one and a half times the limit to the head of the department. What nobody holds is due to the head of its department.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    Table,
    Update,
    any_,
    bindparam,
    case,
    insert,
    null,
    text,
    update,
)  # fmt: skip
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock, events
from zhidu.kernel.alongside import Alongside, written
from zhidu.kernel.db import Model, Owned, Record, new_id
from zhidu.kernel.jobs import every
from zhidu.kernel.lifecycle import Lifecycle
from zhidu.kernel.page import Listing
from zhidu.kernel.texts import Text
from zhidu.policy.accounts import Account, Department
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


# What is still to be done, as a condition that indexes and queries share.
OPEN = "status IN ('due', 'warned', 'late')"


class Obligation(Owned, Record):
    """Something due. owner_id is the holder; empty when it is due to the department as such."""

    __tablename__ = "regulation_obligation"
    __audited__ = False  # the record that it is about is audited, and so is each step of it
    __table_args__ = (
        Index("ix_obligation_holder", "owner_id", "status", "due_at"),
        Index("ix_obligation_department", "department_id", "status", "due_at"),
        Index("ix_obligation_due_at", "due_at", "id"),
        Index("ix_obligation_unheld", "department_id", "due_at", postgresql_where=text(f"owner_id IS NULL AND {OPEN}")),
        Index("ix_obligation_climbed", "climbed_to_id", "due_at", postgresql_where=text("status = 'late'")),
        Index("ix_obligation_clause", "clause", "status", postgresql_where=text(OPEN)),
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


DUES = Alongside.of(Obligation)


class Notification(Model):
    """Something a person should know; shown by the bell and in My day."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_account", "account_id", "at", "id"),
        Index("ix_notification_unread", "account_id", postgresql_where=text("read_at IS NULL")),
    )

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


LISTING = Listing(
    "obligation",
    Obligation,
    # `title` is the kind, which the register says in the reader's language.
    extra=(
        Obligation.kind.label("title"),
        Account.name.label("owner_name"),
        Department.name.label("department_name"),
    ),
    joins=((Account, Account.id == Obligation.owner_id), (Department, Department.id == Obligation.department_id)),
    filters=(
        Obligation.kind, Obligation.clause, Obligation.resource, Obligation.record_id, Obligation.status,
        Obligation.owner_id, Obligation.department_id, Obligation.climbed_to_id, Obligation.due_at,
    ),
    sorts=(Obligation.due_at,),
    default_sort="due_at",
    lifecycle=LIFECYCLE,
)  # fmt: skip


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
) -> datetime:
    """From now on this is due; `at`, or the (given or kind's own) limit counted from now, is its moment: returned."""
    now = clock.now()
    chosen = limit or kind.limit
    if at is None:
        if chosen is None:
            raise ValueError(f"{kind.name} has no limit: say when it is due")
        at = await deadline(db, chosen, now)
    begun = columns(kind, record_id, title, holder=holder, department=department, at=at, now=now)
    DUES.add(db, **begun, version=1, created_by=db.info.get("account_id"))
    db.info.setdefault("changed", set()).add((Obligation.__tablename__, None))
    return at


def columns(
    kind: Kind,
    record_id: UUID,
    title: str,
    *,
    holder: UUID | None,
    department: UUID | None,
    at: datetime,
    now: datetime,
) -> dict[str, Any]:
    """An obligation that begins now and is due at a moment, as columns: for statements that write it themselves."""
    span = max(at - now, timedelta(0))
    return {
        "kind": kind.name, "resource": kind.resource, "clause": kind.clause, "record_id": record_id,
        "record_title": title[:200], "owner_id": holder, "department_id": department, "opened_at": now, "due_at": at,
        "warn_at": at - span * (1 - WARN_AT), "climb_at": at + span * (CLIMB_AT - 1),
        "next_at": at - span * (1 - WARN_AT), "status": "due",
    }  # fmt: skip


# Each of these moves is made once. They are of the table and not of the class: the session need know nothing of them.
_TABLE = cast("Table", Obligation.__table__)
_NOW = bindparam("now", type_=_TABLE.c.updated_at.type)


def _moving(*which: ColumnElement[bool], **values: Any) -> Update:
    open_ones = update(_TABLE).where(_TABLE.c.record_id == bindparam("of"), text(OPEN), *which)
    return open_ones.values(**values, updated_at=_NOW, version=_TABLE.c.version + 1)


_MET = _moving(
    _TABLE.c.kind == bindparam("what"),
    status=case((_TABLE.c.due_at >= _NOW, "met"), else_="met_late"), met_at=_NOW, next_at=null(),
)  # fmt: skip
_MET_BY = _MET.where(_TABLE.c.owner_id == bindparam("by"))
_THESE: BindParameter[Any] = bindparam("these", type_=ARRAY(SqlText))
_VOID = _moving(_THESE.is_(None) | (_TABLE.c.kind == any_(_THESE)), status="void", next_at=null())
_PASSED = _moving(owner_id=bindparam("holder"), department_id=bindparam("department"))


async def met(db: AsyncSession, kind: Kind, record_id: UUID, *, holder: UUID | None = None) -> None:
    """It was done (by everybody, or by this holder); in time or late is decided by the clock."""
    who = {} if holder is None else {"by": holder}
    await _move(db, _MET_BY if who else _MET, record_id, what=kind.name, **who)


async def void(db: AsyncSession, record_id: UUID, *kinds: Kind) -> None:
    """It is due no longer (the lead was lost, the order cancelled): all kinds, or these."""
    await _move(db, _VOID, record_id, these=[kind.name for kind in kinds] or None)


async def pass_to(db: AsyncSession, record_id: UUID, holder: UUID | None, department: UUID | None) -> None:
    """The record has a new owner: what is open of it is his now."""
    await _move(db, _PASSED, record_id, holder=holder, department=department)


async def _move(db: AsyncSession, move: Update, record_id: UUID, **values: Any) -> None:
    """Change what is open of a record, in one statement."""
    if DUES.waits(db):
        await written(db)
    await db.execute(move, {"of": record_id, "now": clock.now(), **values})
    db.info.setdefault("changed", set()).add((Obligation.__tablename__, None))


async def tell(
    db: AsyncSession, account_ids: Sequence[UUID], kind: str, title: Text, *,
    clause: str | None = None, resource: str | None = None, record_id: UUID | None = None,
) -> None:  # fmt: skip
    """Notify people; their clients hear of it when this transaction commits."""
    await tell_each(
        db,
        [
            _notice(account_id, kind, title, clause=clause, resource=resource, record_id=record_id)
            for account_id in dict.fromkeys(account_ids)
        ],
    )


def _notice(account_id: UUID, kind: str, title: Text, **about: Any) -> dict[str, Any]:
    return {"account_id": account_id, "kind": kind, "title_zh": title.zh, "title_en": title.en, **about}


async def tell_each(db: AsyncSession, notices: Sequence[dict[str, Any]]) -> None:
    """Notify many people of different things: two statements, however many they are."""
    if not notices:
        return
    await db.execute(insert(Notification), [{"id": new_id(), "at": clock.now(), **notice} for notice in notices])
    accounts = list(dict.fromkeys(str(notice["account_id"]) for notice in notices))
    for begin in range(0, len(accounts), _A_MESSAGE):
        await events.notify(db, {"type": "notification", "accounts": accounts[begin : begin + _A_MESSAGE]})


# NOTIFY takes 8,000 bytes a message.
_A_MESSAGE = 150

# Who comes next when something is late: the holder's leader, else the head of the department; then the head, or the one
# above where the head holds it himself or has it already.
LINE_OF = """
    LEFT JOIN account a ON a.id = o.owner_id
    LEFT JOIN department d ON d.id = coalesce(o.department_id, a.department_id)
    LEFT JOIN department up ON up.id = d.parent_id
    CROSS JOIN LATERAL (
        SELECT coalesce(a.leader_id, nullif(d.head_id, o.owner_id), up.head_id, d.head_id) AS leader
    ) AS first
    CROSS JOIN LATERAL (
        SELECT coalesce(nullif(nullif(d.head_id, o.owner_id), first.leader), up.head_id, first.leader) AS head
    ) AS second
"""
# What the watch does, set-based: each obligation whose moment has come takes its next step, and those who must know are
# told.
_WATCH = text(
    f"""
    WITH moment AS (
        SELECT o.id, o.kind, o.clause, o.resource, o.record_id, o.record_title,
               coalesce(o.owner_id, d.head_id) AS holder, first.leader, second.head,
               CASE WHEN :now >= o.climb_at THEN 2 WHEN :now >= o.due_at THEN 1 ELSE 0 END AS to_level,
               CASE WHEN :now >= o.due_at THEN 'late' ELSE 'warned' END AS to_status,
               CASE WHEN :now >= o.climb_at THEN NULL WHEN :now >= o.due_at THEN o.climb_at ELSE o.due_at END AS again
        FROM regulation_obligation o {LINE_OF}
        WHERE o.next_at <= :now AND o.{OPEN}
        ORDER BY o.next_at LIMIT 5000
        FOR UPDATE OF o SKIP LOCKED
    ), moved AS (
        UPDATE regulation_obligation o
        SET status = m.to_status, level = m.to_level, next_at = m.again, updated_at = :now, version = o.version + 1,
            climbed_to_id = CASE m.to_level WHEN 2 THEN m.head WHEN 1 THEN m.leader END
        FROM moment m WHERE o.id = m.id
        RETURNING m.*
    )
    SELECT kind, clause, resource, record_id, record_title, to_level,
           CASE to_level WHEN 0 THEN ARRAY[holder] WHEN 1 THEN ARRAY[holder, leader] ELSE ARRAY[head] END AS tell
    FROM moved
    """  # noqa: S608 - made of constants
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
    notices = []
    for row in moved:
        kind, says = _SAYS[row.to_level]
        title = says.of(what=title_of(row.kind), title=row.record_title)
        about = {"clause": row.clause, "resource": row.resource, "record_id": row.record_id}
        notices += [_notice(account, kind, title, **about) for account in dict.fromkeys(row.tell) if account]
    await tell_each(db, notices)
    return len(moved)


def title_of(kind: str) -> Text:
    """What a kind asks, as a person would say it; a kind that the code no longer has is called by its name."""
    return KINDS[kind].title if kind in KINDS else Text(kind, kind)
