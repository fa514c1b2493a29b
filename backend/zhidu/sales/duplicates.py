"""4.1.1, 4.4.3 Duplicates: the same person written down twice is found on arrival and offered for merging.

The same telephone or e-mail is certain (found by blind index, without opening a value). A similar name at a similar
company is likely: candidates come from the search index, at most twenty, and are compared one by one.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import (
    CompoundSelect,
    ForeignKey,
    Index,
    Row,
    Select,
    SmallInteger,
    Uuid,
    bindparam,
    func,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from zhidu.kernel import clock, search
from zhidu.kernel.db import Database, Owned, Record, new_id, scope_indexes
from zhidu.kernel.jobs import job
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.work import unit_of_work
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.sales.contacts import Contact
from zhidu.sales.customers import Customer
from zhidu.sales.leads import Lead

CANDIDATES: Final = 20
ALIKE: Final = 80  # of 100, by rapidfuzz; below it a pair is not worth a person's time

LIFECYCLE = Lifecycle(
    "duplicate",
    {"open": "open", "merged": "done", "dismissed": "ended"},
    merge=step("open", "merged", clause=("4.1.1", "4.4.3")),
    dismiss=step("open", "dismissed", clause="4.1.1"),
    undo=step("merged", "open", clause="4.4.3"),
)


class Duplicate(Owned, Record):
    """A lead and the earlier lead or customer that it may be; whoever answers for the lead decides."""

    __tablename__ = "sales_duplicate"
    __audited__ = False  # found by rule; what people decide about it is in its history
    __table_args__ = (
        *scope_indexes("sales_duplicate"),
        Index(
            "uq_sales_duplicate_pair", "lead_id", "other_id", "customer_id",
            unique=True, postgresql_nulls_not_distinct=True,
        ),
        Index("ix_sales_duplicate_other_id", "other_id", postgresql_where=text("other_id IS NOT NULL")),
        Index("ix_sales_duplicate_customer_id", "customer_id", postgresql_where=text("customer_id IS NOT NULL")),
    )  # fmt: skip

    lead_id: Mapped[UUID] = mapped_column(ForeignKey(Lead.id))
    other_id: Mapped[UUID | None] = mapped_column(ForeignKey(Lead.id), doc="The earlier lead,")
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id), doc="or the customer.")
    reason: Mapped[str] = mapped_column(doc="phone, email or name")
    certain: Mapped[bool]
    score: Mapped[int] = mapped_column(SmallInteger, doc="How alike, of 100.")
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)


_lead, _other, _owner = aliased(Lead), aliased(Lead), aliased(Account)
LISTING = Listing(
    "duplicate",
    Duplicate,
    extra=(
        _lead.name.label("lead_name"),
        _lead.company.label("lead_company"),
        _lead.status.label("lead_status"),
        _other.name.label("other_name"),
        _other.company.label("other_company"),
        _other.status.label("other_status"),
        _other.phone_masked.label("other_phone_masked"),
        _other.email_masked.label("other_email_masked"),
        _owner.name.label("other_owner_name"),
        Customer.name.label("customer_name"),
        Customer.number.label("customer_number"),
    ),
    joins=(
        (_lead, _lead.id == Duplicate.lead_id),
        (_other, _other.id == Duplicate.other_id),
        (Customer, Customer.id == Duplicate.customer_id),
        (_owner, _owner.id == _other.owner_id),
    ),
    filters=(Duplicate.status, Duplicate.lead_id, Duplicate.other_id, Duplicate.customer_id, Duplicate.certain),
    lifecycle=LIFECYCLE,
)


@dataclass(frozen=True, slots=True)
class Match:
    """Another lead or a customer that is, or may be, the same."""

    reason: str
    score: int
    other_id: UUID | None = None
    customer_id: UUID | None = None

    @property
    def certain(self) -> bool:
        """Equal, not only alike."""
        return self.reason != "name"


# What every second company's name holds, and no two are told apart by.
_COMMON = re.compile(
    "股份|有限|责任|集团|控股|科技|技术|信息|网络|贸易|实业|发展|投资|咨询|服务|公司"
    r"|(?<![a-z])(?:co|ltd|inc|llc|gmbh|corp|company|limited)(?![a-z])|[.,（）()]"
)


def core(company: str) -> str:
    """The part of a company's name by which it is known: 深圳市腾讯计算机系统有限公司 -> 深圳市腾讯计算机系统."""
    return search.folded(_COMMON.sub("", company.lower())) or search.folded(company)


