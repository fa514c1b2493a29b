"""Who is to decide on a record: the duty of whoever stands first in the table, reaches the amount and is no author."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.policy.accounts import Account, PostHolding
from zhidu.policy.duties import Duty


async def decider(db: AsyncSession, duty: Duty, record: Any) -> UUID | None:
    """The account to which a decision falls, or None; within a post, colleagues of the record's department come first.

    Separation of duties counts here too: what a manager drafted himself waits for somebody else from the beginning.
    """
    today = clock.today()
    amount = getattr(record, duty.amount) if duty.amount else 0
    authors = {author for column in duty.never if (author := getattr(record, column)) is not None}
    for grant in duty.grants:
        if grant.limit is not None and amount > grant.limit:
            continue
        held = (
            select(PostHolding.account_id)
            .join(Account, Account.id == PostHolding.account_id)
            .where(
                PostHolding.post == grant.post.name,
                PostHolding.begins_on <= today,
                PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= today),
                Account.status == "active",
                Account.id.not_in(authors),
            )
            .order_by(
                Account.department_id.is_distinct_from(record.department_id), PostHolding.begins_on, PostHolding.id
            )
        )
        found: UUID | None = await db.scalar(held.limit(1))
        if found is not None:
            return found
    return None


async def all_who_may(
    db: AsyncSession, duty: Duty, *, department: UUID | None = None, but: UUID | None = None
) -> Sequence[UUID]:
    """Every account whose post has the duty (in a department, but for one): whom to tell that something waits."""
    today = clock.today()
    may = (
        select(Account.id)
        .where(
            Account.status == "active",
            Account.id.in_(
                select(PostHolding.account_id).where(
                    PostHolding.post.in_({grant.post.name for grant in duty.grants}),
                    PostHolding.begins_on <= today,
                    PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= today),
                )
            ),
        )
        .order_by(Account.id)
    )
    if department is not None:
        may = may.where(Account.department_id == department)
    if but is not None:
        may = may.where(Account.id != but)
    return (await db.scalars(may)).all()
