"""3.1.1 Channels: where the company promotes. A channel is active only under an approved assessment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Float, Index, Numeric, cast, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.events import Event, emit
from zhidu.kernel.jobs import every
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import RULES, Actor
from zhidu.regulation import obligations
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import obligation

LIFECYCLE = Lifecycle(
    "channel",
    {"proposed": "waiting", "active": "open", "expired": "waiting", "retired": "ended"},
    update=within(("proposed", "active", "expired"), clause="3.1.1"),
    activate=step(("proposed", "expired"), "active", clause="3.1.1", by_rules=True),
    expire=step("active", "expired", clause="3.1.1", by_rules=True),
    retire=step(("proposed", "active", "expired"), "retired", clause="3.1.1"),
)

RENEWAL_NOTICE = limit("channel.renew", 30, "days", "渠道续评提前量", "notice before a channel expires", clause="3.1.1")
RENEWAL = obligation("channel.renew", "续评渠道", "assess the channel anew", clause="3.1.1", limit=RENEWAL_NOTICE)


class Channel(Searchable, Owned, Record):
    """A search engine, a social network, a trade site, a mailing: a place where prospects are met."""

    __tablename__ = "marketing_channel"
    __searched__ = ("name", "code")
    __table_args__ = (
        *scope_indexes("marketing_channel"),
        search_index("marketing_channel"),
        # "Baidu" and "baidu" in a link or a file mean the same channel.
        Index("uq_marketing_channel_code_lower", text("lower(code)"), unique=True),
    )

    code: Mapped[str] = mapped_column(unique=True, doc="utm_source in links and the name that imports map to.")
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="search, social, trade-site, email, display, referral, direct, other")
    website: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    score: Mapped[Decimal | None] = mapped_column(
        Numeric(4, 1), info={"private": True}, doc="Of the assessment under which it is active."
    )
    approved_until: Mapped[date | None] = mapped_column(doc="The first day on which that assessment no longer stands.")


@dataclass(frozen=True, slots=True)
class ChannelChanged(Event):
    """A channel was registered, changed, activated, expired or retired."""


LISTING = Listing(
    "channel",
    Channel,
    extra=(cast(Channel.score, Float).label("score"), Account.name.label("owner_name")),
    joins=((Account, Account.id == Channel.owner_id),),
    filters=(Channel.status, Channel.kind, Channel.owner_id, Channel.approved_until),
    sorts=(Channel.name, Channel.code),
    default_sort="name",
    search=lambda q: matches(Channel, q),
    lifecycle=LIFECYCLE,
)


async def register(db: AsyncSession, actor: Actor, *, code: str, name: str, kind: str, website: str | None) -> Channel:
    """A new channel; it becomes active when its assessment is approved."""
    actor.must(duties.CREATE_CHANNEL)
    channel = Channel(
        code=code, name=name, kind=kind, website=website, owner_id=actor.id, department_id=actor.department_id
    )
    db.add(channel)
    await db.flush()
    emit(db, ChannelChanged(channel.id))
    return channel


async def revise(db: AsyncSession, actor: Actor, channel: Channel, **changes: Any) -> Channel:
    """Change what is known of the channel."""
    actor.must(duties.UPDATE_CHANNEL, channel)
    LIFECYCLE.check("update", channel.status)
    for name, value in changes.items():
        setattr(channel, name, value)
    emit(db, ChannelChanged(channel.id))
    return channel


async def retire(db: AsyncSession, actor: Actor, channel: Channel, note: str | None = None) -> Channel:
    """The company promotes here no longer; no campaign starts or resumes on it."""
    actor.must(duties.RETIRE_CHANNEL, channel)
    await LIFECYCLE.advance(db, actor, "retire", channel, note)
    await obligations.void(db, channel.id, RENEWAL)
    emit(db, ChannelChanged(channel.id))
    return channel


async def activate(db: AsyncSession, channel: Channel, score: Decimal, until: date) -> None:
    """An assessment was approved: the channel is active under it until that day."""
    channel.score, channel.approved_until = score, until
    if channel.status != "active":
        await LIFECYCLE.advance(db, RULES, "activate", channel)
    await obligations.met(db, RENEWAL, channel.id)
    emit(db, ChannelChanged(channel.id))


@every("5 16 * * *", clause="3.1.1")
async def expire_channels(db: AsyncSession) -> Sequence[Channel]:
    """At midnight in Shanghai: what was not assessed anew within its time is active no longer."""
    over = select(Channel).where(Channel.status == "active", Channel.approved_until <= clock.today()).with_for_update()
    expired = (await db.scalars(over)).all()
    for channel in expired:
        await LIFECYCLE.advance(db, RULES, "expire", channel)
        emit(db, ChannelChanged(channel.id))
    return expired
