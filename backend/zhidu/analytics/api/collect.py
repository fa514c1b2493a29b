"""5.1.1 The doors of the tracker: /t.js, which pages load, and /collect, to which it sends. And /analytics/events."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, StringConstraints, ValidationError
from starlette.responses import Response

from zhidu.analytics import events
from zhidu.analytics.collect import collector_of, robot
from zhidu.kernel.problem import Malformed, TooLarge
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import CLEAN, In, Out, Url, field_errors
from zhidu.policy.guard import address_of, house_of, problems
from zhidu.policy.register import Register

MAX_BODY: Final = 65_536
_ID: Final = "0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"
Random = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{16,40}$")]
Utm = Annotated[str, StringConstraints(max_length=100, pattern=CLEAN)]


class WebEventIn(In):
    """What a visitor did."""

    model_config = ConfigDict(strict=True)

    kind: Literal["pageview", "leave", "click", "form"] = Field(examples=["pageview"])
    session: Random = Field(description="Random, one for each tab.", examples=["8f3a1c0d9be24e57a6c1f0d2b3e49587"])
    visitor: Random | None = Field(None, description="Kept only with consent.", examples=[None])
    consent: bool = Field(False, description="The visitor agreed to be known again.", examples=[False])
    url: Url = Field(description="The page; its query is not kept.", examples=["https://www.example.com/landing"])
    title: Annotated[str, StringConstraints(max_length=200, pattern=CLEAN)] | None = Field(
        None, description="Of the page; or what was clicked, or which form was sent.", examples=["三天上线"]
    )
    referrer: Annotated[str, StringConstraints(max_length=253, pattern=r"^[0-9A-Za-z.:\[\]-]*$")] | None = Field(
        None, description="The host that led here.", examples=["www.baidu.com"]
    )
    zl: Annotated[str, StringConstraints(max_length=64, pattern=CLEAN)] | None = Field(
        None, description="The code of a tracked link.", examples=["k7m2p9qa"]
    )
    utm_source: Utm | None = Field(None, examples=["baidu"])
    utm_medium: Utm | None = Field(None, examples=["cpc"])
    utm_campaign: Utm | None = Field(None, examples=["spring-2027"])
    utm_content: Utm | None = Field(None, examples=[None])
    utm_term: Utm | None = Field(None, examples=[None])
    ago: int = Field(0, ge=0, le=86_400_000, description="Milliseconds since it happened.", examples=[480])


class CollectIn(In):
    """A batch of events."""

    events: Annotated[list[WebEventIn], Field(min_length=1, max_length=100)]


class WebEventOut(Out):
    """A web event."""

    at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    id: UUID = Field(examples=[_ID])
    received_at: datetime = Field(examples=["2026-11-25T06:05:01Z"])
    kind: str = Field(description="pageview, leave, click, form.", examples=["pageview"])
    entry: bool = Field(description="The session began with it: a visit.", examples=[True])
    session: str = Field(examples=["8f3a1c0d9be24e57a6c1f0d2b3e49587"])
    visitor: str | None = Field(description="Only with consent.", examples=[None])
    consent: bool = Field(examples=[False])
    host: str = Field(examples=["www.example.com"])
    path: str = Field(examples=["/landing"])
    title: str | None = Field(examples=["三天上线"])
    referrer: str | None = Field(examples=["www.baidu.com"])
    utm_source: str | None = Field(examples=["baidu"])
    utm_medium: str | None = Field(examples=["cpc"])
    utm_campaign: str | None = Field(examples=["spring-2027"])
    utm_content: str | None = Field(examples=[None])
    utm_term: str | None = Field(examples=[None])
    zl: str | None = Field(description="The code of the tracked link.", examples=["k7m2p9qa"])
    link_id: UUID | None = Field(examples=[_ID])
    channel_id: UUID | None = Field(examples=[_ID])
    campaign_id: UUID | None = Field(examples=[_ID])
    device: str = Field(description="desktop, mobile, tablet, wechat.", examples=["mobile"])
    channel_name: str | None = Field(examples=["百度搜索推广"])
    campaign_name: str | None = Field(examples=["2027 春季获客"])
    actions: list[str] = Field(description="Always empty: an event cannot be changed.", examples=[[]])


router = Register("/analytics/events", events.LISTING, WebEventOut).exports().lists().router

# -- the doors without sign-in -----------------------------------------------------------------------------------------

public = APIRouter(tags=["public"], generate_unique_id_function=lambda route: route.name)
_SCRIPT: Final = (Path(events.__file__).parent / "static" / "t.js").read_bytes()
_FROM_ANYWHERE: Final = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT: Final = {
    **_FROM_ANYWHERE, "Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}  # fmt: skip
_CLAUSES: Final = {"x-clauses": ["5.1.1"]}
_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        kind: {
            "schema": {
                "title": "CollectIn",
                "type": "object",
                "additionalProperties": False,
                "required": ["events"],
                "properties": {
                    "events": {"type": "array", "minItems": 1, "maxItems": 100, "items": WebEventIn.model_json_schema()}
                },
            }
        }
        for kind in ("application/json", "text/plain")
    },
}


@public.post(
    "/collect", status_code=204, response_class=Response, summary="Send web events",
    openapi_extra={**_CLAUSES, "requestBody": _BODY}, responses=problems(413, 422, 429, 503),
)  # fmt: skip
async def collect_events(request: Request) -> Response:
    """204 once they are committed. Robots, and who asks not to be tracked, are answered alike and not kept."""
    request.scope["operation"] = "collect_events"
    collector = collector_of(house_of(request).database)
    collector.admit(address_of(request) or "")
    raw = await request.body()
    if len(raw) > MAX_BODY:
        raise TooLarge(Text("最多 {n} 字节", "At most {n} bytes").of(n=MAX_BODY))
    try:
        sent = CollectIn.model_validate_json(raw).events
    except ValidationError as wrong:
        errors = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_url=False)]
        raise Malformed(Text("请改正标出的字段", "Correct the marked fields"), errors=field_errors(errors)) from None
    agent = request.headers.get("user-agent", "")
    unwanted = "1" in (request.headers.get("dnt"), request.headers.get("sec-gpc"))
    if not unwanted and not robot(agent):
        await collector.take([{**one.model_dump(exclude={"url"}), **_placed(one.url)} for one in sent], agent)
    return Response(status_code=204, headers=_FROM_ANYWHERE)


public.routes[-1].short_way = collect_events  # type: ignore[attr-defined]  # found again by ShortWays


def _placed(url: str) -> dict[str, str]:
    """Host and path of a page. Raises Malformed."""
    try:
        parts = urlsplit(url)
        return {"host": (parts.hostname or "")[:253], "path": parts.path or "/"}
    except ValueError:
        raise Malformed.at("/events/url", Text("应为网页地址", "Must be the address of a page"), "url") from None


@public.options("/collect", include_in_schema=False)
async def may_collect() -> Response:
    """Pages of any origin may send, without cookies."""
    return Response(status_code=204, headers=_PREFLIGHT)


@public.get(
    "/t.js", response_class=Response, summary="The tracker", openapi_extra=_CLAUSES,
    responses=problems(405, 503)
    | {200: {"description": "The script.", "content": {"text/javascript": {"schema": {"type": "string"}}}}},
)  # fmt: skip
async def get_tracker() -> Response:
    """A script for the pages whose visits count; under 2 kB as it travels."""
    headers = {**_FROM_ANYWHERE, "Cache-Control": "public, max-age=3600"}
    return Response(_SCRIPT, headers=headers, media_type="text/javascript; charset=utf-8")
