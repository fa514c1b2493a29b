"""1.3.3 /marketing/spend."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from zhidu.kernel.money import written
from zhidu.kernel.page import compiled, dumps
from zhidu.kernel.wire import In, Money, MoneyOut, Note, Out, RecordOut
from zhidu.marketing import spend
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, connection_of, house_of, on_duty
from zhidu.policy.register import Register

_ID = ["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"]


class SpendIn(In):
    """What a campaign cost on a day."""

    campaign_id: UUID = Field(examples=_ID)
    day: date = Field(description="Today or before.", examples=["2026-11-24"])
    amount: Money = Field(description="More than zero.", examples=["1280.00"])
    note: Note | None = Field(None, examples=["百度账户充值消耗"])


class SpendReversal(In):
    """Why it is taken back."""

    note: Note = Field(examples=["重复登记"])


class SpendOut(RecordOut):
    """A row of the ledger of spend."""

    campaign_id: UUID = Field(examples=_ID)
    campaign_name: str = Field(examples=["2027 春季获客"])
    channel_id: UUID = Field(examples=_ID)
    channel_name: str = Field(examples=["百度搜索推广"])
    day: date = Field(examples=["2026-11-24"])
    amount: MoneyOut = Field(description="Negative only in a reversal.", examples=["1280.00"])
    note: str | None = Field(examples=["百度账户充值消耗"])
    source: str = Field(examples=["manual"])
    status: str = Field(description="booked, reversed, or reversal.", examples=["booked"])
    reverses_id: UUID | None = Field(description="The row that this one takes back.", examples=[None])
    owner_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["李娜"])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


class SpendTotal(Out):
    """What one campaign cost on one channel."""

    channel_id: UUID = Field(examples=_ID)
    channel_name: str = Field(examples=["百度搜索推广"])
    campaign_id: UUID = Field(examples=_ID)
    campaign_name: str = Field(examples=["2027 春季获客"])
    amount: MoneyOut


class SpendTotals(Out):
    """The sum of the rows that a list with the same filters shows."""

    amount: MoneyOut
    items: list[SpendTotal] = Field(description="By channel and campaign.")


_register = Register("/marketing/spend", spend.LISTING, SpendOut, plural="spend")
router = _register.router
_totals_on_duty: dict[str, Any] = on_duty(duties.READ_SPEND)
_totals_on_duty["openapi_extra"]["parameters"] = _register.filter_parameters()


@router.get("/totals", response_model=SpendTotals, **_totals_on_duty)
async def get_spend_totals(request: Request, actor: CurrentActor) -> Response:
    """What the filtered rows come to."""
    scope = actor.scope(duties.READ_SPEND)
    query = spend.LISTING.parse(request.query_params.multi_items())
    statement = compiled(spend.totals(scope, sorted(query.filters)))
    values = {**spend.LISTING.scope_values(scope), **query.filters}
    async with connection_of(house_of(request)) as connection:
        rows = await connection.fetch(statement.sql, *statement.arguments(values))
    items = [{**dict(row), "amount": written(row["amount_fen"])} for row in rows]
    for item in items:
        del item["amount_fen"]
    answer = {"amount": written(sum(row["amount_fen"] for row in rows)), "items": items}
    return Response(dumps(answer), media_type="application/json")


_register.readable().creates(SpendIn, spend.record).verb("reverse", spend.reverse, SpendReversal)
