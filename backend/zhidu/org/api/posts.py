"""1.2 /org/posts: the posts of the regulation and their duties, from the table of duties itself."""

from typing import Any, Literal

from fastapi import Request
from pydantic import Field

from zhidu.kernel import money
from zhidu.kernel.wire import MoneyOut, Out
from zhidu.org import posts
from zhidu.policy import duties
from zhidu.policy.guard import Reader, duty_router, on_duty


class PostDutyOut(Out):
    """A duty of a post."""

    duty: str = Field(examples=["order.confirm"])
    title: str = Field(examples=["与客户确认订单"])
    scope: Literal["own", "team", "department", "company"] = Field(examples=["own"])
    limit: MoneyOut | None = Field(description="Up to this amount; null without a limit.", examples=[None])
    clauses: list[str] = Field(examples=[["4.3.1"]])


class PostOut(Out):
    """A post of the company."""

    post: str = Field(examples=["sales-specialist"])
    title: str = Field(examples=["销售专员"])
    second_factor: bool = Field(description="Who holds it signs in with a second factor.", examples=[False])
    holders: int = Field(description="How many active people hold it today.", examples=[4])
    duties: list[PostDutyOut]


class PostsOut(Out):
    """Every post, in the order of the regulation."""

    items: list[PostOut]


router = duty_router("/org/posts", "org.posts")


@router.get("", response_model=PostsOut, **on_duty(duties.READ_POST))
async def list_posts(request: Request, db: Reader) -> dict[str, Any]:
    """Which posts there are, and what the regulation asks of each."""
    language = request.scope["language"]
    return {
        "items": [
            {
                "post": one.post.name,
                "title": one.post.title.to(language),
                "second_factor": one.post.second_factor,
                "holders": one.holders,
                "duties": [
                    {
                        "duty": duty.name,
                        "title": duty.title.to(language),
                        "scope": grant.scope,
                        "limit": None if grant.limit is None else money.written(grant.limit),
                        "clauses": list(duty.clauses),
                    }
                    for duty, grant in one.grants
                ],
            }
            for one in await posts.posts(db)
        ]
    }
