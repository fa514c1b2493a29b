"""/demo: what the sign-in page of a demonstration shows."""

from typing import Any

from fastapi import Request
from pydantic import Field

from zhidu.kernel.problem import Missing
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import Out
from zhidu.org import demonstration
from zhidu.policy.guard import Reader, duty_router, house_of, problems


class DemoAccountOut(Out):
    """Somebody to sign in as."""

    login: str = Field(examples=["wang.fang"])
    name: str = Field(examples=["王芳"])
    post: str = Field(examples=["sales-specialist"])
    post_title: str = Field(examples=["销售专员"])
    department: str | None = Field(examples=["销售部"])
    password: str = Field(examples=["a demonstration's password"])


class DemoAccountsOut(Out):
    """The people of the demonstration company, in the order of their posts."""

    items: list[DemoAccountOut]


router = duty_router("/demo", "auth")


@router.get(
    "/accounts",
    response_model=DemoAccountsOut,
    summary="the sign-ins of a demonstration",
    openapi_extra={"x-clauses": ["1.2"]},
    responses=problems(404, 503),
)
async def list_demo_accounts(request: Request, db: Reader) -> dict[str, Any]:
    """The sign-ins of a demonstration; 404 in earnest."""
    if not house_of(request).settings.demo:
        raise Missing(Text("没有这个地址", "There is no such address"))
    language = request.scope["language"]
    return {
        "items": [
            {
                "login": one.login,
                "name": one.name,
                "post": one.post.name,
                "post_title": one.post.title.to(language),
                "department": one.department,
                "password": demonstration.PASSWORD,
            }
            for one in await demonstration.demo_accounts(db)
        ]
    }
