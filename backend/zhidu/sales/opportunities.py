"""2.2.2, 4.2.2 Opportunities: from the customer's needs to a solution, a proposal, and a purchase."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, new_id, scope_indexes
from zhidu.kernel.events import Event, emit
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.search import Searchable, search_index
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.sales.attribution import Attributed
from zhidu.sales.customers import Customer

_OPEN = ("discovery", "solution", "proposal", "negotiation")
LIFECYCLE = Lifecycle(
    "opportunity",
    {
        "discovery": "open", "solution": "open", "proposal": "open", "negotiation": "open",
        "on_hold": "waiting", "won": "done", "lost": "ended",
    },
    define=step("discovery", "solution", clause="2.2.2", duty="opportunity.advance"),
    offer=step("solution", "proposal", clause="4.2.2", duty="opportunity.advance"),
    negotiate=step("proposal", "negotiation", clause="4.2.2", duty="opportunity.advance"),
    win=step("negotiation", "won", clause="4.2.2"),
    lose=step((*_OPEN, "on_hold"), "lost", clause="4.2.2"),
    hold=step(_OPEN, "on_hold", clause="4.2.2"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpportunityOpened(Event):
    """A customer may buy; counted in the funnel on this day."""

    day: date


class Opportunity(Searchable, Attributed, Owned, Record):
    """A chance that a customer buys."""

    __tablename__ = "sales_opportunity"
    __searched__ = ("title",)
    __table_args__ = (
        *scope_indexes("sales_opportunity"),
        search_index("sales_opportunity"),
        Index("ix_sales_opportunity_created_at", "created_at"),
        Index("ix_sales_opportunity_customer_id", "customer_id", "id"),
        CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
    )

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("sales_customer.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_contact.id"))
    lead_id: Mapped[UUID | None] = mapped_column(doc="The lead that it came from.")
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    amount_fen: Mapped[int] = mapped_column(default=0)
    probability: Mapped[int] = mapped_column(default=10, doc="Per cent.")
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
    emit(db, OpportunityOpened(opportunity.id, clock.today()))
    return opportunity
