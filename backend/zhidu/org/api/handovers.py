"""1.3.4 /org/handovers."""

from datetime import datetime
from uuid import UUID

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from zhidu.kernel import clock
from zhidu.kernel.page import dumps
from zhidu.kernel.wire import In, Note, Out, RecordOut
from zhidu.org import handovers
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, connection_of, duty_router, house_of, on_duty
from zhidu.policy.register import Register


class HandoverOut(RecordOut):
    """Work that one department gives to another."""

    resource: str = Field(description="What is handed over.", examples=["order"])
    record_id: UUID = Field(description="Its id.", examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    record_title: str = Field(examples=["D20261125-7K3M 上海云帆科技"])
    checklist: list[str] = Field(
        description="What the receiver signs for.", examples=[["收货地址已核对", "客户要求 11 月 30 日前送达"]]
    )
    status: str = Field(examples=["offered"])
    from_department_id: UUID | None = Field(examples=[None])
    from_department_name: str | None = Field(examples=["销售部"])
    department_id: UUID | None = Field(description="The receiving department.", examples=[None])
    department_name: str | None = Field(examples=["物流部"])
    owner_id: UUID | None = Field(description="Who offered it first and settles what comes back.", examples=[None])
    offered_by: UUID | None = Field(examples=[None])
    offered_by_name: str | None = Field(examples=["王芳"])
    offered_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    due_at: datetime = Field(description="Until when the department answers.", examples=["2026-11-25T10:00:00Z"])
    answered_at: datetime | None = Field(description="When it was accepted or refused.", examples=[None])
    accepted_by: UUID | None = Field(examples=[None])
    accepted_by_name: str | None = Field(examples=["张伟"])
    reason: str | None = Field(description="Why it was refused or returned.", examples=["收货地址不完整"])
    created_by: UUID | None = Field(examples=[None])


class HandoverReason(In):
    """Why the hand-over is not taken."""

    reason: Note = Field(description="The giver reads it and settles it.", examples=["收货地址不完整"])


class WaitingOut(Out):
    """What waits for the caller's departments to sign for."""

    offered: int = Field(examples=[3])
    late: int = Field(description="Of these, past their deadline.", examples=[1])


router = (
    Register("/org/handovers", handovers.LISTING, HandoverOut)
    .readable()
    .verb("accept", handovers.accept)
    .verb("refuse", handovers.refuse, HandoverReason)
    .verb("complete", handovers.complete)
    .verb("return", handovers.return_, HandoverReason)
    .verb("offer", handovers.offer_again)
    .router
)
mine = duty_router("/me/handovers", "me")

_WAITING = """SELECT count(*) AS offered, count(*) FILTER (WHERE due_at < $2) AS late
FROM org_handover WHERE status = 'offered' AND department_id = ANY($1::uuid[])"""


@mine.get("", response_model=WaitingOut, **on_duty(duties.ACCEPT_HANDOVER))
async def count_waiting_handovers(request: Request, actor: CurrentActor) -> Response:
    """How many hand-overs wait for the caller's departments."""
    async with connection_of(house_of(request)) as connection:
        row = await connection.fetchrow(_WAITING, sorted(actor.departments), clock.now())
    return Response(dumps(dict(row)), media_type="application/json")
