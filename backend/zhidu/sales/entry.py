"""4.1.1 Entry: one statement writes a lead with all that goes with it, in one round trip.

The lead, the duplicates that are certain, the obligation to screen it, the audit's entry and the event stand or fall
together. What decides (the sources, the scoring model, the working hours) is remembered by the process for seconds.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg
import orjson
from sqlalchemy import ARRAY, Boolean, Date, Uuid, bindparam, select, text
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.types import TypeEngine

from zhidu.kernel import clock, crypto, money, search
from zhidu.kernel.db import new_id
from zhidu.kernel.events import on
from zhidu.kernel.page import Compiled, compiled
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.kernel.worktime import Calendar
from zhidu.marketing.channels import Channel
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.regulation import limits, obligations
from zhidu.regulation.obligations import Obligation
from zhidu.sales import leads, scoring
from zhidu.sales.duplicates import ALIKE, CANDIDATES, Match, alike, core
from zhidu.sales.lead_sources import LeadSource
from zhidu.sales.leads import Lead, LeadArrived
from zhidu.sales.screening import SCREEN

REMEMBERED_SECONDS: Final = 5.0
# What further domains write with each lead that arrives: SQL that may use :id and :day.
_alongside: dict[str, str] = {}


def alongside(name: str, sql: str) -> None:
    """Let this be written with each lead that arrives by itself (imports have `LeadsImported`): say it at import."""
    _alongside[name] = sql
    _statement.cache_clear()


# -- what decides, remembered ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Origin:
    """A source as scoring sees it."""

    code: str
    kind: str
    channel_id: UUID | None
    channel: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What an arrival looks at and what seldom changes."""

    until: float
    origins: Mapping[UUID, Origin]
    channels: Mapping[UUID, str]
    model: scoring.ScoringModel
    calendar: Calendar
    screening_hours: float
    department_id: UUID | None


_known: WeakKeyDictionary[AsyncEngine, Known] = WeakKeyDictionary()


def remembered(engine: AsyncEngine, source_id: UUID) -> Known | None:
    """What is remembered, if it is fresh and knows this source."""
    known = _known.get(engine)
    return known if known is not None and known.until > time.monotonic() and source_id in known.origins else None


async def read(db: AsyncSession, engine: AsyncEngine) -> Known:
    """Read it, and remember it for some seconds: a source is checked again by the statement itself."""
    channels = {row.id: row.code for row in await db.execute(select(Channel.id, Channel.code))}
    sources = await db.execute(select(LeadSource.id, LeadSource.code, LeadSource.kind, LeadSource.channel_id))
    known = _known[engine] = Known(
        time.monotonic() + REMEMBERED_SECONDS,
        {row.id: Origin(row.code, row.kind, row.channel_id, channels.get(row.channel_id)) for row in sources},
        channels,
        await scoring.adopted(db),
        await limits.company_calendar(db),
        await limits.amount_of(db, SCREEN.limit) if SCREEN.limit else 0,
        await leads.sales_department(db),
    )
    return known


@on(scoring.ScoringModelAdopted)
async def forget(_db: AsyncSession, _event: scoring.ScoringModelAdopted) -> None:
    """This process judges by the new model at once, others within seconds."""
    _known.clear()


def no_source() -> Malformed:
    """A lead without a source is impossible (4.1.1)."""
    return Malformed.at("/source_id", Text("没有这个线索来源", "There is no such lead source"), "reference")


# -- one lead ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trail:
    """Who enters it and from where: what the audit keeps."""

    account_id: UUID | None
    clauses: tuple[str, ...]
    request_id: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """What was written: the lead's columns, the names that belong to them, and who is likely the same."""

    columns: Mapping[str, Any]
    names: Mapping[str, str | None]
    likely: list[Match]

    def row(self, actor: Actor) -> dict[str, Any]:
        """As the listing shows it; what nobody has said yet is empty."""
        owner_name = None if self.columns["owner_id"] is None else actor.name
        budget_fen = self.columns["budget_fen"]
        known = {
            **self.columns, **self.names, "owner_name": owner_name,
            "budget": None if budget_fen is None else money.written(budget_fen),
        }  # fmt: skip
        return {name: known.get(name) for name in (*leads.LISTING.columns, *leads.LISTING.hidden)}


