"""3.1.1, 3.1.2 Channel assessments: weighed criteria with evidence, a forecast, and a second person's decision."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Numeric,
    String,
    Uuid,
    cast,
    column,
    exists,
    func,
    literal,
    select,
    text,
    update,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Owned, Record, scope_indexes
from zhidu.kernel.files import File
from zhidu.kernel.jobs import every
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Conflict, Malformed
from zhidu.kernel.texts import Text
from zhidu.marketing import channels
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import RULES, Actor
from zhidu.policy.deciders import decider
from zhidu.regulation import obligations
from zhidu.regulation.controls import Records, Window, control
from zhidu.regulation.limits import amount_of, limit
from zhidu.regulation.obligations import obligation

CRITERIA = ("traffic_quality", "user_activity", "cost", "audience_fit", "compliance")

LIFECYCLE = Lifecycle(
    "channel_assessment",
    {
        "draft": "open",
        "submitted": "waiting",
        "returned": "open",
        "approved": "done",
        "superseded": "ended",
        "expired": "ended",
    },
    update=within("draft", clause="3.1.2"),
    submit=step("draft", "submitted", clause="3.1.1"),
    approve=step("submitted", "approved", clause="3.1.1"),
    **{"return": step("submitted", "returned", clause="3.1.1")},
    revise=step("returned", "draft", clause="3.1.1"),
    renew=within(("approved", "expired"), clause="3.1.1"),
    supersede=step("approved", "superseded", clause="3.1.1", by_rules=True),
    expire=step("approved", "expired", clause="3.1.1", by_rules=True),
)
IN_WORK = ("draft", "submitted", "returned")

VALID = limit(
    "channel_assessment.valid", 365, "days", "渠道评估有效期", "validity of a channel assessment", clause="3.1.1"
)
REVIEW_WITHIN = limit(
    "channel_assessment.review", 8, "working-hours", "渠道评估审批", "decision on an assessment", clause="3.1.1"
)
REVIEW = obligation(
    "channel_assessment.review", "审批渠道评估", "decide on the assessment", clause="3.1.1", limit=REVIEW_WITHIN
)


class ChannelAssessment(Owned, Record):
    """One version of a channel's assessment: what it is worth, why, and what is expected of it."""

    __tablename__ = "marketing_channel_assessment"
    __table_args__ = (
        *scope_indexes("marketing_channel_assessment"),
        Index("uq_marketing_channel_assessment_number", "channel_id", "number", unique=True),
        # One version of a channel is in work at a time, and one stands.
        Index(
            "uq_marketing_channel_assessment_in_work",
            "channel_id",
            unique=True,
            postgresql_where=text("status IN ('draft', 'submitted', 'returned')"),
        ),
        Index(
            "uq_marketing_channel_assessment_approved",
            "channel_id",
            unique=True,
            postgresql_where=text("status = 'approved'"),
        ),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
    )

    channel_id: Mapped[UUID] = mapped_column(ForeignKey("marketing_channel.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, 3 ... of this channel.")
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    criteria: Mapped[dict[str, Any]] = mapped_column(
        doc="For each of CRITERIA: score 0-100, weight (they sum to 100), evidence, file_ids."
    )
    score: Mapped[Decimal] = mapped_column(
        Numeric(4, 1), info={"private": True}, doc="The weighed sum of the criteria, one decimal."
    )
    summary: Mapped[str] = mapped_column(doc="Why the company should promote here, for which product and audience.")
    expected_leads: Mapped[int] = mapped_column(doc="Forecast: leads a month.")
    expected_cost_per_lead_fen: Mapped[int] = mapped_column(doc="Forecast.")
    measured_leads: Mapped[int | None] = mapped_column(doc="Leads a month, as they came.")
    measured_cost_per_lead_fen: Mapped[int | None]
    measured_on: Mapped[date | None] = mapped_column(doc="When the forecast was last compared.")
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(doc="What the decider wrote.")
    expires_on: Mapped[date | None] = mapped_column(doc="The first day on which it no longer stands.")


_error = (
    cast(ChannelAssessment.measured_leads - ChannelAssessment.expected_leads, Numeric())
    * 100
    / func.greatest(ChannelAssessment.expected_leads, 1)
)
_decider = aliased(Account)

LISTING = Listing(
    "channel_assessment",
    ChannelAssessment,
    extra=(
        cast(ChannelAssessment.score, Float).label("score"),
        cast(func.round(_error, 1), Float).label("forecast_error"),
        Channel.name.label("channel_name"),
        Account.name.label("owner_name"),
        _decider.name.label("decided_by_name"),
    ),
    joins=(
        (Channel, Channel.id == ChannelAssessment.channel_id),
        (Account, Account.id == ChannelAssessment.owner_id),
        (_decider, _decider.id == ChannelAssessment.decided_by),
    ),
    filters=(
        ChannelAssessment.status,
        ChannelAssessment.channel_id,
        ChannelAssessment.owner_id,
        ChannelAssessment.score,
        ChannelAssessment.expires_on,
    ),
    lifecycle=LIFECYCLE,
)


def weighed(criteria: Mapping[str, Mapping[str, Any]]) -> Decimal:
    """The score of these criteria, one decimal, halves up. Raises Malformed unless the weights sum to 100."""
    total = sum(criterion["weight"] for criterion in criteria.values())
    if total != 100:
        raise Malformed.at(
            "/criteria",
            Text("五项权重（weight）合计应为 100，现为 {n}", "The five weights must sum to 100; they sum to {n}").of(
                n=total
            ),
            "weights",
        )
    points = sum(criterion["score"] * criterion["weight"] for criterion in criteria.values())
    return (Decimal(points) / 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


async def _with_files(db: AsyncSession, criteria: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The criteria as they are kept. Raises Malformed for evidence that is not on file."""
    named = {file_id for criterion in criteria.values() for file_id in criterion["file_ids"]}
    kept = set(await db.scalars(select(File.id).where(File.id.in_(named), File.use == "evidence"))) if named else set()
    for name, criterion in criteria.items():
        if not kept.issuperset(criterion["file_ids"]):
            raise Malformed.at(
                f"/criteria/{name}/file_ids", Text("附件不存在，请先上传", "No such file; upload it first"), "reference"
            )
    return {
        name: {**criterion, "file_ids": [str(file_id) for file_id in criterion["file_ids"]]}
        for name, criterion in criteria.items()
    }


async def draft(
    db: AsyncSession, actor: Actor, *, channel_id: UUID, criteria: Mapping[str, Mapping[str, Any]], summary: str,
    expected_leads: int, expected_cost_per_lead_fen: int,
) -> ChannelAssessment:  # fmt: skip
    """A new version of a channel's assessment. Raises Conflict while another is in work."""
    actor.must(duties.CREATE_ASSESSMENT)
    assessment = ChannelAssessment(
        channel_id=channel_id,
        number=await _next_number(db, channel_id),
        criteria=await _with_files(db, criteria),
        score=weighed(criteria),
        summary=summary,
        expected_leads=expected_leads,
        expected_cost_per_lead_fen=expected_cost_per_lead_fen,
        owner_id=actor.id,
        department_id=actor.department_id,
    )
    db.add(assessment)
    return assessment


async def _next_number(db: AsyncSession, channel_id: UUID) -> int:
    channel = await db.get(Channel, channel_id, with_for_update=True)
    if channel is None:
        raise Malformed.at("/channel_id", Text("没有这个渠道", "No such channel"), "reference")
    if channel.status == "retired":
        raise Conflict(Text("「{c}」已停用，不再评估", "‘{c}’ is retired and no longer assessed").of(c=channel.name))
    known = (
        await db.execute(
            select(
                func.coalesce(func.max(ChannelAssessment.number), 0),
                func.coalesce(func.bool_or(ChannelAssessment.status.in_(IN_WORK)), literal(False)),
            ).where(ChannelAssessment.channel_id == channel_id)
        )
    ).one()
    if known[1]:
        raise Conflict(
            Text(
                "「{c}」已有一份评估在编写或审批中，请先完成它",
                "‘{c}’ has an assessment in work already; finish that one",
            ).of(c=channel.name),
            clause="3.1.1",
        )
    return int(known[0]) + 1


async def revise_draft(
    db: AsyncSession, actor: Actor, assessment: ChannelAssessment, **changes: Any
) -> ChannelAssessment:
    """Change a draft; its score follows."""
    actor.must(duties.UPDATE_ASSESSMENT, assessment)
    LIFECYCLE.check("update", assessment.status)
    if "criteria" in changes:
        assessment.score = weighed(changes["criteria"])
        changes["criteria"] = await _with_files(db, changes["criteria"])
    for name, value in changes.items():
        setattr(assessment, name, value)
    return assessment


async def submit(
    db: AsyncSession, actor: Actor, assessment: ChannelAssessment, note: str | None = None
) -> ChannelAssessment:
    """Ask for the decision; it falls to somebody who did not write it."""
    actor.must(duties.SUBMIT_ASSESSMENT, assessment)
    await LIFECYCLE.advance(db, actor, "submit", assessment, note)
    assessment.submitted_by, assessment.submitted_at = actor.id, clock.now()
    channel = await db.get_one(Channel, assessment.channel_id)
    await obligations.due(
        db, REVIEW, assessment.id, f"{channel.name} #{assessment.number}",
        holder=await decider(db, duties.APPROVE_ASSESSMENT, assessment), department=assessment.department_id,
    )  # fmt: skip
    return assessment


async def approve(
    db: AsyncSession, actor: Actor, assessment: ChannelAssessment, note: str | None = None
) -> ChannelAssessment:
    """The channel is worth it: active under this version, which takes the place of the one before."""
    actor.must(duties.APPROVE_ASSESSMENT, assessment)
    LIFECYCLE.check("approve", assessment.status)
    channel = await db.get_one(Channel, assessment.channel_id, with_for_update=True)
    stands = select(ChannelAssessment).where(
        ChannelAssessment.channel_id == channel.id, ChannelAssessment.status == "approved"
    )
    for earlier in await db.scalars(stands.with_for_update()):
        await LIFECYCLE.advance(db, RULES, "supersede", earlier)
    await db.flush()  # before its successor stands: the index allows one
    await LIFECYCLE.advance(db, actor, "approve", assessment, note)
    _decided(actor, assessment, note)
    assessment.expires_on = clock.today() + timedelta(days=await amount_of(db, VALID))
    await channels.activate(db, channel, assessment.score, assessment.expires_on)
    await _say(db, assessment, channel, "approved", _APPROVED)
    return assessment


async def return_(db: AsyncSession, actor: Actor, assessment: ChannelAssessment, note: str) -> ChannelAssessment:
    """Not yet: the note says what is missing."""
    actor.must(duties.RETURN_ASSESSMENT, assessment)
    await LIFECYCLE.advance(db, actor, "return", assessment, note)
    _decided(actor, assessment, note)
    await _say(db, assessment, await db.get_one(Channel, assessment.channel_id), "returned", _RETURNED)
    return assessment


_APPROVED = Text("渠道「{c}」的评估已获批准", "The assessment of ‘{c}’ is approved")
_RETURNED = Text("渠道「{c}」的评估被退回", "The assessment of ‘{c}’ is returned")


async def _say(db: AsyncSession, assessment: ChannelAssessment, channel: Channel, how: str, says: Text) -> None:
    """The decision is made, and its author knows."""
    await obligations.met(db, REVIEW, assessment.id)
    await obligations.tell(
        db, [assessment.owner_id] if assessment.owner_id else [], f"channel_assessment.{how}", says.of(c=channel.name),
        clause="3.1.1", resource="channel_assessment", record_id=assessment.id,
    )  # fmt: skip


def _decided(actor: Actor, assessment: ChannelAssessment, note: str | None) -> None:
    assessment.decided_by, assessment.decided_at, assessment.decision = actor.id, clock.now(), note


async def revise(
    db: AsyncSession, actor: Actor, assessment: ChannelAssessment, note: str | None = None
) -> ChannelAssessment:
    """Back to draft, to do what the decider asked."""
    actor.must(duties.REVISE_ASSESSMENT, assessment)
    await LIFECYCLE.advance(db, actor, "revise", assessment, note)
    return assessment


async def renew(
    db: AsyncSession, actor: Actor, assessment: ChannelAssessment, note: str | None = None
) -> ChannelAssessment:
    """The next version begins as a copy of this one, which stands until its successor is approved."""
    actor.must(duties.RENEW_ASSESSMENT, assessment)
    await LIFECYCLE.advance(db, actor, "renew", assessment, note)
    successor = ChannelAssessment(
        channel_id=assessment.channel_id,
        number=await _next_number(db, assessment.channel_id),
        criteria=assessment.criteria,
        score=assessment.score,
        summary=assessment.summary,
        expected_leads=assessment.expected_leads,
        expected_cost_per_lead_fen=assessment.expected_cost_per_lead_fen,
        owner_id=actor.id,
        department_id=actor.department_id,
    )
    db.add(successor)
    return successor


@every("4 16 * * *", clause="3.1.1")
async def expire_assessments(db: AsyncSession) -> int:
    """At midnight in Shanghai, before the channels: versions whose time is over. Returns how many."""
    over = select(ChannelAssessment).where(
        ChannelAssessment.status == "approved", ChannelAssessment.expires_on <= clock.today()
    )
    expired = (await db.scalars(over.with_for_update())).all()
    for assessment in expired:
        await LIFECYCLE.advance(db, RULES, "expire", assessment)
    return len(expired)


@every("15 16 * * *", clause="3.1.1")
async def ask_for_renewals(db: AsyncSession) -> int:
    """Each day: channels that expire within the notice are due to be assessed anew. Returns how many were asked."""
    notice = timedelta(days=await amount_of(db, channels.RENEWAL_NOTICE))
    asked = exists().where(
        obligations.Obligation.record_id == Channel.id,
        obligations.Obligation.kind == channels.RENEWAL.name,
        obligations.Obligation.status.in_(obligations.LIFECYCLE.of_category("open")),
    )
    soon = select(Channel).where(Channel.status == "active", Channel.approved_until <= clock.today() + notice, ~asked)
    found = (await db.scalars(soon)).all()
    for channel in found:
        until = clock.midnight(channel.approved_until) if channel.approved_until else None
        await obligations.due(
            db, channels.RENEWAL, channel.id, channel.name,
            holder=channel.owner_id, department=channel.department_id, at=until,
        )  # fmt: skip
    return len(found)


async def record_measured(db: AsyncSession, measured: Sequence[tuple[UUID, int, int | None]]) -> None:
    """Set what channels really brought beside what was forecast: (channel, leads a month, cost per lead in fen).

    For the domains that count leads; one statement whatever the number of channels.
    """
    if not measured:
        return
    came = values(
        column("channel_id", Uuid()), column("leads", BigInteger()), column("cost_fen", BigInteger()), name="came"
    ).data(list(measured))
    await db.execute(
        update(ChannelAssessment)
        .where(ChannelAssessment.channel_id == came.c.channel_id, ChannelAssessment.status == "approved")
        .values(
            measured_leads=came.c.leads, measured_cost_per_lead_fen=came.c.cost_fen, measured_on=clock.today(),
            version=ChannelAssessment.version + 1,
        ),
        execution_options={"synchronize_session": False},
    )  # fmt: skip


# -- how 3.1.1 and 3.1.2 are measured ---------------------------------------------------------------------------------


def _active_channels(window: Window) -> Records:
    return select(
        Channel.id, Channel.name.label("title"), literal("channel").label("resource"), Channel.updated_at.label("at")
    ).where(Channel.status == "active")


def _without_assessment(window: Window) -> Records:
    stands = exists().where(
        ChannelAssessment.channel_id == Channel.id,
        ChannelAssessment.status == "approved",
        ChannelAssessment.decided_at > window.until - timedelta(days=366),
    )
    return _active_channels(window).where(~stands)


control(
    "channel.assessed",
    "在用渠道均有 12 个月内批准的评估",
    "Every active channel has an assessment approved within 12 months",
    clause="3.1.1",
    population=_active_channels,
    failing=_without_assessment,
)


def _compared(window: Window) -> Records:
    return (
        select(
            ChannelAssessment.id,
            (Channel.name + " #" + cast(ChannelAssessment.number, String)).label("title"),
            literal("channel_assessment").label("resource"),
            ChannelAssessment.decided_at.label("at"),
        )
        .join(Channel, Channel.id == ChannelAssessment.channel_id)
        .where(ChannelAssessment.status == "approved", ChannelAssessment.measured_leads.is_not(None))
    )


def _far_from_forecast(window: Window) -> Records:
    return _compared(window).where(func.abs(_error) > 50)


def _mean_error(window: Window) -> Records:
    return select(func.avg(func.abs(_error))).where(
        ChannelAssessment.status == "approved", ChannelAssessment.measured_leads.is_not(None)
    )


control(
    "channel.forecast",
    "渠道实际线索与评估预测相差不超过一半",
    "Channels bring within half of the leads that their assessment forecast",
    clause="3.1.2",
    population=_compared,
    failing=_far_from_forecast,
    green=0.8,
    amber=0.5,
    figure=_mean_error,
    figure_unit=Text("% 平均预测误差", "% mean error of the forecast"),
)
