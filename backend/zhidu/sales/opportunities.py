"""2.2.2, 4.2.2 Opportunities: from the customer's needs to a solution, a proposal, and a purchase."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, new_id, scope_indexes
from zhidu.kernel.events import Event, emit
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import FieldError, Malformed, OutOfOrder
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.policy.reach import within_reach
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import due, met, obligation, pass_to, void
from zhidu.sales import customers
from zhidu.sales.attribution import Attributed
from zhidu.sales.contacts import Contact
from zhidu.sales.customers import Customer

_STAGES = ("discovery", "solution", "proposal", "negotiation")
LIFECYCLE = Lifecycle(
    "opportunity",
    {
        "discovery": "open", "solution": "open", "proposal": "open", "negotiation": "open",
        "on_hold": "waiting", "won": "done", "lost": "ended",
    },
    define=step("discovery", "solution", clause="2.2.2", duty="opportunity.advance"),
    offer=step("solution", "proposal", clause="4.2.2", duty="opportunity.advance"),
    negotiate=step("proposal", "negotiation", clause="4.2.2", duty="opportunity.advance"),
    win=step(("proposal", "negotiation"), "won", clause="4.2.2"),
    lose=step((*_STAGES, "on_hold"), "lost", clause="4.2.2"),
    hold=step(_STAGES, "on_hold", clause="4.2.2"),
    resume=step("on_hold", _STAGES, clause="4.2.2"),
    update=within((*_STAGES, "on_hold"), clause="2.2.2"),
    reassign=within((*_STAGES, "on_hold"), clause="2.2.2"),
)  # fmt: skip
OPEN = LIFECYCLE.of_category("open")

STAGE_LIMIT = limit(
    "opportunity.stage", 15, "working-days", "商机停留一个阶段", "an opportunity in one stage", clause="4.2.2"
)
MOVE_ON = obligation(
    "opportunity.move_on", "推进或了结商机", "Move the opportunity on, or close it", clause="4.2.2", limit=STAGE_LIMIT
)
NEXT_STEP = obligation("opportunity.next_step", "商机的下一步", "The opportunity's next step", clause="2.2.2")
TAKE_UP = obligation("opportunity.take_up", "重新跟进搁置的商机", "Take up the opportunity again", clause="4.2.2")

# What experience says of each stage; the owner may say otherwise.
_PROBABILITY = {"discovery": 10, "solution": 30, "proposal": 50, "negotiation": 70, "won": 100, "lost": 0}


@dataclass(frozen=True, slots=True)
class OpportunityOpened(Event):
    """A customer may buy; counted in the funnel on this day."""

    day: date


@dataclass(frozen=True, slots=True)
class OpportunityWon(Event):
    """The customer buys what the accepted proposal says."""

    proposal_id: UUID


@dataclass(frozen=True, slots=True)
class OpportunityReassigned(Event):
    """It has a new owner."""

    owner_id: UUID


class FactsMissing(OutOfOrder):
    """409: the stage needs facts that are not recorded yet; says which."""

    slug = "facts-missing"
    title = Text("还缺少信息", "Facts are missing")


class Opportunity(Searchable, Attributed, Owned, Record):
    """A chance that a customer buys."""

    __tablename__ = "sales_opportunity"
    __searched__ = ("title",)
    __table_args__ = (
        *scope_indexes("sales_opportunity"),
        *scope_indexes("sales_opportunity", "status", "updated_at"),
        *scope_indexes("sales_opportunity", "created_at"),
        *scope_indexes("sales_opportunity", "amount_fen"),
        search_index("sales_opportunity"),
        Index("ix_sales_opportunity_customer_id", "customer_id", "created_at", "id"),
        # The funnel drills down to the opportunities of a channel or a campaign.
        Index("ix_sales_opportunity_channel", "channel_id", "created_at", "id"),
        Index("ix_sales_opportunity_campaign", "campaign_id", "created_at", "id"),
        CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
        CheckConstraint("amount_fen >= 0", name="amount"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id))
    lead_id: Mapped[UUID | None] = mapped_column(doc="The lead that it came from.")
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    amount_fen: Mapped[int] = mapped_column(
        default=0, doc="What the customer may spend; a sent proposal says it exactly."
    )
    probability: Mapped[int] = mapped_column(default=_PROBABILITY["discovery"], doc="Per cent.")
    expected_close_on: Mapped[date | None]
    needs: Mapped[str | None] = mapped_column(doc="What the customer needs, in the customer's words (2.2.2).")
    next_step: Mapped[str | None]
    next_step_at: Mapped[datetime | None]
    held_until: Mapped[date | None]
    held_from: Mapped[str | None] = mapped_column(doc="The stage to which it returns.")
    lost_reason: Mapped[str | None]
    competitor: Mapped[str | None]
    stage_since: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    proposal_sent_at: Mapped[datetime | None] = mapped_column(doc="When the customer was first sent a proposal.")
    accepted_proposal_id: Mapped[UUID | None] = mapped_column(doc="What the customer agreed to.")


def _found(q: str) -> ColumnElement[bool]:
    by_title = select(Opportunity.id).where(matches(Opportunity, q))
    by_customer = select(Opportunity.id).where(customers.of_found(Opportunity.customer_id, q))
    # Each branch by its own index; an OR would walk every row.
    return Opportunity.id.in_(union_all(by_title, by_customer))


LISTING = Listing(
    "opportunity",
    Opportunity,
    extra=(Customer.name.label("customer_name"), Contact.name.label("contact_name"), Account.name.label("owner_name")),
    joins=(
        (Customer, Customer.id == Opportunity.customer_id),
        (Contact, Contact.id == Opportunity.contact_id),
        (Account, Account.id == Opportunity.owner_id),
    ),
    filters=(
        Opportunity.status, Opportunity.owner_id, Opportunity.customer_id, Opportunity.lead_id,
        Opportunity.channel_id, Opportunity.campaign_id, Opportunity.amount_fen,
        Opportunity.created_at, Opportunity.closed_at, Opportunity.expected_close_on, Opportunity.next_step_at,
    ),
    sorts=(Opportunity.amount_fen,),
    search=_found,
    lifecycle=LIFECYCLE,
)  # fmt: skip


async def open(
    db: AsyncSession,
    actor: Actor,
    *,
    customer: Customer,
    title: str,
    amount_fen: int = 0,
    contact_id: UUID | None = None,
    needs: str | None = None,
    expected_close_on: date | None = None,
    next_step: str | None = None,
    next_step_at: datetime | None = None,
    lead_id: UUID | None = None,
    channel_id: UUID | None = None,
    campaign_id: UUID | None = None,
    link_id: UUID | None = None,
) -> Opportunity:
    """A new opportunity with a customer; it belongs to the owner of the customer's file."""
    actor.must(duties.CREATE_OPPORTUNITY, customer)
    opportunity = Opportunity(
        id=new_id(),
        customer_id=customer.id,
        contact_id=contact_id,
        lead_id=lead_id,
        title=title,
        amount_fen=amount_fen,
        needs=needs,
        expected_close_on=expected_close_on,
        next_step=next_step,
        next_step_at=next_step_at,
        channel_id=channel_id or customer.channel_id,
        campaign_id=campaign_id or customer.campaign_id,
        link_id=link_id or customer.link_id,
        owner_id=customer.owner_id,
        department_id=customer.department_id,
    )
    db.add(opportunity)
    await _due_to_move_on(db, opportunity)
    await _due_next_step(db, opportunity)
    emit(db, OpportunityOpened(opportunity.id, clock.today()))
    return opportunity


