"""1.2, 7.3.2 Accounts: HR registers who works here; an administrator gives each a sign-in."""

import secrets
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, func, literal_column, select, text
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from zhidu.kernel import audit
from zhidu.kernel.lifecycle import Lifecycle, step, within
from zhidu.kernel.page import Listing
from zhidu.kernel.problem import Malformed
from zhidu.kernel.search import matches
from zhidu.kernel.texts import Text
from zhidu.org import passwords, second_factor, sessions
from zhidu.policy import duties
from zhidu.policy.accounts import Account, Department, PostHolding
from zhidu.policy.actor import Actor

LIFECYCLE = Lifecycle(
    "account",
    {"active": "open", "disabled": "ended"},
    disable=step("active", "disabled", clause=("1.2", "7.3.2")),
    enable=step("disabled", "active", clause=("1.2", "7.3.2")),
    reset=within("active", clause="7.3.2"),
)

_leader = aliased(Account)
_today: ColumnElement[Any] = literal_column("(now() AT TIME ZONE 'Asia/Shanghai')::date")


def _posts_in_force() -> ColumnElement[Any]:
    """The posts that the person holds today, in one look at the index of holdings."""
    held = (
        select(func.array_agg(PostHolding.post.distinct()))
        .where(
            PostHolding.account_id == Account.id,
            PostHolding.begins_on <= _today,
            PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= _today),
        )
        .correlate(Account)
        .scalar_subquery()
    )
    return func.coalesce(held, literal_column("'{}'::text[]", ARRAY(SqlText)))


# Only what a colleague needs: no sign-in facts, and telephones masked.
LISTING = Listing(
    "account",
    Account,
    show=(
        Account.id, Account.version, Account.created_at, Account.updated_at, Account.login, Account.name,
        Account.department_id, Account.leader_id, Account.region, Account.skills, Account.status,
        Account.phone_masked, Account.email_masked,
    ),
    extra=(
        Department.name.label("department_name"), _leader.name.label("leader_name"), _posts_in_force().label("posts"),
    ),
    joins=((Department, Department.id == Account.department_id), (_leader, _leader.id == Account.leader_id)),
    filters=(Account.status, Account.department_id, Account.leader_id, Account.login),
    sorts=(Account.name, Account.login),
    default_sort="login",
    search=lambda q: matches(Account, q),
    lifecycle=LIFECYCLE,
)  # fmt: skip

_ABOVE = text(
    """
    WITH RECURSIVE above AS (
        SELECT id, leader_id, 1 AS depth FROM account WHERE id = :start
        UNION SELECT p.id, p.leader_id, a.depth + 1 FROM account p JOIN above a ON p.id = a.leader_id WHERE a.depth < 12
    )
    SELECT count(*) FILTER (WHERE id = :itself) > 0 OR max(depth) >= 12 FROM above
    """
)
# Without the letters and figures that people confuse when they read it out.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


async def register(db: AsyncSession, actor: Actor, *, login: str, **facts: Any) -> Account:
    """A new member of staff; he can sign in once an administrator has given him a one-time password."""
    actor.must(duties.CREATE_ACCOUNT)
    account = Account(login=login.casefold(), must_change_password=True)
    await _write(db, account, facts)
    db.add(account)
    return account


async def revise(db: AsyncSession, actor: Actor, account: Account, **changes: Any) -> Account:
    """Change what is known of a person."""
    actor.must(duties.UPDATE_ACCOUNT, account)
    leader_id = changes.get("leader_id")
    if leader_id is not None and await db.scalar(_ABOVE, {"start": leader_id, "itself": account.id}):
        raise Malformed.at(
            "/leader_id",
            Text(
                "汇报关系不能成环，且不超过 12 级", "A reporting line cannot lead back to itself, nor be deeper than 12"
            ),
            "tree",
        )
    await _write(db, account, changes)
    return account


async def _write(db: AsyncSession, account: Account, facts: dict[str, Any]) -> None:
    department_id = facts.get("department_id")
    if department_id is not None:
        department = await db.get(Department, department_id)
        if department is None or not department.active:
            raise Malformed.at(
                "/department_id", Text("没有这个部门，或已撤销", "No such department, or it is closed"), "reference"
            )
    for name, value in facts.items():
        setattr(account, name, value)


async def disable(db: AsyncSession, actor: Actor, account: Account, note: str | None = None) -> Account:
    """The person leaves: every sign-in of his ends with this transaction."""
    actor.must(duties.DISABLE_ACCOUNT, account)
    await LIFECYCLE.advance(db, actor, "disable", account, note)
    await sessions.end_all(db, account.id, why="disabled")
    return account


async def enable(db: AsyncSession, actor: Actor, account: Account, note: str | None = None) -> Account:
    """The person is back; his password is the one he had."""
    actor.must(duties.ENABLE_ACCOUNT, account)
    await LIFECYCLE.advance(db, actor, "enable", account, note)
    return account


async def reset(db: AsyncSession, actor: Actor, account: Account, *, second_factor_too: bool) -> str:
    """A one-time password, to be changed at the next sign-in; sessions end. Returns it: it is shown this once."""
    actor.must(duties.RESET_ACCOUNT, account)
    LIFECYCLE.check("reset", account.status)
    one_time = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    await passwords.give(account, one_time, chosen_by_owner=False)
    if second_factor_too:
        await second_factor.clear(db, account)
    audit.note(db, "reset-sign-in", "account", account.id, second_factor=second_factor_too)
    await sessions.end_all(db, account.id, why="password")
    return one_time
