"""2.2.1, 4.1.2 Assignments: who answers for a lead: by rule, by the manager's word, by a claim, or by having found it.

Decisions are made one after another, so that two never count the same load, and each leaves a row in the ledger.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.events import emit
from zhidu.kernel.jobs import every
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import RULES, Actor
from zhidu.regulation import obligations
from zhidu.regulation.limits import limit
from zhidu.regulation.obligations import obligation, tell
from zhidu.sales import follow_ups, leads, routing
from zhidu.sales.duplicates import Duplicate
from zhidu.sales.fairness import Assignment
from zhidu.sales.leads import LIFECYCLE, Lead, LeadAssigned

ASSIGN = obligation(
    "lead.assign", "分配线索", "Assign the lead", clause="2.2.1",
    limit=limit("lead.assign", 4, "working-hours", "分配线索", "assign a lead", clause="2.2.1"),
)  # fmt: skip
_TURN = select(func.pg_advisory_xact_lock(func.hashtextextended("zhidu.sales.assignments", 0)))
_AT_ONCE = 200


async def assign(db: AsyncSession, actor: Actor, lead: Lead, *, account_id: UUID, note: str | None = None) -> Lead:
    """The manager says who works on it. Raises Malformed for somebody who cannot."""
    actor.must(duties.ASSIGN_LEAD, lead)
    person = await db.get(Account, account_id)
    if person is None or person.status != "active":
        raise Malformed.at("/account_id", Text("没有这位在职同事", "There is no such active colleague"), "reference")
    await LIFECYCLE.advance(db, actor, "assign", lead, note)
    await give(db, actor, lead, person.id, person.department_id, way="hand", note=note)
    return lead


async def place(db: AsyncSession, lead: Lead) -> None:
    """A qualified lead, locked, finds who works on it: its finder, or whom the rules choose; or else waits.

    Who screened it has no claim to it by that.
    """
    if lead.owner_id is not None and lead.owner_id == lead.created_by:
        await LIFECYCLE.advance(db, RULES, "assign", lead)
        await give(db, RULES, lead, lead.owner_id, lead.department_id, way="finder")
        return
    if await _by_rule(db, lead) is None:
        await pass_on(db, lead, None, lead.department_id)
        await obligations.due(db, ASSIGN, lead.id, leads.titled(lead), holder=None, department=lead.department_id)


@every("*/5 * * * *", clause="2.2.1")
async def place_waiting(db: AsyncSession) -> int:
    """Qualified leads that nobody could take: somebody is at work, or has room now. Returns how many found one."""
    waiting = (
        select(Lead)
        .where(Lead.status == "qualified", Lead.owner_id.is_(None))
        .order_by(Lead.score.desc(), Lead.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    placed = 0
    used_up: set[UUID] = set()
    for lead in await db.scalars(waiting):
        if await _by_rule(db, lead, used_up) is not None:
            placed += 1
    return placed


async def _by_rule(db: AsyncSession, lead: Lead, used_up: set[UUID] | None = None) -> Account | None:
    """Whom the rules choose has the lead from now on. That nobody can take it is written once, not at each new try.

    `used_up` are the rules none of whose people can take anything more now: they need not be asked again.
    """
    await db.execute(_TURN)
    again = used_up is not None
    choice = await routing.choose(db, lead, used_up if used_up is not None else set())
    ledger: dict[str, Any] = {"way": "rule", "candidates": [candidate.record for candidate in choice.candidates]}
    if choice.rule is not None:
        terms = {"territory": choice.rule.territory, "skill": choice.rule.skill}
        ledger |= {"rule_id": choice.rule.id, "rule_name": choice.rule.name, "terms": terms}
    if choice.chosen is None:
        if not again:
            db.add(Assignment(lead_id=lead.id, **ledger))
        return None
    person = await db.get_one(Account, choice.chosen.account_id)
    await LIFECYCLE.advance(db, RULES, "assign", lead)
    await give(db, RULES, lead, person.id, person.department_id, **ledger)
    return person


async def give(
    db: AsyncSession, by: Actor, lead: Lead, account_id: UUID, department_id: UUID | None, *, way: str, **ledger: Any
) -> None:
    """The lead, in its new state, is this person's: its papers go with it, its clock begins, the ledger says why."""
    db.add(Assignment(lead_id=lead.id, way=way, account_id=account_id, from_account_id=lead.owner_id, **ledger))
    await obligations.met(db, ASSIGN, lead.id)
    await obligations.void(db, lead.id)
    await pass_on(db, lead, account_id, department_id)
    lead.assigned_at = lead.touched_at = clock.now()
    lead.next_contact_at = None
    await obligations.due(
        db, follow_ups.FIRST_CONTACT, lead.id, leads.titled(lead), holder=account_id, department=department_id,
        limit=follow_ups.KEY_LIMIT if lead.key else None,
    )  # fmt: skip
    emit(db, LeadAssigned(lead.id, account_id))
    if account_id != by.id:
        await tell(
            db, [account_id], "lead.assigned",
            Text("分配给您的线索：{title}", "A lead for you: {title}").of(title=leads.titled(lead)),
            clause="2.2.1", resource="lead", record_id=lead.id,
        )  # fmt: skip


async def pass_on(db: AsyncSession, lead: Lead, account_id: UUID | None, department_id: UUID | None) -> None:
    """The lead and its papers have this owner from now on; a department is kept where the person has none."""
    if lead.owner_id == account_id and lead.department_id == (department_id or lead.department_id):
        return
    lead.owner_id, lead.department_id = account_id, department_id or lead.department_id
    await follow_ups.pass_on(db, lead)
    await db.execute(
        update(Duplicate)
        .where(Duplicate.lead_id == lead.id)
        .values(owner_id=lead.owner_id, department_id=lead.department_id),
        execution_options={"synchronize_session": False},
    )
    await obligations.pass_to(db, lead.id, lead.owner_id, lead.department_id)
