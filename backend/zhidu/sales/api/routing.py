"""2.2.1, 4.1.2 /sales/routing-rules and /sales/assignments."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field, StringConstraints

from zhidu.kernel.texts import language_of
from zhidu.kernel.wire import In, Line, Out, RecordOut, Score, absent
from zhidu.policy import duties
from zhidu.policy.duties import POSTS
from zhidu.policy.guard import CurrentActor, Reader, duty_router, on_duty
from zhidu.policy.register import Register
from zhidu.sales import fairness, routing

Wish = Literal["ignore", "prefer", "require"]
Ids = Annotated[list[UUID], Field(max_length=200)]
Words = Annotated[list[Line], Field(max_length=200)]
Position = Annotated[int, Field(ge=1, le=1000)]
Capacity = Annotated[int, Field(ge=1, le=1000)]
PostName = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(post.name for post in POSTS)})$")]


class RoutingRuleIn(In):
    """Which leads, to whom, how. An empty condition matches every lead."""

    name: Line = Field(examples=["华南区企业客户"])
    position: Position = Field(description="Rules are tried from the lowest on.", examples=[10])
    active: bool = Field(True, examples=[True])
    source_ids: Ids = Field([], examples=[[]])
    channel_ids: Ids = Field([], examples=[[]])
    regions: Words = Field([], description="广东 matches 广东省深圳市.", examples=[["广东", "广西"]])
    products: Words = Field([], description="Words of the product interest.", examples=[[]])
    min_score: Score = Field(0, examples=[0])
    max_score: Score = Field(100, examples=[100])
    account_ids: Ids = Field([], description="These people; when empty, the post.", examples=[[]])
    post: PostName = Field("sales-specialist", examples=["sales-specialist"])
    department_id: UUID | None = Field(None, description="Default: the lead's department.", examples=[None])
    territory: Wish = Field("prefer", description="That the person serves the lead's region.", examples=["prefer"])
    skill: Wish = Field("ignore", description="That the person has the skill for the product.", examples=["ignore"])
    capacity: Capacity = Field(50, description="Leads that one person works on at a time.", examples=[50])
    outside_hours: bool = Field(False, description="Assign also when the company does not work.", examples=[False])


class RoutingRulePatch(In):
    """What may be changed of a rule."""

    name: Line = Field(default_factory=absent, examples=["华南区企业客户"])
    position: Position = Field(default_factory=absent, examples=[10])
    active: bool = Field(default_factory=absent, examples=[True])
    source_ids: Ids = Field(default_factory=absent, examples=[[]])
    channel_ids: Ids = Field(default_factory=absent, examples=[[]])
    regions: Words = Field(default_factory=absent, examples=[["广东", "广西"]])
    products: Words = Field(default_factory=absent, examples=[[]])
    min_score: Score = Field(default_factory=absent, examples=[0])
    max_score: Score = Field(default_factory=absent, examples=[100])
    account_ids: Ids = Field(default_factory=absent, examples=[[]])
    post: PostName = Field(default_factory=absent, examples=["sales-specialist"])
    department_id: UUID | None = Field(default_factory=absent, examples=[None])
    territory: Wish = Field(default_factory=absent, examples=["prefer"])
    skill: Wish = Field(default_factory=absent, examples=["ignore"])
    capacity: Capacity = Field(default_factory=absent, examples=[50])
    outside_hours: bool = Field(default_factory=absent, examples=[False])


class RoutingRuleOut(RecordOut):
    """A rule by which leads are assigned."""

    name: str = Field(examples=["华南区企业客户"])
    position: int = Field(examples=[10])
    active: bool = Field(examples=[True])
    source_ids: list[UUID] = Field(examples=[[]])
    channel_ids: list[UUID] = Field(examples=[[]])
    regions: list[str] = Field(examples=[["广东", "广西"]])
    products: list[str] = Field(examples=[[]])
    min_score: int = Field(examples=[0])
    max_score: int = Field(examples=[100])
    account_ids: list[UUID] = Field(examples=[[]])
    post: str = Field(examples=["sales-specialist"])
    department_id: UUID | None = Field(examples=[None])
    department_name: str | None = Field(examples=[None])
    territory: str = Field(examples=["prefer"])
    skill: str = Field(examples=["ignore"])
    capacity: int = Field(examples=[50])
    outside_hours: bool = Field(examples=[False])
    created_by: UUID | None = Field(examples=[None])


_CANDIDATE = {
    "account_id": "0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11", "name": "王芳", "load": 3, "capacity": 50, "present": True,
    "territory": True, "skill": False, "last_assigned_at": "2026-11-25T06:05:00Z", "draw": "5f1c0a9be2d47713",
    "excluded": [],
}  # fmt: skip


class AssignmentOut(RecordOut):
    """A decision of who works on a lead, with everybody who could have."""

    lead_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    lead_name: str | None = Field(examples=["张伟"])
    way: str = Field(description="rule, hand, claim, finder.", examples=["rule"])
    rule_id: UUID | None = Field(examples=[None])
    rule_name: str | None = Field(examples=["华南区企业客户"])
    terms: dict[str, str] = Field(examples=[{"territory": "prefer", "skill": "ignore"}])
    account_id: UUID | None = Field(description="Null: nobody could take it.", examples=[None])
    account_name: str | None = Field(examples=["王芳"])
    from_account_id: UUID | None = Field(examples=[None])
    from_account_name: str | None = Field(examples=[None])
    candidates: list[dict[str, Any]] = Field(examples=[[_CANDIDATE]])
    note: str | None = Field(examples=[None])
    created_by: UUID | None = Field(description="Null where a rule of the company decided.", examples=[None])
    created_by_name: str | None = Field(examples=[None])


class AnswerOut(Out):
    """Why one decision did not give the lead to the person who asks."""

    assignment_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    account_name: str | None = Field(description="Who got it.", examples=["王芳"])
    answer: str = Field(examples=["王芳的在手线索更少（3/50，您 5/50）"])


class AnswersOut(Out):
    """The decisions on a lead, newest first, each answered for the person who asks."""

    items: list[AnswerOut]
    next_cursor: str | None = Field(examples=[None])


rules_router = (
    Register("/sales/routing-rules", routing.LISTING, RoutingRuleOut)
    .readable()
    .creates(RoutingRuleIn, routing.set_rule)
    .patches(RoutingRulePatch, routing.revise)
    .router
)
router = Register("/sales/assignments", fairness.LISTING, AssignmentOut).readable().router
answers = duty_router("/sales/assignments", "sales.assignments")  # before the router, which reads every word as an id
LeadId = Annotated[UUID, Query(description="The lead.", examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])]


@answers.get("/why-not-me", response_model=AnswersOut, **on_duty(duties.READ_ASSIGNMENT))
async def why_not_me(lead_id: LeadId, request: Request, db: Reader, actor: CurrentActor) -> dict[str, Any]:
    """Why a lead went to somebody else (or that it is yours), from the ledger, in words."""
    language = language_of(request.headers.get("accept-language", ""))
    return {
        "items": [
            {
                "assignment_id": row["id"], "at": row["created_at"], "account_name": row["account_name"],
                "answer": fairness.why_not(row, actor.id).to(language),
            }
            for row in await fairness.decisions(db, lead_id)
        ],
        "next_cursor": None,
    }  # fmt: skip
