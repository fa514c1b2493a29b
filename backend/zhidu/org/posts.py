"""1.2 Posts: what each is for, and which duties the regulation gives it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.policy.accounts import Account, PostHolding
from zhidu.policy.duties import DUTIES, POSTS, Duty, Grant, Post


@dataclass(frozen=True, slots=True)
class PostDuties:
    """A post with the lines of the table that give it something, and how many people hold it today."""

    post: Post
    grants: tuple[tuple[Duty, Grant], ...]
    holders: int


async def posts(db: AsyncSession) -> list[PostDuties]:
    """Every post, in the order of the regulation."""
    held = await _holders(db)
    return [PostDuties(post, _grants(post), held.get(post.name, 0)) for post in POSTS]


def _grants(post: Post) -> tuple[tuple[Duty, Grant], ...]:
    return tuple((duty, grant) for duty in DUTIES.values() for grant in duty.grants if grant.post == post)


async def _holders(db: AsyncSession) -> Mapping[str, int]:
    today = clock.today()
    counted = (
        select(PostHolding.post, func.count(PostHolding.account_id.distinct()))
        .join(Account, Account.id == PostHolding.account_id)
        .where(
            Account.status == "active",
            PostHolding.begins_on <= today,
            PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= today),
        )
        .group_by(PostHolding.post)
    )
    return dict((await db.execute(counted)).all())
