"""4.1.1, 4.4.3 Merges: two records of one person become one, with a choice per field; an undo puts both back exactly.

The lead that goes keeps its row, points to the one that stays, and is in no list. What hangs on it (conversations,
opportunities) moves along. Both rows as they were, sealed values sealed, are kept for the undo.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock
from zhidu.kernel.db import Model, Record, new_id
from zhidu.kernel.events import emit
from zhidu.kernel.problem import Conflict, Malformed
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation.obligations import LIFECYCLE as OBLIGATIONS
from zhidu.regulation.obligations import Obligation
from zhidu.sales import duplicates, leads, scoring
from zhidu.sales.customers import Customer
from zhidu.sales.duplicates import LIFECYCLE, Duplicate
from zhidu.sales.follow_ups import FollowUp
from zhidu.sales.leads import Lead, LeadCorrected
from zhidu.sales.opportunities import Opportunity

# What may be taken from the one or the other, and the columns that it is.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",),
    "company": ("company",),
    "title": ("title",),
    "region": ("region",),
    "need": ("need",),
    "product_interest": ("product_interest",),
    "budget": ("budget_fen",),
    "phone": ("phone_sealed", "phone_masked", "phone_index", "phone_last4"),
    "email": ("email_sealed", "email_masked", "email_index"),
    # Where it came from is one fact: nobody came half by this channel and half by that.
    "source": ("source_id", "channel_id", "campaign_id", "link_id", "landing_page"),
}
_MERGED = (
    *(c for columns in FIELDS.values() for c in columns),
    "facts",
    *scoring.JUDGED,
    "search_text",
    "search_tokens",
)
_MOVED: Final[tuple[tuple[type[Record], str], ...]] = (
    (FollowUp, "lead_id"),
    (Opportunity, "lead_id"),
    (Customer, "first_lead_id"),
)


class Merge(Model):
    """One merge: what was, what became of it, and what moved along."""

    __tablename__ = "sales_lead_merge"
    __table_args__ = (Index("ix_sales_lead_merge_duplicate_id", "duplicate_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    duplicate_id: Mapped[UUID] = mapped_column(ForeignKey(Duplicate.id))
    kept_id: Mapped[UUID] = mapped_column(ForeignKey(Lead.id))
    merged_id: Mapped[UUID | None] = mapped_column(ForeignKey(Lead.id), doc="Empty: the lead was joined to a customer.")
    kept_before: Mapped[dict[str, Any]]
    kept_after: Mapped[dict[str, Any]]
    merged_before: Mapped[dict[str, Any] | None]
    moved: Mapped[dict[str, Any]] = mapped_column(doc="Ids by table.")
    account_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    undone_at: Mapped[datetime | None]


async def merge(
    db: AsyncSession, actor: Actor, duplicate: Duplicate, *, keep: UUID, take: Collection[str], note: str | None = None
) -> Duplicate:
    """Make one of two: `keep` stays, with the fields of `take` from the other; what is blank in it is filled too.

    A lead that is a known customer is joined to the customer's file: `keep` is the customer then.
    """
    actor.must(duties.MERGE_DUPLICATE, duplicate)
    LIFECYCLE.check("merge", duplicate.status)
    pair = {duplicate.lead_id, duplicate.other_id or duplicate.customer_id}
    if keep not in pair:
        raise Malformed.at("/keep", Text("只能保留这两条中的一条", "Must be one of the two"), "reference")
    if duplicate.other_id is None:
        await _join(db, actor, duplicate, keep)
    else:
        (other_id,) = pair - {keep}
        locked = select(Lead).where(Lead.id.in_(pair)).order_by(Lead.id).with_for_update()
        both = {lead.id: lead for lead in await db.scalars(locked)}
        kept, other = both[keep], both[UUID(str(other_id))]
        for lead in (kept, other):
            actor.must(duties.MERGE_DUPLICATE, lead)
        await _make_one(db, actor, duplicate, kept, other, take)
    await LIFECYCLE.advance(db, actor, "merge", duplicate, note)
    return duplicate


async def _make_one(
    db: AsyncSession, actor: Actor, duplicate: Duplicate, kept: Lead, other: Lead, take: Collection[str]
) -> None:
    before = {lead.id: await _row(db, lead.id) for lead in (kept, other)}
    attribution = kept.attribution
    for name, columns in FIELDS.items():
        blank = getattr(kept, columns[0]) is None and getattr(other, columns[0]) is not None
        if name in take or blank:
            for column in columns:
                setattr(kept, column, getattr(other, column))
    kept.facts = {**other.facts, **kept.facts}
    await scoring.rescore(db, kept)
    await leads.LIFECYCLE.advance(db, actor, "merge", other, kept.name)
    other.merged_into_id = kept.id
    moved = await _move_along(db, duplicate, kept, other)
    await db.flush()
    db.add(
        Merge(
            duplicate_id=duplicate.id, kept_id=kept.id, merged_id=other.id, account_id=actor.id, moved=moved,
            kept_before=before[kept.id], merged_before=before[other.id], kept_after=await _row(db, kept.id),
        )
    )  # fmt: skip
    await duplicates.offer(db, kept)
    _recount(db, other)
    if kept.attribution != attribution:
        _recount(db, kept)


async def _join(db: AsyncSession, actor: Actor, duplicate: Duplicate, keep: UUID) -> None:
    """The lead belongs to a customer's file: its conversion opens no second one."""
    if keep != duplicate.customer_id:
        raise Malformed.at("/keep", Text("应保留客户档案", "The customer's file stays"), "reference")
    lead = await db.get_one(Lead, duplicate.lead_id, with_for_update=True)
    actor.must(duties.MERGE_DUPLICATE, lead)
    before = await _row(db, lead.id)
    lead.customer_id = duplicate.customer_id
    await db.flush()
    db.add(
        Merge(
            duplicate_id=duplicate.id, kept_id=lead.id, merged_id=None, account_id=actor.id, moved={},
            kept_before=before, merged_before=None, kept_after=await _row(db, lead.id),
        )
    )  # fmt: skip


