"""1.3.4, 4.3.2 Hand-overs between departments: offered, then accepted or refused with a reason; each has its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.events import Event, emit
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account, Department
from zhidu.policy.actor import Actor
from zhidu.policy.deciders import all_who_may
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import due, met, obligation, tell

LIFECYCLE = Lifecycle(
    "handover",
    {"offered": "waiting", "accepted": "open", "done": "done", "refused": "waiting", "returned": "waiting"},
    accept=step("offered", "accepted", clause=("1.3.4", "4.3.2")),
    refuse=step("offered", "refused", clause=("1.3.4", "4.3.2")),
    complete=step("accepted", "done", clause=("1.3.4", "2.4.2")),
    offer=step(("refused", "returned"), "offered", clause=("1.3.4", "4.3.2")),
    **{"return": step("accepted", "returned", clause="1.3.4")},
)

ACCEPT_LIMIT = limit("handover.accept", 4, "working-hours", "签收交接", "accept a hand-over", clause="1.3.4")
REOFFER_LIMIT = limit("handover.offer", 4, "working-hours", "重新提交交接", "offer a hand-over again", clause="1.3.4")
ACCEPT_DUE = obligation("handover.accept", "签收交接", "Accept the hand-over", clause="1.3.4", limit=ACCEPT_LIMIT)
REOFFER_DUE = obligation(
    "handover.offer", "处理被退回的交接并重新提交", "Settle what was sent back and offer it again",
    clause="1.3.4", limit=REOFFER_LIMIT,
)  # fmt: skip


class Handover(Owned, Record):
    """Work that one department gives to another: owner_id is who offered it, department_id who receives it."""

    __tablename__ = "org_handover"
    __table_args__ = (
        *scope_indexes("org_handover", "offered_at"),
        # At one time a department has one standing hand-over of a record.
        Index(
            "uq_org_handover_standing", "record_id", "department_id",
            unique=True, postgresql_where=text("status <> 'done'"),
        ),
        Index("ix_org_handover_record_id", "record_id"),
        Index("ix_org_handover_waiting", "department_id", "due_at", postgresql_where=text("status = 'offered'")),
    )  # fmt: skip

    resource: Mapped[str] = mapped_column(doc="What is handed over: order.")
    record_id: Mapped[UUID]
    record_title: Mapped[str]
    checklist: Mapped[list[Any]] = mapped_column(doc="What the receiver signs for, item by item.")
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    from_department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"))
    offered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(doc="Until when the department answers.")
    answered_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(doc="Why it was refused or returned.")


_receiver, _giver, _offerer, _accepter = aliased(Department), aliased(Department), aliased(Account), aliased(Account)

LISTING = Listing(
    "handover",
    Handover,
    extra=(
        _receiver.name.label("department_name"),
        _giver.name.label("from_department_name"),
        _offerer.name.label("offered_by_name"),
        _accepter.name.label("accepted_by_name"),
    ),
    joins=(
        (_receiver, _receiver.id == Handover.department_id),
        (_giver, _giver.id == Handover.from_department_id),
        (_offerer, _offerer.id == Handover.offered_by),
        (_accepter, _accepter.id == Handover.accepted_by),
    ),
    filters=(
        Handover.status, Handover.resource, Handover.record_id, Handover.department_id, Handover.owner_id,
        Handover.offered_at, Handover.due_at,
    ),
    sorts=(Handover.offered_at, Handover.due_at),
    default_sort="-offered_at",
    lifecycle=LIFECYCLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandoverOffered(Event):
    """A hand-over waits for its receiver; record_id is the hand-over, subject_id what is handed over."""

    resource: str
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class HandoverAccepted(HandoverOffered):
    """The receiving department has signed for it."""


@dataclass(frozen=True, slots=True)
class HandoverRefused(HandoverOffered):
    """The receiving department has refused or returned it, with a reason."""


@dataclass(frozen=True, slots=True)
class HandoverCompleted(HandoverOffered):
    """The receiving department has done its part."""


# -- what other domains ask ------------------------------------------------------------------------------------------


async def offer(
    db: AsyncSession,
    offered_by: Actor,
    *,
    resource: str,
    record_id: UUID,
    title: str,
    to_kind: str,
    checklist: Sequence[str] = (),
) -> Handover:
    """Offer a record to the department of a kind; the one that already stands there is not offered twice.

    The duty is that of the rule that calls (`order.hand_over`). Raises Conflict where no such department exists.
    """
    department = await db.scalar(
        select(Department).where(Department.kind == to_kind, Department.active).order_by(Department.code).limit(1)
    )
    if department is None:
        raise Conflict(
            Text("没有可接收交接的部门：{kind}", "There is no department to take the hand-over: {kind}").of(
                kind=to_kind
            )
        )
    standing = await db.scalar(
        select(Handover).where(
            Handover.record_id == record_id, Handover.department_id == department.id, Handover.status != "done"
        )
    )
    if standing is not None:
        return standing
    handover = Handover(
        resource=resource,
        record_id=record_id,
        record_title=title[:200],
        checklist=list(checklist),
        from_department_id=offered_by.department_id,
        offered_by=offered_by.id,
        owner_id=offered_by.id,
        department_id=department.id,
        offered_at=clock.now(),
        due_at=clock.now(),
    )
    db.add(handover)
    await db.flush()
    await _wait_for_receipt(db, handover)
    return handover


async def of_record(db: AsyncSession, record_id: UUID) -> list[tuple[Handover, str]]:
    """Every hand-over of a record with the kind of the receiving department, in the order they were offered."""
    found = select(Handover, Department.kind).join(Department, Department.id == Handover.department_id)
    rows = await db.execute(found.where(Handover.record_id == record_id).order_by(Handover.offered_at, Handover.id))
    return [(row[0], row[1]) for row in rows]


async def has_accepted(db: AsyncSession, record_id: UUID, kind: str) -> bool:
    """Whether a department of this kind has signed for the record."""
    signed = select(Handover.id).join(Department, Department.id == Handover.department_id)
    signed = signed.where(
        Handover.record_id == record_id, Department.kind == kind, Handover.status.in_(("accepted", "done"))
    )
    return await db.scalar(signed.limit(1)) is not None


# -- the steps -------------------------------------------------------------------------------------------------------


async def accept(db: AsyncSession, actor: Actor, handover: Handover, note: str | None = None) -> Handover:
    """The receiving department signs for it, and for each item of its list."""
    actor.must(duties.ACCEPT_HANDOVER, handover)
    await LIFECYCLE.advance(db, actor, "accept", handover, note)
    handover.accepted_by, handover.answered_at = actor.id, clock.now()
    await met(db, ACCEPT_DUE, handover.id)
    emit(db, HandoverAccepted(handover.id, handover.resource, handover.record_id))
    return handover


async def refuse(db: AsyncSession, actor: Actor, handover: Handover, reason: str) -> Handover:
    """The receiving department does not take it, and says why; it goes back to who offered it."""
    actor.must(duties.REFUSE_HANDOVER, handover)
    await LIFECYCLE.advance(db, actor, "refuse", handover, reason)
    handover.answered_at = clock.now()
    await met(db, ACCEPT_DUE, handover.id)
    return await _send_back(db, handover, reason)


async def return_(db: AsyncSession, actor: Actor, handover: Handover, reason: str) -> Handover:
    """What was accepted turns out not to be workable; it goes back to who offered it."""
    actor.must(duties.RETURN_HANDOVER, handover)
    await LIFECYCLE.advance(db, actor, "return", handover, reason)
    return await _send_back(db, handover, reason)


async def complete(db: AsyncSession, actor: Actor, handover: Handover, note: str | None = None) -> Handover:
    """The receiving department has done its part."""
    actor.must(duties.COMPLETE_HANDOVER, handover)
    await LIFECYCLE.advance(db, actor, "complete", handover, note)
    emit(db, HandoverCompleted(handover.id, handover.resource, handover.record_id))
    return handover


async def offer_again(db: AsyncSession, actor: Actor, handover: Handover, note: str | None = None) -> Handover:
    """What came back is settled, and offered once more; the receiver's clock begins anew."""
    actor.must(duties.OFFER_HANDOVER, handover)
    await LIFECYCLE.advance(db, actor, "offer", handover, note)
    handover.offered_by, handover.offered_at = actor.id, clock.now()
    handover.answered_at = handover.accepted_by = handover.reason = None
    await met(db, REOFFER_DUE, handover.id)
    await _wait_for_receipt(db, handover)
    return handover


