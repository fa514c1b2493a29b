"""Leads of long ago that came to nothing, written set-based in their final state: a rule a row would take minutes.

What the rules would have left behind is all there: the steps, the talk, what was due and when it was met, who got the
lead, the proof of consent, the audit. The last two months, and whatever became a sale, are lived by the rules.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from zhidu.demo.campaigns import Plan
from zhidu.demo.company import SALES_MANAGER, SELLERS
from zhidu.demo.entrances import DOORS
from zhidu.demo.names import Prospect
from zhidu.demo.year import Year
from zhidu.kernel import clock, crypto, search
from zhidu.kernel.audit import AuditEntry
from zhidu.kernel.db import Model, new_id
from zhidu.kernel.lifecycle import History
from zhidu.regulation import obligations
from zhidu.regulation.limits import Limit
from zhidu.regulation.obligations import Kind, Obligation
from zhidu.sales import scoring
from zhidu.sales.fairness import Assignment
from zhidu.sales.follow_ups import FIRST_CONTACT, KEY_LIMIT, FollowUp
from zhidu.sales.lead_forms import FormSubmission
from zhidu.sales.leads import LIFECYCLE, Lead, called
from zhidu.sales.scoring import Judgement
from zhidu.sales.screening import SCREEN


@dataclass(frozen=True, slots=True)
class Came:
    """How somebody came, and when."""

    at: datetime
    who: Prospect
    channel_id: UUID
    source: str
    source_kind: str
    channel: str
    plan: Plan | None
    link: tuple[UUID, str] | None
    form: str | None
    page: str


@dataclass(slots=True)
class Archive:
    """Rows that wait to be written together, by table in the order of their references."""

    rows: dict[type[Model], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: type[Model], **row: Any) -> None:
        """One row more."""
        self.rows.setdefault(table, []).append({"id": new_id(), **row})

    async def write(self, year: Year) -> None:
        """Write what waits, once it is worth it: a statement a table."""
        if len(self.rows.get(Lead, ())) < _AT_ONCE and year.days_ago(LIVED_DAYS) > clock.now():
            return
        for table in _ORDER:
            if rows := self.rows.pop(table, None):
                await year.db.execute(insert(table), rows)


_AT_ONCE = 60
# Since so many days ago every lead is lived by the rules.
LIVED_DAYS = 60
_ORDER: tuple[type[Model], ...] = (Lead, FormSubmission, Assignment, FollowUp, Obligation, History, AuditEntry)
ARCHIVE = Archive()


def judged(came: Came) -> Judgement:
    """What the company's scoring model says of it."""
    facts = scoring.facts_of(_facts(came), came.source, came.source_kind, came.channel)
    return scoring.judge(DOORS.model, facts, came.at)


def _facts(came: Came) -> dict[str, Any]:
    who = came.who
    return {
        "region": who.region, "company": who.company, "title": who.title, "need": who.need,
        "product_interest": who.product_interest, "landing_page": came.page, "arrived_at": came.at,
        "phone_index": True, "email_index": who.email, "campaign_id": came.plan and came.plan.id, "visitor_id": None,
        "budget_fen": who.budget_fen, "facts": {},
    }  # fmt: skip


