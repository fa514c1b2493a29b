"""3.3.1, 5.1.1 Tracked links: each visit and lead knows the campaign that brought it."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.search import Searchable, search_index

LIFECYCLE = Lifecycle(
    "tracked_link",
    {"active": "open", "retired": "ended"},
    retire=step("active", "retired", clause="3.3.1"),
)


class TrackedLink(Searchable, Owned, Record):
    """A short address that leads to a page and says which campaign sent the visitor."""

    __tablename__ = "marketing_link"
    __searched__ = ("name", "code")
    __table_args__ = (
        *scope_indexes("marketing_link"),
        Index("ix_marketing_link_campaign_id", "campaign_id", "updated_at", "id"),
        search_index("marketing_link"),
    )

    code: Mapped[str] = mapped_column(unique=True, doc="8 characters; the end of /l/{code}.")
    name: Mapped[str] = mapped_column(doc="Where it is used: a poster, a post, an advertisement.")
    target_url: Mapped[str]
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("marketing_campaign.id"))
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("marketing_channel.id"))
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    utm_source: Mapped[str]
    utm_medium: Mapped[str]
    utm_campaign: Mapped[str]
    utm_content: Mapped[str | None]
    utm_term: Mapped[str | None]
