"""5.1.1 Visits and web events: what visitors did, as their pages say.

A visit is one row for each session that began, so that it counts once however it is sent. Events are kept by day, and
dropped by day when their time is over.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Model
from zhidu.kernel.jobs import every
from zhidu.kernel.page import Listing
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.marketing.links import TrackedLink
from zhidu.regulation.limits import amount_of, limit

KINDS: Final = ("pageview", "leave", "click", "form")
RETENTION = limit("web_event.retention", 400, "days", "访问事件保存期", "how long web events are kept", clause="5.1.1")


class WebEvent(Model):
    """One thing that a visitor did. The table is partitioned by the company's day; its references are not checked by
    the database, which would cost more than the event: a channel or campaign is never deleted.
    """

    __tablename__ = "analytics_event"
    __table_args__ = (
        # The records behind a number of the funnel, and the way of one session.
        Index("ix_analytics_event_channel", "channel_id", "at", "id", postgresql_where=text("channel_id IS NOT NULL")),
        Index(
            "ix_analytics_event_campaign", "campaign_id", "at", "id", postgresql_where=text("campaign_id IS NOT NULL")
        ),
        Index("ix_analytics_event_entry", "at", "id", postgresql_where=text("entry")),
        Index("ix_analytics_event_session", "session"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(doc="One of KINDS.")
    entry: Mapped[bool] = mapped_column(doc="The session began with it: a visit.")
    session: Mapped[str] = mapped_column(doc="Random, made by the page; ends with the browser's tab.")
    visitor: Mapped[str | None] = mapped_column(doc="Only of who agreed to be known again.")
    consent: Mapped[bool]
    host: Mapped[str]
    path: Mapped[str] = mapped_column(doc="Without its query, which may say more than the visitor wants.")
    title: Mapped[str | None] = mapped_column(doc="Of the page; or what was clicked, or which form was sent.")
    referrer: Mapped[str | None] = mapped_column(doc="The host only.")
    utm_source: Mapped[str | None]
    utm_medium: Mapped[str | None]
    utm_campaign: Mapped[str | None]
    utm_content: Mapped[str | None]
    utm_term: Mapped[str | None]
    zl: Mapped[str | None] = mapped_column(doc="The code of a tracked link.")
    link_id: Mapped[UUID | None]
    channel_id: Mapped[UUID | None]
    campaign_id: Mapped[UUID | None]
    device: Mapped[str] = mapped_column(doc="desktop, mobile, tablet, wechat")


class Visit(Model):
    """A session and what brought it. It says nothing of the visitor, and outlives the events of the session."""

    __tablename__ = "analytics_visit"
    __table_args__ = (Index("ix_analytics_visit_day", "day", "channel_id", "campaign_id"),)

    session: Mapped[str] = mapped_column(primary_key=True, doc="Random, made by the page; ends with the browser's tab.")
    day: Mapped[date] = mapped_column(doc="In the company's zone.")
    first_at: Mapped[datetime]
    channel_id: Mapped[UUID | None] = mapped_column(ForeignKey(Channel.id))
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey(Campaign.id))
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey(TrackedLink.id))


LISTING = Listing(
    "web_event",
    WebEvent,
    extra=(Channel.name.label("channel_name"), Campaign.name.label("campaign_name")),
    joins=((Channel, Channel.id == WebEvent.channel_id), (Campaign, Campaign.id == WebEvent.campaign_id)),
    filters=(WebEvent.at, WebEvent.entry, WebEvent.kind, WebEvent.channel_id, WebEvent.campaign_id, WebEvent.session),
    sorts=(WebEvent.at,),
    default_sort="-at",
)


# -- partitions --------------------------------------------------------------------------------------------------------

_AHEAD = 7
_HELD = text(
    """SELECT right(inhrelid::regclass::text, 8) FROM pg_inherits WHERE inhparent = 'analytics_event'::regclass"""
)


async def make_room(db: AsyncSession, days: Iterable[date]) -> None:
    """A partition for each of these days. One that is there stays; two processes do not meet."""
    await db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('analytics.partition', 0))"))
    for day in sorted(set(days) - await held(db)):
        # Attached, not created in place: that would wait for every writer of the table, and hold up the next.
        await db.execute(text(f"CREATE TABLE analytics_event_{day:%Y%m%d} (LIKE analytics_event)"))
        begins, ends = clock.midnight(day), clock.midnight(day + timedelta(days=1))
        await db.execute(
            text(
                f"ALTER TABLE analytics_event ATTACH PARTITION analytics_event_{day:%Y%m%d} "
                f"FOR VALUES FROM ('{begins:%Y-%m-%d %H:%M:%S%z}') TO ('{ends:%Y-%m-%d %H:%M:%S%z}')"
            )
        )


async def held(db: AsyncSession) -> set[date]:
    """The days that have a partition."""
    return {date.fromisoformat(name) for name in await db.scalars(_HELD)}


@every("40 16 * * *", clause="5.1.1")
async def turn_the_page(db: AsyncSession) -> int:
    """After midnight in Shanghai: room for the coming days; days past their time go whole. Returns how many went."""
    today = clock.today()
    await make_room(db, (today + timedelta(days=n) for n in range(_AHEAD + 1)))
    over = today - timedelta(days=await amount_of(db, RETENTION))
    gone = sorted(day for day in await held(db) if day < over)
    for day in gone:
        await db.execute(text(f"DROP TABLE analytics_event_{day:%Y%m%d}"))
    return len(gone)
