"""3.1, 5.2.2 Attribution: the channel, campaign and link that brought a customer, from lead to order unchanged."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.marketing.links import TrackedLink


class Attributed:
    """A record that remembers where it came from; empty where nobody knows."""

    @declared_attr
    def channel_id(cls) -> Mapped[UUID | None]:  # noqa: N805
        """The channel."""
        return mapped_column(ForeignKey(Channel.id), sort_order=70)

    @declared_attr
    def campaign_id(cls) -> Mapped[UUID | None]:  # noqa: N805
        """The campaign on it."""
        return mapped_column(ForeignKey(Campaign.id), sort_order=71)

    @declared_attr
    def link_id(cls) -> Mapped[UUID | None]:  # noqa: N805
        """The tracked link that was followed."""
        return mapped_column(ForeignKey(TrackedLink.id), sort_order=72)

    @property
    def attribution(self) -> dict[str, UUID | None]:
        """The three, as arguments for the record that follows from this one."""
        return {"channel_id": self.channel_id, "campaign_id": self.campaign_id, "link_id": self.link_id}