def alike(name: str, company: str, other_name: str, other_company: str) -> int:
    """How alike two people at two companies are, of 100: the weaker of the two likenesses decides."""
    people = fuzz.ratio(search.folded(name), search.folded(other_name))
    # One writes 腾讯, the other 深圳市腾讯计算机系统: the shorter is looked for in the longer.
    companies = fuzz.partial_ratio(core(company), core(other_company))
    return int(min(people, companies))


async def find(db: AsyncSession, lead: Lead) -> list[Match]:
    """The leads and customers that this lead may be: one match each, the certain ones first."""
    matches: dict[UUID | None, Match] = {}
    if lead.phone_index is not None or lead.email_index is not None:
        for reason, other_id, customer_id in await db.execute(_same(lead)):
            matches.setdefault(other_id or customer_id, Match(reason, 100, other_id, customer_id))
    for other_id, name, company in await db.execute(_like(lead)) if lead.company else ():
        score = alike(lead.name, lead.company or "", name, company or "")
        if score >= ALIKE:
            matches.setdefault(other_id, Match("name", score, other_id))
    return list(matches.values())


def _same(lead: Lead) -> CompoundSelect[*tuple[Any, ...]]:
    """Whoever has the same telephone or e-mail."""
    none = literal(None, Uuid())
    searches: list[Select[*tuple[Any, ...]]] = []
    for reason in ("phone", "email"):
        value = getattr(lead, f"{reason}_index")
        if value is None:
            continue
        by = literal(reason).label("reason")
        leads = select(by, Lead.id.label("other_id"), none.label("customer_id"))
        leads = leads.where(Lead.id != lead.id, Lead.merged_into_id.is_(None))
        customers = select(by, none.label("other_id"), Customer.id.label("customer_id"))
        contacts = select(by, none.label("other_id"), Contact.customer_id.label("customer_id"))
        for model, found in ((Lead, leads), (Customer, customers), (Contact, contacts)):
            bounded = found.where(getattr(model, f"{reason}_index") == value).limit(CANDIDATES)
            searches.append(select(bounded.subquery()))
    return union_all(*searches)


def _like(lead: Lead) -> Select[UUID, str, str | None]:
    """Leads of the same name whose company shares two neighbouring characters with this one's."""
    array = Lead.search_tokens.type
    name = literal(search.tokens(search.folded(lead.name)), array)
    company = literal(search.tokens(core(lead.company or "")), array)
    return (
        select(Lead.id, Lead.name, Lead.company)
        .where(
            func.cardinality(name) > 0,
            Lead.search_tokens.contains(name),
            Lead.search_tokens.overlap(company),
            Lead.company.is_not(None),
            Lead.id != lead.id,
            Lead.merged_into_id.is_(None),
        )
        .limit(CANDIDATES)
    )


async def offer(db: AsyncSession, lead: Lead) -> list[Match]:
    """Find who the lead may be, and offer each for merging; what was offered or decided before stays as it is."""
    matches = await find(db, lead)
    await keep(db, lead, matches)
    return matches


async def keep(db: AsyncSession, lead: Lead, matches: Sequence[Match]) -> None:
    """Offer these for merging."""
    if matches:
        await db.flush()
        await db.execute(insert(Duplicate).values([_row(lead, match) for match in matches]).on_conflict_do_nothing())


