"""1.2 /stream: what has changed, told to each person whom it concerns, by server-sent events."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from zhidu.kernel.listen import Message
from zhidu.kernel.page import dumps
from zhidu.kernel.problem import Busy, NotSignedIn, TooMany
from zhidu.kernel.texts import Text
from zhidu.policy import duties
from zhidu.policy.actor import Actor
from zhidu.policy.guard import CurrentActor, House, duty_router, house_of, on_duty, problems
from zhidu.policy.register import REGISTERS

HEARTBEAT_SECONDS = 15.0
# What happens within a second is told together.
BREATH_SECONDS = 1.0
STREAMS = 1000
STREAMS_OF_ONE = 12
# More changes of one resource than this are told as one: 'reload your list'.
REMEMBERED = 50

_listening: Counter[UUID | None] = Counter()


class Ear:
    """What one client has yet to be told. It cannot grow: many changes of a resource become one."""

    def __init__(self, actor: Actor) -> None:
        self.woken = asyncio.Event()
        self.waiting: dict[str, set[str | None]] = {}
        self.closing = False
        self.listen_as(actor)

    def listen_as(self, actor: Actor) -> None:
        """Hear what this person may read, by his duties of now."""
        self.actor, self.account = actor, str(actor.id)
        self.resources: dict[str, list[str]] = {}
        for name, register in REGISTERS.items():
            if actor.may(register.reads).allowed:
                self.resources.setdefault(register.listing.model.__tablename__, []).append(name)

    def hear(self, message: Message) -> None:
        """Take a message of the house, if it concerns this person."""
        kind = message["type"]
        if kind == "changed":
            for resource in self.resources.get(message["table"], ()):
                self._keep(resource, message["id"])
        elif kind == "notification":
            if message["accounts"] is None or self.account in message["accounts"]:
                self._keep("notification", None)
        elif kind == "resumed":
            for resource in {"notification", *(name for names in self.resources.values() for name in names)}:
                self._keep(resource, None)
        elif kind == "closing":
            self.closing = True
            self.woken.set()
        else:
            self.woken.set()

    def _keep(self, resource: str, record_id: str | None) -> None:
        known = self.waiting.setdefault(resource, set())
        if None not in known:
            known.add(record_id)
            if record_id is None or len(known) > REMEMBERED:
                self.waiting[resource] = {None}
        self.woken.set()

    def told(self) -> list[bytes]:
        """What is to be said now, as server-sent events."""
        said, self.waiting = self.waiting, {}
        self.woken.clear()
        return [
            _event("notification" if resource == "notification" else "changed", resource, record_id)
            for resource, ids in said.items()
            for record_id in sorted(ids, key=str)
        ]


def _event(kind: str, resource: str, record_id: str | None) -> bytes:
    return b"data: " + dumps({"type": kind, "resource": resource, "id": record_id}) + b"\n\n"


router = duty_router("/stream", "stream")


@router.get(
    "",
    response_class=Response,
    **{
        **on_duty(duties.USE_SELF),
        "responses": problems(401, 403, 429, 503)
        | {
            200: {
                "description": 'Events `{"type": "changed" | "notification", "resource", "id"}`; id null: many.',
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            }
        },
    },
)
async def follow_changes(request: Request, actor: CurrentActor) -> Response:
    """Changes of what the caller may read, and notifications to him, until his token ends or is revoked."""
    if _listening.total() >= STREAMS:
        raise Busy
    if _listening[actor.id] >= STREAMS_OF_ONE:
        raise TooMany(60, Text("打开的窗口过多", "Too many open windows"))
    token = request.headers["authorization"].partition(" ")[2].strip()
    return StreamingResponse(
        _changes(house_of(request), token, actor), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _changes(house: House, token: str, actor: Actor) -> AsyncIterator[bytes]:
    ear = Ear(actor)
    stop = house.listener.subscribe(ear.hear)
    _listening[actor.id] += 1
    try:
        yield b": open\n\n"
        while not ear.closing:
            try:
                await asyncio.wait_for(ear.woken.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
            try:
                now, _ = await house.signed_in(token)
            except NotSignedIn:
                return
            if now is not ear.actor:
                ear.listen_as(now)
            for event in ear.told():
                yield event
            await asyncio.sleep(BREATH_SECONDS)
    finally:
        stop()
        _listening[actor.id] -= 1
