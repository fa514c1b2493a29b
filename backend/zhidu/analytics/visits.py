"""5.1.1 Visits: one row for each session that began, so that a visit counts once however it is sent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Model
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.marketing.links import TrackedLink


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