async def _wait_for_receipt(db: AsyncSession, handover: Handover) -> None:
    """Nobody in particular holds it: late, it climbs to the head of the receiving department."""
    handover.due_at = await due(
        db, ACCEPT_DUE, handover.id, handover.record_title, holder=None, department=handover.department_id
    )
    await tell(
        db,
        await all_who_may(db, duties.ACCEPT_HANDOVER, department=handover.department_id, but=handover.offered_by),
        "handover.offered",
        Text("有交接待签收：{title}", "A hand-over waits for you: {title}").of(title=handover.record_title),
        clause="1.3.4",
        resource="handover",
        record_id=handover.id,
    )
    emit(db, HandoverOffered(handover.id, handover.resource, handover.record_id))


async def _send_back(db: AsyncSession, handover: Handover, reason: str) -> Handover:
    handover.reason = reason
    await due(
        db, REOFFER_DUE, handover.id, handover.record_title,
        holder=handover.owner_id, department=handover.from_department_id,
    )  # fmt: skip
    await tell(
        db,
        [] if handover.owner_id is None else [handover.owner_id],
        f"handover.{handover.status}",
        Text("交接被退回：{title}（{reason}）", "A hand-over came back: {title} ({reason})").of(
            title=handover.record_title, reason=reason[:100]
        ),
        clause="1.3.4",
        resource="handover",
        record_id=handover.id,
    )
    emit(db, HandoverRefused(handover.id, handover.resource, handover.record_id))
    return handover


# -- the measure -----------------------------------------------------------------------------------------------------


def _answerable(window: Window) -> Records:
    """Hand-overs of the period that were answered, or that should have been by its end."""
    return select(
        Handover.id,
        Handover.record_title.label("title"),
        literal("handover").label("resource"),
        Handover.offered_at.label("at"),
    ).where(
        Handover.offered_at >= window.since,
        Handover.offered_at < window.until,
        or_(Handover.answered_at.is_not(None), Handover.due_at <= window.until),
    )


def _answered_late(window: Window) -> Records:
    """Those whose receipt came after the deadline, or not at all. A refusal with its reason is an answer too."""
    return _answerable(window).where(or_(Handover.answered_at.is_(None), Handover.answered_at > Handover.due_at))


IN_TIME = control(
    "handover.in_time",
    "部门间交接在时限内签收",
    "Hand-overs between departments are answered within their deadline",
    clause="1.3.4",
    population=_answerable,
    failing=_answered_late,
    green=0.95,
    amber=0.8,
)
