"""Why, or why not: the chain from a person to his posts, to the duty, to its clause, to its conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from zhidu.kernel import clock
from zhidu.kernel.money import written
from zhidu.kernel.texts import Text
from zhidu.policy.accounts import Account, PostHolding
from zhidu.policy.actor import Actor, Decision, authorship
from zhidu.policy.duties import Duty, Grant

_SCOPES = {
    "own": Text("限本人负责的记录", "one's own records"),
    "team": Text("限本团队的记录", "the team's records"),
    "department": Text("限本部门及下级部门的记录", "records of the department and those under it"),
    "company": Text("全公司的记录", "all records of the company"),
}
_NOT_IF = Text("职责分离：如果您{did}，则不能做", "separation of duties: not if you {did}")
_UPTO = Text("金额不超过 {limit} 元", "an amount of {limit} yuan at most")


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold; `holds` is None where there is no record to look at."""

    kind: Literal["scope", "amount", "never"]
    text: Text
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Link:
    """One way from the person to the duty: a post, his own or of those he stands in for, and what it asks."""

    grant: Grant
    own: bool
    on_behalf_of: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision, and everything that it followed from."""

    decision: Decision
    links: tuple[Link, ...]
    conditions: tuple[Condition, ...]


async def explain(db: AsyncSession, actor: Actor, duty: Duty, record: Mapping[str, Any] | None) -> Explanation:
    """The decision of `actor.may`, taken apart. `record` is a row of the read path, or None for the duty in general."""
    behalf = await _on_behalf_of(db, actor)
    links = tuple(
        Link(
            grant,
            grant.post.name in actor.posts,
            behalf.get(grant.post.name, ()),
            _conditions(actor, duty, grant, record),
        )
        for grant in actor.grants.get(duty.name, ())
    )
    return Explanation(
        actor.may(duty, record),
        links,
        tuple(
            Condition(
                "never",
                _NOT_IF.of(did=authorship(column)),
                None if record is None else not actor.is_author(column, record),
            )
            for column in duty.never
        ),
    )


def _conditions(actor: Actor, duty: Duty, grant: Grant, record: Mapping[str, Any] | None) -> tuple[Condition, ...]:
    found = [Condition("scope", _SCOPES[grant.scope], None if record is None else actor.reaches(grant, record))]
    if grant.limit is not None and duty.amount is not None:
        amount = None if record is None else record.get(duty.amount) or 0
        text = _UPTO.of(limit=written(grant.limit))
        found.append(Condition("amount", text, None if amount is None else amount <= grant.limit))
    return tuple(found)


async def _on_behalf_of(db: AsyncSession, actor: Actor) -> dict[str, tuple[str, ...]]:
    """For each post in force of the absent people, their names."""
    if not actor.stands_in_for:
        return {}
    today = clock.today()
    held = await db.execute(
        select(PostHolding.post, Account.name)
        .join(Account, Account.id == PostHolding.account_id)
        .where(
            PostHolding.account_id.in_(actor.stands_in_for),
            PostHolding.begins_on <= today,
            PostHolding.ends_on.is_(None) | (PostHolding.ends_on >= today),
        )
        .order_by(Account.name)
    )
    names: dict[str, list[str]] = {}
    for post, name in held:
        names.setdefault(post, []).append(name)
    return {post: tuple(dict.fromkeys(some)) for post, some in names.items()}