async def undo(db: AsyncSession, actor: Actor, duplicate: Duplicate, note: str | None = None) -> Duplicate:
    """Both are again what they were. What somebody changed since in the one that stayed is not taken from him."""
    actor.must(duties.UNDO_DUPLICATE, duplicate)
    LIFECYCLE.check("undo", duplicate.status)
    last = select(Merge).where(Merge.duplicate_id == duplicate.id, Merge.undone_at.is_(None)).with_for_update()
    done = (await db.scalars(last.order_by(Merge.at.desc()).limit(1))).one()
    kept = await db.get_one(Lead, done.kept_id, with_for_update=True)
    actor.must(duties.UNDO_DUPLICATE, kept)
    if kept.merged_into_id is not None:
        raise Conflict(
            Text("保留的线索后来又被合并，请先撤销那次合并", "The one that stayed was merged since; undo that first")
        )
    edited = kept.version != done.kept_after["version"]
    attribution = kept.attribution
    await db.execute(_PUT_BACK_KEPT, _values(done.kept_id, before=done.kept_before, after=done.kept_after))
    await db.refresh(kept)
    if edited:
        kept.touched_at = clock.now()  # so that the search columns follow
        await scoring.rescore(db, kept)
    if done.merged_id is not None:
        other = await db.get_one(Lead, done.merged_id, with_for_update=True)
        was = dict(done.merged_before or {})
        await leads.LIFECYCLE.advance(db, actor, "restore", other, to=was["status"])
        await db.flush()
        await db.execute(_PUT_BACK_MERGED, _values(other.id, before=was))
        await db.refresh(other)
        await _move_back(db, done, other)
        _recount(db, other)
        audit.note(db, "undo", "sales_lead", other.id, merged_into=kept.id)
    if kept.attribution != attribution:
        _recount(db, kept)
    audit.note(db, "undo", "sales_lead", kept.id, merge=done.id)
    done.undone_at = clock.now()
    await LIFECYCLE.advance(db, actor, "undo", duplicate, note)
    return duplicate


def _recount(db: AsyncSession, lead: Lead) -> None:
    for day in {leads.day_of(moment) for moment in (lead.arrived_at, lead.qualified_at) if moment is not None}:
        emit(db, LeadCorrected(lead.id, day))