def keep(
    year: Year, came: Came, of: Judgement, chance: Random, *, unfit: str | None, lost: str, said: tuple[str, str]
) -> None:
    """Screened and found unfit; or else given to somebody, spoken with, and lost."""
    who, lead_id = came.who, new_id()
    seller = year.actors[chance.choice(SELLERS)]
    screened = year.worked(came.at, chance.uniform(4.5, 9) if chance.random() < 0.05 else chance.uniform(0.2, 3.4))
    hours = chance.uniform(0.3, 3.6) if of.key else chance.uniform(0.5, 22)
    spoken = year.worked(screened, hours if chance.random() < 0.95 else hours + 12)
    ended = screened if unfit else spoken + timedelta(days=chance.uniform(1, 12))
    ARCHIVE.add(
        Lead,
        **{
            "id": lead_id, "version": 6, "created_at": came.at, "updated_at": ended, "touched_at": ended,
            "arrived_at": came.at, "created_by": None, "status": "disqualified" if unfit else "lost",
            "owner_id": seller.id, "department_id": seller.department_id, "channel_id": came.channel_id,
            "campaign_id": came.plan and came.plan.id, "link_id": came.link and came.link[0], "landing_page": came.page,
            "source_id": DOORS.sources[came.source], "form_id": DOORS.forms[came.form] if came.form else None,
            "name": who.name, "company": who.company, "title": who.title, "region": who.region, "need": who.need,
            "product_interest": who.product_interest, "budget_fen": who.budget_fen, **of.columns,
            **crypto.sealed_columns(phone=who.phone, email=who.email), **search.search_columns(who.name, who.company),
            "disqualified_reason": unfit, "lost_reason": None if unfit else lost,
            "qualified_at": None if unfit else screened, "assigned_at": None if unfit else screened,
            "first_contacted_at": None if unfit else spoken,
        },
    )  # fmt: skip
    if came.form is not None:
        ARCHIVE.add(
            FormSubmission, form_id=DOORS.forms[came.form], lead_id=lead_id, at=came.at, consent_text=DOORS.consent,
            consent_version=1, address_hash=crypto.ring().blind_index("address", str(lead_id)), session=None,
            utm={"source": came.channel},
        )  # fmt: skip
    title = called(who.name, who.company)
    _due(year, SCREEN, lead_id, title, came.at, screened, seller.id, seller.department_id)
    steps = [("screen", screened), ("disqualify" if unfit else "qualify", screened)]
    if not unfit:
        steps += [("assign", screened), ("contact", spoken), ("lose", ended)]
        manager = year.actors[SALES_MANAGER].id
        ARCHIVE.add(
            Assignment, version=1, created_at=screened, updated_at=screened, created_by=manager, lead_id=lead_id,
            way="hand", account_id=seller.id,
        )  # fmt: skip
        ARCHIVE.add(
            FollowUp, version=1, created_at=spoken, updated_at=spoken, created_by=seller.id, owner_id=seller.id,
            department_id=seller.department_id, lead_id=lead_id, at=spoken, channel="call", content=said[0],
            response=said[1], tags=[],
        )  # fmt: skip
        limit = KEY_LIMIT if of.key else None
        _due(year, FIRST_CONTACT, lead_id, title, screened, spoken, seller.id, seller.department_id, limit)
    _history(lead_id, steps, seller.id, unfit or lost)


def _due(
    year: Year, kind: Kind, lead_id: UUID, title: str, opened: datetime, met: datetime,
    holder: UUID | None, department: UUID | None, limit: Limit | None = None,
) -> None:  # fmt: skip
    hours = (limit or kind.limit or KEY_LIMIT).amount
    due = year.worked(opened, hours)
    columns = obligations.columns(kind, lead_id, title, holder=holder, department=department, at=due, now=opened)
    status = "met" if met <= due else "met_late"
    ended = {"status": status, "met_at": met, "next_at": None}
    ARCHIVE.add(Obligation, version=2, level=0, created_at=opened, updated_at=met, **{**columns, **ended})


def _history(lead_id: UUID, steps: list[tuple[str, datetime]], seller: UUID | None, reason: str) -> None:
    state = LIFECYCLE.initial
    for verb, at in steps:
        step = LIFECYCLE.check(verb, state)
        note = reason if (verb, at) == steps[-1] else None
        ARCHIVE.add(
            History, resource="lead", record_id=lead_id, verb=verb, source=state, target=step.target,
            clauses=list(step.clauses), account_id=seller, at=at, note=note,
        )  # fmt: skip
        ARCHIVE.add(
            AuditEntry, at=at, account_id=seller, action=verb, resource="sales_lead", record_id=lead_id,
            clauses=list(step.clauses), changes={"status": [state, step.target]}, request_id=None, address=None,
        )  # fmt: skip
        state = step.target
