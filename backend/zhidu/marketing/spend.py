"""1.3.3 Spend: what campaigns cost, in a ledger that is added to and never edited; never beyond the approved budget."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Select, cast, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.events import Event, emit
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.money import written
from zhidu.kernel.page import Listing, Scope
from zhidu.kernel.problem import Conflict, Malformed, OutOfOrder
from zhidu.kernel.texts import Text
from zhidu.marketing.campaigns import SPENT_FEN, UNAPPROVED, Campaign
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.regulation.controls import Records, Window, control

LIFECYCLE = Lifecycle(
    "spend",
    {"booked": "done", "reversed": "ended", "reversal": "done"},
    reverse=step("booked", "reversed", clause="1.3.3"),
)


class Spend(Owned, Record):
    """What a campaign cost on a day. A mistake is undone by an opposite row, of the same day."""

    __tablename__ = "marketing_spend"
    __table_args__ = (
        *scope_indexes("marketing_spend", "day"),
        *scope_indexes("marketing_spend"),
        Index("ix_marketing_spend_campaign_id", "campaign_id", "day", "id", postgresql_include=["amount_fen"]),
        Index("ix_marketing_spend_channel_id", "channel_id", "day", "id", postgresql_include=["amount_fen"]),
        CheckConstraint("(amount_fen > 0) = (reverses_id IS NULL) AND amount_fen <> 0", name="amount"),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("marketing_campaign.id"))
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("marketing_channel.id"))
    day: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(doc="Negative only in a reversal.")
    note: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="manual", doc="manual")
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("marketing_spend.id"), unique=True)


@dataclass(frozen=True, slots=True)
class SpendRecorded(Event):
    """What a day cost has changed: spend was booked or reversed."""

    day: date


LISTING = Listing(
    "spend",
    Spend,
    extra=(
        Campaign.name.label("campaign_name"),
        Channel.name.label("channel_name"),
        Account.name.label("owner_name"),
    ),
    joins=(
        (Campaign, Campaign.id == Spend.campaign_id),
        (Channel, Channel.id == Spend.channel_id),
        (Account, Account.id == Spend.owner_id),
    ),
    filters=(Spend.campaign_id, Spend.channel_id, Spend.day, Spend.amount_fen, Spend.status, Spend.owner_id),
    sorts=(Spend.day,),
    default_sort="-day",
    lifecycle=LIFECYCLE,
)


async def record(
    db: AsyncSession, actor: Actor, *, campaign_id: UUID, day: date, amount_fen: int, note: str | None
) -> Spend:
    """Book what a day cost. Raises Conflict beyond the budget: an amendment must be approved first."""
    actor.must(duties.CREATE_SPEND)
    if amount_fen == 0:
        raise Malformed.at("/amount", Text("金额应大于零", "Must be more than zero"), "zero")
    if day > clock.today():
        raise Malformed.at("/day", Text("不能登记未来的花费", "Must not be in the future"), "future")
    # The lock makes two bookings at once take turns: together they may not pass the budget either.
    campaign = await db.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise Malformed.at("/campaign_id", Text("没有这个活动", "No such campaign"), "reference")
    if campaign.status in UNAPPROVED:
        raise OutOfOrder(
            Text(
                "「{c}」尚未获批，没有可用预算：请先提交并获批准",
                "‘{c}’ is not approved and has no budget yet: submit it and have it approved first",
            ).of(c=campaign.name),
            state=campaign.status,
            clause="1.3.3",
        )
    spent = await db.scalar(
        select(func.coalesce(func.sum(Spend.amount_fen), 0)).where(Spend.campaign_id == campaign.id)
    )
    left = campaign.budget_fen - int(spent or 0)
    if amount_fen > left:
        raise Conflict(
            Text(
                "「{c}」的预算只剩 {left} 元；超出部分请先申请追加预算并获批准（1.3.3）",
                "‘{c}’ has {left} yuan left of its budget; to spend more, have an amendment approved first (1.3.3)",
            ).of(c=campaign.name, left=written(left)),
            clause="1.3.3",
            left=written(left),
        )
    spend = Spend(
        campaign_id=campaign.id,
        channel_id=campaign.channel_id,
        day=day,
        amount_fen=amount_fen,
        note=note,
        owner_id=actor.id,
        department_id=actor.department_id,
    )
    db.add(spend)
    await db.flush()
    emit(db, SpendRecorded(spend.id, day))
    return spend


async def reverse(db: AsyncSession, actor: Actor, spend: Spend, note: str) -> Spend:
    """It was booked by mistake: the opposite row takes it back; both stay."""
    actor.must(duties.REVERSE_SPEND, spend)
    await LIFECYCLE.advance(db, actor, "reverse", spend, note)
    reversal = Spend(
        campaign_id=spend.campaign_id,
        channel_id=spend.channel_id,
        day=spend.day,
        amount_fen=-spend.amount_fen,
        note=note,
        source=spend.source,
        status="reversal",
        reverses_id=spend.id,
        owner_id=actor.id,
        department_id=actor.department_id,
    )
    db.add(reversal)
    await db.flush()
    emit(db, SpendRecorded(reversal.id, spend.day))
    return spend


def totals(scope: Scope, filters: Iterable[str]) -> Select[*tuple[Any, ...]]:
    """Sums by channel and campaign of what a list with these filters shows: the question below the list."""
    return (
        select(
            Spend.channel_id,
            Channel.name.label("channel_name"),
            Spend.campaign_id,
            Campaign.name.label("campaign_name"),
            cast(func.sum(Spend.amount_fen), BigInteger()).label("amount_fen"),
        )
        .join(Campaign, Campaign.id == Spend.campaign_id)
        .join(Channel, Channel.id == Spend.channel_id)
        .where(*LISTING.visible(scope), *(LISTING.filters[name].condition() for name in filters))
        .group_by(Spend.channel_id, Channel.name, Spend.campaign_id, Campaign.name)
        .order_by(Channel.name, Campaign.name, Spend.campaign_id)
    )


# -- how 1.3.3 is measured --------------------------------------------------------------------------------------------


def _with_spend(window: Window) -> Records:
    lately = exists().where(
        Spend.campaign_id == Campaign.id, Spend.created_at >= window.since, Spend.created_at < window.until
    )
    return select(
        Campaign.id,
        Campaign.name.label("title"),
        literal("campaign").label("resource"),
        Campaign.updated_at.label("at"),
    ).where(lately)


def _over_budget(window: Window) -> Records:
    return _with_spend(window).where((Campaign.budget_fen < SPENT_FEN) | Campaign.approved_at.is_(None))


control(
    "spend.within_budget",
    "没有活动超出已批准的预算",
    "No campaign spends beyond its approved budget",
    clause="1.3.3",
    population=_with_spend,
    failing=_over_budget,
    period=timedelta(days=365),
)
