"""The policy at the HTTP edge: who is asking, and which duty the operation is.

A domain's api module describes its operations with a `Register` (register.py) or, for what is special, with
`duty_router()` and `on_duty(...)`. Every operation bears its duty and clauses in the contract; `unguarded` lists those
that do not, and the application refuses to start with one.
"""

import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from zhidu.kernel import audit, clock, idempotency
from zhidu.kernel.db import Database
from zhidu.kernel.listen import Listener
from zhidu.kernel.problem import Malformed, NotSignedIn, OutOfOrder, Refused
from zhidu.kernel.texts import Text
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import load_actor, session_is_good
from zhidu.policy.actor import Actor
from zhidu.policy.duties import DUTIES, Duty
from zhidu.policy.tokens import TokenKey
from zhidu.settings import Settings

PREFIX = "/api/v1"
REMEMBERED_SECONDS = 30.0
REMEMBERED_TOKENS = 10_000
EXPORT_ROWS = 200_000
_SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(slots=True)
class House:
    """What one process holds open: handed to operations through the application's state."""

    database: Database
    settings: Settings
    token_key: TokenKey
    listener: Listener
    _actors: dict[UUID, tuple[float, Actor]] = field(default_factory=dict)
    _tokens: dict[bytes, tuple[float, UUID, UUID]] = field(default_factory=dict)
    _forgotten: int = 0

    def forget(self) -> None:
        """Access has changed somewhere: decide afresh."""
        self._forgotten += 1
        self._actors.clear()
        self._tokens.clear()

    async def actor_of(self, account_id: UUID) -> Actor:
        """The person behind an account, at most half a minute old; a change of access is told at once by NOTIFY."""
        known = self._actors.get(account_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        asked = self._forgotten
        async with self.database.sessions() as db:
            actor = await load_actor(db, account_id)
        if actor is None:
            raise NotSignedIn
        if asked == self._forgotten:  # what changed while we read is not remembered
            self._actors[account_id] = (time.monotonic() + REMEMBERED_SECONDS, actor)
        return actor

    async def signed_in(self, token: str) -> tuple[Actor, UUID]:
        """The person and the sign-in session of a bearer token. Raises NotSignedIn."""
        key = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._tokens.get(key)
        if known is None or known[0] <= clock.now().timestamp():
            claims, asked = self.token_key.verify(token, clock.now()), self._forgotten
            async with self.database.sessions() as db:
                if not await session_is_good(db, claims.session_id, claims.account_id):
                    raise NotSignedIn
            if len(self._tokens) >= REMEMBERED_TOKENS:
                self._tokens.clear()
            known = (claims.expires_at.timestamp(), claims.account_id, claims.session_id)
            if asked == self._forgotten:
                self._tokens[key] = known
        return await self.actor_of(known[1]), known[2]


def house_of(request: Request) -> House:
    """The house that serves this request."""
    house: House = request.app.state.house
    return house


class Gate:
    """Authentication before anything of the body is read; then the short way, where there is one."""

    def __init__(self, app: ASGIApp, *, public: Callable[[str, str], bool]) -> None:
        self.app = app
        self.public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in who is signed in, or what is public by the explicit list."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.public(scope["method"], scope["path"]):
            await self._pass(scope, receive, send)
            return
        actor, session_id = await scope["app"].state.house.signed_in(_bearer(scope))
        if not _about_oneself(scope["path"]):
            if actor.must_change_password:
                raise PasswordChangeNeeded
            if actor.second_factor_missing and scope["app"].state.house.settings.asks_second_factor:
                raise SecondFactorNeeded
        # All of an answer speaks one language: the one that is asked for, else the person's own.
        if not any(name == b"accept-language" for name, _ in scope["headers"]):
            scope["language"] = actor.language
        elif actor.language != scope["language"]:
            actor = replace(actor, language=scope["language"])
        scope["actor"], scope["session_id"], scope["account_id"] = actor, session_id, str(actor.id)
        try:
            await self._pass(scope, receive, send)
        except Refused as refused:
            await _write_denial(Request(scope, receive), actor, refused)
            raise
        except OutOfOrder as early:
            for step in early.extra.get("legal_steps", ()):
                step["posts"] = [grant.post.title.to(scope["language"]) for grant in DUTIES[step["duty"]].grants]
            raise

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        short = scope["app"].state.short_ways.find(scope["method"], scope["path"])
        if short is None:
            await self.app(scope, receive, send)
            return
        handler, scope["path_params"], scope["operation"] = short
        response = await handler(Request(scope, receive))
        await response(scope, receive, send)


async def _write_denial(request: Request, actor: Actor, refused: Refused) -> None:
    """7.3.1 A denial leaves its trace, in a transaction of its own: the refused one is rolled back."""
    clause = refused.extra.get("clause")
    async with unit_of_work(
        house_of(request).database, account_id=actor.id, clauses=[clause] if clause else (),
        request_id=request.scope["request_id"], address=address_of(request),
    ) as db:  # fmt: skip
        audit.note(db, "denied", str(refused.extra.get("duty", "")).partition(".")[0], None,
                   duty=refused.extra.get("duty"), path=request.url.path[:200].replace("\0", ""))  # fmt: skip


class PasswordChangeNeeded(Refused):
    """403: the first sign-in with a password that somebody else chose."""

    slug = "password-change-needed"
    title = Text("需要修改密码", "Password change needed")

    def __init__(self) -> None:
        super().__init__(Text("请先修改初始密码（个人设置）", "Change your initial password first (profile, security)"))


class SecondFactorNeeded(Refused):
    """403: a post of this person asks for a second factor (7.3.2), and none is enrolled."""

    slug = "second-factor-needed"
    title = Text("需要两步验证", "Second factor needed")

    def __init__(self) -> None:
        super().__init__(
            Text(
                "您的岗位须先启用两步验证（个人设置，7.3.2）",
                "Your post asks for a second factor: enrol it first (profile, security; 7.3.2)",
            ),
            clause="7.3.2",
        )


def _about_oneself(path: str) -> bool:
    """One's own account: open also before a new password is chosen and a second factor enrolled."""
    return path.startswith((f"{PREFIX}/me/", f"{PREFIX}/auth/")) or path == f"{PREFIX}/me"


def _bearer(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, token = value.decode("latin-1").partition(" ")
            if kind.lower() == "bearer" and token:
                return str(token.strip())
    raise NotSignedIn(Text("请先登录", "Sign in first"))


# -- operations ---------------------------------------------------------------------------------------------------


# Dependencies are coroutines: the framework sends a plain function to the thread pool, a trip for each request.
async def current_actor(request: Request) -> Actor:
    """The signed-in person."""
    actor: Actor = request.scope["actor"]
    return actor


async def current_db(request: Request) -> AsyncSession:
    """The unit of work of this request; reading operations use `reader` instead."""
    db: AsyncSession = request.state.db
    return db


def connection_of(house: House) -> AbstractAsyncContextManager[Any]:
    """A connection of the read path."""
    return house.database.reader()


async def reader(request: Request) -> AsyncIterator[AsyncSession]:
    """A session for reading operations that are not a Listing; nothing of it is committed."""
    async with house_of(request).database.sessions() as db:
        yield db


CurrentActor = Annotated[Actor, Depends(current_actor)]
Db = Annotated[AsyncSession, Depends(current_db)]
Reader = Annotated[AsyncSession, Depends(reader, scope="function")]


class ProblemOut(BaseModel):
    """RFC 9457 problem+json."""

    model_config = ConfigDict(title="Problem", extra="allow")
    type: str = Field(examples=["/problems/refused"])
    title: str = Field(examples=["这不是您的职责"])
    status: int = Field(examples=[403])
    detail: str = Field(examples=["「与客户确认订单」由销售专员、销售经理负责（4.3.1）"])
    request_id: str = Field(examples=["0192f0c17c1a7b6e9d1a2f6f0f5b7a11"])
    errors: list[dict[str, str]] | None = Field(
        None, examples=[[{"pointer": "/phone", "detail": "格式不对", "code": "string_pattern_mismatch"}]]
    )
    clause: str | None = Field(None, description="The clause that refuses.", examples=["4.3.1"])
    posts: list[dict[str, str]] | None = Field(
        None, description="Whose duty it is.", examples=[[{"post": "sales-specialist", "title": "销售专员"}]]
    )
    legal_steps: list[dict[str, str | list[str]]] | None = Field(
        None, description="What may be done in this state, and by whom.",
        examples=[[{"verb": "confirm", "duty": "order.confirm", "clause": "4.3.1", "posts": ["销售专员"]}]],
    )  # fmt: skip


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation can answer, for the contract."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles = {
        400: "Bad request", 401: "Not signed in", 403: "Refused, with the clause", 404: "Missing, or out of scope",
        405: "Method not allowed", 409: "Conflict or out of order", 410: "No longer kept", 412: "Stale version",
        413: "Too large",
        422: "Malformed", 428: "Version needed", 429: "Too many tries", 503: "Busy; nothing was changed",
    }  # fmt: skip
    return {status: {"description": titles[status], "content": content} for status in statuses}


def on_duty(duty: Duty) -> dict[str, Any]:
    """What an operation says of itself in the contract: its duty and clauses; the guard reads it from there."""
    return {
        "openapi_extra": {"x-duty": duty.name, "x-clauses": list(duty.clauses)},
        "summary": duty.title.en,
        "responses": problems(401, 403, 422, 503),
    }


class DutyRoute(APIRoute):
    """Checks the duty before the body is read, and gives a changing operation its one transaction."""

    @property
    def duty(self) -> Duty | None:
        """The duty that the operation names; None only for public ones."""
        return DUTIES.get((self.openapi_extra or {}).get("x-duty", ""))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler inside ours."""
        handler, duty, name = super().get_route_handler(), self.duty, self.unique_id
        # An answer that bears a secret (a one-time password) is never kept to be given again.
        replays = not (self.openapi_extra or {}).get("x-secret-answer")

        async def handle(request: Request) -> Response:
            request.scope["operation"] = name
            if duty is not None:
                actor: Actor = request.scope["actor"]
                actor.must(duty)
            if request.method in _SAFE:
                return await handler(request)
            return await in_one_transaction(request, handler, name, duty, replays=replays)

        return handle


async def in_one_transaction(
    request: Request,
    handler: Callable[[Request], Awaitable[Response]],
    operation: str,
    duty: Duty | None,
    *,
    replays: bool = True,
) -> Response:
    """The operation in its unit of work; the same Idempotency-Key again gets the first answer."""
    house, actor = house_of(request), request.scope.get("actor")
    key = request.headers.get("idempotency-key")
    if key is not None and not 8 <= len(key) <= 128:
        raise Malformed.at(
            "header:Idempotency-Key", Text("应为 8 到 128 个字符", "Must have 8 to 128 characters"), "length"
        )
    async with unit_of_work(
        house.database,
        account_id=None if actor is None else actor.id,
        clauses=() if duty is None else duty.clauses,
        action="update" if duty is None else duty.verb,
        request_id=request.scope["request_id"],
        address=address_of(request),
    ) as db:
        request.state.db = db
        if key is None or actor is None or request.method != "POST" or not replays:
            return await handler(request)
        print_ = idempotency.fingerprint(request.url.path + "?" + request.url.query, await request.body())
        earlier = await idempotency.earlier_answer(db, actor.id, operation, key, print_)
        if earlier is not None:
            return Response(earlier.body, earlier.status, {**earlier.headers, "Idempotent-Replayed": "true"})
        response = await handler(request)
        kept = {k: v for k, v in response.headers.items() if k in ("content-type", "etag", "location")}
        await db.execute(
            insert(idempotency.IdempotencyKey).values(
                caller=actor.id, operation=operation, key=key, fingerprint=print_,
                status=response.status_code, headers=kept, body=bytes(response.body), at=clock.now(),
            )
        )  # fmt: skip
        return response


def address_of(request: Request) -> str | None:
    """Where the caller is; X-Forwarded-For is believed only from a configured proxy (its last hop)."""
    peer = request.client.host if request.client else None
    if peer in house_of(request).settings.trusted_proxies:
        forwarded = request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
        return forwarded[:64] or peer
    return peer


def duty_router(path: str, tag: str) -> APIRouter:
    """A router whose operations each name a duty; the operationId is the function's name."""
    return APIRouter(
        prefix=PREFIX + path,
        tags=[tag],
        route_class=DutyRoute,
        generate_unique_id_function=lambda route: route.name,
    )


# -- the short ways, and what may not be forgotten ---------------------------------------------------------------------


class ShortWays:
    """Finds by its path the handler of an operation that has a `short_way`: a look-up, not a walk over all routes."""

    def __init__(self, app: FastAPI) -> None:
        # By method and by the path without the record's id: what stands before it, what stands after it.
        self.ways: dict[tuple[str, str, str | None], tuple[Any, str]] = {}
        for route in app.routes:
            handler = getattr(route, "short_way", None)
            if handler is None or not isinstance(route, APIRoute):
                continue
            before, one, after = route.path.partition("/{record_id}")
            for method in route.methods or ():
                self.ways[method, before, after if one else None] = (handler, route.unique_id)

    def find(self, method: str, path: str) -> tuple[Any, dict[str, str], str] | None:
        """The handler, its path parameters and the operation's name."""
        known = self.ways.get((method, path, None))
        if known is not None:
            return known[0], {}, known[1]
        before, _, last = path.rpartition("/")
        after = ""
        if len(last) != 36:
            before, _, record_id = before.rpartition("/")
            last, after = record_id, f"/{last}"
        known = self.ways.get((method, before, after)) if len(last) == 36 else None
        return None if known is None else (known[0], {"record_id": last}, known[1])


def unguarded(app: FastAPI, public: Sequence[tuple[str, str]]) -> list[str]:
    """Why the application may not start: operations without duty, duties without operation, public doors to nowhere."""
    wrong, used, seen = [], set(), set()
    for route in app.routes:
        if not isinstance(route, APIRoute):
            continue
        for method in route.methods or ():
            seen.add((method, route.path))
            duty = getattr(route, "duty", None)
            if duty is not None:
                used.add(duty.name)
            elif (method, route.path) not in public:
                wrong.append(f"{method} {route.path} names no duty and is not public")
    wrong += [f"{method} {path} is public but does not exist" for method, path in public if (method, path) not in seen]
    return wrong + [f"the duty {name} has no operation" for name in sorted(DUTIES.keys() - used)]
