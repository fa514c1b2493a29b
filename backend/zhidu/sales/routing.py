"""2.2.1, 4.1.2 Routing: which salesperson gets a lead, by declared rules that anyone may read.

Rules are tried in their order; the first that matches the lead names the candidates. Of those who are at work, have
room and serve the lead's region and product where the rule asks it, the one with the least load for his capacity gets
it; of equals who has waited longest, and then who drew the lower number: a hash of lead and person.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, SmallInteger, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from zhidu.kernel import clock
from zhidu.kernel.db import Record
from zhidu.kernel.page import Listing
from zhidu.kernel.search import folded
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Absence, Account, Department, PostHolding
from zhidu.policy.actor import Actor
from zhidu.regulation.limits import company_calendar
from zhidu.sales.fairness import Assignment
from zhidu.sales.leads import WORKED, Lead


class RoutingRule(Record):
    """Which leads, to whom, how. Empty conditions match every lead."""

    __tablename__ = "sales_routing_rule"
    __table_args__ = (Index("ix_sales_routing_rule_position", "position", "id"),)

    name: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger, doc="Rules are tried from the lowest on.")
    active: Mapped[bool] = mapped_column(default=True)

    source_ids: Mapped[list[Any]] = mapped_column(default=list)
    channel_ids: Mapped[list[Any]] = mapped_column(default=list)
    regions: Mapped[list[Any]] = mapped_column(default=list, doc="Provinces or cities: 广东 matches 广东省深圳市.")
    products: Mapped[list[Any]] = mapped_column(default=list, doc="Words of the product interest.")
    min_score: Mapped[int] = mapped_column(SmallInteger, default=0)
    max_score: Mapped[int] = mapped_column(SmallInteger, default=100)

    account_ids: Mapped[list[Any]] = mapped_column(default=list, doc="These people; or, when empty,")
    post: Mapped[str] = mapped_column(default="sales-specialist", doc="everyone who holds this post")
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey(Department.id), doc="in this department.")

    territory: Mapped[str] = mapped_column(default="prefer", doc="ignore, prefer, require: the person's region.")
    skill: Mapped[str] = mapped_column(default="ignore", doc="ignore, prefer, require: the person's skills.")
    capacity: Mapped[int] = mapped_column(SmallInteger, default=50, doc="Leads that one person works on at a time.")
    outside_hours: Mapped[bool] = mapped_column(default=False, doc="Assign also when the company does not work.")


LISTING = Listing(
    "routing_rule",
    RoutingRule,
    extra=(Department.name.label("department_name"),),
    joins=((Department, Department.id == RoutingRule.department_id),),
    filters=(RoutingRule.active,),
    sorts=(RoutingRule.position,),
    default_sort="position",
)


async def set_rule(db: AsyncSession, actor: Actor, **fields: Any) -> RoutingRule:
    """A further rule; it holds from now on."""
    actor.must(duties.CREATE_ROUTING)
    rule = RoutingRule(**_stored(fields))
    db.add(rule)
    return rule


async def revise(db: AsyncSession, actor: Actor, rule: RoutingRule, **changes: Any) -> RoutingRule:
    """Change a rule, or put it out of force; what was assigned by it keeps the reasons of its time."""
    actor.must(duties.UPDATE_ROUTING, rule)
    for name, value in _stored(changes).items():
        setattr(rule, name, value)
    return rule


def _stored(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [str(v) for v in value] if isinstance(value, list) else value for name, value in fields.items()}


# -- who gets it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person as the rule saw him: `excluded` says why he could not get the lead, empty if he could."""

    account_id: UUID
    name: str
    load: int
    capacity: int
    present: bool
    territory: bool
    skill: bool
    last_assigned_at: datetime | None
    draw: str
    excluded: tuple[Text, ...]

    def preference(self, rule: RoutingRule) -> tuple[Any, ...]:
        """The order among those who can: territory and skill where preferred, load, waiting, draw."""
        waited_since = self.last_assigned_at.timestamp() if self.last_assigned_at else 0.0
        return (
            rule.territory == "prefer" and not self.territory,
            rule.skill == "prefer" and not self.skill,
            self.load / max(self.capacity, 1),
            waited_since,
            self.draw,
        )

    @property
    def record(self) -> dict[str, Any]:
        """As it is kept in the ledger."""
        return {
            "account_id": str(self.account_id), "name": self.name, "load": self.load, "capacity": self.capacity,
            "present": self.present, "territory": self.territory, "skill": self.skill,
            "last_assigned_at": self.last_assigned_at and self.last_assigned_at.isoformat(), "draw": self.draw,
            "excluded": [{"zh": why.zh, "en": why.en} for why in self.excluded],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """What the rules decided: nobody, if no rule matches or nobody could."""

    rule: RoutingRule | None
    candidates: list[Candidate]
    chosen: Candidate | None


async def choose(db: AsyncSession, lead: Lead, used_up: set[UUID]) -> Choice:
    """Who gets this lead now, and what was known of everybody who could have.

    Of rules that are used up nobody is asked; a rule none of whose people can take any lead now is added to them.
    """
    rules = await db.scalars(
        select(RoutingRule).where(RoutingRule.active).order_by(RoutingRule.position, RoutingRule.id)
    )
    rule = next((rule for rule in rules if matches(rule, lead)), None)
    if rule is None or rule.id in used_up:
        return Choice(rule, [], None)
    candidates = await _candidates(db, rule, lead)
    if all(not c.present or c.load >= c.capacity for c in candidates):
        used_up.add(rule.id)
    able = sorted((c for c in candidates if not c.excluded), key=lambda c: c.preference(rule))
    return Choice(rule, candidates, able[0] if able else None)


def matches(rule: RoutingRule, lead: Lead) -> bool:
    """Whether a rule is about this lead."""
    return (
        (not rule.source_ids or str(lead.source_id) in rule.source_ids)
        and (not rule.channel_ids or str(lead.channel_id) in rule.channel_ids)
        and (not rule.regions or any(_covers(region, lead.region) for region in rule.regions))
        and (not rule.products or _speaks_of(rule.products, lead.product_interest))
        and rule.min_score <= lead.score <= rule.max_score
    )


def _covers(region: str | None, place: str | None) -> bool:
    """广东 covers 广东省深圳市; nothing covers an unknown place."""
    return bool(region and place) and folded(region or "") in folded(place or "")


def _speaks_of(words: Sequence[str], text: str | None) -> bool:
    return text is not None and any(folded(word) in folded(text) for word in words if word.strip())


async def _candidates(db: AsyncSession, rule: RoutingRule, lead: Lead) -> list[Candidate]:
    people = (await db.execute(_members(rule, lead))).all()
    open_now = rule.outside_hours or (await company_calendar(db)).open_at(clock.now())
    found = []
    for person in people:
        territory = _covers(person.region, lead.region)
        skill = _speaks_of((person.skills or "").split(","), lead.product_interest)
        excluded = []
        if person.absent:
            excluded.append(Text("请假", "is absent"))
        if not open_now:
            excluded.append(Text("不在工作时间", "outside working time"))
        if person.load >= rule.capacity:
            excluded.append(
                Text("在手线索 {load} 条，已达上限 {most} 条", "works on {load} leads of at most {most}").of(
                    load=person.load, most=rule.capacity
                )
            )
        if rule.territory == "require" and not territory:
            excluded.append(Text("不负责该地区", "does not serve the region"))
        if rule.skill == "require" and not skill:
            excluded.append(Text("不具备该产品技能", "lacks the skill for the product"))
        found.append(
            Candidate(
                person.id, person.name, person.load, rule.capacity, not person.absent and open_now, territory, skill,
                person.last_assigned_at, draw(lead.id, person.id), tuple(excluded),
            )
        )  # fmt: skip
    return found


def _members(rule: RoutingRule, lead: Lead) -> Select[*tuple[Any, ...]]:
    """The people of a rule with their load, their last assignment and whether they are absent: one statement."""
    now, today = clock.now(), clock.today()
    theirs = (Lead.owner_id == Account.id, Lead.status.in_(WORKED), Lead.id != lead.id)
    load = select(func.count()).select_from(Lead).where(*theirs)
    last = select(func.max(Assignment.created_at)).where(Assignment.account_id == Account.id)
    absent = exists().where(
        Absence.account_id == Account.id, Absence.status == "planned", Absence.begins_at <= now, Absence.ends_at > now
    )
    people = select(
        Account.id, Account.name, Account.region, Account.skills, load.scalar_subquery().label("load"),
        last.scalar_subquery().label("last_assigned_at"), absent.label("absent"),
    ).where(Account.status == "active")  # fmt: skip
    if rule.account_ids:
        people = people.where(Account.id.in_([UUID(one) for one in rule.account_ids]))
    else:
        holds = exists().where(
            PostHolding.account_id == Account.id, PostHolding.post == rule.post, PostHolding.begins_on <= today,
            or_(PostHolding.ends_on.is_(None), PostHolding.ends_on >= today),
        )  # fmt: skip
        people = people.where(holds, Account.department_id == (rule.department_id or lead.department_id))
    return people.order_by(Account.id).limit(500)


def draw(lead_id: UUID, account_id: UUID) -> str:
    """The number that a person draws for a lead: anybody can compute it again, and nobody can choose it."""
    return hashlib.sha256(lead_id.bytes + account_id.bytes).hexdigest()[:16]
