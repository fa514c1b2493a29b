"""1.2 /policy/explain: why one may do something, or may not."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field

from zhidu.kernel import money
from zhidu.kernel.problem import Malformed, Missing
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import MoneyOut, Out
from zhidu.policy import duties
from zhidu.policy.explain import Condition, explain
from zhidu.policy.guard import CurrentActor, Reader, connection_of, duty_router, house_of, on_duty, problems
from zhidu.policy.register import REGISTERS


class ConditionOut(Out):
    """Something that must hold."""

    kind: Literal["scope", "amount", "never"] = Field(examples=["scope"])
    text: str = Field(examples=["限本人负责的记录"])
    holds: bool | None = Field(description="Null where no record is asked about.", examples=[True])


class LinkOut(Out):
    """One way from the person to the duty."""

    post: str = Field(examples=["sales-specialist"])
    title: str = Field(examples=["销售专员"])
    own: bool = Field(description="Held by the person; else by those he stands in for.", examples=[True])
    on_behalf_of: list[str] = Field(description="The absent colleagues who hold it.", examples=[["李娜"]])
    scope: Literal["own", "team", "department", "company"] = Field(examples=["own"])
    limit: MoneyOut | None = Field(examples=[None])
    conditions: list[ConditionOut]


class HolderOut(Out):
    """A post that has the duty."""

    post: str = Field(examples=["sales-manager"])
    title: str = Field(examples=["销售经理"])


class ExplanationOut(Out):
    """The decision, and the chain that leads to it."""

    person: str = Field(examples=["王芳"])
    duty: str = Field(examples=["order.confirm"])
    title: str = Field(examples=["与客户确认订单"])
    clauses: list[str] = Field(examples=[["4.3.1"]])
    allowed: bool = Field(examples=[True])
    why: str | None = Field(description="Why not.", examples=["「与客户确认订单」由销售专员、销售经理负责（4.3.1）"])
    links: list[LinkOut] = Field(description="From the person to the duty; empty when no post of his has it.")
    conditions: list[ConditionOut] = Field(description="That hold for every post.")
    posts: list[HolderOut] = Field(description="Who has the duty.")


router = duty_router("/policy", "policy")


@router.get(
    "/explain",
    response_model=ExplanationOut,
    **on_duty(duties.READ_POST) | {"responses": problems(401, 403, 404, 422, 503)},
)
async def explain_decision(
    request: Request,
    db: Reader,
    actor: CurrentActor,
    duty: Annotated[str, Query(max_length=64, description="A duty, `resource.verb`.", examples=["order.confirm"])],
    record_id: Annotated[UUID | None, Query(description="A record within one's reach.", examples=[None])] = None,
    resource: Annotated[
        str | None, Query(max_length=64, description="Of the record, where it is not the duty's.", examples=["order"])
    ] = None,
) -> dict[str, Any]:
    """Why the caller may do this, or may not: person, post, duty, clause, conditions."""
    asked = duties.DUTIES.get(duty)
    if asked is None:
        raise Malformed.at("?duty", Text("没有这项职责", "There is no such duty"), "duty")
    row = None if record_id is None else await _row(request, actor, resource or asked.resource, record_id)
    found, language = await explain(db, actor, asked, row), request.scope["language"]
    return {
        "person": actor.name,
        "duty": asked.name,
        "title": asked.title.to(language),
        "clauses": list(asked.clauses),
        "allowed": found.decision.allowed,
        "why": found.decision.why and found.decision.why.to(language),
        "links": [
            {
                "post": link.grant.post.name,
                "title": link.grant.post.title.to(language),
                "own": link.own,
                "on_behalf_of": list(link.on_behalf_of),
                "scope": link.grant.scope,
                "limit": None if link.grant.limit is None else money.written(link.grant.limit),
                "conditions": [_condition(one, language) for one in link.conditions],
            }
            for link in found.links
        ],
        "conditions": [_condition(one, language) for one in found.conditions],
        "posts": [{"post": post.name, "title": post.title.to(language)} for post in found.decision.posts],
    }


async def _row(request: Request, actor: CurrentActor, resource: str, record_id: UUID) -> dict[str, Any]:
    """The record as policy sees it, if it is within the person's reach. Raises Malformed, Refused, Missing."""
    register = REGISTERS.get(resource)
    if register is None:
        raise Malformed.at("?resource", Text("没有这种记录", "There are no such records"), "resource")
    async with connection_of(house_of(request)) as connection:
        row = await register.listing.get(connection, actor.scope(register.reads), record_id)
    if row is None:
        raise Missing
    return row


def _condition(one: Condition, language: str) -> dict[str, Any]:
    return {"kind": one.kind, "text": one.text.to(language), "holds": one.holds}
