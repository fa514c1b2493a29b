"""The policy at the HTTP edge: who is asking, which duty the operation is, and what the answer shows.

A domain's api module describes its operations with a `Register` (list, get, history, export, create, patch, verbs of
the lifecycle) or, for what is special, with `duty_router()` and `on_duty(...)`. Every operation bears its duty and
clauses in the contract; `unguarded` lists those that do not, and the application refuses to start with one.
"""

import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Body, Depends, FastAPI, Request
from fastapi import Path as PathParam
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, create_model
from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from zhidu.kernel import audit, clock, exports, idempotency
from zhidu.kernel.db import Database, Record, driver
from zhidu.kernel.listen import Listener
from zhidu.kernel.page import EVERYTHING, Filter, Listing, dumps
from zhidu.kernel.problem import Malformed, Missing, NotSignedIn, OutOfOrder, Refused, Stale, VersionNeeded
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import In, StepNote, arguments
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import load_actor, session_is_good
from zhidu.policy.actor import Actor, Kind
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

    def forget(self) -> None:
        """Access has changed somewhere: decide afresh."""
        self._actors.clear()
        self._tokens.clear()

    async def actor_of(self, account_id: UUID) -> Actor:
        """The person behind an account, at most half a minute old; a change of access is told at once by NOTIFY."""
        known = self._actors.get(account_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        async with self.database.sessions() as db:
            actor = await load_actor(db, account_id)
        if actor is None:
            raise NotSignedIn
        self._actors[account_id] = (time.monotonic() + REMEMBERED_SECONDS, actor)
        return actor

    async def signed_in(self, token: str) -> tuple[Actor, UUID]:
        """The person and the sign-in session of a bearer token. Raises NotSignedIn."""
        key = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._tokens.get(key)
        if known is None or known[0] <= clock.now().timestamp():
            claims = self.token_key.verify(token)
            async with self.database.sessions() as db:
                if not await session_is_good(db, claims.session_id, claims.account_id):
                    raise NotSignedIn
            if len(self._tokens) >= REMEMBERED_TOKENS:
                self._tokens.clear()
            known = self._tokens[key] = (claims.expires_at.timestamp(), claims.account_id, claims.session_id)
        return await self.actor_of(known[1]), known[2]


def house_of(request: Request) -> House:
    """The house that serves this request."""
    house: House = request.app.state.house
    return house


class Gate:
    """Authentication before anything of the body is read; then the short way for reads."""

    def __init__(self, app: ASGIApp, *, public: Callable[[str, str], bool]) -> None:
        self.app = app
        self.public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in who is signed in, or what is public by the explicit list."""
        if scope["type"] != "http" or self.public(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return
        actor, session_id = await scope["app"].state.house.signed_in(_bearer(scope))
        if actor.must_change_password and not scope["path"].startswith((f"{PREFIX}/me", f"{PREFIX}/auth")):
            raise PasswordChangeNeeded(
                Text("请先修改初始密码（个人设置）", "Change your initial password first (profile, security)")
            )
        scope["actor"], scope["session_id"], scope["account_id"] = actor, session_id, str(actor.id)
        read = scope["app"].state.reads.find(scope["method"], scope["path"])
        try:
            if read is None:
                await self.app(scope, receive, send)
                return
            handler, scope["path_params"], scope["operation"] = read
            response = await handler(Request(scope, receive))
            await response(scope, receive, send)
        except Refused as refused:
            await _write_denial(Request(scope, receive), actor, refused)
            raise
        except OutOfOrder as early:
            for step in early.extra.get("legal_steps", ()):
                step["posts"] = [grant.post.title.to(scope["language"]) for grant in DUTIES[step["duty"]].grants]
            raise


async def _write_denial(request: Request, actor: Actor, refused: Refused) -> None:
    """7.3.1 A denial leaves its trace, in a transaction of its own: the refused one is rolled back."""
    clause = refused.extra.get("clause")
    async with unit_of_work(
        house_of(request).database, account_id=actor.id, clauses=[clause] if clause else (),
        request_id=request.scope["request_id"], address=address_of(request),
    ) as db:  # fmt: skip
        audit.note(db, "denied", str(refused.extra.get("duty", "")).partition(".")[0], None,
                   duty=refused.extra.get("duty"), path=request.url.path[:200])  # fmt: skip


class PasswordChangeNeeded(Refused):
    """403: the first sign-in with a password that somebody else chose."""

    slug = "password-change-needed"
    title = Text("需要修改密码", "Password change needed")


def _bearer(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, token = value.decode("latin-1").partition(" ")
            if kind.lower() == "bearer" and token:
                return str(token.strip())
    raise NotSignedIn(Text("请先登录", "Sign in first"))


# -- operations ---------------------------------------------------------------------------------------------------


def current_actor(request: Request) -> Actor:
    """The signed-in person."""
    actor: Actor = request.scope["actor"]
    return actor


def current_db(request: Request) -> AsyncSession:
    """The unit of work of this request; reading operations use `reader` instead."""
    db: AsyncSession = request.state.db
    return db


@asynccontextmanager
async def _connection(house: House) -> AsyncIterator[Any]:
    async with house.database.pool.acquire(timeout=house.settings.pool_timeout_seconds) as connection:
        yield connection


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


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation can answer, for the contract."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    titles = {
        400: "Bad request", 401: "Not signed in", 403: "Refused, with the clause", 404: "Missing, or out of scope",
        405: "Method not allowed", 409: "Conflict or out of order", 412: "Stale version", 413: "Too large",
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

        async def handle(request: Request) -> Response:
            request.scope["operation"] = name
            if duty is not None:
                current_actor(request).must(duty)
            if request.method in _SAFE:
                return await handler(request)
            return await _in_one_transaction(request, handler, name, duty)

        return handle


async def _in_one_transaction(
    request: Request, handler: Callable[[Request], Awaitable[Response]], operation: str, duty: Duty | None
) -> Response:
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
        if key is None or actor is None or request.method != "POST":
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


# -- registers: a resource's operations from its declaration --------------------------------------------------------


def kind_of(listing: Listing) -> Kind:
    """A resource as policy sees it, from its listing, its lifecycle and the table of duties."""
    steps = listing.lifecycle.steps if listing.lifecycle else {}
    stepwise = {verb: DUTIES[step.duty] for verb, step in steps.items()}
    named = {duty.name for duty in stepwise.values()}
    plain = tuple(
        d
        for d in DUTIES.values()
        if d.resource == listing.name and d.name not in named and d.verb not in ("read", "create")
    )
    return Kind(listing.name, listing.lifecycle, plain, stepwise)


Rule = Callable[..., Awaitable[Record]]
RecordId = Annotated[UUID, PathParam(description="The record's id.", examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])]


class Register:
    """The operations of one resource: each method mounts one, on the duty of its name."""

    def __init__(self, path: str, listing: Listing, out: type[BaseModel], *, plural: str | None = None) -> None:
        self.listing, self.out, self.kind = listing, out, kind_of(listing)
        self.singular = listing.name
        self.plural = plural or f"{listing.name}s"
        self.router = duty_router(path, path.strip("/").replace("/", "."))
        self.reads = DUTIES[f"{listing.name}.read"]
        listing.policy_looks_at(self.kind.looks_at)
        missing = set(listing.columns) ^ (set(out.model_fields) - {"actions"})
        if missing:
            raise ValueError(f"{listing.name}: the listing and {out.__name__} differ in {sorted(missing)}")

    # The short way: what the Gate calls without the framework, and the framework calls too.

    async def _list(self, request: Request) -> Response:
        actor: Actor = request.scope["actor"]
        scope = actor.scope(self.reads)
        query = self.listing.parse(request.query_params.multi_items())
        async with _connection(house_of(request)) as connection:
            page = await self.listing.page(connection, scope, query)
        for row in page.rows:
            self._dress(actor, row, query.fields)
        answer = {
            "items": page.rows, "next_cursor": page.next_cursor, "total": page.total,
            "total_is_estimate": page.total_is_estimate,
        }  # fmt: skip
        return Response(dumps(answer), media_type="application/json")

    async def _get(self, request: Request) -> Response:
        actor: Actor = request.scope["actor"]
        scope = actor.scope(self.reads)
        async with _connection(house_of(request)) as connection:
            row = await self.listing.get(connection, scope, record_id_of(request))
        if row is None:
            raise Missing
        return self._answer(actor, row, 200)

    def _dress(self, actor: Actor, row: dict[str, Any], fields: tuple[str, ...] | None = None) -> None:
        """Add what this person may do; take out what only policy looks at."""
        row["actions"] = actor.actions(self.kind, row)
        for name in self.listing.hidden:
            if fields is None or name not in fields:
                del row[name]

    def _answer(self, actor: Actor, row: dict[str, Any], status: int) -> Response:
        steps = actor.steps(self.kind, row)
        self._dress(actor, row)
        row["steps"] = steps
        return Response(dumps(row), status, {"ETag": f'"{row["version"]}"'}, media_type="application/json")

    async def answer(self, db: AsyncSession, actor: Actor, record: Record, status: int = 200) -> Response:
        """The record as this person sees it now, read inside the transaction that changed it.

        A record that has just left the person's scope (a lead given away) is still shown once.
        """
        await db.flush()
        row = await self.listing.get(await driver(db), EVERYTHING, record.id)
        if row is None:
            raise Missing
        return self._answer(actor, row, status)

    async def one(self, db: AsyncSession, actor: Actor, record_id: UUID, *, lock: bool = True) -> Any:
        """The ORM record, if the person may see it; locked for the change that follows. Raises Missing."""
        scope, model = actor.scope(self.reads), self.listing.model
        values = {**self.listing.scope_values(scope), "_id": record_id}
        found = (
            select(model)
            .select_from(self.listing.source)
            .where(model.id == bindparam("_id", type_=model.__table__.c.id.type))
        )
        found = found.where(*self.listing.visible(scope))
        record = await db.scalar(found.with_for_update(of=model) if lock else found, values)
        if record is None:
            raise Missing
        return record

    # What the contract shows.

    def lists(self) -> "Register":
        """GET …: the list."""
        page = create_model(
            f"{self.out.__name__.removesuffix('Out')}Page",
            items=(list[self.out], ...),  # type: ignore[name-defined]  # made at run time
            next_cursor=(str | None, Field(description="Ask for the next page with it; null on the last.")),
            total=(int | None, Field(description="Only with count=true.")),
            total_is_estimate=(bool, Field(description="Beyond 10,000 the total is the planner's estimate.")),
        )
        self._mount("", self._list, f"list_{self.plural}", page, self._list_parameters(), (401, 403, 422, 503))
        return self

    def gets(self) -> "Register":
        """GET …/{id}: one record, with the steps that can follow."""
        shown = create_model(
            f"{self.out.__name__.removesuffix('Out')}Detail",
            __base__=self.out,
            steps=(
                list[StepOut],
                Field(description="The steps that leave this state: whose they are, and why not yours."),
            ),
        )
        self._mount("/{record_id}", self._get, f"get_{self.singular}", shown, [_ID], (401, 403, 404, 422, 503))
        self.detail = shown
        return self

    def keeps_history(self) -> "Register":
        """GET …/{id}/history: the steps taken, newest first (at most 200)."""

        async def read(request: Request) -> Response:
            actor: Actor = request.scope["actor"]
            house, record_id = house_of(request), record_id_of(request)
            async with _connection(house) as connection:
                if await self.listing.get(connection, actor.scope(self.reads), record_id) is None:
                    raise Missing
                rows = await connection.fetch(_HISTORY, record_id)
            return Response(dumps({"items": [dict(row) for row in rows]}), media_type="application/json")

        self._mount(
            "/{record_id}/history", read, f"list_{self.singular}_history", HistoryOut, [_ID], (401, 403, 404, 422, 503)
        )
        return self

    def exports(self) -> "Register":
        """GET …/export: the same query as the list, as CSV (streamed) or XLSX; leaves a trace in the audit."""

        async def read(request: Request) -> Response:
            return await _export(request, self)

        self._mount(
            "/export", read, f"export_{self.plural}", None,
            [*self._list_parameters(paged=False), _FORMAT], (401, 403, 422, 503), binary=True,
        )  # fmt: skip
        return self

    def readable(self) -> "Register":
        """Export, list, get, history: what every resource has."""
        self.exports().lists().gets()
        return self.keeps_history() if self.listing.lifecycle else self

    def creates(self, body: type[In], rule: Rule) -> "Register":
        """POST …: a new record by its rule."""

        async def create(data: Any, db: Db, actor: CurrentActor) -> Response:
            return await self.answer(db, actor, await rule(db, actor, **arguments(data)), 201)

        create.__annotations__["data"] = body
        create.__name__ = f"create_{self.singular}"
        extra = on_duty(DUTIES[f"{self.singular}.create"])
        extra["responses"] = problems(401, 403, 409, 413, 422, 503)
        extra["openapi_extra"]["parameters"] = [_KEY]
        self.router.post("", status_code=201, response_model=self.detail, **extra)(create)
        return self

    def patches(self, body: type[In], rule: Rule) -> "Register":
        """PATCH …/{id}: change what the rule lets change."""
        return self._changing("PATCH", "/{record_id}", f"update_{self.singular}", "update", body, rule, given_only=True)

    def verb(self, name: str, rule: Rule, body: type[In] = StepNote, *, path: str | None = None) -> "Register":
        """POST …/{id}/<verb>: a step of the lifecycle or another business verb."""
        where = "/{record_id}/" + (path or name.replace("_", "-"))
        return self._changing("POST", where, f"{name}_{self.singular}", name, body, rule, given_only=False)

    def steps(self, rules: Any, *names: str) -> "Register":
        """The verbs whose rule is the module's function of the same name and which need no more than a note."""
        for name in names:
            self.verb(name, getattr(rules, name if hasattr(rules, name) else f"{name}_"))
        return self

    def _changing(
        self, method: str, path: str, operation: str, verb: str, body: type[In], rule: Rule, *, given_only: bool
    ) -> "Register":
        step = self.kind.stepwise.get(verb)
        duty = step or DUTIES[f"{self.singular}.{verb}"]

        async def change(record_id: RecordId, data: Any, request: Request, db: Db, actor: CurrentActor) -> Response:
            record = await self.one(db, actor, record_id)
            if_match(request, record)
            return await self.answer(db, actor, await rule(db, actor, record, **arguments(data, given_only=given_only)))

        optional = not any(f.is_required() for f in body.model_fields.values()) and not given_only
        change.__annotations__["data"] = Annotated[body, Body(default_factory=body)] if optional else body
        if optional:
            change.__defaults__ = None
        change.__name__ = operation
        extra = on_duty(duty)
        extra["responses"] = problems(401, 403, 404, 409, 412, 413, 422, 428, 503)
        extra["openapi_extra"]["parameters"] = [_IF_MATCH] if method != "POST" else [_IF_MATCH, _KEY]
        self.router.api_route(path, methods=[method], response_model=self.detail, **extra)(change)
        return self

    def _mount(
        self, path: str, handler: Callable[[Request], Awaitable[Response]], name: str,
        out: type[BaseModel] | None, parameters: Sequence[dict[str, Any]], statuses: Sequence[int], *, binary: bool = False,
    ) -> None:  # fmt: skip
        async def operation(request: Request) -> Response:
            return await handler(request)

        operation.__name__ = name
        extra = on_duty(self.reads)
        extra["responses"] = problems(*statuses)
        extra["openapi_extra"]["parameters"] = list(parameters)
        if binary:
            extra["responses"][200] = {
                "description": "The file.",
                "content": {
                    "text/csv": {"schema": {"type": "string"}},
                    _XLSX: {"schema": {"type": "string", "format": "binary"}},
                },
            }
        self.router.get(path, response_model=out, response_class=Response if binary else _Json, **extra)(operation)
        self.router.routes[-1].short_way = handler  # type: ignore[attr-defined]  # found again by ReadTable

    def _list_parameters(self, *, paged: bool = True) -> list[dict[str, Any]]:
        listing = self.listing
        sorts = [sign + name for name in listing.sorts for sign in ("", "-")]
        found = [_query("sort", {"type": "string", "enum": sorts}, "Order; a minus means descending."),
                 _query("fields", {"type": "string", "pattern": "^[a-z0-9_,]{1,1000}$"}, "Only these fields, comma-separated.")]  # fmt: skip
        if paged:
            found += [
                _query("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Rows a page."),
                _query("cursor", {"type": "string", "maxLength": 512}, "next_cursor of the page before."),
                _query("count", {"type": "boolean"}, "Count too; estimated beyond 10,000."),
            ]
        if listing.search is not None:
            found.append(
                _query(
                    "q",
                    {"type": "string", "minLength": 2, "maxLength": 64},
                    "Search: two characters or more, pinyin, initials.",
                )
            )
        return found + [_query(f.param, _schema(f), _FILTERED[f.test]) for f in listing.filters.values()]


class _Json(Response):
    media_type = "application/json"


class StepOut(BaseModel):
    """A step that leaves the record's state."""

    model_config = ConfigDict(title="Step")
    verb: str = Field(examples=["confirm"])
    to: str = Field(description="The state it leads to.", examples=["confirmed"])
    clause: str = Field(examples=["4.3.1"])
    allowed: bool = Field(examples=[False])
    why: str | None = Field(
        description="Why not, in the caller's language.", examples=["「与客户确认订单」由销售专员负责（4.3.1）"]
    )
    posts: list[str] = Field(description="Whose duty it is.", examples=[["销售专员", "销售经理"]])


class HistoryRow(BaseModel):
    """A step that was taken."""

    model_config = ConfigDict(title="HistoryRow")
    verb: str = Field(examples=["confirm"])
    source: str = Field(examples=["placed"])
    target: str = Field(examples=["confirmed"])
    clauses: list[str] = Field(examples=[["4.3.1"]])
    at: str = Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-25T06:05:00Z"])
    account_id: UUID | None = Field(description="Null where a rule of the company acted.", examples=[None])
    account_name: str | None = Field(examples=["王芳"])
    note: str | None = Field(examples=["客户电话确认"])


class HistoryOut(BaseModel):
    """The steps taken, newest first."""

    model_config = ConfigDict(title="History")
    items: list[HistoryRow]


_HISTORY = """SELECT h.verb, h.source, h.target, h.clauses, h.at, h.account_id, a.name AS account_name, h.note
FROM lifecycle_history h LEFT JOIN account a ON a.id = h.account_id WHERE h.record_id = $1 ORDER BY h.at DESC, h.id DESC LIMIT 200"""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ID = {
    "name": "record_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "The record's id.",
}
_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "minLength": 8, "maxLength": 128},
    "description": "The same key and body within 24 hours has one effect and one answer.",
}  # fmt: skip
_IF_MATCH = {
    "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "pattern": '^"\\d+"$'}, "example": '"1"',
    "description": "The record's ETag; a stale one answers 412.",
}  # fmt: skip
_FILTERED = {
    "any": "Any of these, comma-separated.", "is": "Exactly so.",
    "from": "From this on, inclusive.", "to": "Up to this; times and dates exclusive, numbers inclusive.",
}  # fmt: skip


