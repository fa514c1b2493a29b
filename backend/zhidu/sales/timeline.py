"""4.4.3 A customer's timeline: everything that happened with the customer, newest first, in one read.

A domain adds its branch (`BRANCHES.append`); a branch is shown to whoever has the duty to read such records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, bindparam, cast, literal, null, or_, select, tuple_, union_all
from sqlalchemy import Text as SqlText

from zhidu.kernel.lifecycle import History
from zhidu.kernel.money import yuan
from zhidu.kernel.page import compiled
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.actor import Actor
from zhidu.policy.duties import Duty
from zhidu.sales.customers import Customer
from zhidu.sales.follow_ups import FollowUp
from zhidu.sales.opportunities import Opportunity
from zhidu.sales.orders import Order
from zhidu.sales.proposals import Proposal

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Branch:
    """One kind of happening: who may read it, and its rows for a customer's id (see `row`)."""

    duty: Duty
    rows: Callable[[Any], Rows]


def row(
    *, id: Any, at: Any, kind: str, resource: str, record_id: Any, title: Any,
    text: Any = None, status: Any = None, amount_fen: Any = None, account_id: Any = None,
) -> Rows:  # fmt: skip
    """The columns of a branch, in the one order that a union needs."""
    return select(
        id.label("id"),
        at.label("at"),
        literal(kind).label("kind"),
        literal(resource).label("resource"),
        record_id.label("record_id"),
        title.label("title"),
        (null() if text is None else text).cast(SqlText).label("text"),
        (null() if status is None else status).cast(SqlText).label("status"),
        cast(null() if amount_fen is None else amount_fen, BigInteger).label("amount_fen"),
        (null() if account_id is None else account_id).label("account_id"),
    )


def _follow_ups(customer_id: Any) -> Rows:
    lead = select(Customer.first_lead_id).where(Customer.id == customer_id).scalar_subquery()
    chances = select(Opportunity.id).where(Opportunity.customer_id == customer_id)
    return row(
        id=FollowUp.id, at=FollowUp.at, kind="follow_up", resource="follow_up", record_id=FollowUp.id,
        title=FollowUp.content, text=FollowUp.response, status=FollowUp.channel, account_id=FollowUp.created_by,
    ).where(
        or_(FollowUp.customer_id == customer_id, FollowUp.lead_id == lead, FollowUp.opportunity_id.in_(chances))
    )  # fmt: skip


def _opportunities(customer_id: Any) -> Rows:
    return row(
        id=Opportunity.id, at=Opportunity.created_at, kind="opportunity", resource="opportunity",
        record_id=Opportunity.id, title=Opportunity.title, text=Opportunity.needs, status=Opportunity.status,
        amount_fen=Opportunity.amount_fen, account_id=Opportunity.created_by,
    ).where(Opportunity.customer_id == customer_id)  # fmt: skip


def _proposals(customer_id: Any) -> Rows:
    return row(
        id=Proposal.id, at=Proposal.created_at, kind="proposal", resource="proposal", record_id=Proposal.id,
        title=Proposal.number, text=Proposal.title, status=Proposal.status, amount_fen=Proposal.total_fen,
        account_id=Proposal.created_by,
    ).where(Proposal.customer_id == customer_id)  # fmt: skip


def _orders(customer_id: Any) -> Rows:
    return row(
        id=Order.id, at=Order.created_at, kind="order", resource="order", record_id=Order.id, title=Order.number,
        text=Order.remark, status=Order.status, amount_fen=Order.total_fen, account_id=Order.created_by,
    ).where(Order.customer_id == customer_id)  # fmt: skip


def _steps_of(resource: str, record: type[Opportunity | Proposal | Order], title: Any) -> Callable[[Any], Rows]:
    def rows(customer_id: Any) -> Rows:
        return (
            row(
                id=History.id, at=History.at, kind="step", resource=resource, record_id=History.record_id,
                title=title, text=History.note, status=History.verb, account_id=History.account_id,
            )
            .join(record, record.id == History.record_id)
            .where(record.customer_id == customer_id)
        )  # fmt: skip

    return rows


BRANCHES: list[Branch] = [
    Branch(duties.READ_FOLLOW_UP, _follow_ups),
    Branch(duties.READ_OPPORTUNITY, _opportunities),
    Branch(duties.READ_OPPORTUNITY, _steps_of("opportunity", Opportunity, Opportunity.title)),
    Branch(duties.READ_PROPOSAL, _proposals),
    Branch(duties.READ_PROPOSAL, _steps_of("proposal", Proposal, Proposal.number)),
    Branch(duties.READ_ORDER, _orders),
    Branch(duties.READ_ORDER, _steps_of("order", Order, Order.number)),
]


async def happened(
    connection: Any, actor: Actor, customer_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """What happened with a customer, newest first; each branch gives no more rows than the page has."""
    values: dict[str, Any] = {"customer": customer_id, "limit": limit}
    if before is not None:
        values |= {"at": before[0], "id": before[1]}
    pages = []
    for branch in BRANCHES:
        if not actor.may(branch.duty).allowed:
            continue
        rows = branch.rows(bindparam("customer", type_=Customer.id.type)).subquery()
        page = select(rows)
        if before is not None:
            here = tuple_(bindparam("at", type_=rows.c.at.type), bindparam("id", type_=rows.c.id.type))
            page = page.where(tuple_(rows.c.at, rows.c.id) < here)
        page = page.order_by(rows.c.at.desc(), rows.c.id.desc()).limit(bindparam("limit", type_=BigInteger()))
        pages.append(select(page.subquery()))
    every = union_all(*pages).subquery()
    shown = [c for c in every.c if c.name != "amount_fen"]
    asked = (
        select(*shown, yuan(every.c.amount_fen).label("amount"), Account.name.label("account_name"))
        .outerjoin(Account, Account.id == every.c.account_id)
        .order_by(every.c.at.desc(), every.c.id.desc())
        .limit(bindparam("limit", type_=BigInteger()))
    )
    statement = compiled(asked)
    return [dict(found) for found in await connection.fetch(statement.sql, *statement.arguments(values))]
