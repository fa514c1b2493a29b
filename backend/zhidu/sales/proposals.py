"""2.2.2, 4.2.2 Proposals: a solution with its price. A discount beyond the free one is approved by another person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Model, Owned, Record, new_id, scope_indexes
from zhidu.kernel.events import Event, emit, on
from zhidu.kernel.jobs import every
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed, OutOfOrder
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import RULES, Actor
from zhidu.policy.reach import within_reach
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import due, met, obligation, void
from zhidu.sales import customers, opportunities
from zhidu.sales.contacts import Contact
from zhidu.sales.customers import Customer
from zhidu.sales.lines import Priced, Summed, line_checks, priced, shown_lines, sum_up
from zhidu.sales.numbers import numbered
from zhidu.sales.opportunities import Opportunity, OpportunityReassigned

UNSENT = ("draft", "submitted", "approved", "returned")
LIFECYCLE = Lifecycle(
    "proposal",
    {
        "draft": "open", "submitted": "waiting", "approved": "open", "returned": "open", "sent": "waiting",
        "accepted": "done", "declined": "ended", "expired": "ended", "superseded": "ended",
    },
    update=within("draft", clause="4.2.2"),
    submit=step("draft", "submitted", clause="4.2.2"),
    approve=step("submitted", "approved", clause=("4.2.2", "1.3.3")),
    revise=step(("returned", "approved"), "draft", clause="4.2.2"),
    send=step(("draft", "approved"), "sent", clause="4.2.2"),
    accept=step("sent", "accepted", clause="4.2.2"),
    decline=step("sent", "declined", clause="4.2.2"),
    expire=step("sent", "expired", clause="4.2.2", by_rules=True),
    supersede=step((*UNSENT, "sent"), "superseded", clause="4.2.2", by_rules=True),
    **{"return": step("submitted", "returned", clause="4.2.2")},
)  # fmt: skip

# What a salesperson may give off by himself, in per cent of the list price (1.3.3).
FREE_DISCOUNT = 5
VALID_DAYS = 30
APPROVE_LIMIT = limit("proposal.approve", 4, "working-hours", "审批方案折扣", "decide on a discount", clause="4.2.2")
APPROVE_DUE = obligation(
    "proposal.approve", "审批方案折扣", "Decide on the discount", clause="4.2.2", limit=APPROVE_LIMIT
)


@dataclass(frozen=True, slots=True)
class ProposalSent(Event):
    """The customer gets it by e-mail, or has got it in another way."""

    by: str


class Proposal(Summed, Owned, Record):
    """What the customer is offered: one version of it. Its lines keep the prices of the day."""

    __tablename__ = "sales_proposal"
    __table_args__ = (
        *scope_indexes("sales_proposal"),
        *scope_indexes("sales_proposal", "created_at"),
        Index("ix_sales_proposal_customer_id", "customer_id", "created_at", "id"),
        Index("uq_sales_proposal_edition", "opportunity_id", "edition", unique=True),
        Index("ix_sales_proposal_valid_until", "valid_until", postgresql_where="status = 'sent'"),
    )

    number: Mapped[str] = mapped_column(unique=True, default=lambda: numbered("F"))
    opportunity_id: Mapped[UUID] = mapped_column(ForeignKey(Opportunity.id))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id))
    edition: Mapped[int] = mapped_column(doc="1, 2, 3 ... of one opportunity.")
    title: Mapped[str]
    solution: Mapped[str] = mapped_column(doc="How it answers the customer's needs.")
    terms: Mapped[str | None] = mapped_column(doc="Delivery, payment, warranty.")
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    valid_until: Mapped[date]
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None] = mapped_column(doc="email, wechat or in-person")
    answered_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]

    @property
    def over_free_discount(self) -> bool:
        """Whether somebody else must approve what is given off."""
        return self.discount_fen * 100 > self.gross_fen * FREE_DISCOUNT


class ProposalLine(Priced, Model):
    """A line of a proposal."""

    __tablename__ = "sales_proposal_line"
    __table_args__ = (*line_checks(), Index("ix_sales_proposal_line_proposal_id", "proposal_id", "position"))

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey(Proposal.id))


LISTING = Listing(
    "proposal",
    Proposal,
    extra=(
        Customer.name.label("customer_name"),
        Contact.name.label("contact_name"),
        Account.name.label("owner_name"),
        shown_lines(ProposalLine, ProposalLine.proposal_id, Proposal.id).label("lines"),
    ),
    joins=(
        (Customer, Customer.id == Proposal.customer_id),
        (Contact, Contact.id == Proposal.contact_id),
        (Account, Account.id == Proposal.owner_id),
    ),
    filters=(
        Proposal.status, Proposal.owner_id, Proposal.customer_id, Proposal.opportunity_id, Proposal.created_at,
        Proposal.valid_until, Proposal.total_fen,
    ),
    search=lambda q: customers.numbered_or_of_found(Proposal.number, Proposal.customer_id, q),
    lifecycle=LIFECYCLE,
)  # fmt: skip


async def write(
    db: AsyncSession,
    actor: Actor,
    *,
    opportunity_id: UUID,
    title: str,
    solution: str,
    lines: Sequence[Mapping[str, Any]],
    terms: str | None = None,
    contact_id: UUID | None = None,
    valid_until: date | None = None,
) -> Proposal:
    """A proposal for an opportunity; it takes the place of earlier ones that the customer has not seen."""
    opportunity = await within_reach(db, actor, opportunities.LISTING, opportunity_id, "/opportunity_id", lock=True)
    actor.must(duties.CREATE_PROPOSAL, opportunity)
    if opportunity.status not in opportunities.OPEN:
        raise OutOfOrder(
            Text("商机已了结或搁置，不能再写方案", "The opportunity is closed or on hold"), state=opportunity.status
        )
    if contact_id is not None:
        await opportunities.contact_of(db, opportunity.customer_id, contact_id)
    rows = await priced(db, lines)
    await _supersede(db, actor, opportunity.id, UNSENT)
    last = await db.scalar(select(func.max(Proposal.edition)).where(Proposal.opportunity_id == opportunity.id))
    proposal = Proposal(
        id=new_id(),
        opportunity_id=opportunity.id,
        customer_id=opportunity.customer_id,
        contact_id=contact_id or opportunity.contact_id,
        edition=(last or 0) + 1,
        title=title,
        solution=solution,
        terms=terms,
        valid_until=_still_to_come(valid_until or clock.today() + timedelta(days=VALID_DAYS)),
        owner_id=opportunity.owner_id,
        department_id=opportunity.department_id,
    )
    db.add(proposal)
    await _put_lines(db, proposal, rows)
    return proposal


async def revise(
    db: AsyncSession, actor: Actor, proposal: Proposal, lines: Sequence[Mapping[str, Any]] | None = None, **changes: Any
) -> Proposal:
    """Change a draft; lines, if given, replace all."""
    actor.must(duties.UPDATE_PROPOSAL, proposal)
    LIFECYCLE.check("update", proposal.status)
    if changes.get("contact_id") is not None:
        await opportunities.contact_of(db, proposal.customer_id, changes["contact_id"])
    if "valid_until" in changes:
        _still_to_come(changes["valid_until"])
    for name, value in changes.items():
        setattr(proposal, name, value)
    if lines is not None:
        rows = await priced(db, lines)
        await db.execute(delete(ProposalLine).where(ProposalLine.proposal_id == proposal.id))
        await _put_lines(db, proposal, rows)
    return proposal


async def submit(db: AsyncSession, actor: Actor, proposal: Proposal, note: str | None = None) -> Proposal:
    """Ask for a discount beyond the free one."""
    actor.must(duties.SUBMIT_PROPOSAL, proposal)
    LIFECYCLE.check("submit", proposal.status)
    if not proposal.over_free_discount:
        raise OutOfOrder(
            Text("优惠不超过 {p}%，无需审批，可直接发送", "A discount up to {p} % needs no approval: send it").of(
                p=FREE_DISCOUNT
            )
        )
    await LIFECYCLE.advance(db, actor, "submit", proposal, note)
    proposal.submitted_by = actor.id
    await due(
        db,
        APPROVE_DUE,
        proposal.id,
        f"{proposal.number} {proposal.title}",
        holder=None,
        department=proposal.department_id,
    )
    return proposal


async def approve(db: AsyncSession, actor: Actor, proposal: Proposal, note: str | None = None) -> Proposal:
    """The discount may be given; never by who asks for it."""
    actor.must(duties.APPROVE_PROPOSAL, proposal)
    await LIFECYCLE.advance(db, actor, "approve", proposal, note)
    proposal.approved_by = actor.id
    await met(db, APPROVE_DUE, proposal.id)
    return proposal


async def return_(db: AsyncSession, actor: Actor, proposal: Proposal, *, reason: str) -> Proposal:
    """The discount may not be given, and why."""
    actor.must(duties.RETURN_PROPOSAL, proposal)
    await LIFECYCLE.advance(db, actor, "return", proposal, reason)
    await met(db, APPROVE_DUE, proposal.id)
    return proposal


async def take_back(db: AsyncSession, actor: Actor, proposal: Proposal, note: str | None = None) -> Proposal:
    """Back to a draft, to change it; an approval is void then."""
    actor.must(duties.REVISE_PROPOSAL, proposal)
    await LIFECYCLE.advance(db, actor, "revise", proposal, note)
    proposal.submitted_by = proposal.approved_by = None
    return proposal


async def send(
    db: AsyncSession, actor: Actor, proposal: Proposal, *, by: str = "email", note: str | None = None
) -> Proposal:
    """The customer gets it; an edition sent before is void from now on."""
    actor.must(duties.SEND_PROPOSAL, proposal)
    LIFECYCLE.check("send", proposal.status)
    if proposal.status == "draft" and proposal.over_free_discount:
        raise OutOfOrder(
            Text("优惠超过 {p}%，请先提交审批（4.2.2）", "A discount over {p} % needs approval first (4.2.2)").of(
                p=FREE_DISCOUNT
            )
        )
    _still_to_come(proposal.valid_until)
    opportunity = await db.get_one(Opportunity, proposal.opportunity_id, with_for_update=True)
    if by == "email" and not await _has_email(db, proposal):
        raise OutOfOrder(
            Text(
                "客户和联系人都没有电子邮箱：请先补充，或以其他方式送达",
                "Neither customer nor contact has an e-mail: add one, or hand it over otherwise",
            )
        )
    await LIFECYCLE.advance(db, actor, "send", proposal, note)
    proposal.sent_at, proposal.sent_by = clock.now(), by
    await db.flush()
    await _supersede(db, actor, opportunity.id, ("sent",), keep=proposal.id)
    opportunity.amount_fen = proposal.total_fen
    opportunity.proposal_sent_at = opportunity.proposal_sent_at or proposal.sent_at
    if opportunity.status == "solution":
        await opportunities.offer(db, actor, opportunity, note)
    emit(db, ProposalSent(proposal.id, by))
    return proposal


async def accept(db: AsyncSession, actor: Actor, proposal: Proposal, note: str | None = None) -> Proposal:
    """The customer agrees to it; the opportunity can be won now."""
    actor.must(duties.ACCEPT_PROPOSAL, proposal)
    LIFECYCLE.check("accept", proposal.status)
    _still_to_come(proposal.valid_until)
    await LIFECYCLE.advance(db, actor, "accept", proposal, note)
    proposal.answered_at = clock.now()
    opportunity = await db.get_one(Opportunity, proposal.opportunity_id, with_for_update=True)
    opportunity.accepted_proposal_id = proposal.id
    return proposal


async def decline(db: AsyncSession, actor: Actor, proposal: Proposal, *, reason: str) -> Proposal:
    """The customer does not agree, and why."""
    actor.must(duties.DECLINE_PROPOSAL, proposal)
    await LIFECYCLE.advance(db, actor, "decline", proposal, reason)
    proposal.answered_at, proposal.decline_reason = clock.now(), reason
    return proposal


@every("10 16 * * *", clause="4.2.2")
async def expire(db: AsyncSession) -> None:
    """What the customer has not answered by its last day is no longer offered (00:10 where the company works)."""
    over = select(Proposal).where(Proposal.status == "sent", Proposal.valid_until < clock.today())
    for proposal in await db.scalars(over.with_for_update(skip_locked=True)):
        await LIFECYCLE.advance(db, RULES, "expire", proposal)


@on(OpportunityReassigned)
async def follow(db: AsyncSession, event: OpportunityReassigned) -> None:
    """Who works on the opportunity works on its proposals."""
    owner = await db.get_one(Account, event.owner_id)
    for proposal in await db.scalars(select(Proposal).where(Proposal.opportunity_id == event.record_id)):
        proposal.owner_id, proposal.department_id = owner.id, owner.department_id


async def lines_of(db: AsyncSession, proposal_id: UUID) -> Sequence[ProposalLine]:
    """The lines in their order."""
    found = select(ProposalLine).where(ProposalLine.proposal_id == proposal_id).order_by(ProposalLine.position)
    return (await db.scalars(found)).all()


async def _put_lines(db: AsyncSession, proposal: Proposal, rows: Sequence[Mapping[str, Any]]) -> None:
    lines = [ProposalLine(proposal_id=proposal.id, **row) for row in rows]
    db.add_all(lines)
    await db.flush()
    sum_up(proposal, lines)
    # Lines that changed and came to the same sum are a change of the proposal too: its ETag must say so.
    proposal.updated_at = clock.now()


async def _supersede(
    db: AsyncSession, actor: Actor, opportunity_id: UUID, states: Sequence[str], *, keep: UUID | None = None
) -> None:
    earlier = select(Proposal).where(
        Proposal.opportunity_id == opportunity_id, Proposal.status.in_(states), Proposal.id.is_distinct_from(keep)
    )
    for proposal in await db.scalars(earlier.with_for_update()):
        await LIFECYCLE.advance(db, actor, "supersede", proposal)
        await void(db, proposal.id)


async def _has_email(db: AsyncSession, proposal: Proposal) -> bool:
    reached = select(Customer.id).outerjoin(Contact, Contact.id == proposal.contact_id)
    reached = reached.where(
        Customer.id == proposal.customer_id, func.coalesce(Contact.email_index, Customer.email_index).is_not(None)
    )
    return await db.scalar(reached) is not None


def _still_to_come(day: date) -> date:
    if day < clock.today():
        raise Malformed.at("/valid_until", Text("有效期已过", "It is no longer valid"), "past")
    return day
