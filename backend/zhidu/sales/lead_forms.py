"""4.1.1 Forms: a page on which a prospect leaves a name and a wish, knowing what for; each answer becomes a lead.

What was agreed to is kept word for word with each submission: the text, its version, the time, and a keyed hash of the
address. One submission has one effect, however often it is sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.crypto import ring
from zhidu.kernel.db import Model, Owned, Record, scope_indexes
from zhidu.kernel.jobs import every
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict, Malformed, Missing, TooMany
from zhidu.kernel.search import Searchable, matches, search_index
from zhidu.kernel.texts import Text
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.links import attribute
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import RULES, Actor
from zhidu.sales import arrivals
from zhidu.sales.lead_sources import LeadSource
from zhidu.sales.leads import Lead

AN_HOUR: Final = timedelta(hours=1)
FROM_ONE_ADDRESS: Final = 20

LIFECYCLE = Lifecycle(
    "lead_form",
    {"draft": "open", "published": "done", "closed": "ended"},
    update=within("draft", clause="4.1.1"),
    publish=step("draft", "published", clause=("4.1.1", "3.2.3")),
    revise=step("published", "draft", clause="4.1.1"),
    close=step(("published", "draft"), "closed", clause="4.1.1"),
)


class LeadForm(Searchable, Owned, Record):
    """A form: what it asks, what one agrees to, and where its leads count."""

    __tablename__ = "sales_lead_form"
    __searched__ = ("title", "key")
    __table_args__ = (*scope_indexes("sales_lead_form"), search_index("sales_lead_form"))

    key: Mapped[str] = mapped_column(unique=True, doc="The end of its address: /f/{key}.")
    title: Mapped[str]
    intro: Mapped[str | None]
    fields: Mapped[list[Any]] = mapped_column(doc="[{name, label, required, options}]: each a column of the lead.")
    consent_text: Mapped[str] = mapped_column(doc="What one agrees to, in full.")
    consent_version: Mapped[int] = mapped_column(default=1, doc="Counted up when the text changes.")
    thanks: Mapped[str]
    source_id: Mapped[UUID] = mapped_column(ForeignKey(LeadSource.id))
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey(Campaign.id), doc="Where no link says otherwise.")
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    published_at: Mapped[datetime | None]


class FormSubmission(Model):
    """One sending of a form: the proof of consent of the lead that came of it. Added, never changed."""

    __tablename__ = "sales_form_submission"
    __table_args__ = (
        Index("ix_sales_form_submission_form_id", "form_id", "at"),
        Index("ix_sales_form_submission_lead_id", "lead_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, doc="Given by the page, so that a repetition is known.")
    form_id: Mapped[UUID] = mapped_column(ForeignKey(LeadForm.id))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey(Lead.id, ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    consent_text: Mapped[str]
    consent_version: Mapped[int]
    address_hash: Mapped[bytes] = mapped_column(LargeBinary)
    session: Mapped[str | None] = mapped_column(doc="The tracker's session.")
    utm: Mapped[dict[str, Any]]


class FormTries(Model):
    """How many submissions came from an address within an hour."""

    __tablename__ = "sales_form_tries"

    address_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int]


LISTING = Listing(
    "lead_form",
    LeadForm,
    extra=(
        LeadSource.name.label("source_name"),
        Campaign.name.label("campaign_name"),
        Account.name.label("owner_name"),
    ),
    joins=(
        (LeadSource, LeadSource.id == LeadForm.source_id),
        (Campaign, Campaign.id == LeadForm.campaign_id),
        (Account, Account.id == LeadForm.owner_id),
    ),
    filters=(LeadForm.status, LeadForm.owner_id, LeadForm.source_id, LeadForm.campaign_id, LeadForm.key),
    search=lambda q: matches(LeadForm, q),
    lifecycle=LIFECYCLE,
)


async def draw_up(db: AsyncSession, actor: Actor, **fields: Any) -> LeadForm:
    """A new form; nobody sees it until it is published."""
    actor.must(duties.CREATE_FORM)
    form = LeadForm(**_sound(fields), owner_id=actor.id, department_id=actor.department_id)
    db.add(form)
    return form


async def rework(db: AsyncSession, actor: Actor, form: LeadForm, **changes: Any) -> LeadForm:
    """Change a draft. Another consent text is another version, for people agreed to the words they saw."""
    actor.must(duties.UPDATE_FORM, form)
    LIFECYCLE.check("update", form.status)
    if changes.get("consent_text", form.consent_text) != form.consent_text and form.published_at is not None:
        form.consent_version += 1
    for name, value in _sound(changes).items():
        setattr(form, name, value)
    return form


async def publish(db: AsyncSession, actor: Actor, form: LeadForm, note: str | None = None) -> LeadForm:
    """It stands at its address from now on."""
    actor.must(duties.PUBLISH_FORM, form)
    await LIFECYCLE.advance(db, actor, "publish", form, note)
    form.published_at = clock.now()
    return form


async def revise(db: AsyncSession, actor: Actor, form: LeadForm, note: str | None = None) -> LeadForm:
    """Take it down to change it."""
    actor.must(duties.REVISE_FORM, form)
    await LIFECYCLE.advance(db, actor, "revise", form, note)
    return form


async def close(db: AsyncSession, actor: Actor, form: LeadForm, note: str | None = None) -> LeadForm:
    """It takes no more answers; its address says so."""
    actor.must(duties.CLOSE_FORM, form)
    await LIFECYCLE.advance(db, actor, "close", form, note)
    return form


def _sound(fields: dict[str, Any]) -> dict[str, Any]:
    """What must hold of the questions: a name is asked, and a way to answer."""
    asked = fields.get("fields")
    if asked is not None:
        names = [field["name"] for field in asked]
        if len(set(names)) < len(names):
            raise Malformed.at("/fields", Text("同一项只能问一次", "Each thing is asked once"), "repeated")
        if not any(field["name"] == "name" and field["required"] for field in asked):
            raise Malformed.at("/fields", Text("姓名须为必填项", "The name must be asked, and required"), "missing")
        if not {"phone", "email"} & set(names):
            raise Malformed.at(
                "/fields", Text("至少要问电话或邮箱", "A telephone or an e-mail must be asked"), "missing"
            )
    return fields


# -- what the world sends --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Brought:
    """How a visitor came to the form, as the tracker or the address of the page says."""

    zl: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_term: str | None = None
    visitor: str | None = None
    session: str | None = None
    page: str | None = None

    @property
    def utm(self) -> dict[str, str]:
        """What of the five is known."""
        names = ("source", "medium", "campaign", "content", "term")
        return {name: value for name in names if (value := getattr(self, f"utm_{name}"))}


async def published(db: AsyncSession, key: str) -> LeadForm:
    """The form at this address. Raises Missing."""
    form = await db.scalar(select(LeadForm).where(LeadForm.key == key, LeadForm.status == "published"))
    if form is None:
        raise Missing(Text("这个表单不存在，或已关闭", "There is no such form, or it is closed"))
    return form


async def submit(
    db: AsyncSession, form: LeadForm, *, submission: UUID, answers: dict[str, Any], brought: Brought, address: str
) -> None:
    """Somebody agreed and sent the form: a lead arrives, and knows its campaign. Sent again, it does nothing.

    Raises TooMany for the 21st from one address within an hour, Conflict for an id that another form has used.
    """
    db.info["clauses"], db.info["action"] = ("4.1.1",), "create"
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(submission), 0))))
    before = await db.get(FormSubmission, submission)
    if before is not None:
        if before.form_id != form.id:
            raise Conflict(Text("这个提交编号已用于另一表单", "The submission's id was used for another form"))
        return
    address_hash = ring().blind_index("address", address)
    await _count(db, address_hash)
    led = await attribute(db, brought.zl, brought.utm_source, brought.utm_campaign)
    campaign_id, channel_id = led.campaign_id, led.channel_id
    if led.campaign_id is None and led.channel_id is None and form.campaign_id is not None:
        campaign_id = form.campaign_id
        channel_id = await db.scalar(select(Campaign.channel_id).where(Campaign.id == campaign_id))
    lead = await arrivals.register(
        db, RULES, source_id=form.source_id, channel_id=channel_id, campaign_id=campaign_id, link_id=led.link_id,
        form_id=form.id, visitor_id=brought.visitor, landing_page=brought.page, **answers,
    )  # fmt: skip
    await db.flush()
    db.add(
        FormSubmission(
            id=submission, form_id=form.id, lead_id=lead.id, consent_text=form.consent_text, utm=brought.utm,
            consent_version=form.consent_version, address_hash=address_hash, session=brought.session,
        )
    )  # fmt: skip


async def _count(db: AsyncSession, address_hash: bytes) -> None:
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    one = insert(FormTries).values(address_hash=address_hash, hour=hour, tries=1)
    counted = one.on_conflict_do_update(
        index_elements=["address_hash", "hour"], set_={"tries": FormTries.tries + 1}
    ).returning(FormTries.tries)
    if (await db.scalar(counted) or 0) > FROM_ONE_ADDRESS:
        raise TooMany(int((hour + AN_HOUR - now).total_seconds()) + 1)


@every("40 * * * *", clause="7.3.2")
async def forget_tries(db: AsyncSession) -> None:
    """Counts of addresses are kept no longer than they are needed."""
    await db.execute(delete(FormTries).where(FormTries.hour < clock.now() - AN_HOUR))


async def last_submissions(db: AsyncSession, form: LeadForm) -> list[dict[str, Any]]:
    """The last two hundred proofs of consent of a form, newest first."""
    proof = select(
        FormSubmission.id, FormSubmission.lead_id, FormSubmission.at, FormSubmission.consent_version,
        FormSubmission.consent_text,
    )  # fmt: skip
    last = proof.where(FormSubmission.form_id == form.id).order_by(FormSubmission.at.desc()).limit(200)
    return [dict(row) for row in (await db.execute(last)).mappings()]
