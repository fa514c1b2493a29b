"""2.2.1, 1.3.4 Fairness: the ledger of assignments, from which anybody who asks 'why not me' is answered in words.

Each decision leaves a row with everybody who could have had the lead, as the rule saw them then.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from zhidu.kernel.db import Record
from zhidu.kernel.page import Listing
from zhidu.kernel.texts import Text
from zhidu.policy.accounts import Account
from zhidu.sales.leads import Lead


class Assignment(Record):
    """A row of the ledger: written once, never changed."""

    __tablename__ = "sales_assignment"
    __audited__ = False  # it is itself the trail
    __table_args__ = (
        Index("ix_sales_assignment_lead_id", "lead_id", "created_at"),
        Index("ix_sales_assignment_account_id", "account_id", "created_at", "id"),
        Index("ix_sales_assignment_created_at", "created_at", "id"),
    )

    lead_id: Mapped[UUID] = mapped_column(ForeignKey(Lead.id, ondelete="CASCADE"))
    way: Mapped[str] = mapped_column(doc="rule, hand, claim, or finder: who found the lead himself keeps it")
    rule_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_routing_rule.id"))
    rule_name: Mapped[str | None] = mapped_column(doc="As it was called then.")
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="What the rule asked then: territory, skill.")
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey(Account.id), doc="Empty: nobody could take it.")
    from_account_id: Mapped[UUID | None] = mapped_column(ForeignKey(Account.id), doc="Who had it before.")
    candidates: Mapped[list[Any]] = mapped_column(default=list, doc="Everybody the rule looked at, as it saw them.")
    note: Mapped[str | None]


_by, _before = aliased(Account), aliased(Account)
LISTING = Listing(
    "assignment",
    Assignment,
    extra=(
        Account.name.label("account_name"),
        _before.name.label("from_account_name"),
        _by.name.label("created_by_name"),
        Lead.name.label("lead_name"),
    ),
    joins=(
        (Account, Account.id == Assignment.account_id),
        (_before, _before.id == Assignment.from_account_id),
        (_by, _by.id == Assignment.created_by),
        (Lead, Lead.id == Assignment.lead_id),
    ),
    filters=(Assignment.lead_id, Assignment.account_id, Assignment.way, Assignment.rule_id, Assignment.created_at),
    default_sort="-created_at",
)


async def decisions(db: AsyncSession, lead_id: UUID) -> list[Mapping[str, Any]]:
    """The last hundred decisions on a lead, newest first, with the names that belong to them."""
    rows = (
        select(*Assignment.__table__.c, Account.name.label("account_name"), _by.name.label("created_by_name"))
        .outerjoin(Account, Account.id == Assignment.account_id)
        .outerjoin(_by, _by.id == Assignment.created_by)
        .where(Assignment.lead_id == lead_id)
        .order_by(Assignment.created_at.desc(), Assignment.id.desc())
        .limit(100)
    )
    return [dict(row) for row in (await db.execute(rows)).mappings()]


_YOURS = Text("这条线索分配给了您", "The lead is yours")
_BY_HAND = Text("{by}指定给{who}", "{by} gave it to {who}")
_CLAIMED = Text("{who}从公海领取", "{who} claimed it from the pool")
_FOUND = Text("{who}自己找到了这条线索，由其跟进", "{who} found the lead and keeps it")
_NO_RULE = Text("没有规则适用于这条线索，等待经理分配", "No rule is about this lead; a manager is to assign it")
_NOT_ASKED = Text("规则「{rule}」的候选人不包括您", "The rule ‘{rule}’ does not have you among its candidates")
_EXCLUDED = Text("按规则「{rule}」您当时不能接收：{why}", "By the rule ‘{rule}’ you could not take it: {why}")
_TERRITORY = Text("{who}负责该地区，您不负责", "{who} serves the region, and you do not")
_SKILL = Text("{who}具备该产品技能，您不具备", "{who} has the skill for the product, and you do not")
_LOAD = Text("{who}的在手线索更少（{theirs}，您 {yours}）", "{who} works on fewer leads ({theirs}; you on {yours})")
_WAITED = Text("在手线索一样多，{who}等待更久", "You work on as many leads, and {who} has waited longer")
_DREW = Text(
    "条件完全相同，{who}抽到的号更小（{theirs} < {yours}）",
    "All else is equal, and {who} drew the lower number ({theirs} < {yours})",
)
_NOBODY = Text("当时没有人能接收；您：{why}", "Nobody could take it then; you: {why}")


def why_not(row: Mapping[str, Any], account_id: UUID | None) -> Text:
    """Why this decision did not give the lead to this person (or that it did)."""
    who = row["account_name"] or ""
    if row["account_id"] == account_id:
        return _YOURS
    if row["way"] != "rule":
        says = {"hand": _BY_HAND, "claim": _CLAIMED, "finder": _FOUND}[row["way"]]
        return says.of(who=who, by=row["created_by_name"] or Text("制度", "the rules"))
    if row["rule_name"] is None:
        return _NO_RULE
    seen = {candidate["account_id"]: candidate for candidate in row["candidates"]}
    me = seen.get(str(account_id))
    if me is None:
        return _NOT_ASKED.of(rule=row["rule_name"])
    if me["excluded"]:
        why = Text("、".join(e["zh"] for e in me["excluded"]), ", ".join(e["en"] for e in me["excluded"]))
        return _EXCLUDED.of(rule=row["rule_name"], why=why) if row["account_id"] else _NOBODY.of(why=why)
    return _outdone(row["terms"], who, seen[str(row["account_id"])], me)


def _outdone(terms: Mapping[str, Any], who: str, other: Mapping[str, Any], me: Mapping[str, Any]) -> Text:
    """By what the chosen one came before another who could have taken it: the first difference decides."""
    if terms.get("territory") == "prefer" and other["territory"] and not me["territory"]:
        return _TERRITORY.of(who=who)
    if terms.get("skill") == "prefer" and other["skill"] and not me["skill"]:
        return _SKILL.of(who=who)
    if other["load"] * me["capacity"] < me["load"] * other["capacity"]:
        return _LOAD.of(who=who, theirs=_room(other), yours=_room(me))
    if _since(other) < _since(me):
        return _WAITED.of(who=who)
    return _DREW.of(who=who, theirs=other["draw"][:6], yours=me["draw"][:6])


def _room(candidate: Mapping[str, Any]) -> str:
    return f"{candidate['load']}/{candidate['capacity']}"


def _since(candidate: Mapping[str, Any]) -> float:
    """When he got his last lead; who never got one has waited since the beginning."""
    last = candidate["last_assigned_at"]
    return datetime.fromisoformat(last).timestamp() if last else 0.0