def _row(lead: Lead | Row[*tuple[Any, ...]], match: Match) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": new_id(), "version": 1, "created_at": now, "updated_at": now, "status": LIFECYCLE.initial,
        "lead_id": lead.id, "other_id": match.other_id, "customer_id": match.customer_id,
        "reason": match.reason, "certain": match.certain, "score": match.score,
        "owner_id": lead.owner_id, "department_id": lead.department_id,
    }  # fmt: skip


# Leads of an import that have the telephone or e-mail of a customer; the same ones of leads the import itself settles.
_KNOWN_CUSTOMERS = text(
    """
    INSERT INTO sales_duplicate
        (id, version, lead_id, customer_id, reason, certain, score, status, owner_id, department_id)
    SELECT gen_random_uuid(), 1, l.id, c.customer_id, max(c.reason), true, 100, 'open', l.owner_id, l.department_id
    FROM sales_lead l
    CROSS JOIN LATERAL (
        SELECT id AS customer_id, 'phone' AS reason FROM sales_customer WHERE phone_index = l.phone_index
        UNION ALL SELECT id, 'email' FROM sales_customer WHERE email_index = l.email_index
        UNION ALL SELECT customer_id, 'phone' FROM sales_contact WHERE phone_index = l.phone_index
        UNION ALL SELECT customer_id, 'email' FROM sales_contact WHERE email_index = l.email_index
    ) c
    WHERE l.import_id = :import_id GROUP BY l.id, c.customer_id
    ON CONFLICT DO NOTHING
    """
)
_NEXT_OF_IMPORT = (
    select(Lead.id, Lead.name, Lead.company, Lead.owner_id, Lead.department_id)
    .where(Lead.import_id == bindparam("import_id"), Lead.id > bindparam("last"), Lead.company.is_not(None))
    .order_by(Lead.id)
    .limit(500)
)
_CANDIDATES_OF_MANY = text(
    """
    SELECT b.id AS lead_id, l.id AS other_id, l.name, l.company
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS b(id uuid, name text[], company text[])
    CROSS JOIN LATERAL (
        SELECT id, name, company FROM sales_lead
        WHERE search_tokens @> b.name AND search_tokens && b.company AND company IS NOT NULL AND id < b.id
          AND merged_into_id IS NULL
        LIMIT :candidates
    ) l
    """
)


@job(clause="4.1.1")
async def compare_imported(database: Database, import_id: str) -> None:
    """Compare the leads of an import with customers and with earlier leads, five hundred at a time."""
    async with unit_of_work(database, clauses=("4.1.1",)) as db:
        await db.execute(_KNOWN_CUSTOMERS, {"import_id": UUID(import_id)})
    last = UUID(int=0)
    while True:
        async with unit_of_work(database, clauses=("4.1.1",)) as db:
            rows = (await db.execute(_NEXT_OF_IMPORT, {"import_id": UUID(import_id), "last": last})).all()
            if not rows:
                return
            last, batch = rows[-1].id, {row.id: row for row in rows}
            keyed = [
                {
                    "id": str(row.id), "name": search.tokens(search.folded(row.name)),
                    "company": search.tokens(core(row.company or "")),
                }
                for row in rows
            ]  # fmt: skip
            values = {"batch": json.dumps([one for one in keyed if one["name"]]), "candidates": CANDIDATES}
            found = []
            for candidate in await db.execute(_CANDIDATES_OF_MANY, values):
                row = batch[candidate.lead_id]
                score = alike(row.name, row.company or "", candidate.name, candidate.company)
                if score >= ALIKE:
                    found.append(_row(row, Match("name", score, candidate.other_id)))
            if found:
                await db.execute(insert(Duplicate).values(found).on_conflict_do_nothing())


async def dismiss(db: AsyncSession, actor: Actor, duplicate: Duplicate, note: str | None = None) -> Duplicate:
    """They are two; it is not offered again."""
    actor.must(duties.DISMISS_DUPLICATE, duplicate)
    await LIFECYCLE.advance(db, actor, "dismiss", duplicate, note)
    return duplicate
