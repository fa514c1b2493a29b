"""2.1.3, 3.3 Campaigns: planned with goals, period and budget, approved by a second person, run by plan, and reviewed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.search import Searchable, search_index

LIFECYCLE = Lifecycle(
    "campaign",
    {
        "draft": "open",
        "submitted": "waiting",
        "returned": "open",
        "approved": "waiting",
        "running": "open",
        "paused": "waiting",
        "finished": "waiting",
        "reviewed": "done",
        "cancelled": "ended",
    },
    update=step("draft", "draft", clause="2.1.3"),
    submit=step("draft", "submitted", clause="2.1.3"),
    approve=step("submitted", "approved", clause=("2.1.3", "1.3.3")),
    **{"return": step("submitted", "returned", clause="2.1.3")},
    revise=step("returned", "draft", clause="2.1.3"),
    start=step("approved", "running", clause="3.3.1"),
    pause=step("running", "paused", clause="3.3.2"),
    resume=step("paused", "running", clause="3.3.2"),
    finish=step(("running", "paused"), "finished", clause="3.3.1"),
    review=step("finished", "reviewed", clause="3.3.3"),
    cancel=step(("approved", "running", "paused"), "cancelled", clause="3.3.1"),
)


class Campaign(Searchable, Owned, Record):
    """A campaign on one channel: what it is to reach, by when, for how much."""

    __tablename__ = "marketing_campaign"
    __searched__ = ("name", "code")
    __table_args__ = (
        *scope_indexes("marketing_campaign"),
        Index("ix_marketing_campaign_channel_id", "channel_id", "updated_at", "id"),
        Index("ix_marketing_campaign_begins_on", "begins_on", "id"),
        search_index("marketing_campaign"),
        CheckConstraint("ends_on >= begins_on", name="period"),
        CheckConstraint("budget_fen >= 0", name="budget"),
    )

    code: Mapped[str] = mapped_column(unique=True, doc="utm_campaign in links.")
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="seo, sem, social, content, email, event, live")
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("marketing_channel.id"))
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    begins_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(doc="The last day.")
    budget_fen: Mapped[int] = mapped_column(doc="As approved; an approved amendment raises it.")
    leads_target: Mapped[int]
    orders_target: Mapped[int]
    revenue_target_fen: Mapped[int]
    audience: Mapped[str]
    message: Mapped[str]
    plan: Mapped[str] = mapped_column(doc="What is done, when and by whom.")
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worked: Mapped[str | None] = mapped_column(doc="The review: what worked.")
    failed: Mapped[str | None] = mapped_column(doc="The review: what did not.")
    next_time: Mapped[str | None] = mapped_column(doc="The review: what to do next time.")
    reviewed_at: Mapped[datetime | None]
