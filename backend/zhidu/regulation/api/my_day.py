"""8.1.1 /me/day and /me/notifications."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field
from sqlalchemy import func, select, update
from starlette.responses import Response

from zhidu.kernel import clock, events
from zhidu.kernel.page import dumps
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import In, Out
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, connection_of, duty_router, house_of, on_duty
from zhidu.regulation import my_day
from zhidu.regulation.api.cursors import cursor_after, read_cursor
from zhidu.regulation.obligations import Notification, title_of


class DayItemOut(Out):
    """Something due."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    kind: str = Field(examples=["order.confirm"])
    title: str = Field(description="What is to be done, in the caller's language.", examples=["与客户确认订单"])
    clause: str = Field(examples=["4.3.1"])
    resource: str = Field(examples=["order"])
    record_id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    record_title: str = Field(examples=["D20261125-7K3M 上海云帆科技"])
    due_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    warn_at: datetime = Field(examples=["2026-11-25T05:35:00Z"])
    state: Literal["due", "warned", "late"] = Field(examples=["warned"])
    climbs_to: str | None = Field(description="Who hears of it next if it is not done.", examples=["陈静"])
    climbs_at: datetime | None = Field(examples=["2026-11-25T06:05:00Z"])
    climbed_level: int = Field(description="0 nobody yet, 1 the leader, 2 the head of the department.", examples=[0])
    holder_name: str = Field(description="Who holds it; the department where nobody does.", examples=["王芳"])
    mine: bool = Field(description="It is the caller's to do: he holds it, or it is shared.", examples=[True])
    shared: bool = Field(description="Nobody of the department holds it; the caller has the duty.", examples=[False])


class DayCounts(Out):
    """How much is due, of everything (the items stop at 200)."""

    late: int = Field(examples=[1])
    today: int = Field(examples=[4])
    later: int = Field(examples=[9])


class DayOut(Out):
    """What the regulation makes due for the caller, most urgent first."""

    items: list[DayItemOut]
    counts: DayCounts


class NotificationOut(Out):
    """Something that the caller should know."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    kind: str = Field(examples=["handover.offered"])
    title: str = Field(examples=["有交接待签收：D20261125-7K3M 上海云帆科技"])
    body: str | None = Field(description="By which clause.", examples=["依据制度 1.3.4"])
    clause: str | None = Field(examples=["1.3.4"])
    resource: str | None = Field(examples=["handover"])
    record_id: UUID | None = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    created_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    read_at: datetime | None = Field(examples=[None])


class NotificationPage(Out):
    """Notifications, newest first."""

    items: list[NotificationOut]
    next_cursor: str | None = Field(description="Ask for the next page with it; null on the last.", examples=[None])
    unread: int = Field(description="Of all, not of this page.", examples=[3])


class NotificationsRead(In):
    """Which notifications the caller has read: some of them, or all."""

    ids: list[UUID] = Field(default_factory=list, max_length=200, examples=[["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"]])
    all: bool = Field(False, examples=[False])


class UnreadOut(Out):
    """How many are still unread."""

    unread: int = Field(examples=[0])


router = duty_router("/me", "me")
_BY = Text("依据制度 {clause}", "By clause {clause} of the regulation")


@router.get("/day", response_model=DayOut, **on_duty(duties.USE_SELF))
async def get_my_day(request: Request, actor: CurrentActor) -> Response:
    """What is due for the caller, for whom he stands in, for his department as such, and what climbed to him."""
    language = request.scope["language"]
    async with connection_of(house_of(request)) as connection:
        items = await my_day.items_of(connection, actor)
        counts = await my_day.counts_of(connection, actor)
    for item in items:
        item["title"] = title_of(item["kind"]).to(language)
    return Response(dumps({"items": items, "counts": counts}), media_type="application/json")


@router.get("/notifications", response_model=NotificationPage, **on_duty(duties.USE_SELF))
async def list_my_notifications(
    request: Request,
    actor: CurrentActor,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows a page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=200, description="next_cursor of the page before.")] = None,
) -> Response:
    """What the caller was told, newest first, and how much of it is unread."""
    language = request.scope["language"]
    before = None if cursor is None else read_cursor(cursor, UUID)
    async with connection_of(house_of(request)) as connection:
        rows = await my_day.notifications_of(connection, actor.id, before=before, limit=limit + 1)
        unread = await my_day.unread_of(connection, actor.id)
    items = list(rows[:limit])
    for item in items:
        item["title"] = Text(item.pop("title_zh"), item.pop("title_en")).to(language)
        item["body"] = _BY.of(clause=item["clause"]).to(language) if item["clause"] else None
    after = cursor_after(items[-1]["created_at"], items[-1]["id"]) if len(rows) > limit else None
    return Response(dumps({"items": items, "next_cursor": after, "unread": unread}), media_type="application/json")


@router.post("/notifications/read", response_model=UnreadOut, **on_duty(duties.USE_SELF))
async def read_my_notifications(data: NotificationsRead, db: Db, actor: CurrentActor) -> Response:
    """The caller has read these, or all."""
    unread = (Notification.account_id == actor.id, Notification.read_at.is_(None))
    which = unread if data.all else (*unread, Notification.id.in_(data.ids))
    await db.execute(update(Notification).where(*which).values(read_at=clock.now()))
    # His other windows count anew.
    await events.notify(db, {"type": "notification", "accounts": [str(actor.id)]})
    left = await db.scalar(select(func.count()).select_from(Notification).where(*unread))
    return Response(dumps({"unread": left}), media_type="application/json")
