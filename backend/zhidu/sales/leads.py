"""4.1, 2.2.1 Leads: who might buy, where each came from, how it was judged, and who answers for it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.crypto import HasEmail, HasPhone
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.search import Searchable, search_index
from zhidu.marketing.channels import Channel
from zhidu.sales.lead_sources import LeadSource

WORKED = ("assigned", "contacted", "nurturing")
LIFECYCLE = Lifecycle(
    "lead",
    {
        "new": "open", "screening": "open", "qualified": "open", "assigned": "open", "contacted": "open",
        "nurturing": "open", "pool": "waiting", "converted": "done", "disqualified": "ended", "lost": "ended",
    },
    screen=step("new", "screening", clause="4.1.2"),
    qualify=step("screening", "qualified", clause="4.1.2"),
    disqualify=step("screening", "disqualified", clause="4.1.2"),
    assign=step(("qualified", "pool", *WORKED), "assigned", clause=("2.2.1", "4.1.2")),
    contact=step(("assigned", "nurturing"), "contacted", clause="4.2.1"),
    nurture=step("contacted", "nurturing", clause="4.2.1"),
    convert=step(("contacted", "nurturing"), "converted", clause=("2.2.1", "4.2.2")),
    lose=step(WORKED, "lost", clause="4.2.1"),
    release=step(("new", "screening", "qualified", *WORKED), "pool", clause="2.2.1"),
    claim=step("pool", "assigned", clause="2.2.1"),
    reopen=step(("disqualified", "lost"), "new", clause="4.1.2"),
)  # fmt: skip


class Lead(Searchable, HasPhone, HasEmail, Owned, Record):
    """A person or company that might buy. Without an owner it waits in its department's pool."""

    __tablename__ = "sales_lead"
    __searched__ = ("name", "company")
    __table_args__ = (
        *scope_indexes("sales_lead"),
        *scope_indexes("sales_lead", "arrived_at"),
        *scope_indexes("sales_lead", "score"),
        search_index("sales_lead"),
        # Roll-ups recount whole days, and the funnel drills down to the leads of a channel or a campaign.
        Index("ix_sales_lead_channel", "channel_id", "arrived_at", "id"),
        Index("ix_sales_lead_campaign", "campaign_id", "arrived_at", "id"),
        Index("ix_sales_lead_qualified_at", "qualified_at", postgresql_where=text("qualified_at IS NOT NULL")),
        Index("ix_sales_lead_import_id", "import_id", postgresql_where=text("import_id IS NOT NULL")),
        Index("ix_sales_lead_external_id", "external_id", postgresql_where=text("external_id IS NOT NULL")),
        Index("ix_sales_lead_visitor_id", "visitor_id", postgresql_where=text("visitor_id IS NOT NULL")),
        Index("ix_sales_lead_merged_into_id", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        # What waits for somebody, and what goes back to the pool when nobody touches it.
        Index("ix_sales_lead_unowned", "department_id", "updated_at", "id", postgresql_where=text("owner_id IS NULL")),
        Index(
            "ix_sales_lead_touched_at",
            "touched_at",
            postgresql_where=text("status IN ('assigned', 'contacted', 'nurturing')"),
        ),
    )

    name: Mapped[str] = mapped_column(doc="The person to talk to.")
    company: Mapped[str | None]
    title: Mapped[str | None] = mapped_column(doc="The person's position.")
    region: Mapped[str | None] = mapped_column(doc="Province or city; routing by territory looks at it.")
    need: Mapped[str | None]
    product_interest: Mapped[str | None]
    budget_fen: Mapped[int | None]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)

    source_id: Mapped[UUID] = mapped_column(ForeignKey(LeadSource.id))
    channel_id: Mapped[UUID | None] = mapped_column(ForeignKey(Channel.id))
    campaign_id: Mapped[UUID | None]
    link_id: Mapped[UUID | None]
    visitor_id: Mapped[str | None] = mapped_column(doc="The tracker's id, only with consent.")
    landing_page: Mapped[str | None]
    form_id: Mapped[UUID | None]
    import_id: Mapped[UUID | None]
    external_id: Mapped[str | None] = mapped_column(doc="The id in the file or system it came from.")
    original_author: Mapped[str | None] = mapped_column(doc="Who wrote it down there.")
    arrived_at: Mapped[datetime] = mapped_column(default=clock.now, doc="The original date where it was imported.")

    intent_score: Mapped[int] = mapped_column(SmallInteger, default=0)
    fit_score: Mapped[int] = mapped_column(SmallInteger, default=0)
    score: Mapped[int] = mapped_column(SmallInteger, default=0, doc="0-100, by the adopted scoring model.")
    key: Mapped[bool] = mapped_column(default=False, doc="A key lead: first contact in 4 working hours.")
    score_parts: Mapped[list[Any]] = mapped_column(default=list, doc="Each point explained.")
    scoring_model_id: Mapped[UUID | None]

    qualified_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    first_contacted_at: Mapped[datetime | None]
    next_contact_at: Mapped[datetime | None]
    touched_at: Mapped[datetime] = mapped_column(default=clock.now, doc="When somebody last worked on it.")
    converted_at: Mapped[datetime | None]
    customer_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    opportunity_id: Mapped[UUID | None]
    disqualified_reason: Mapped[str | None]
    lost_reason: Mapped[str | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_lead.id"))
