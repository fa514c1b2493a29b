"""The demonstration company's sign-ins: shown on the sign-in page, and good for a demonstration only."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.org import passwords
from zhidu.policy.accounts import Account, Department, PostHolding
from zhidu.policy.duties import POSTS, Post

# No secret: it is shown to whoever opens the demonstration, and no account outside of one has it.
PASSWORD = "maple-ferry-9-lanterns"  # noqa: S105
_ORDER = {post.name: place for place, post in enumerate(POSTS)}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A person of the demonstration, by one of his posts."""

    login: str
    name: str
    post: Post
    department: str | None


async def admit(accounts: Iterable[Account]) -> None:
    """Give these people the demonstration's password; hashed once, for argon2 is slow by intent."""
    one_hash = await passwords.hashed(PASSWORD)
    for account in accounts:
        account.password_hash = one_hash
        account.password_changed_at = None
        account.must_change_password = False


async def demo_accounts(db: AsyncSession) -> list[DemoAccount]:
    """Who can sign in with the demonstration's password (nobody who has changed his), in the order of the posts."""
    today = clock.today()
    rows = await db.execute(
        select(Account.login, Account.name, PostHolding.post, Department.name)
        .join(PostHolding, PostHolding.account_id == Account.id)
        .outerjoin(Department, Department.id == Account.department_id)
        .where(
            Account.status == "active",
            Account.password_hash.is_not(None),
            Account.password_changed_at.is_(None),
            PostHolding.begins_on <= today,
            PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= today),
        )
        .limit(500)
    )
    posts = {post.name: post for post in POSTS}
    found = [
        DemoAccount(login, name, posts[post], department) for login, name, post, department in rows if post in posts
    ]
    return sorted(found, key=lambda one: (_ORDER[one.post.name], one.login))