# -- what moves along ------------------------------------------------------------------------------------------------


async def _move_along(db: AsyncSession, duplicate: Duplicate, kept: Lead, other: Lead) -> dict[str, Any]:
    """What hangs on the one that goes hangs on the one that stays; what is due of it is due no longer."""
    await db.flush()
    moved: dict[str, Any] = {}
    for model, column in _MOVED:
        point = getattr(model, column)
        values = {point: kept.id, model.version: model.version + 1}
        changed = await db.execute(update(model).where(point == other.id).values(values).returning(model.id))
        moved[model.__tablename__] = [str(one) for one in changed.scalars()]
    open_ = OBLIGATIONS.of_category("open")
    due = select(Obligation.id, Obligation.status).where(Obligation.record_id == other.id, Obligation.status.in_(open_))
    moved["obligations"] = [[str(one), status] for one, status in await db.execute(due)]
    await db.execute(
        update(Obligation).where(Obligation.record_id == other.id, Obligation.status.in_(open_)).values(_VOID)
    )
    pairs = (
        update(Duplicate)
        .where((Duplicate.lead_id == other.id) | (Duplicate.other_id == other.id), Duplicate.status == "open")
        .where(Duplicate.id != duplicate.id)
        .values(status="dismissed")
    )
    moved["duplicates"] = [str(one) for one in (await db.execute(pairs.returning(Duplicate.id))).scalars()]
    return moved


async def _move_back(db: AsyncSession, done: Merge, other: Lead) -> None:
    for model, column in _MOVED:
        ids = [UUID(one) for one in done.moved[model.__tablename__]]
        if ids:
            values = {getattr(model, column): other.id, model.version: model.version + 1}
            await db.execute(update(model).where(model.id.in_(ids)).values(values))
    for one, status in done.moved["obligations"]:
        # The watch looks at it at once: meanwhile it may have become late.
        back = update(Obligation).where(Obligation.id == UUID(one), Obligation.status == "void")
        await db.execute(back.values(status=status, next_at=clock.now()))
    ids = [UUID(one) for one in done.moved["duplicates"]]
    if ids:
        await db.execute(update(Duplicate).where(Duplicate.id.in_(ids)).values(status="open"))


_VOID = {"status": "void", "next_at": None}

# -- rows as they were -----------------------------------------------------------------------------------------------


async def _row(db: AsyncSession, lead_id: UUID) -> dict[str, Any]:
    """A lead's row as the database writes it in JSON: bytes in hex, times to the microsecond."""
    await db.flush()
    row = await db.scalar(select(func.to_jsonb(literal_column("sales_lead"))).where(Lead.id == lead_id))
    return dict(row or {})


def _values(lead_id: UUID, **rows: dict[str, Any]) -> dict[str, Any]:
    return {"id": lead_id, "now": clock.now(), **{name: json.dumps(row) for name, row in rows.items()}}


_ALL = [c.name for c in Lead.__table__.c if c.name not in ("id", "version", "updated_at")]
_PUT_BACK_MERGED = text(
    f"""
    UPDATE sales_lead l SET version = l.version + 1, updated_at = :now, {", ".join(f"{c} = b.{c}" for c in _ALL)}
    FROM jsonb_populate_record(NULL::sales_lead, CAST(:before AS jsonb)) b WHERE l.id = :id
    """  # noqa: S608 - the names are the model's own
)
# Columns that the merge changed and that still are as it left them.
_PUT_BACK_KEPT = text(
    f"""
    UPDATE sales_lead l SET version = l.version + 1, updated_at = :now, {
        ", ".join(
            f"{c} = CASE WHEN l.{c} IS NOT DISTINCT FROM a.{c} THEN b.{c} ELSE l.{c} END"
            for c in (*_MERGED, "customer_id")
        )
    }
    FROM jsonb_populate_record(NULL::sales_lead, CAST(:before AS jsonb)) b,
         jsonb_populate_record(NULL::sales_lead, CAST(:after AS jsonb)) a
    WHERE l.id = :id
    """  # noqa: S608 - the names are the model's own
)
