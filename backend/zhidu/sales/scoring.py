"""4.1.2 Scoring: intent and fit are judged apart, by rules that are declared as data; each point explains itself.

A rule looks at one fact of a lead: `{"field": "need", "test": "contains", "value": "报价", "points": 15, "label":
{"zh", "en"}}`. Intent is what the person did and said, fit is what the person is. Each side is held between 0 and its
maximum, the maxima sum to 100, and a lead from `key_from` points on is a key lead.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import Index, SmallInteger, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import audit, clock
from zhidu.kernel.db import Database, Record, new_id
from zhidu.kernel.events import Event, emit
from zhidu.kernel.jobs import enqueue, job
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.sales import leads
from zhidu.sales.lead_sources import LeadSource
from zhidu.sales.leads import Lead

FULL: Final = 100
# A lead without a model was never judged; one judged before the company adopted a model bears this.
DEFAULT_ID: Final = UUID(int=1)
# What a rule may look at; `facts.<name>` besides, for what a file or a form says.
FIELDS: Final = (
    "source", "source_kind", "channel", "region", "company", "title", "need", "product_interest", "budget",
    "phone", "email", "landing_page", "campaign", "visitor", "arrived_at",
)  # fmt: skip

LIFECYCLE = Lifecycle(
    "scoring_model",
    {"draft": "open", "adopted": "done", "retired": "ended"},
    update=within("draft", clause="4.1.2"),
    adopt=step("draft", "adopted", clause="4.1.2"),
    retire=step("adopted", "retired", clause="4.1.2", by_rules=True),
)


@dataclass(frozen=True, slots=True)
class ScoringModelAdopted(Event):
    """Leads are judged by another model from now on."""


class ScoringModel(Record):
    """A version of the company's way to judge leads; at most one is adopted."""

    __tablename__ = "sales_scoring_model"
    __table_args__ = (
        Index("ix_sales_scoring_model_updated_at", "updated_at", "id"),
        Index("uq_sales_scoring_model_adopted", "status", unique=True, postgresql_where=text("status = 'adopted'")),
    )

    number: Mapped[int] = mapped_column(unique=True, doc="Counted from 1.")
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default=LIFECYCLE.initial)
    intent_rules: Mapped[list[Any]]
    intent_max: Mapped[int] = mapped_column(SmallInteger)
    fit_rules: Mapped[list[Any]]
    fit_max: Mapped[int] = mapped_column(SmallInteger)
    key_from: Mapped[int] = mapped_column(SmallInteger, default=80, doc="A key lead has so many points or more.")
    adopted_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


LISTING = Listing(
    "scoring_model", ScoringModel, filters=(ScoringModel.status,), sorts=(ScoringModel.number,), default_sort="-number",
    lifecycle=LIFECYCLE,
)  # fmt: skip


# -- judging one lead ------------------------------------------------------------------------------------------------


