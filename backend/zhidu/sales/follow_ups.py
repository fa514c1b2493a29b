"""4.2.1, 4.2.3 Follow-ups: when, how and what was said, what the customer answered, and when to speak again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    func,
    literal,
    or_,
    select,
    text,
    update,
)  # fmt: skip
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, new_id, scope_indexes
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.regulation import obligations
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import Obligation, obligation
from zhidu.sales import leads
from zhidu.sales.customers import Customer
from zhidu.sales.leads import LIFECYCLE, WORKED, Lead
from zhidu.sales.opportunities import Opportunity

FIRST_CONTACT = obligation(
    "lead.first_contact", "首次联系线索", "Contact the lead for the first time", clause="4.2.1",
    limit=limit("lead.first_contact", 24, "working-hours", "首次联系线索", "first contact", clause="4.2.1"),
)  # fmt: skip
KEY_LIMIT = limit(
    "lead.first_contact_key", 4, "working-hours", "首次联系重点线索", "first contact of a key lead", clause="4.2.1"
)
# Due when it was promised: the customer was told a day.
NEXT_CONTACT = obligation("lead.next_contact", "按约定再次联系", "Contact again as promised", clause="4.2.3")
CUSTOMER_CONTACT = obligation(
    "customer.next_contact", "按约定再次联系客户", "Contact the customer again as promised", clause="4.2.3"
)


class FollowUp(Owned, Record):
    """One conversation; it is added, never changed. owner_id is who answers for the lead or customer now."""

    __tablename__ = "sales_follow_up"
    __table_args__ = (
        *scope_indexes("sales_follow_up", "at"),
        Index("ix_sales_follow_up_lead_id", "lead_id", "at", postgresql_where=text("lead_id IS NOT NULL")),
        Index("ix_sales_follow_up_customer_id", "customer_id", "at", postgresql_where=text("customer_id IS NOT NULL")),
        Index(
            "ix_sales_follow_up_opportunity_id", "opportunity_id", "at",
            postgresql_where=text("opportunity_id IS NOT NULL"),
        ),
        CheckConstraint("num_nonnulls(lead_id, customer_id, opportunity_id) > 0", name="subject"),
    )  # fmt: skip

    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey(Lead.id))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Customer.id))
    opportunity_id: Mapped[UUID | None] = mapped_column(ForeignKey(Opportunity.id))
    at: Mapped[datetime] = mapped_column(doc="When they spoke; it may be written down later.")
    channel: Mapped[str] = mapped_column(doc="call, wechat, email, visit, meeting")
    content: Mapped[str]
    response: Mapped[str | None] = mapped_column(doc="What the customer said; empty if nobody answered.")
    tags: Mapped[list[str]] = mapped_column(ARRAY(SqlText), default=list)
    next_at: Mapped[datetime | None] = mapped_column(doc="When the customer was promised to hear again.")


LISTING = Listing(
    "follow_up",
    FollowUp,
    extra=(
        Account.name.label("created_by_name"),
        Lead.name.label("lead_name"),
        Customer.name.label("customer_name"),
    ),
    joins=(
        (Account, Account.id == FollowUp.created_by),
        (Lead, Lead.id == FollowUp.lead_id),
        (Customer, Customer.id == FollowUp.customer_id),
    ),
    filters=(
        FollowUp.lead_id, FollowUp.customer_id, FollowUp.opportunity_id, FollowUp.channel, FollowUp.at,
        FollowUp.created_by,
    ),
    sorts=(FollowUp.at,),
    default_sort="-at",
)  # fmt: skip


async def record(
    db: AsyncSession,
    actor: Actor,
    *,
    lead_id: UUID | None,
    customer_id: UUID | None,
    opportunity_id: UUID | None,
    **said: Any,
) -> FollowUp:
    """Write down a conversation about a lead, an opportunity or a customer; raises Malformed without one in reach."""
    actor.must(duties.CREATE_FOLLOW_UP)
    if lead_id is not None:
        return await speak(db, actor, await _subject(db, actor, Lead, lead_id, "/lead_id"), **said)
    if opportunity_id is not None:
        of = await _subject(db, actor, Opportunity, opportunity_id, "/opportunity_id")
        subject = {"opportunity_id": of.id, "customer_id": of.customer_id, "lead_id": of.lead_id}
        return await _with_customer(db, of, subject, said)
    if customer_id is not None:
        customer = await _subject(db, actor, Customer, customer_id, "/customer_id")
        return await _with_customer(db, customer, {"customer_id": customer.id}, said)
    raise Malformed.at("/lead_id", _ABOUT_WHOM, "missing")


async def contact(db: AsyncSession, actor: Actor, lead: Lead, **said: Any) -> Lead:
    """Its owner speaks with the lead; the first time within the limit (4.2.1)."""
    actor.must(duties.CONTACT_LEAD, lead)
    LIFECYCLE.check("contact", lead.status)
    if lead.status == "nurturing":
        await LIFECYCLE.advance(db, actor, "contact", lead)
    await speak(db, actor, lead, **said)
    return lead


async def nurture(db: AsyncSession, actor: Actor, lead: Lead, *, next_at: datetime, note: str | None = None) -> Lead:
    """Not ready yet: it is kept warm, and contacted again on a day that is named now."""
    actor.must(duties.NURTURE_LEAD, lead)
    await LIFECYCLE.advance(db, actor, "nurture", lead, note)
    lead.touched_at = clock.now()
    await _promise(db, lead, next_at)
    return lead


async def speak(db: AsyncSession, actor: Actor, lead: Lead, *, next_at: datetime | None, **said: Any) -> FollowUp:
    """A conversation with a lead: what was due is met, and what was promised is due next."""
    spoken = _written(lead, {"lead_id": lead.id}, next_at=next_at, **said)
    db.add(spoken)
    if lead.status == "assigned":
        await LIFECYCLE.advance(db, actor, "contact", lead)
    lead.touched_at = clock.now()
    if lead.status in WORKED:
        lead.first_contacted_at = lead.first_contacted_at or spoken.at
        await obligations.met(db, FIRST_CONTACT, lead.id)
    await obligations.met(db, NEXT_CONTACT, lead.id)
    await _promise(db, lead, next_at)
    return spoken


async def pass_on(db: AsyncSession, lead: Lead) -> None:
    """What was said with a lead goes with it to its new owner."""
    await db.execute(
        update(FollowUp)
        .where(FollowUp.lead_id == lead.id)
        .values(owner_id=lead.owner_id, department_id=lead.department_id),
        execution_options={"synchronize_session": False},
    )


_ABOUT_WHOM = Text("请指明线索、商机或客户", "Say which lead, opportunity or customer it is about")
_NOT_YET = Text("不能晚于现在", "Must not be later than now")
_PAST = Text("应晚于现在", "Must be later than now")
_NONE = Text("没有这条记录，或不在您的范围内", "No such record, or it is outside your scope")
M = TypeVar("M", bound=Record)


async def _subject(db: AsyncSession, actor: Actor, model: type[M], record_id: UUID, pointer: str) -> M:
    subject = await db.get(model, record_id, with_for_update=True)
    if subject is None or not actor.may(duties.CREATE_FOLLOW_UP, subject).allowed:
        raise Malformed.at(pointer, _NONE, "reference")
    return subject


async def _with_customer(
    db: AsyncSession, owned: Customer | Opportunity, subject: dict[str, UUID | None], said: dict[str, Any]
) -> FollowUp:
    spoken = _written(owned, subject, **said)
    db.add(spoken)
    customer_id = subject["customer_id"] or owned.id
    await obligations.met(db, CUSTOMER_CONTACT, customer_id)
    if spoken.next_at is not None:
        title = owned.title if isinstance(owned, Opportunity) else owned.name
        await obligations.due(
            db, CUSTOMER_CONTACT, customer_id, title,
            holder=owned.owner_id, department=owned.department_id, at=spoken.next_at,
        )  # fmt: skip
    return spoken


def _written(
    owned: Lead | Customer | Opportunity, subject: dict[str, UUID | None], *,
    at: datetime | None, channel: str, content: str, response: str | None, tags: list[str], next_at: datetime | None,
) -> FollowUp:  # fmt: skip
    now = clock.now()
    if at is not None and at > now + timedelta(minutes=5):  # clocks of telephones differ
        raise Malformed.at("/at", _NOT_YET, "future")
    if next_at is not None and next_at <= now:
        raise Malformed.at("/next_at", _PAST, "past")
    return FollowUp(
        id=new_id(), at=at or now, channel=channel, content=content, response=response, tags=tags, next_at=next_at,
        owner_id=owned.owner_id, department_id=owned.department_id, **subject,
    )  # fmt: skip


async def _promise(db: AsyncSession, lead: Lead, next_at: datetime | None) -> None:
    if next_at is not None and next_at <= clock.now():
        raise Malformed.at("/next_at", _PAST, "past")
    lead.next_contact_at = next_at
    await obligations.void(db, lead.id, NEXT_CONTACT)
    if next_at is not None:
        await obligations.due(
            db, NEXT_CONTACT, lead.id, leads.titled(lead),
            holder=lead.owner_id, department=lead.department_id, at=next_at,
        )  # fmt: skip


# -- the measures ----------------------------------------------------------------------------------------------------


def due_in(kind: str) -> Callable[[Window], Records]:
    """Obligations of a kind that were opened in the period and were met in it, or should have been by its end."""

    def population(window: Window) -> Records:
        return (
            select(
                Lead.id, Lead.name.label("title"), literal("lead").label("resource"), Obligation.opened_at.label("at")
            )
            .join(Lead, Lead.id == Obligation.record_id)
            .where(
                Obligation.kind == kind,
                Obligation.opened_at >= window.since,
                Obligation.opened_at < window.until,
                Obligation.status != "void",
                or_(Obligation.met_at.is_not(None), Obligation.due_at <= window.until),
            )
        )

    return population


def _late_in(kind: str) -> Callable[[Window], Records]:
    """Those that were met late, or not at all."""
    return lambda window: due_in(kind)(window).where(
        or_(Obligation.met_at.is_(None), Obligation.met_at > Obligation.due_at)
    )


def _untouched_key_leads(window: Window) -> Records:
    """Key leads that 24 hours after they were assigned had not been contacted."""
    day = timedelta(hours=24)
    return due_in(FIRST_CONTACT.name)(window).where(
        Lead.key,
        Lead.assigned_at <= window.until - day,
        or_(Lead.first_contacted_at.is_(None), Lead.first_contacted_at > Lead.assigned_at + day),
    )


def _hours_to_contact(share: float) -> Callable[[Window], Records]:
    """The hours by the clock within which this share of the leads was contacted."""

    def figure(window: Window) -> Records:
        took = func.extract("epoch", Lead.first_contacted_at - Lead.assigned_at) / 3600
        return (
            select(func.percentile_cont(share).within_group(took))
            .select_from(Obligation)
            .join(Lead, Lead.id == Obligation.record_id)
            .where(
                Obligation.kind == FIRST_CONTACT.name,
                Obligation.opened_at >= window.since,
                Obligation.opened_at < window.until,
                Lead.first_contacted_at >= Lead.assigned_at,
            )
        )

    return figure


def _spoken(window: Window) -> Records:
    """The conversations of the period."""
    return select(
        FollowUp.id, func.left(FollowUp.content, 60).label("title"), literal("follow_up").label("resource"),
        FollowUp.at.label("at"),
    ).where(FollowUp.at >= window.since, FollowUp.at < window.until)  # fmt: skip


def _half_written(window: Window) -> Records:
    """Those that do not say what the customer answered."""
    return _spoken(window).where(or_(FollowUp.response.is_(None), FollowUp.content == ""))


FIRST_CONTACT_IN_TIME = control(
    "lead.first_contact_in_time",
    "线索在时限内首次联系",
    "Leads are contacted within the limit",
    clause="4.2.1",
    population=due_in(FIRST_CONTACT.name),
    failing=_late_in(FIRST_CONTACT.name),
    green=0.95,
    amber=0.8,
    figure=_hours_to_contact(0.5),
    figure_unit=Text("小时：首次联系用时中位数", "hours to first contact, median"),
)
KEY_LEADS_CONTACTED = control(
    "lead.key_contacted",
    "重点线索 24 小时内得到联系",
    "Key leads are contacted within 24 hours",
    clause="4.2.1",
    population=lambda window: due_in(FIRST_CONTACT.name)(window).where(Lead.key),
    failing=_untouched_key_leads,
    figure=_hours_to_contact(0.9),
    figure_unit=Text("小时：首次联系用时的 90 分位", "hours to first contact, 90th percentile"),
)
FOLLOW_UPS_COMPLETE = control(
    "follow_up.complete",
    "跟进记录写明时间、内容和客户反馈",
    "Follow-ups say when, what, and what the customer answered",
    clause="4.2.3",
    population=_spoken,
    failing=_half_written,
    green=0.9,
    amber=0.75,
)
PROMISES_KEPT = control(
    "lead.next_contact_kept",
    "按约定日期再次联系",
    "Leads are contacted again on the promised date",
    clause="4.2.3",
    population=due_in(NEXT_CONTACT.name),
    failing=_late_in(NEXT_CONTACT.name),
    green=0.9,
    amber=0.75,
)