_FACTS: Final = (
    "name", "company", "title", "region", "need", "product_interest", "budget_fen", "campaign_id", "link_id",
    "visitor_id", "landing_page", "form_id", "external_id", "original_author",
)  # fmt: skip
_PERSONAL: Final = {c.name for c in Lead.__table__.c if c.info.get("personal")}
_UNTOLD: Final = {"id", "version", "created_at", "updated_at", "search_text", "search_tokens"}


async def enter(
    connection: "asyncpg.Connection[Any]", known: Known, actor: Actor, trail: Trail, *,
    source_id: UUID, arrived_at: datetime | None = None, phone: str | None = None,
    email: str | None = None, channel_id: UUID | None = None, facts: Mapping[str, Any] | None = None, **given: Any,
) -> Entered:  # fmt: skip
    """Write a lead. Raises Malformed if its source does not exist (or is inactive, but for the rules' own forms).

    Who works on leads owns what he enters; the rest waits in the pool.
    """
    origin, now = known.origins.get(source_id), clock.now()
    if origin is None:
        raise no_source()
    works = actor.id is not None and actor.may(duties.CONTACT_LEAD).allowed
    channel_id = channel_id or origin.channel_id
    lead: dict[str, Any] = {
        **{name: given.get(name) for name in _FACTS},
        **crypto.sealed_columns(phone=phone, email=email),
        **search.search_columns(given["name"], given.get("company")),
        "id": new_id(), "version": 1, "created_at": now, "updated_at": now, "touched_at": now,
        "arrived_at": arrived_at or now, "created_by": trail.account_id, "status": leads.LIFECYCLE.initial,
        "owner_id": actor.id if works else None,
        "department_id": actor.department_id if works else known.department_id,
        "source_id": source_id, "channel_id": channel_id, "facts": dict(facts or {}),
    }  # fmt: skip
    channel = None if channel_id is None else known.channels.get(channel_id)
    judgement = scoring.judge(known.model, scoring.facts_of(lead, origin.code, origin.kind, channel), now)
    lead |= judgement.columns
    likely_of = _pairs(lead["name"], lead["company"])
    due_at = limits.after(known.calendar, now, known.screening_hours, "working-hours")
    due = obligations.columns(
        SCREEN, lead["id"], leads.called(lead["name"], lead["company"]),
        holder=lead["owner_id"], department=lead["department_id"], at=due_at, now=now,
    )  # fmt: skip
    day = leads.day_of(lead["arrived_at"])
    values = {
        **lead,
        "facts": _json(lead["facts"]), "score_parts": _json(lead["score_parts"]),
        **{f"due_{name}": value for name, value in due.items()},
        "due_id": new_id(), "told_id": new_id(), "event_id": new_id(), "rules": actor.rules,
        "clauses": list(trail.clauses), "request_id": trail.request_id, "address": trail.address,
        "changes": _json(_told(lead)),
        "event": LeadArrived.__name__, "payload": _json({"day": day.isoformat()}), "day": day,
        "name_pairs": likely_of[0], "company_pairs": likely_of[1],
    }  # fmt: skip
    statement = _statement(phone is not None, email is not None, all(likely_of))
    row = await connection.fetchrow(statement.sql, *statement.arguments(values))
    if row is None:
        raise no_source()
    names = {name: row[name] for name in ("source_name", "channel_name", "campaign_name")}
    return Entered(lead, names, _alike(lead, row["might_be"]))


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _told(lead: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit keeps of it: personal values are never written there."""
    return {
        name: "•••" if name in _PERSONAL else value
        for name, value in lead.items()
        if value is not None and name not in _UNTOLD
    }


def _pairs(name: str, company: str | None) -> tuple[list[str], list[str]]:
    """The pairs of characters by which likely duplicates are looked for; none without a company."""
    if not company:
        return [], []
    return search.tokens(search.folded(name)), search.tokens(core(company))


def _alike(lead: Mapping[str, Any], might_be: str | None) -> list[Match]:
    found = []
    for other_id, name, company in orjson.loads(might_be) if might_be else ():
        score = alike(lead["name"], lead["company"], name, company)
        if score >= ALIKE:
            found.append(Match("name", score, UUID(other_id)))
    return found


# -- the statement -----------------------------------------------------------------------------------------------------

_WRITTEN: Final = (
    *_FACTS, *scoring.JUDGED, *sorted(_PERSONAL), "phone_masked", "email_masked", "search_text", "search_tokens", "id",
    "version", "created_at", "updated_at", "touched_at", "arrived_at", "created_by", "status", "owner_id",
    "department_id", "source_id", "channel_id", "facts",
)  # fmt: skip
_DUE: Final = (
    "kind", "resource", "clause", "record_id", "record_title", "owner_id", "department_id", "opened_at", "due_at",
    "warn_at", "climb_at", "next_at", "status",
)  # fmt: skip
_TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    **{name: Lead.__table__.c[name].type for name in _WRITTEN},
    **{f"due_{name}": Obligation.__table__.c[name].type for name in _DUE},
    "rules": Boolean(), "clauses": ARRAY(SqlText()), "request_id": SqlText(), "address": SqlText(), "changes": JSONB(),
    "event": SqlText(), "payload": JSONB(), "day": Date(),
    "name_pairs": ARRAY(SqlText()), "company_pairs": ARRAY(SqlText()),
    "due_id": Uuid(), "told_id": Uuid(), "event_id": Uuid(),
}  # fmt: skip


def _named(names: Sequence[str], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in names)


@cache
def _statement(phone: bool, email: bool, company: bool) -> Compiled:
    """The statement for what is given, compiled once: what is not given is not looked for."""
    same = [
        f"(SELECT {ids}, '{by}' AS reason FROM {table} WHERE {by}_index = :{by}_index{alive} LIMIT {CANDIDATES})"  # noqa: S608 - names of this module
        for by, given in (("phone", phone), ("email", email))
        if given
        for ids, table, alive in (
            ("id AS other_id, NULL::uuid AS customer_id", "sales_lead", " AND merged_into_id IS NULL"),
            ("NULL::uuid, id", "sales_customer", ""),
            ("NULL::uuid, customer_id", "sales_contact", ""),
        )
    ]
    pairs = f"""
        , same AS ({" UNION ALL ".join(same)}), pairs AS (
            INSERT INTO sales_duplicate (id, version, created_at, updated_at, lead_id, other_id, customer_id, reason,
                certain, score, status, owner_id, department_id)
            SELECT gen_random_uuid(), 1, :created_at, :created_at, :id, same.other_id, same.customer_id,
                max(same.reason), true, 100, 'open', :owner_id, :department_id
            FROM same, entered GROUP BY same.other_id, same.customer_id
        )"""  # noqa: S608 - names of this module
    might_be = f"""(
        SELECT json_agg(json_build_array(id, name, company))::text FROM (
            SELECT id, name, company FROM sales_lead
            WHERE search_tokens @> :name_pairs AND (search_tokens && :company_pairs) IS TRUE
              AND company IS NOT NULL AND merged_into_id IS NULL LIMIT {CANDIDATES}
        ) candidates)"""  # noqa: S608 - likewise
    sql = f"""
        WITH source AS (
            SELECT name FROM sales_lead_source WHERE id = :source_id AND (active OR :rules)
        ), entered AS (
            INSERT INTO sales_lead ({_named(_WRITTEN)}) SELECT {_named(_WRITTEN, ":")} FROM source RETURNING id
        ), due AS (
            INSERT INTO regulation_obligation (id, version, created_at, updated_at, level, {_named(_DUE)})
            SELECT :due_id, 1, :created_at, :created_at, 0, {_named(_DUE, ":due_")} FROM entered
        ), told AS (
            INSERT INTO audit_entry
                (id, at, account_id, action, resource, record_id, clauses, changes, request_id, address)
            SELECT :told_id, :created_at, :created_by, 'create', 'sales_lead', :id, :clauses, :changes,
                :request_id, :address FROM entered
        ), happened AS (
            INSERT INTO domain_event (id, name, record_id, payload, at)
            SELECT :event_id, :event, :id, :payload, :created_at FROM entered
        ){pairs if same else ""}{"".join(f", {name} AS ({also})" for name, also in _alongside.items())}
        SELECT source.name AS source_name, channel.name AS channel_name, campaign.name AS campaign_name,
            {might_be if company else "NULL"} AS might_be
        FROM source
        LEFT JOIN marketing_channel channel ON channel.id = :channel_id
        LEFT JOIN marketing_campaign campaign ON campaign.id = :campaign_id"""  # noqa: S608 - likewise
    used = dict.fromkeys(re.findall(r"(?<![:\w]):(\w+)", sql))
    return compiled(text(sql).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in used)))
