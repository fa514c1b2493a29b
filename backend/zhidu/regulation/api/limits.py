"""1.1, 8.1.1 /regulation/limits: how long the company gives itself for what is due."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request
from pydantic import Field
from sqlalchemy import select
from starlette.responses import Response

from zhidu.kernel.page import dumps
from zhidu.kernel.problem import Missing
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import In, Out
from zhidu.policy import duties
from zhidu.policy.accounts import Account
from zhidu.policy.guard import CurrentActor, Db, Reader, duty_router, on_duty, problems
from zhidu.policy.register import IF_MATCH, if_match
from zhidu.regulation import limits
from zhidu.regulation.limits import LIMITS, Limit, LimitSetting, Unit


class LimitIn(In):
    """A limit as the company wants it."""

    amount: float = Field(gt=0, le=10_000, strict=True, description="In the limit's unit.", examples=[4])


class LimitOut(Out):
    """A limit: the regulation's default and the company's setting."""

    name: str = Field(examples=["order.confirm"])
    title: str = Field(examples=["与客户确认订单"])
    clause: str = Field(examples=["4.3.1"])
    amount: float = Field(description="What holds.", examples=[2])
    default_amount: float = Field(description="What the regulation proposes.", examples=[2])
    unit: Unit = Field(examples=["working-hours"])
    version: int = Field(description="Its ETag; 0 while the default holds.", examples=[0])
    set_by: UUID | None = Field(examples=[None])
    set_by_name: str | None = Field(description="Who first set it.", examples=["赵敏"])


class LimitsOut(Out):
    """Every limit, in the order of the regulation."""

    items: list[LimitOut]


router = duty_router("/regulation/limits", "regulation.limits")
Name = Annotated[str, Path(pattern=r"^[a-z0-9_.]{3,64}$", description="The limit's name.", examples=["order.confirm"])]


def _limit(name: str) -> Limit:
    if name not in LIMITS:
        raise Missing(Text("没有这个时限", "There is no such limit"))
    return LIMITS[name]


def _shown(of: Limit, stored: tuple[LimitSetting | None, str | None], language: str) -> dict[str, Any]:
    setting, author = stored
    return {
        "name": of.name,
        "title": of.title.to(language),
        "clause": of.clause,
        "amount": of.amount if setting is None else setting.amount,
        "default_amount": of.amount,
        "unit": of.unit,
        "version": 0 if setting is None else setting.version,
        "set_by": setting and setting.created_by,
        "set_by_name": author,
    }


@router.get("", response_model=LimitsOut, **on_duty(duties.READ_LIMIT))
async def list_limits(request: Request, db: Reader) -> Response:
    """Every limit with its default and what the company has set."""
    found = select(LimitSetting, Account.name).outerjoin(Account, Account.id == LimitSetting.created_by)
    stored: dict[str, tuple[LimitSetting | None, str | None]] = {
        setting.name: (setting, name) for setting, name in await db.execute(found)
    }
    ordered = sorted(LIMITS.values(), key=lambda of: ([int(part) for part in of.clause.split(".")], of.name))
    items = [_shown(of, stored.get(of.name, (None, None)), request.scope["language"]) for of in ordered]
    return Response(dumps({"items": items}), media_type="application/json")


_PUT = on_duty(duties.UPDATE_LIMIT)
_PUT["responses"] = problems(401, 403, 404, 409, 412, 413, 422, 428, 503)
_PUT["openapi_extra"]["parameters"] = [IF_MATCH]


@router.put("/{name}", response_model=LimitOut, **_PUT)
async def update_limit(name: Name, data: LimitIn, request: Request, db: Db, actor: CurrentActor) -> Response:
    """Set a limit; what is due already keeps its date."""
    of = _limit(name)
    setting = await limits.setting_of(db, of)
    if_match(request, setting)
    await limits.set_amount(db, actor, setting, amount=data.amount)
    await db.flush()
    author = await db.scalar(select(Account.name).where(Account.id == setting.created_by))
    shown = _shown(of, (setting, author), request.scope["language"])
    return Response(dumps(shown), headers={"ETag": f'"{setting.version}"'}, media_type="application/json")