_PLAIN: Final = ("region", "company", "title", "need", "product_interest", "landing_page", "arrived_at")
_PRESENT: Final = {
    "phone": "phone_index", "email": "email_index", "campaign": "campaign_id", "visitor": "visitor_id",
}  # fmt: skip
_LOOKED_AT: Final = (*_PLAIN, *_PRESENT.values(), "budget_fen", "facts")
# The columns that a judgement fills.
JUDGED: Final = ("intent_score", "fit_score", "score", "key", "score_parts", "scoring_model_id")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model says of a lead; `parts` are the rules that held, as they stood."""

    model_id: UUID
    intent: int
    fit: int
    key: bool
    parts: list[dict[str, Any]]

    @property
    def score(self) -> int:
        """Intent and fit together, 0 to 100."""
        return self.intent + self.fit

    @property
    def columns(self) -> dict[str, Any]:
        """The judgement as columns of a lead."""
        return {
            "intent_score": self.intent, "fit_score": self.fit, "score": self.score, "key": self.key,
            "score_parts": self.parts, "scoring_model_id": self.model_id,
        }  # fmt: skip


def judge(model: ScoringModel, facts: Mapping[str, Any], now: datetime) -> Judgement:
    """Judge the facts of a lead (see `FIELDS`) by a model."""
    held = {
        side: [{**rule, "side": side} for rule in rules if _holds(rule, facts, now)]
        for side, rules in (("intent", model.intent_rules), ("fit", model.fit_rules))
    }
    intent = _within(held["intent"], model.intent_max)
    fit = _within(held["fit"], model.fit_max)
    return Judgement(model.id, intent, fit, intent + fit >= model.key_from, [*held["intent"], *held["fit"]])


def _within(held: Iterable[Mapping[str, Any]], most: int) -> int:
    return max(0, min(most, sum(int(rule["points"]) for rule in held)))


def _holds(rule: Mapping[str, Any], facts: Mapping[str, Any], now: datetime) -> bool:
    fact = facts.get(rule["field"])
    return fact not in (None, "", False) and _HOLDS[rule["test"]](fact, rule.get("value"), now)


def _plain(value: Any) -> str:
    return normalize("NFKC", str(value)).strip().casefold()


def _at_least(fact: Any, value: Any) -> bool:
    try:
        return Decimal(str(fact)) >= Decimal(str(value))
    except InvalidOperation:  # the file says "many"
        return False


_HOLDS: Mapping[str, Callable[[Any, Any, datetime], bool]] = {
    "is": lambda fact, value, _: _plain(fact) == _plain(value),
    "in": lambda fact, value, _: _plain(fact) in {_plain(one) for one in value},
    "contains": lambda fact, value, _: _plain(value) in _plain(fact),
    "at_least": lambda fact, value, _: _at_least(fact, value),
    "present": lambda _fact, _value, _now: True,
    "within_days": lambda fact, value, now: isinstance(fact, datetime) and now - fact <= timedelta(days=float(value)),
}


def facts_of(lead: Mapping[str, Any], source: str, source_kind: str, channel: str | None) -> dict[str, Any]:
    """What the rules may look at, of the columns of a lead."""
    facts = {name: lead[name] for name in _PLAIN}
    facts |= {"source": source, "source_kind": source_kind, "channel": channel}
    facts |= {name: lead[column] is not None for name, column in _PRESENT.items()}
    if lead["budget_fen"] is not None:
        facts["budget"] = Decimal(lead["budget_fen"]) / 100
    return facts | {f"facts.{name}": value for name, value in lead["facts"].items()}


# -- the adopted model -----------------------------------------------------------------------------------------------


def _rule(field: str, test: str, value: Any, points: int, zh: str, en: str) -> dict[str, Any]:
    return {"field": field, "test": test, "value": value, "points": points, "label": {"zh": zh, "en": en}}


def default_model() -> ScoringModel:
    """What judges until the company adopts a model of its own."""
    return ScoringModel(
        id=DEFAULT_ID,
        number=0, name="制度默认模型", status="adopted", intent_max=60, fit_max=40, key_from=80,
        intent_rules=[
            _rule("need", "present", None, 20, "写明了需求", "says what is needed"),
            _rule("need", "contains", "报价", 15, "询问报价", "asks for a quotation"),
            _rule("budget", "present", None, 10, "说明了预算", "names a budget"),
            _rule("budget", "at_least", "50000", 10, "预算不低于 5 万元", "a budget of 50,000 yuan or more"),
            _rule("product_interest", "present", None, 10, "指明了产品", "names a product"),
            _rule("phone", "present", None, 15, "留下电话", "leaves a telephone number"),
        ],
        fit_rules=[
            _rule("company", "present", None, 15, "来自企业", "comes from a company"),
            _rule("title", "contains", "总", 15, "职务为负责人", "is in charge (总)"),
            _rule("title", "contains", "经理", 10, "职务为经理", "is a manager (经理)"),
            _rule("email", "present", None, 5, "留下邮箱", "leaves an e-mail address"),
            _rule("region", "present", None, 5, "地区明确", "names a region"),
            _rule("source_kind", "is", "referral", 10, "由客户推荐", "comes by recommendation"),
        ],
    )  # fmt: skip


async def adopted(db: AsyncSession) -> ScoringModel:
    """The model in force, read once per unit of work."""
    known: ScoringModel | None = db.info.get("scoring_model")
    if known is None:
        with db.no_autoflush:
            known = await db.scalar(select(ScoringModel).where(ScoringModel.status == "adopted"))
        known = db.info["scoring_model"] = known or default_model()
    return known


async def model_of(db: AsyncSession, lead: Lead) -> ScoringModel:
    """The model that judged a lead, as it stood."""
    known = None if lead.scoring_model_id is None else await db.get(ScoringModel, lead.scoring_model_id)
    return known or default_model()


async def rescore(db: AsyncSession, lead: Lead) -> Judgement:
    """Judge a lead of this unit of work, after its facts changed."""
    origin = select(LeadSource.code, LeadSource.kind).where(LeadSource.id == lead.source_id)
    source, kind = (await db.execute(origin)).one()
    channel = None
    if lead.channel_id is not None:
        channel = await db.scalar(select(Channel.code).where(Channel.id == lead.channel_id))
    columns = {name: getattr(lead, name) for name in _LOOKED_AT}
    judgement = judge(await adopted(db), facts_of(columns, source, kind, channel), clock.now())
    for name, value in judgement.columns.items():
        setattr(lead, name, value)
    return judgement


# -- models ----------------------------------------------------------------------------------------------------------


async def draft(db: AsyncSession, actor: Actor, **fields: Any) -> ScoringModel:
    """A new version; it judges nobody until it is adopted."""
    actor.must(duties.CREATE_SCORING)
    last = await db.scalar(select(func.max(ScoringModel.number))) or 0
    model = ScoringModel(id=new_id(), number=last + 1, **fields)
    db.add(model)
    return model


async def revise(db: AsyncSession, actor: Actor, model: ScoringModel, **changes: Any) -> ScoringModel:
    """Change a draft; what was adopted stays as it was, for leads were judged by it."""
    actor.must(duties.UPDATE_SCORING, model)
    LIFECYCLE.check("update", model.status)
    for name, value in changes.items():
        setattr(model, name, value)
    return model


async def adopt(db: AsyncSession, actor: Actor, model: ScoringModel, note: str | None = None) -> ScoringModel:
    """From now on leads are judged by this version; open ones are judged anew in the background."""
    actor.must(duties.ADOPT_SCORING, model)
    LIFECYCLE.check("adopt", model.status)
    before = await db.scalar(select(ScoringModel).where(ScoringModel.status == "adopted").with_for_update())
    if before is not None:
        await LIFECYCLE.advance(db, actor, "retire", before)
        before.retired_at = clock.now()
        await db.flush()  # one adopted at a time: the old one leaves first
    await LIFECYCLE.advance(db, actor, "adopt", model, note)
    model.adopted_at = clock.now()
    emit(db, ScoringModelAdopted(model.id))
    await enqueue(db, rescore_open_leads, lock="rescore_open_leads", model_id=model.id)
    # Again for those that arrived, under the old model, while this one was being adopted.
    later = clock.now() + timedelta(minutes=5)
    await enqueue(db, rescore_open_leads, lock="rescore_open_leads", at=later, model_id=model.id)
    return model


_OUTDATED = (
    select(
        Lead.id, *(Lead.__table__.c[name] for name in _LOOKED_AT), LeadSource.code.label("source"),
        LeadSource.kind.label("source_kind"), Channel.code.label("channel"),
    )
    .join(LeadSource, LeadSource.id == Lead.source_id)
    .outerjoin(Channel, Channel.id == Lead.channel_id)
    .where(
        Lead.id > bindparam("last"),
        Lead.status.in_(leads.LIFECYCLE.of_category("open", "waiting")),
        Lead.scoring_model_id.is_distinct_from(bindparam("model")),
    )
    .order_by(Lead.id)
    .limit(2000)
)  # fmt: skip
# A score is not a person's change: neither the version nor the place in the lists moves.
_JUDGED = text(
    """
    UPDATE sales_lead l
    SET intent_score = j.intent_score, fit_score = j.fit_score, score = j.score, key = j.key,
        score_parts = j.score_parts, scoring_model_id = j.scoring_model_id
    FROM jsonb_to_recordset(CAST(:judged AS jsonb)) AS j(
        id uuid, intent_score smallint, fit_score smallint, score smallint, key boolean, score_parts jsonb,
        scoring_model_id uuid
    )
    WHERE l.id = j.id
    """
)


def _facts_of_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    return facts_of(row, row["source"], row["source_kind"], row["channel"])


@job(clause="4.1.2")
async def rescore_open_leads(database: Database, model_id: str) -> None:
    """Judge anew every open lead that another model judged, two thousand a transaction; interrupted, it goes on."""
    last, model_uuid = UUID(int=0), UUID(model_id)
    while True:
        async with unit_of_work(database, clauses=("4.1.2",), action="rescore") as db:
            model = await adopted(db)
            if model.id != model_uuid:
                return  # yet another was adopted, and brings its own job
            rows = (await db.execute(_OUTDATED, {"last": last, "model": model_uuid})).mappings().all()
            if not rows:
                return
            last, now = rows[-1]["id"], clock.now()
            judged = [{"id": row["id"], **judge(model, _facts_of_row(row), now).columns} for row in rows]
            await db.execute(_JUDGED, {"judged": json.dumps(judged, default=str)})
            audit.note(db, "rescore", "sales_lead", None, model=model_uuid, leads=len(rows))
