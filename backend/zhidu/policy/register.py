"""Registers: a resource's operations from its declaration.

`Register(path, LISTING, Out).readable().creates(In, rule).patches(Patch, rule).verb("confirm", rule)` mounts each
operation on the duty of its name; list, get and export take the short way from the Gate to the read path.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Body, Request
from fastapi import Path as PathParam
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from zhidu.kernel import audit, clock, exports
from zhidu.kernel.db import Record, driver, flushed
from zhidu.kernel.page import EVERYTHING, Filter, Listing, Scope, dumps
from zhidu.kernel.problem import Malformed, Missing, Stale, VersionNeeded
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import CLEAN, In, Note, StepNote, arguments, field_errors
from zhidu.kernel.work import unit_of_work
from zhidu.policy.actor import Actor, Kind
from zhidu.policy.duties import DUTIES, Duty
from zhidu.policy.guard import (
    CurrentActor,
    Db,
    address_of,
    connection_of,
    duty_router,
    house_of,
    in_one_transaction,
    on_duty,
    problems,
)


def kind_of(listing: Listing) -> Kind:
    """A resource as policy sees it, from its listing, its lifecycle and the table of duties."""
    steps = listing.lifecycle.steps if listing.lifecycle else {}
    stepwise = {verb: DUTIES[step.duty] for verb, step in steps.items() if not step.by_rules}
    named = {duty.name for duty in stepwise.values()}
    plain = tuple(
        d
        for d in DUTIES.values()
        if d.resource == listing.name and d.name not in named and d.verb not in ("read", "create")
    )
    return Kind(listing.name, listing.lifecycle, plain, stepwise)


Rule = Callable[..., Awaitable[Record]]
AtOnce = Callable[..., Awaitable[dict[str, Any]]]
RecordId = Annotated[UUID, PathParam(description="The record's id.", examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])]


# Every register of the house by its resource: what `explain` finds a record with.
REGISTERS: "dict[str, Register]" = {}


class Register:
    """The operations of one resource: each method mounts one, on the duty of its name."""

    def __init__(self, path: str, listing: Listing, out: type[BaseModel], *, plural: str | None = None) -> None:
        self.listing, self.out, self.kind = listing, out, kind_of(listing)
        self.singular = listing.name
        self.plural = plural or f"{listing.name}s"
        self.router = duty_router(path, path.strip("/").replace("/", "."))
        self.reads = DUTIES[f"{listing.name}.read"]
        self._one: dict[Any, Select[Any]] = {}
        listing.policy_looks_at(self.kind.looks_at)
        missing = set(listing.columns) ^ (set(out.model_fields) - {"actions"})
        if missing:
            raise ValueError(f"{listing.name}: the listing and {out.__name__} differ in {sorted(missing)}")
        REGISTERS[listing.name] = self

    # The short way: what the Gate calls without the framework, and the framework calls too.

    async def _list(self, request: Request) -> Response:
        actor: Actor = request.scope["actor"]
        scope = actor.scope(self.reads)
        query = self.listing.parse(request.query_params.multi_items())
        async with connection_of(house_of(request)) as connection:
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
        async with connection_of(house_of(request)) as connection:
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
        await flushed(db)
        row = await self.listing.get(await driver(db), EVERYTHING, record.id)
        if row is None:
            raise Missing
        return self._answer(actor, row, status)

    async def one(
        self, db: AsyncSession, actor: Actor, record_id: UUID, *, lock: bool = True, by: Duty | None = None
    ) -> Any:
        """The ORM record, if the person may see it (or `by` reaches it), locked for the change. Raises Missing."""
        scope = actor.scope(by or self.reads)
        values = {**self.listing.scope_values(scope), "_id": record_id}
        record = await db.scalar(self._found(scope, lock=lock), values)
        if record is None:
            raise Missing
        return record

    def _found(self, scope: Scope, *, lock: bool) -> Select[Any]:
        """The statement of `one`, made once for each shape of a scope."""
        known = self._one.get((scope.shape, lock))
        if known is None:
            model = self.listing.model
            of_id = model.id == bindparam("_id", type_=model.__table__.c.id.type)
            asked = select(model).select_from(self.listing.source).where(of_id, *self.listing.visible(scope))
            known = self._one[scope.shape, lock] = asked.with_for_update(of=model) if lock else asked
        return known

    # What the contract shows.

    def lists(self) -> "Register":
        """GET …: the list."""
        page = create_model(
            f"{self.out.__name__.removesuffix('Out')}Page",
            __doc__=f"A page of the list: {self.plural.replace('_', ' ')}.",
            items=(list[self.out], ...),  # type: ignore[name-defined]  # made at run time
            next_cursor=(
                str | None,
                Field(
                    description="Ask for the next page with it; null on the last.",
                    examples=["WyIyMDI2LTExLTI1IiwgIjAxOTJmMGMxIl0"],
                ),
            ),
            total=(int | None, Field(description="Only with count=true.", examples=[1284])),
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
            async with connection_of(house) as connection:
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

    def creates(self, body: type[In], rule: Rule, *, at_once: AtOnce | None = None) -> "Register":
        """POST …: a new record by its rule.

        `at_once(database, actor, request_id, address, **fields)` is the same in one statement, for a hot creation: it
        answers a row of the listing. It serves requests without an Idempotency-Key.
        """

        async def create(data: Any, db: Db, actor: CurrentActor) -> Response:
            return await self.answer(db, actor, await rule(db, actor, **arguments(data)), 201)

        create.__annotations__["data"] = body
        create.__name__ = f"create_{self.singular}"
        duty = DUTIES[f"{self.singular}.create"]
        extra = on_duty(duty)
        extra["responses"] = problems(401, 403, 409, 413, 422, 503)
        extra["openapi_extra"]["parameters"] = [_KEY]
        self.router.post("", status_code=201, response_model=self.detail, **extra)(create)

        async def short(request: Request) -> Response:
            actor: Actor = request.scope["actor"]
            actor.must(duty)
            data = _body(body, await request.body())
            if at_once is not None and "idempotency-key" not in request.headers:
                about = {"request_id": request.scope["request_id"], "address": address_of(request)}
                row = await at_once(house_of(request).database, actor, **about, **arguments(data))
                return self._answer(actor, row, 201)
            return await in_one_transaction(request, lambda r: create(data, r.state.db, actor), create.__name__, duty)

        self.router.routes[-1].short_way = short  # type: ignore[attr-defined]  # found again by ShortWays
        return self

    def patches(self, body: type[In], rule: Rule) -> "Register":
        """PATCH …/{id}: change what the rule lets change."""
        return self._changing("PATCH", "/{record_id}", f"update_{self.singular}", "update", body, rule, given_only=True)

    def deletes(self, rule: Rule) -> "Register":
        """DELETE …/{id}: the record goes by its rule; 204."""

        async def delete(record_id: RecordId, request: Request, db: Db, actor: CurrentActor) -> Response:
            record = await self.one(db, actor, record_id)
            if_match(request, record)
            await rule(db, actor, record)
            return Response(status_code=204)

        delete.__name__ = f"delete_{self.singular}"
        extra = on_duty(DUTIES[f"{self.singular}.delete"])
        extra["responses"] = problems(401, 403, 404, 412, 422, 428, 503)
        extra["openapi_extra"]["parameters"] = [IF_MATCH]
        self.router.delete("/{record_id}", status_code=204, response_model=None, **extra)(delete)
        return self

    def verb(
        self, name: str, rule: Rule, body: type[In] = StepNote, *, path: str | None = None, beyond_read: bool = False
    ) -> "Register":
        """POST …/{id}/<verb>: a step of the lifecycle or another business verb.

        `beyond_read`: the record is found by the reach of the verb's own duty: who claims does not yet read it as his.
        """
        where = "/{record_id}/" + (path or name.replace("_", "-"))
        return self._changing(
            "POST", where, f"{name}_{self.singular}", name, body, rule, given_only=False, beyond_read=beyond_read
        )

    def reveals(self, rule: Callable[..., Awaitable[dict[str, str | None]]]) -> "Register":
        """POST …/{id}/reveal: what is masked elsewhere, in clear, for a reason that the rule writes into the audit."""
        duty = DUTIES[f"{self.singular}.reveal"]

        async def reveal(record_id: RecordId, data: RevealIn, db: Db, actor: CurrentActor) -> Response:
            record = await self.one(db, actor, record_id, lock=False)
            shown = {"phone": None, "email": None, "address": None} | await rule(db, actor, record, reason=data.reason)
            return Response(dumps(shown), media_type="application/json")

        reveal.__name__ = f"reveal_{self.singular}"
        extra = on_duty(duty)
        extra["responses"] = problems(401, 403, 404, 413, 422, 503)
        self.router.post("/{record_id}/reveal", response_model=RevealOut, **extra)(reveal)
        return self

    def steps(self, rules: Any, *names: str) -> "Register":
        """The verbs whose rule is the module's function of the same name and which need no more than a note."""
        for name in names:
            self.verb(name, getattr(rules, name if hasattr(rules, name) else f"{name}_"))
        return self

    def _changing(
        self, method: str, path: str, operation: str, verb: str, body: type[In], rule: Rule, *,
        given_only: bool, beyond_read: bool = False,
    ) -> "Register":  # fmt: skip
        step = self.kind.stepwise.get(verb)
        duty = step or DUTIES[f"{self.singular}.{verb}"]

        async def change(record_id: RecordId, data: Any, request: Request, db: Db, actor: CurrentActor) -> Response:
            record = await self.one(db, actor, record_id, by=duty if beyond_read else None)
            if_match(request, record)
            return await self.answer(db, actor, await rule(db, actor, record, **arguments(data, given_only=given_only)))

        optional = not any(f.is_required() for f in body.model_fields.values()) and not given_only
        change.__annotations__["data"] = Annotated[body, Body(default_factory=body)] if optional else body
        if optional:
            change.__defaults__ = None
        change.__name__ = operation
        extra = on_duty(duty)
        extra["responses"] = problems(401, 403, 404, 409, 412, 413, 422, 428, 503)
        extra["openapi_extra"]["parameters"] = [IF_MATCH] if method != "POST" else [IF_MATCH, _KEY]
        self.router.api_route(path, methods=[method], response_model=self.detail, **extra)(change)

        async def short(request: Request) -> Response:
            actor: Actor = request.scope["actor"]
            actor.must(duty)
            record_id, raw = record_id_of(request), await request.body()
            data = body() if optional and not raw else _body(body, raw)
            return await in_one_transaction(
                request, lambda r: change(record_id, data, r, r.state.db, actor), operation, duty
            )

        self.router.routes[-1].short_way = short  # type: ignore[attr-defined]  # found again by ShortWays
        return self

    def _mount(
        self, path: str, handler: Callable[[Request], Awaitable[Response]], name: str,
        out: type[BaseModel] | None, parameters: Sequence[dict[str, Any]], statuses: Sequence[int], *,
        binary: bool = False,
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
        self.router.get(path, response_model=out, response_class=Response if binary else JSONResponse, **extra)(
            operation
        )
        self.router.routes[-1].short_way = handler  # type: ignore[attr-defined]  # found again by ShortWays

    def _list_parameters(self, *, paged: bool = True) -> list[dict[str, Any]]:
        listing = self.listing
        sorts = [sign + name for name in listing.sorts for sign in ("", "-")]
        fields = {"type": "string", "pattern": "^[a-z0-9_,]{1,1000}$"}
        found = [
            _query("sort", {"type": "string", "enum": sorts}, "Order; a minus means descending."),
            _query("fields", fields, "Only these fields, comma-separated."),
        ]
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
        return found + self.filter_parameters()

    def filter_parameters(self) -> list[dict[str, Any]]:
        """The listing's filters as the contract shows them; also for sums over the same rows."""
        return [_query(f.param, _schema(f), _FILTERED[f.test]) for f in self.listing.filters.values()]


def _body(model: type[In], raw: bytes) -> In:
    """A body as the framework would read it: what is wrong in it is named by its field. Raises Malformed."""
    try:
        return model.model_validate(json.loads(raw))
    except ValidationError as wrong:
        errors = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_url=False)]
        raise Malformed(Text("请改正标出的字段", "Correct the marked fields"), errors=field_errors(errors)) from None
    except (ValueError, RecursionError):
        raise Malformed.at("/", Text("不是有效的 JSON", "Not valid JSON"), "json_invalid") from None


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


