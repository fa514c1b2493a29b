"""3.1.1 Channels: where the company promotes. A channel is active only under an approved assessment."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor

LIFECYCLE = Lifecycle(
    "channel",
    {"proposed": "waiting", "active": "open", "expired": "waiting", "retired": "ended"},
    retire=step(("proposed", "active", "expired"), "retired", clause="3.1.1"),
)


class Channel(Searchable, Owned, Record):
    """A search engine, a social network, a trade site, a mailing: a place where prospects are met."""

    __tablename__ = "marketing_channel"
    __searched__ = ("name", "code")
    __table_args__ = (*scope_indexes("marketing_channel"), search_index("marketing_channel"))

    code: Mapped[str] = mapped_column(unique=True, doc="utm_source in links and the name that imports map to.")
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="search, social, trade-site, email, display, referral, direct, other")
    website: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)


LISTING = Listing(
    "channel",
    Channel,
    extra=(Account.name.label("owner_name"),),
    joins=((Account, Account.id == Channel.owner_id),),
    filters=(Channel.status, Channel.kind, Channel.owner_id),
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
    return channel


async def revise(db: AsyncSession, actor: Actor, channel: Channel, **changes: Any) -> Channel:
    """Change what is known of the channel."""
    actor.must(duties.UPDATE_CHANNEL, channel)
    for name, value in changes.items():
        setattr(channel, name, value)
    return channel


async def retire(db: AsyncSession, actor: Actor, channel: Channel, note: str | None = None) -> Channel:
    """The company promotes here no longer."""
    actor.must(duties.RETIRE_CHANNEL, channel)
    await LIFECYCLE.advance(db, actor, "retire", channel, note)
    return channel


