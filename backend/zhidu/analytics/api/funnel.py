"""5.2.2, 1.3.3 /analytics/funnel and /analytics/channel-roi."""

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field, model_validator
from starlette.responses import Response, StreamingResponse

from zhidu.analytics import funnel
from zhidu.analytics.funnel import Asked, By
from zhidu.kernel import audit, clock, exports
from zhidu.kernel.page import dumps
from zhidu.kernel.wire import BadValue, In, MoneyOut, Out
from zhidu.kernel.work import unit_of_work
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, address_of, connection_of, duty_router, house_of, on_duty, problems

_ID = "0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"
Rate = Annotated[float | None, Field(examples=[0.1042])]


class PeriodIn(In):
    """A period of days in the company's zone."""

    since: date | None = Field(None, alias="from", description="The first day.", examples=["2026-11-01"])
    until: date | None = Field(None, alias="to", description="The day after the last.", examples=["2026-12-01"])

    @model_validator(mode="after")
    def _both(self) -> "PeriodIn":
        if (self.since is None) != (self.until is None):
            raise BadValue("from 与 to 应同时给出", "from and to come together")
        return self


class FunnelQuery(PeriodIn):
    """Which funnel; without a period that of the last 30 days."""

    by: By = Field("channel", description="How it is cut; by day at most 400 days.", examples=["channel"])
    channel_id: UUID | None = Field(None, description="Of this channel only.", examples=[_ID])
    campaign_id: UUID | None = Field(None, description="Of this campaign only.", examples=[_ID])

    @property
    def asked(self) -> Asked:
        """Raises Malformed for a period that is none."""
        lately = funnel.lately()
        return Asked(self.since or lately.since, self.until or lately.until, self.channel_id, self.campaign_id)


class ExportQuery(FunnelQuery):
    """Which funnel, as a file."""

    format: Literal["csv"] = Field("csv", description="The kind of file.", examples=["csv"])


class FiguresOut(Out):
    """What came in, and what it cost. A rate without a denominator is null: not known."""

    visits: int = Field(description="Sessions that began.", examples=[1200])
    leads: int = Field(description="By the time they arrived.", examples=[125])
    qualified: int = Field(description="Leads, by the time they were qualified.", examples=[60])
    opportunities: int = Field(description="By the time they were opened.", examples=[31])
    orders: int = Field(description="By the time they were placed; cancelled ones do not count.", examples=[9])
    revenue: MoneyOut = Field(description="What these orders come to.", examples=["86400.00"])
    cost: MoneyOut = Field(description="Spend booked for these days.", examples=["12800.00"])
    lead_rate: Rate = Field(description="Leads a visit.")
    qualified_rate: Rate = Field(description="Qualified of the leads.")
    opportunity_rate: Rate = Field(description="Opportunities a qualified lead.")
    order_rate: Rate = Field(description="Orders an opportunity.")
    cost_per_lead: MoneyOut | None = Field(description="Null without cost or leads.", examples=["102.40"])
    cac: MoneyOut | None = Field(description="Cost an order; null without cost or orders.", examples=["1422.22"])
    roi: float | None = Field(description="(revenue - cost) / cost; null without cost.", examples=[5.75])


class ListedOut(Out):
    """The list of the records that a number counts: its address (below /api/v1, and in the SPA) and filters."""

    path: str = Field(examples=["/sales/leads"])
    filters: dict[str, str] = Field(examples=[{"arrived_at_from": "2026-11-01", "arrived_at_to": "2026-12-01"}])


class DrillOut(Out):
    """The records behind each number; null where that list is not yours, or nobody knows the channel or campaign."""

    visits: ListedOut | None
    leads: ListedOut | None
    qualified: ListedOut | None
    opportunities: ListedOut | None
    orders: ListedOut | None
    revenue: ListedOut | None
    cost: ListedOut | None


class SummedOut(FiguresOut):
    """The whole period."""

    drill: DrillOut


class FunnelRowOut(FiguresOut):
    """One channel, campaign, day or month."""

    key: str | None = Field(
        description="Id of the channel or campaign, day or month; null: not known what brought them.", examples=[_ID]
    )
    name: str | None = Field(description="Of the channel or campaign.", examples=["百度搜索推广"])
    drill: DrillOut


class FunnelOut(Out):
    """The funnel of a period."""

    from_: date = Field(alias="from", examples=["2026-11-01"])
    to: date = Field(description="The day after the last.", examples=["2026-12-01"])
    by: By = Field(examples=["channel"])
    pending_days: int = Field(description="Days on which something changed, counted anew in a minute.", examples=[0])
    items: list[FunnelRowOut]
    totals: SummedOut


class MonthOut(FiguresOut):
    """One month of a channel."""

    month: str = Field(pattern=r"^\d{4}-\d{2}$", examples=["2026-11"])


class ChannelRoiRowOut(FunnelRowOut):
    """One channel and how it went."""

    trend: list[MonthOut] = Field(description="Every month that the period touches, oldest first.")


class ChannelRoiOut(Out):
    """What each channel cost and brought."""

    from_: date = Field(alias="from", examples=["2025-12-01"])
    to: date = Field(description="The day after the last.", examples=["2026-12-01"])
    items: list[ChannelRoiRowOut]
    totals: SummedOut


router = duty_router("/analytics", "analytics")
_export_on_duty: dict[str, Any] = on_duty(duties.READ_FUNNEL)
_export_on_duty["responses"] = problems(401, 403, 422, 503) | {
    200: {"description": "The file.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}


def _json(answer: dict[str, Any]) -> Response:
    return Response(dumps(answer), media_type="application/json")


@router.get("/funnel", response_model=FunnelOut, **on_duty(duties.READ_FUNNEL))
async def get_funnel(query: Annotated[FunnelQuery, Query()], request: Request, actor: CurrentActor) -> Response:
    """From visits to revenue; each number with the list of its records."""
    async with connection_of(house_of(request)) as connection:
        return _json(await funnel.funnel(connection, actor, query.asked, query.by))


@router.get("/funnel/export", response_class=Response, **_export_on_duty)
async def export_funnel(query: Annotated[ExportQuery, Query()], request: Request, actor: CurrentActor) -> Response:
    """The same rows as a file; leaves a trace in the audit."""
    house = house_of(request)
    async with connection_of(house) as connection:
        found = await funnel.funnel(connection, actor, query.asked, query.by)
    async with unit_of_work(
        house.database, account_id=actor.id, clauses=duties.READ_FUNNEL.clauses,
        request_id=request.scope["request_id"], address=address_of(request),
    ) as db:  # fmt: skip
        audit.note(db, "export", "funnel", None, format=query.format, query=str(request.url.query)[:1000])
    filename = quote(f"funnel-{clock.today():%Y%m%d}.csv")
    return StreamingResponse(
        exports.csv_stream(funnel.EXPORTED, map(funnel.shown, found["items"])),
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{filename}"},
        media_type="text/csv; charset=utf-8",
    )


@router.get("/channel-roi", response_model=ChannelRoiOut, **on_duty(duties.READ_ROI))
async def get_channel_roi(query: Annotated[PeriodIn, Query()], request: Request, actor: CurrentActor) -> Response:
    """For each channel what it cost and brought, month by month; without a period the last twelve months."""
    year = funnel.a_year()
    asked = Asked(query.since or year.since, query.until or year.until)
    async with connection_of(house_of(request)) as connection:
        return _json(await funnel.channel_roi(connection, actor, asked))