async def open_for(
    db: AsyncSession, actor: Actor, *, customer_id: UUID, contact_id: UUID | None = None, **fields: Any
) -> Opportunity:
    """The same by ids, of a customer and a contact within the person's reach."""
    customer = await within_reach(db, actor, customers.LISTING, customer_id, "/customer_id")
    if contact_id is not None:
        await contact_of(db, customer_id, contact_id)
    return await open(db, actor, customer=customer, contact_id=contact_id, **fields)


async def contact_of(db: AsyncSession, customer_id: UUID, contact_id: UUID) -> Contact:
    """The contact, if it is one of this customer's; else Malformed at /contact_id."""
    contact = await db.scalar(select(Contact).where(Contact.id == contact_id, Contact.customer_id == customer_id))
    if contact is None:
        raise Malformed.at("/contact_id", Text("不是这个客户的联系人", "Not a contact of this customer"), "reference")
    return contact


async def revise(db: AsyncSession, actor: Actor, opportunity: Opportunity, **changes: Any) -> Opportunity:
    """Record the customer's needs, the amount, the next step (2.2.2)."""
    actor.must(duties.UPDATE_OPPORTUNITY, opportunity)
    LIFECYCLE.check("update", opportunity.status)
    if changes.get("contact_id") is not None:
        await contact_of(db, opportunity.customer_id, changes["contact_id"])
    for name, value in changes.items():
        setattr(opportunity, name, value)
    if {"next_step", "next_step_at"} & changes.keys():
        await met(db, NEXT_STEP, opportunity.id)
        await _due_next_step(db, opportunity)
    return opportunity


# -- the stages --------------------------------------------------------------------------------------------------------


