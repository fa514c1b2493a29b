"""4.1.1 Lead sources: where leads come from. A lead without a source is impossible."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Record
from zhidu.kernel.page import Listing
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.actor import Actor


class LeadSource(Searchable, Record):
    """A search, a social network, a trade site, a fair, a recommendation: the company's own list of origins."""

    __tablename__ = "sales_lead_source"
    __searched__ = ("name", "code")
    __table_args__ = (search_index("sales_lead_source"),)

    code: Mapped[str] = mapped_column(unique=True, doc="The name that forms, files and integrations map to.")
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="search, social, trade-site, email, display, referral, event, direct, other")
    channel_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Channel.id), doc="Leads of this source count for this channel where no link says otherwise."
    )
    active: Mapped[bool] = mapped_column(default=True)


LISTING = Listing(
    "lead_source",
    LeadSource,
    extra=(Channel.name.label("channel_name"),),
    joins=((Channel, Channel.id == LeadSource.channel_id),),
    filters=(LeadSource.kind, LeadSource.active, LeadSource.channel_id, LeadSource.code),
    sorts=(LeadSource.name, LeadSource.code),
    default_sort="name",
    search=lambda q: matches(LeadSource, q),
)


async def register(
    db: AsyncSession, actor: Actor, *, code: str, name: str, kind: str, channel_id: UUID | None
) -> LeadSource:
    """A further source."""
    actor.must(duties.CREATE_SOURCE)
    source = LeadSource(code=code, name=name, kind=kind, channel_id=channel_id)
    db.add(source)
    return source


async def revise(db: AsyncSession, actor: Actor, source: LeadSource, **changes: Any) -> LeadSource:
    """Change a source; its code stays, for files and forms name it."""
    actor.must(duties.UPDATE_SOURCE, source)
    for name, value in changes.items():
        setattr(source, name, value)
    return source