class RevealIn(In):
    """Why somebody needs to see it."""

    reason: Note = Field(description="Kept in the audit trail.", examples=["电话回访"])


class RevealOut(BaseModel):
    """The sealed fields in clear; null where the record has none."""

    model_config = ConfigDict(title="Revealed")
    phone: str | None = Field(examples=["+8613812345678"])
    email: str | None = Field(examples=["wang@example.com"])
    address: str | None = Field(examples=["广东省深圳市南山区科技园路 1 号"])


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


_HISTORY = """
SELECT h.verb, h.source, h.target, h.clauses, h.at, h.account_id, a.name AS account_name, h.note
FROM lifecycle_history h LEFT JOIN account a ON a.id = h.account_id
WHERE h.record_id = $1 ORDER BY h.at DESC, h.id DESC LIMIT 200
"""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ID = {
    "name": "record_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "The record's id.",
}
_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "minLength": 8, "maxLength": 128},
    "description": "The same key and body within 24 hours has one effect and one answer.",
}  # fmt: skip
IF_MATCH = {
    "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "pattern": '^"\\d+"$'},
    "example": '"1"',
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
        return {"type": "string", "maxLength": 4000, "pattern": CLEAN}
    forms: dict[str, dict[str, Any]] = {
        "uuid": {"type": "string", "format": "uuid"}, "text": {"type": "string"}, "number": {"type": "integer"},
        "money": {"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,2})?$"},
        "date": {"type": "string", "format": "date"},
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
        async with connection_of(house) as connection:
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
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str | int | float) else str(value)