async def define(db: AsyncSession, actor: Actor, opportunity: Opportunity, note: str | None = None) -> Opportunity:
    """The needs are known: work on a solution. Without needs written down there is nothing to solve."""
    actor.must(duties.ADVANCE_OPPORTUNITY, opportunity)
    LIFECYCLE.check("define", opportunity.status)
    _must_have(opportunity, needs=Text("请先记录客户需求（2.2.2）", "Record the customer's needs first (2.2.2)"))
    return await _enter(db, actor, "define", opportunity, note)


async def offer(db: AsyncSession, actor: Actor, opportunity: Opportunity, note: str | None = None) -> Opportunity:
    """The solution is clear: put it into a proposal with an amount."""
    actor.must(duties.ADVANCE_OPPORTUNITY, opportunity)
    LIFECYCLE.check("offer", opportunity.status)
    _must_have(opportunity, amount_fen=Text("请先填写预计金额", "Say what it may amount to first"))
    return await _enter(db, actor, "offer", opportunity, note)


async def negotiate(db: AsyncSession, actor: Actor, opportunity: Opportunity, note: str | None = None) -> Opportunity:
    """The customer has the proposal: settle what is open."""
    actor.must(duties.ADVANCE_OPPORTUNITY, opportunity)
    LIFECYCLE.check("negotiate", opportunity.status)
    _must_have(
        opportunity, proposal_sent_at=Text("请先向客户发送方案（4.2.2）", "Send the customer a proposal first (4.2.2)")
    )
    return await _enter(db, actor, "negotiate", opportunity, note)


async def win(db: AsyncSession, actor: Actor, opportunity: Opportunity, note: str | None = None) -> Opportunity:
    """The customer buys what the accepted proposal says; its order is made at once."""
    actor.must(duties.WIN_OPPORTUNITY, opportunity)
    LIFECYCLE.check("win", opportunity.status)
    _must_have(
        opportunity,
        accepted_proposal_id=Text("请先登记客户已接受的方案", "Record first which proposal the customer has accepted"),
    )
    await _close(db, actor, "win", opportunity, note)
    if opportunity.accepted_proposal_id is not None:
        emit(db, OpportunityWon(opportunity.id, opportunity.accepted_proposal_id))
    return opportunity


async def lose(
    db: AsyncSession, actor: Actor, opportunity: Opportunity, *, reason: str, competitor: str | None = None
) -> Opportunity:
    """The customer does not buy, for a reason that the next ones can learn from."""
    actor.must(duties.LOSE_OPPORTUNITY, opportunity)
    await _close(db, actor, "lose", opportunity, reason)
    opportunity.lost_reason, opportunity.competitor = reason, competitor
    return opportunity


async def hold(
    db: AsyncSession, actor: Actor, opportunity: Opportunity, *, until: date, note: str | None = None
) -> Opportunity:
    """Nothing can be done before a day; on that day it is taken up again."""
    actor.must(duties.HOLD_OPPORTUNITY, opportunity)
    LIFECYCLE.check("hold", opportunity.status)
    if until <= clock.today():
        raise Malformed.at("/until", Text("须晚于今天", "Must be after today"), "past")
    opportunity.held_from, opportunity.held_until = opportunity.status, until
    await LIFECYCLE.advance(db, actor, "hold", opportunity, note)
    await void(db, opportunity.id)
    await due(
        db, TAKE_UP, opportunity.id, opportunity.title, holder=opportunity.owner_id,
        department=opportunity.department_id, at=clock.midnight(until),
    )  # fmt: skip
    return opportunity


async def resume(db: AsyncSession, actor: Actor, opportunity: Opportunity, note: str | None = None) -> Opportunity:
    """Take it up again at the stage where it stood."""
    actor.must(duties.RESUME_OPPORTUNITY, opportunity)
    await LIFECYCLE.advance(db, actor, "resume", opportunity, note, to=opportunity.held_from)
    opportunity.held_from = opportunity.held_until = None
    opportunity.stage_since = clock.now()
    await met(db, TAKE_UP, opportunity.id)
    await _due_to_move_on(db, opportunity)
    await _due_next_step(db, opportunity)
    return opportunity


async def reassign(
    db: AsyncSession, actor: Actor, opportunity: Opportunity, *, owner_id: UUID, note: str | None = None
) -> Opportunity:
    """Give it to another salesperson, with the customer's file: who works on it must see whom it is for."""
    actor.must(duties.REASSIGN_OPPORTUNITY, opportunity)
    LIFECYCLE.check("reassign", opportunity.status)
    owner = await db.scalar(select(Account).where(Account.id == owner_id, Account.status == "active"))
    if owner is None or owner.department_id not in actor.departments:
        raise Malformed.at("/owner_id", Text("不是本部门的在职同事", "Not a colleague of this department"), "reference")
    opportunity.owner_id, opportunity.department_id = owner.id, owner.department_id
    customer = await db.get_one(Customer, opportunity.customer_id, with_for_update=True)
    customer.owner_id, customer.department_id = owner.id, owner.department_id
    for contact in await db.scalars(select(Contact).where(Contact.customer_id == customer.id)):
        contact.owner_id, contact.department_id = owner.id, owner.department_id
    await pass_to(db, opportunity.id, owner.id, owner.department_id)
    emit(db, OpportunityReassigned(opportunity.id, owner.id))
    return opportunity