def _query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


_FORMAT = _query("format", {"type": "string", "enum": ["csv", "xlsx"], "default": "csv"}, "The kind of file.")


def _schema(one: Filter) -> dict[str, Any]:
    if one.test == "any":
        return {"type": "string", "maxLength": 4000}
    forms: dict[str, dict[str, Any]] = {
        "uuid": {"type": "string", "format": "uuid"}, "text": {"type": "string"}, "number": {"type": "integer"},
        "money": {"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,2})?$"}, "date": {"type": "string", "format": "date"},
        "time": {"type": "string", "maxLength": 40, "description": "RFC 3339, or a date"}, "bool": {"type": "boolean"},
    }  # fmt: skip
    return forms[one.kind]


def record_id_of(request: Request) -> UUID:
    """The id in the path; another form is Malformed."""
    try:
        return UUID(request.path_params["record_id"])
    except ValueError:
        raise Malformed.at(
            "path:record_id", Text("应为记录编号（UUID）", "Must be a record id (UUID)"), "uuid_parsing"
        ) from None


def if_match(request: Request, record: Record) -> None:
    """The caller says which version it changes. Raises VersionNeeded or Stale."""
    given = request.headers.get("if-match")
    if given is None:
        raise VersionNeeded
    if given.strip().removeprefix("W/") != f'"{record.version}"':
        raise Stale


