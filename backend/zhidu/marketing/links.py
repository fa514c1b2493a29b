"""3.3.1, 5.1.1 Tracked links: each visit and lead knows the campaign that brought it."""

import re
import secrets
import time
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.lifecycle import Lifecycle, step
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed, OutOfOrder
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.kernel.texts import Text
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor

LIFECYCLE = Lifecycle(
    "tracked_link",
    {"active": "open", "retired": "ended"},
    retire=step("active", "retired", clause="3.3.1"),
)

# Lower case without i, l, o, 0, 1: a code is also read from a poster and typed. 31^8 codes are not guessed.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE = re.compile(f"[{ALPHABET}]{{8}}")
MEDIA = {
    "seo": "organic", "sem": "cpc", "social": "social", "content": "content", "email": "email", "event": "event",
    "live": "live",
}  # fmt: skip
"""utm_medium by the campaign's kind, where the link names none."""


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


LISTING = Listing(
    "tracked_link",
    TrackedLink,
    extra=(
        (literal("/l/") + TrackedLink.code).label("path"),
        Campaign.name.label("campaign_name"),
        Channel.name.label("channel_name"),
        Account.name.label("owner_name"),
    ),
    joins=(
        (Campaign, Campaign.id == TrackedLink.campaign_id),
        (Channel, Channel.id == TrackedLink.channel_id),
        (Account, Account.id == TrackedLink.owner_id),
    ),
    filters=(
        TrackedLink.status,
        TrackedLink.campaign_id,
        TrackedLink.channel_id,
        TrackedLink.owner_id,
        TrackedLink.code,
    ),
    search=lambda q: matches(TrackedLink, q),
    lifecycle=LIFECYCLE,
)


async def make(
    db: AsyncSession, actor: Actor, *, campaign_id: UUID, name: str, target_url: str, utm_medium: str | None,
    utm_content: str | None, utm_term: str | None,
) -> TrackedLink:  # fmt: skip
    """A link for an approved or running campaign; its utm_source and utm_campaign are the two codes."""
    actor.must(duties.CREATE_LINK)
    campaign = await db.get(Campaign, campaign_id)
    if campaign is None:
        raise Malformed.at("/campaign_id", Text("没有这个活动", "No such campaign"), "reference")
    if campaign.status in _WHAT_FIRST:
        raise OutOfOrder(_WHAT_FIRST[campaign.status], state=campaign.status, clause="3.3.1")
    _must_be_public(target_url)
    channel = await db.get_one(Channel, campaign.channel_id)
    link = TrackedLink(
        code="".join(secrets.choice(ALPHABET) for _ in range(8)),
        name=name,
        target_url=target_url,
        campaign_id=campaign.id,
        channel_id=channel.id,
        utm_source=channel.code,
        utm_medium=utm_medium or MEDIA[campaign.kind],
        utm_campaign=campaign.code,
        utm_content=utm_content,
        utm_term=utm_term,
        owner_id=actor.id,
        department_id=actor.department_id,
    )
    db.add(link)
    return link


_SUBMIT = Text(
    "活动尚未获批：请先提交活动方案并获批准，再生成链接",
    "The campaign is not approved: submit it and have it approved first",
)
_OVER = Text("活动已结束或取消：请为新的活动生成链接", "The campaign is over: make links for a new one")
_WHAT_FIRST = {
    "draft": _SUBMIT,
    "returned": _SUBMIT,
    "submitted": Text("活动正在审批：批准后即可生成链接", "The campaign awaits its approval; make links after it"),
    "paused": Text("活动已暂停：请先恢复活动，再生成链接", "The campaign is paused: resume it first"),
    "finished": _OVER,
    "reviewed": _OVER,
    "cancelled": _OVER,
}


def _must_be_public(target_url: str) -> None:
    try:
        parts = urlsplit(target_url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise Malformed.at(
            "/target_url", Text("应为完整的网页地址（http 或 https）", "Must be a whole http or https address"), "url"
        )


async def retire(db: AsyncSession, actor: Actor, link: TrackedLink, note: str | None = None) -> TrackedLink:
    """It counts no more. Printed codes still lead to the page, without saying that the campaign sent the visitor."""
    actor.must(duties.RETIRE_LINK, link)
    await LIFECYCLE.advance(db, actor, "retire", link, note)
    return link


class Attribution(NamedTuple):
    """What brought a visit or a lead; each may be unknown."""

    channel_id: UUID | None = None
    campaign_id: UUID | None = None
    link_id: UUID | None = None


class Destination(NamedTuple):
    """Where a code leads, and to whose credit."""

    url: str
    attribution: Attribution


# Where codes led, in this process: posters are scanned in bursts. A link changes only by being retired.
REMEMBERED_SECONDS = 30.0
REMEMBERED_LINKS = 10_000
_remembered: dict[str, tuple[float, Destination]] = {}


async def destination(db: AsyncSession, code: str) -> Destination | None:
    """Where a code leads, or None for an unknown one; one query, and none within half a minute of the last."""
    if not CODE.fullmatch(code):
        return None
    known = _remembered.get(code)
    if known is not None and known[0] > time.monotonic():
        return known[1]
    link = await db.scalar(select(TrackedLink).where(TrackedLink.code == code))
    if link is None:
        return None
    if len(_remembered) >= REMEMBERED_LINKS:
        _remembered.clear()
    found = _led(link)
    _remembered[code] = (time.monotonic() + REMEMBERED_SECONDS, found)
    return found


def _led(link: TrackedLink) -> Destination:
    if link.status == "retired":
        return Destination(link.target_url, Attribution())
    said = {
        "utm_source": link.utm_source,
        "utm_medium": link.utm_medium,
        "utm_campaign": link.utm_campaign,
        "utm_content": link.utm_content,
        "utm_term": link.utm_term,
        "zl": link.code,
    }
    parts = urlsplit(link.target_url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in said]
    query = urlencode([*kept, *((name, value) for name, value in said.items() if value is not None)])
    return Destination(parts._replace(query=query).geturl(), Attribution(link.channel_id, link.campaign_id, link.id))


async def attribute(
    db: AsyncSession, code: str | None = None, utm_source: str | None = None, utm_campaign: str | None = None
) -> Attribution:
    """What brought somebody: the link by its code; else the campaign by utm_campaign, the channel by utm_source.

    A campaign without a known source counts for its own channel. At most two queries.
    """
    led = await destination(db, code) if code else None
    if led is not None and led.attribution.link_id is not None:
        return led.attribution
    if not utm_source and not utm_campaign:
        return Attribution()
    channel = select(Channel.id).where(func.lower(Channel.code) == (utm_source or "").lower()).scalar_subquery()
    campaign = (
        select(Campaign.id, Campaign.channel_id).where(func.lower(Campaign.code) == (utm_campaign or "").lower())
    ).subquery()
    found = (
        await db.execute(
            select(func.coalesce(channel, campaign.c.channel_id), campaign.c.id).select_from(
                select(literal(1)).subquery().outerjoin(campaign, literal(True))
            )
        )
    ).one()
    return Attribution(found[0], found[1])