async def _enter(db: AsyncSession, actor: Actor, verb: str, opportunity: Opportunity, note: str | None) -> Opportunity:
    await LIFECYCLE.advance(db, actor, verb, opportunity, note)
    opportunity.stage_since = clock.now()
    opportunity.probability = max(opportunity.probability, _PROBABILITY[opportunity.status])
    await met(db, MOVE_ON, opportunity.id)
    await _due_to_move_on(db, opportunity)
    return opportunity


async def _close(db: AsyncSession, actor: Actor, verb: str, opportunity: Opportunity, note: str | None) -> None:
    await LIFECYCLE.advance(db, actor, verb, opportunity, note)
    opportunity.closed_at, opportunity.probability = clock.now(), _PROBABILITY[opportunity.status]
    await met(db, MOVE_ON, opportunity.id)
    await void(db, opportunity.id)


def _must_have(opportunity: Opportunity, **facts: Text) -> None:
    missing = [(name, says) for name, says in facts.items() if not getattr(opportunity, name)]
    if missing:
        raise FactsMissing(
            missing[0][1],
            errors=[FieldError(f"/{name.removesuffix('_fen')}", says, "missing") for name, says in missing],
        )


async def _due_to_move_on(db: AsyncSession, opportunity: Opportunity) -> None:
    await due(
        db, MOVE_ON, opportunity.id, opportunity.title,
        holder=opportunity.owner_id, department=opportunity.department_id,
    )  # fmt: skip


async def _due_next_step(db: AsyncSession, opportunity: Opportunity) -> None:
    if opportunity.next_step_at is None:
        return
    if opportunity.next_step_at <= clock.now():
        raise Malformed.at("/next_step_at", Text("须晚于现在", "Must be in the future"), "past")
    await due(
        db, NEXT_STEP, opportunity.id, f"{opportunity.title}：{opportunity.next_step or ''}",
        holder=opportunity.owner_id, department=opportunity.department_id, at=opportunity.next_step_at,
    )  # fmt: skip


# -- the measures ------------------------------------------------------------------------------------------------------


def _open_ones(window: Window) -> Records:
    return select(
        Opportunity.id,
        Opportunity.title.label("title"),
        literal("opportunity").label("resource"),
        Opportunity.stage_since.label("at"),
    ).where(Opportunity.status.in_(OPEN), Opportunity.created_at < window.until)


def _without_needs_or_next_step(window: Window) -> Records:
    # In discovery the needs are still being learnt.
    no_needs = Opportunity.needs.is_(None) & (Opportunity.status != "discovery")
    no_next = Opportunity.next_step.is_(None) | Opportunity.next_step_at.is_(None)
    return _open_ones(window).where(or_(no_needs, no_next, Opportunity.next_step_at < window.until))


def _without_proposal(window: Window) -> Records:
    """Beyond the solution, or older than thirty days, without any proposal sent."""
    old = Opportunity.created_at < window.until - timedelta(days=30)
    late = Opportunity.status.in_(("proposal", "negotiation")) & (
        Opportunity.stage_since < window.until - timedelta(days=7)
    )
    return _open_ones(window).where(Opportunity.proposal_sent_at.is_(None), or_(old, late))


def _win_rate(window: Window) -> Records:
    closed = Opportunity.status.in_(("won", "lost"))
    rate = 100.0 * func.count().filter(Opportunity.status == "won") / func.nullif(func.count(), 0)
    return select(rate).where(closed, Opportunity.closed_at >= window.since, Opportunity.closed_at < window.until)


control(
    "opportunity.worked", "商机有需求记录和下一步", "Open opportunities have needs and a next step", clause="2.2.2",
    population=_open_ones, failing=_without_needs_or_next_step, green=0.9, amber=0.75,
    period=timedelta(days=90), figure=_win_rate, figure_unit=Text("% 赢单率", "% won"),
)  # fmt: skip
control(
    "opportunity.proposed", "商机及时提出方案", "Open opportunities get their proposal", clause="4.2.2",
    population=_open_ones, failing=_without_proposal, green=0.9, amber=0.75,
)  # fmt: skip