async def _export(request: Request, register: Register) -> Response:
    actor: Actor = request.scope["actor"]
    scope, house = actor.scope(register.reads), house_of(request)
    params = [pair for pair in request.query_params.multi_items() if pair[0] != "format"]
    form = request.query_params.get("format", "csv")
    if form not in ("csv", "xlsx"):
        raise Malformed.at("?format", Text("只能是 csv 或 xlsx", "Must be csv or xlsx"), "format")
    query = register.listing.parse(params)
    names = list(query.fields or register.listing.columns)
    async with unit_of_work(
        house.database, account_id=actor.id, clauses=register.reads.clauses,
        request_id=request.scope["request_id"], address=address_of(request),
    ) as db:  # fmt: skip
        audit.note(db, "export", register.singular, None, format=form, query=str(request.url.query)[:1000])
    filename = f"{register.plural}-{clock.today():%Y%m%d}.{form}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}"}

    async def rows() -> AsyncIterator[list[Any]]:
        async with _connection(house) as connection:
            async for row in register.listing.stream(connection, scope, query):
                yield [_cell(row[name]) for name in names]

    if form == "csv":
        return StreamingResponse(
            exports.csv_stream_async(names, rows()), headers=headers, media_type="text/csv; charset=utf-8"
        )
    with NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        path = Path(file.name)
    whole = [row async for row in rows()]
    await run_in_threadpool(exports.xlsx_file, names, whole, path)
    return FileResponse(path, headers=headers, media_type=_XLSX, background=BackgroundTask(path.unlink))


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return (
        value
        if isinstance(value, str | int | float)
        else bytes(value.contents).decode()
        if hasattr(value, "contents")
        else str(value)
    )


# -- the table of reads, and what may not be forgotten ---------------------------------------------------------------


class ReadTable:
    """Finds the short way of a read by its path: one dictionary look-up instead of a walk over every route."""

    def __init__(self, app: FastAPI) -> None:
        self.whole: dict[str, tuple[Any, str]] = {}
        self.single: dict[str, tuple[Any, str]] = {}
        for route in app.routes:
            handler = getattr(route, "short_way", None)
            if handler is None or not isinstance(route, APIRoute):
                continue
            path, name = route.path, route.unique_id
            if path.endswith("/{record_id}"):
                self.single[path.removesuffix("/{record_id}")] = (handler, name)
            elif "{" not in path:
                self.whole[path] = (handler, name)

    def find(self, method: str, path: str) -> tuple[Any, dict[str, str], str] | None:
        """The handler, its path parameters and the operation's name."""
        if method != "GET":
            return None
        known = self.whole.get(path)
        if known is not None:
            return known[0], {}, known[1]
        head, _, last = path.rpartition("/")
        known = self.single.get(head) if len(last) == 36 else None
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
