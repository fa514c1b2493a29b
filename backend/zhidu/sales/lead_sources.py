"""4.1.1 Lead sources: where leads come from. A lead without a source is impossible."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Record
from zhidu.marketing.channels import Channel


class LeadSource(Record):
    """A search, a social network, a trade site, a fair, a recommendation: the company's own list of origins."""

    __tablename__ = "sales_lead_source"

    code: Mapped[str] = mapped_column(unique=True, doc="The name that forms, files and integrations map to.")
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(doc="search, social, trade-site, email, referral, event, direct, other")
    channel_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Channel.id), doc="Leads of this source count for this channel where no link says otherwise."
    )
    active: Mapped[bool] = mapped_column(default=True)
