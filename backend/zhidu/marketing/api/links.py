"""3.3.1 /marketing/links, their QR codes, and the public door /l/{code}."""

import io
from typing import Annotated, Any, Literal
from uuid import UUID

import segno
from fastapi import APIRouter, Query, Request
from fastapi import Path as PathParam
from pydantic import Field, StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from zhidu.kernel.problem import Missing
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import CLEAN, In, Line, RecordOut, Url
from zhidu.marketing import links
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Reader, house_of, on_duty, problems
from zhidu.policy.register import RecordId, Register

Utm = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=CLEAN)]
QrFormat = Literal["svg", "png"]


class TrackedLinkIn(In):
    """A link to make; utm_source and utm_campaign are the codes of channel and campaign."""

    campaign_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    name: Line = Field(description="Where it is used.", examples=["展会海报二维码"])
    target_url: Url = Field(examples=["https://www.example.com/landing?ref=fair"])
    utm_medium: Utm | None = Field(None, description="Absent: by the campaign's kind.", examples=["cpc"])
    utm_content: Utm | None = Field(None, examples=["poster-a"])
    utm_term: Utm | None = Field(None, examples=["采购系统"])


class TrackedLinkOut(RecordOut):
    """A tracked link."""

    code: str = Field(examples=["k7m2p9qa"])
    path: str = Field(description="The short address on this installation.", examples=["/l/k7m2p9qa"])
    name: str = Field(examples=["展会海报二维码"])
    target_url: str = Field(examples=["https://www.example.com/landing?ref=fair"])
    campaign_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    campaign_name: str = Field(examples=["2027 春季获客"])
    channel_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a12"])
    channel_name: str = Field(examples=["百度搜索推广"])
    status: str = Field(description="active or retired.", examples=["active"])
    utm_source: str = Field(examples=["baidu"])
    utm_medium: str = Field(examples=["cpc"])
    utm_campaign: str = Field(examples=["spring-2027"])
    utm_content: str | None = Field(examples=["poster-a"])
    utm_term: str | None = Field(examples=["采购系统"])
    owner_id: UUID | None = Field(examples=[None])
    owner_name: str | None = Field(examples=["李娜"])
    department_id: UUID | None = Field(examples=[None])
    created_by: UUID | None = Field(examples=[None])


_register = (
    Register("/marketing/links", links.LISTING, TrackedLinkOut)
    .readable()
    .creates(TrackedLinkIn, links.make)
    .verb("retire", links.retire)
)
router = _register.router
_QR_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
_qr_on_duty: dict[str, Any] = on_duty(duties.READ_LINK)
_qr_on_duty["responses"] = problems(401, 403, 404, 422, 503) | {
    200: {
        "description": "The QR code of the short address.",
        "content": {
            "image/svg+xml": {"schema": {"type": "string"}},
            "image/png": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/{record_id}/qr", response_class=Response, **_qr_on_duty)
async def get_tracked_link_qr(
    record_id: RecordId,
    request: Request,
    actor: CurrentActor,
    db: Reader,
    format: Annotated[QrFormat, Query(description="The kind of picture.")] = "svg",
    scale: Annotated[int, Query(ge=1, le=40, description="Pixels a module.")] = 8,
) -> Response:
    """The short address as a QR code, to print or to show."""
    link = await _register.one(db, actor, record_id, lock=False)
    address = f"{house_of(request).settings.public_url.rstrip('/')}/l/{link.code}"
    picture = await run_in_threadpool(_drawn, address, format, scale)
    headers = {"Content-Disposition": f'inline; filename="{link.code}.{format}"', "Cache-Control": "private"}
    return Response(picture, headers=headers, media_type=_QR_TYPES[format])


def _drawn(address: str, kind: QrFormat, scale: int) -> bytes:
    """Correction M: a logo or a crease may hide a part. Four modules of quiet around, as ISO 18004 asks."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind=kind, scale=scale, border=4)
    return picture.getvalue()


public = APIRouter(tags=["public"], generate_unique_id_function=lambda route: route.name)


@public.get(
    "/l/{code}",
    status_code=302,
    response_class=RedirectResponse,
    summary="Follow a tracked link",
    responses=problems(404, 422, 503) | {302: {"description": "The page, with the campaign in its address."}},
    openapi_extra={"x-clauses": ["3.3.1", "5.1.1"]},
)
async def follow_tracked_link(
    code: Annotated[str, PathParam(max_length=64, examples=["k7m2p9qa"])], db: Reader
) -> RedirectResponse:
    """Lead on; the visit is counted by the tracker on the page, where consent is asked."""
    led = await links.destination(db, code)
    if led is None:
        raise Missing(Text("这个链接不存在，请核对地址", "There is no such link; check the address"))
    return RedirectResponse(led.url, status_code=302, headers={"Cache-Control": "no-store"})
