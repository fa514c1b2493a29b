"""The one read path. A resource declares what it shows; lists, gets, searches and exports come from that declaration.

A statement is compiled by SQLAlchemy once per shape (scope, filters, sort, page), then runs as a prepared statement on
asyncpg. The page costs one query whatever its size; `count` is asked for apart, and estimated beyond 10,000.
"""

import base64
import binascii
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Dialect,
    FromClause,
    Select,
    TextClause,
    any_,
    bindparam,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import Boolean, Date, DateTime, Integer, Numeric, TypeEngine, Uuid

from zhidu.kernel.db import Model
from zhidu.kernel.lifecycle import Lifecycle
from zhidu.kernel.money import yuan
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text

MAX_LIMIT = 200
COUNT_EXACTLY_TO = 10_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
Kind = Literal["uuid", "text", "number", "money", "date", "time", "bool"]
_DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_RESERVED = {"limit", "cursor", "sort", "q", "fields", "count", "format"}
_NUMBER = re.compile(r"-?\d{1,15}")
_AMOUNT = re.compile(r"-?\d{1,13}(\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records a person sees under a duty: all, or those of these owners or of these departments."""

    company: bool = False
    owners: tuple[UUID, ...] = ()
    departments: tuple[UUID, ...] = ()

    @property
    def shape(self) -> tuple[bool, int, int]:
        """What decides the SQL: one id is an equality (served in index order), several are an array."""
        return self.company, min(len(self.owners), 2), min(len(self.departments), 2)


EVERYTHING = Scope(company=True)


def _kind(column: ColumnElement[Any], name: str) -> Kind:
    kinds: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
        (Uuid, "uuid"),
        (Boolean, "bool"),
        (DateTime, "time"),
        (Date, "date"),
        (Integer, "money" if name.endswith("_fen") else "number"),
        (Numeric, "number"),
    )
    # A reference has no type until the table that it points to is there; it is an id, as all references are.
    if getattr(column, "foreign_keys", None):
        return "uuid"
    return next((kind for of, kind in kinds if isinstance(column.type, of)), "text")


@dataclass(frozen=True, slots=True)
class Filter:
    """One typed filter of a list: `status=a,b`, `score_min=80`, `created_at_from=…`."""

    param: str
    column: ColumnElement[Any]
    kind: Kind
    test: Literal["any", "from", "to", "is"]

    def value(self, raw: str) -> Any:
        """The query's text as the driver's value; raises Malformed."""
        try:
            if self.test == "any":
                parts = [part for part in raw.split(",") if part][:100]
                if not parts or "\x00" in raw:
                    raise ValueError
                return [UUID(part) for part in parts] if self.kind == "uuid" else parts
            return _parsed(self.kind, raw)
        except ValueError:
            raise Malformed.at(f"?{self.param}", _EXPECTED[self.kind], "filter") from None

    def condition(self, *, one: bool = False) -> ColumnElement[bool]:
        """The filter as SQL with its own bound parameter; of one value only (`one`) an index keeps its order."""
        if self.test == "any" and not one:
            return self.column == any_(bindparam(self.param, type_=ARRAY(self.column.type)))
        # A number larger than the column can hold is a fair question; bound as the column's type it would be an error.
        wide = BigInteger() if isinstance(self.column.type, Integer) else Numeric()
        kind = wide if self.kind in ("number", "money") else self.column.type
        bound: ColumnElement[Any] = bindparam(self.param, type_=kind)
        if self.test in ("is", "any"):
            return self.column == bound
        return (
            self.column >= bound
            if self.test == "from"
            else self.column < bound
            if self.kind in ("time", "date")
            else self.column <= bound
        )


_EXPECTED: Mapping[Kind, Text] = {
    "uuid": Text("应为记录编号（UUID），多个用逗号分隔", "Must be record ids (UUID), comma-separated"),
    "text": Text("应为文本，多个用逗号分隔", "Must be text, comma-separated"),
    "number": Text("应为整数", "Must be a whole number"),
    "money": Text("应为金额，如 1280.00", "Must be an amount such as 1280.00"),
    "date": Text("应为日期，如 2026-11-25", "Must be a date such as 2026-11-25"),
    "time": Text(
        "应为时间，如 2026-11-25T14:05:00+08:00，或日期", "Must be a time such as 2026-11-25T14:05:00+08:00, or a date"
    ),
    "bool": Text("应为 true 或 false", "Must be true or false"),
}


def _parsed(kind: Kind, raw: str) -> Any:
    if "\x00" in raw:
        raise ValueError
    if kind == "uuid":
        return UUID(raw)
    if kind == "number":
        if not _NUMBER.fullmatch(raw):
            raise ValueError
        return int(raw)
    if kind == "money":
        if not _AMOUNT.fullmatch(raw):
            raise ValueError
        whole, _, cents = raw.partition(".")
        return int(whole) * 100 + (-1 if whole.startswith("-") else 1) * int(cents.ljust(2, "0") or 0)
    if kind == "date":
        return date.fromisoformat(raw)
    if kind == "time":
        # A bare date is that day's beginning where the company works.
        if len(raw) == 10:
            return datetime.combine(date.fromisoformat(raw), time(), SHANGHAI).astimezone(UTC)
        moment = datetime.fromisoformat(raw.replace(" ", "+"))
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    if kind == "bool":
        return {"true": True, "false": False}[raw] if raw in ("true", "false") else _bad()
    return raw


def _bad() -> Any:
    raise ValueError


@dataclass(frozen=True, slots=True)
class Query:
    """A list as asked for: parsed, bounded, typed."""

    filters: Mapping[str, Any]
    sort: str
    descending: bool
    limit: int = 50
    after: tuple[Any, UUID] | None = None
    q: str | None = None
    fields: tuple[str, ...] | None = None
    count: bool = False

    @property
    def single(self) -> frozenset[str]:
        """The filters that ask for one value only."""
        return frozenset(name for name, value in self.filters.items() if isinstance(value, list) and len(value) == 1)

    @property
    def values(self) -> dict[str, Any]:
        """The filters' parameters."""
        single = self.single
        return {name: value[0] if name in single else value for name, value in self.filters.items()}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, ready for the wire but for `actions`."""

    rows: list[dict[str, Any]]
    next_cursor: str | None
    total: int | None
    total_is_estimate: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement as asyncpg runs it, with the order of its arguments; `keys`: their names by SQLAlchemy's own."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]
    keys: Mapping[str, str]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Values by name in the order of the statement."""
        return [values[name] if name in values else self.constants[name] for name in self.names]


def compiled(statement: Select[Any] | TextClause) -> Compiled:
    """A SQLAlchemy statement as asyncpg's SQL and the order of its arguments."""
    done: Any = statement.compile(dialect=_DIALECT)
    keys = {parameter.key: name for parameter, name in done.bind_names.items()}
    return Compiled(str(done), tuple(done.positiontup or ()), dict(done.params), keys)


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a search looks for: conditions that differ in their values alone have one shape, and so one statement."""

    condition: ColumnElement[bool]
    shape: Any
    parameters: Sequence[Any]

    @classmethod
    def of(cls, condition: ColumnElement[bool]) -> "_Sought":
        """Take the condition apart, as SQLAlchemy does for its own cache of statements."""
        key = condition._generate_cache_key()
        return cls(condition, key and key.key, key.bindparams if key else ())

    def names(self, of: Compiled) -> tuple[str, ...]:
        """How a statement with this condition calls its parameters, in their order."""
        return tuple(of.keys[parameter.key] for parameter in self.parameters)

    def values(self, names: Sequence[str]) -> dict[str, Any]:
        """The values, under the names that the first condition of this shape was compiled with."""
        return {name: parameter.value for name, parameter in zip(names, self.parameters, strict=True)}


class Listing:
    """What a resource shows and how it may be listed. Wire names come from the labels.

    show: model columns and labelled expressions, in the order of the wire; default: every column that is not private.
    joins: (table, on) pairs, outer-joined, for names beside ids. filters: columns by which a list may be narrowed.
    sorts: columns (not null) by which it may be ordered; default_sort: "-updated_at". search: q -> condition.
    where: what is a record of this resource at all. listed: what lists show of it; the rest is found by its id alone.
    owner, department: the columns that scopes look at; default the model's own, None where every reader sees all.
    also: labelled columns that policy looks at but the wire does not show (authors of 'never' rules).
    title: shown columns by which a record is named in one line, the first as its title; default by their usual names.
    """

    def __init__(
        self,
        name: str,
        model: type[Model],
        *,
        show: Sequence[InstrumentedAttribute[Any] | ColumnElement[Any]] | None = None,
        extra: Sequence[ColumnElement[Any]] = (),
        joins: Sequence[tuple[Any, ColumnElement[bool]]] = (),
        filters: Sequence[InstrumentedAttribute[Any] | ColumnElement[Any]] = (),
        sorts: Sequence[InstrumentedAttribute[Any] | ColumnElement[Any]] = (),
        default_sort: str = "-updated_at",
        search: Callable[[str], ColumnElement[bool]] | None = None,
        owner: ColumnElement[Any] | None = None,
        department: ColumnElement[Any] | None = None,
        also: Sequence[InstrumentedAttribute[Any]] = (),
        where: ColumnElement[bool] | None = None,
        listed: ColumnElement[bool] | None = None,
        title: Sequence[str] = (),
        lifecycle: Lifecycle | None = None,
    ) -> None:
        table = model.__table__
        self.model: type[Any] = model
        self.name, self.joins, self.search = name, tuple(joins), search
        self.where, self.listed = where, true() if listed is None else listed
        self.lifecycle = lifecycle
        self.owner = owner if owner is not None else table.c.get("owner_id")
        self.department = department if department is not None else table.c.get("department_id")
        columns = show if show is not None else [c for c in table.c if not c.info.get("private")]
        self.columns: dict[str, ColumnElement[Any]] = dict(_wired(_name(c), _element(c)) for c in (*columns, *extra))
        self.hidden: dict[str, ColumnElement[Any]] = {
            _name(c): _element(c) for c in also if _name(c) not in self.columns
        }
        for name_, column in (("owner_id", self.owner), ("department_id", self.department)):
            if column is not None and name_ not in self.columns:
                self.hidden[name_] = column.label(name_)
        self.sorts: dict[str, ColumnElement[Any]] = {
            _name(c).removesuffix("_fen"): _element(c)
            for c in (*(table.c[stamp] for stamp in ("updated_at", "created_at") if stamp in table.c), *sorts)
        }
        self.default_sort = default_sort
        self.filters: dict[str, Filter] = {f.param: f for c in filters for f in _filters(_name(c), _element(c))}
        self.title = tuple(title) or _usual_title(self.columns)
        self._json = frozenset(key for key, column in self.columns.items() if isinstance(column.type, JSONB))
        self._compiled: dict[Any, Compiled] = {}
        self._sought: dict[Any, tuple[str, ...]] = {}

    def policy_looks_at(self, names: Sequence[str]) -> None:
        """Carry these columns along for decisions, where the model has them; fen stay fen."""
        for name in names:
            column = self.model.__table__.c.get(name)
            if column is not None and name not in self.columns and name not in self.hidden:
                self.hidden[name] = column

    # -- what is asked ------------------------------------------------------------------------------------------

    def parse(self, params: Sequence[tuple[str, str]]) -> Query:
        """The query string, strictly: unknown or repeated parameters, bad values and bad cursors are problems."""
        given: dict[str, str] = {}
        for key, raw in params:
            if key in given:
                raise Malformed.at(f"?{key}", Text("只能出现一次", "May appear only once"), "repeated")
            if key not in _RESERVED and key not in self.filters:
                known = ", ".join(sorted(_RESERVED | self.filters.keys()))
                raise Malformed.at(
                    f"?{key[:64]}",
                    Text("没有这个参数；可用：{known}", "No such parameter; known: {known}").of(known=known),
                    "unknown",
                )
            given[key] = raw
        sort = given.get("sort", self.default_sort)
        descending, sort = sort.startswith("-"), sort.removeprefix("-")
        if sort not in self.sorts:
            raise Malformed.at(
                "?sort", Text("只能按 {s} 排序", "Sort by one of {s}").of(s=", ".join(self.sorts)), "sort"
            )
        limit = _whole("limit", given.get("limit", "50"), 1, MAX_LIMIT)
        fields = None
        if "fields" in given:
            fields = tuple(part for part in given["fields"].split(",") if part)
            unknown = set(fields) - self.columns.keys()
            if unknown or not fields:
                raise Malformed.at(
                    "?fields",
                    Text("没有字段 {f}", "No such field: {f}").of(f=", ".join(sorted(unknown))[:100]),
                    "fields",
                )
        q = self.words(given["q"]) if given.get("q", "").strip() else None
        count = given.get("count", "false")
        if count not in ("true", "false"):
            raise Malformed.at("?count", _EXPECTED["bool"], "count")
        return Query(
            filters={key: self.filters[key].value(given[key]) for key in given.keys() & self.filters.keys()},
            sort=sort,
            descending=descending,
            limit=limit,
            after=self._after(given["cursor"], sort) if "cursor" in given else None,
            q=q,
            fields=fields,
            count=count == "true",
        )

    def words(self, q: str) -> str:
        """A search as the list can do it. Raises Malformed."""
        q = q.strip()
        if self.search is None:
            raise Malformed.at("?q", Text("这个列表不支持搜索", "This list cannot be searched"), "q")
        try:
            if not 2 <= len(q) <= 64 or "\x00" in q:
                raise ValueError
            self.search(q)  # which refuses what has too little in it: "||"
        except ValueError:
            raise Malformed.at("?q", Text("请输入 2 到 64 个字符", "Enter 2 to 64 characters"), "q") from None
        return q

    def _after(self, cursor: str, sort: str) -> tuple[Any, UUID]:
        try:
            value, record_id = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="))
            kind = _kind(self.sorts[sort], "")
            return (_parsed(kind, str(value)), UUID(record_id))
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
            raise Malformed.at(
                "?cursor", Text("游标无效，请从第一页重新开始", "Bad cursor; begin again"), "cursor"
            ) from None

    # -- SQL ----------------------------------------------------------------------------------------------------

    def visible(self, scope: Scope) -> list[ColumnElement[bool]]:
        """The scope as conditions whose parameters are `_owner` and `_department`."""
        conditions = [] if self.where is None else [self.where]
        if scope.company or (self.owner is None and self.department is None):
            return conditions
        branches: list[ColumnElement[bool]] = []
        for column, ids, name in (
            (self.owner, scope.owners, "_owner"),
            (self.department, scope.departments, "_department"),
        ):
            if column is None or not ids:
                continue
            one = len(ids) == 1
            bound: Any = bindparam(name, type_=column.type if one else ARRAY(column.type))
            branches.append(column == (bound if one else any_(bound)))
        if not branches:
            return [*conditions, literal(False)]
        return [*conditions, branches[0] if len(branches) == 1 else branches[0] | branches[1]]

    @staticmethod
    def scope_values(scope: Scope) -> dict[str, Any]:
        """The parameters of `visible`."""
        return {
            "_owner": scope.owners[0] if len(scope.owners) == 1 else list(scope.owners),
            "_department": scope.departments[0] if len(scope.departments) == 1 else list(scope.departments),
        }

    @cached_property
    def source(self) -> FromClause:
        """The model's table with its joins."""
        table: FromClause = self.model.__table__
        for other, on in self.joins:
            table = table.outerjoin(other, on)
        return table

    def _select(self, columns: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
        return select(*(column.label(name) for name, column in columns.items())).select_from(self.source)

    def _page(self, scope: Scope, query: Query, *, keyset: bool, limited: bool) -> tuple[Compiled, dict[str, Any]]:
        """The page statement, compiled once for each shape, and its arguments."""
        sought = None if query.q is None or self.search is None else _Sought.of(self.search(query.q))
        shape = (
            scope.shape,
            tuple(sorted(query.filters)),
            query.single,
            query.sort,
            query.descending,
            keyset,
            limited,
            query.fields,
            None if sought is None else sought.shape,
        )
        values = {**self.scope_values(scope), **query.values, "_limit": query.limit + 1}
        if query.after is not None:
            values |= {"_value": query.after[0], "_id": query.after[1]}
        known = self._compiled.get(shape)
        if known is not None:
            return known, values if sought is None else values | sought.values(self._sought[shape])
        order, record_id = self.sorts[query.sort], self.model.__table__.c.id
        statement = self._select({**self._shown(query.fields), "_sort": order}).where(*self.visible(scope))
        statement = statement.where(self.listed, *self._narrowed(query))
        if sought is not None:
            statement = statement.where(sought.condition)
        if keyset:
            here = tuple_(bindparam("_value", type_=order.type), bindparam("_id", type_=record_id.type))
            row = tuple_(order, record_id)
            statement = statement.where(row < here if query.descending else row > here)
        statement = statement.order_by(
            *((order.desc(), record_id.desc()) if query.descending else (order.asc(), record_id.asc()))
        )
        if limited:
            statement = statement.limit(bindparam("_limit", type_=BigInteger()))
        done = compiled(statement)
        if sought is None:
            self._compiled[shape] = done
        elif sought.shape is not None:
            self._compiled[shape], self._sought[shape] = done, sought.names(done)
        return done, values

    def _shown(self, fields: tuple[str, ...] | None) -> dict[str, ColumnElement[Any]]:
        table = self.model.__table__.c
        # What is only added to (the audit) has no version.
        always = {name: table[name] for name in ("id", "version", "status") if name in table}
        chosen = self.columns if fields is None else {key: self.columns[key] for key in fields}
        return {**always, **self.hidden, **chosen}

    # -- reading ------------------------------------------------------------------------------------------------

    async def page(self, connection: "asyncpg.Connection[Any]", scope: Scope, query: Query) -> Page:
        """One page under a scope; two statements only when a count is asked for."""
        statement, values = self._page(scope, query, keyset=query.after is not None, limited=True)
        rows = await connection.fetch(statement.sql, *statement.arguments(values))
        cursor = None
        if len(rows) > query.limit:
            rows = rows[: query.limit]
            last = rows[-1]
            value = last["_sort"]
            text = value.isoformat() if isinstance(value, datetime | date) else str(value)
            cursor = base64.urlsafe_b64encode(json.dumps([text, str(last["id"])]).encode()).rstrip(b"=").decode()
        total, estimated = await self._count(connection, scope, query) if query.count else (None, False)
        return Page([self.row(row) for row in rows], cursor, total, estimated)

    async def get(self, connection: "asyncpg.Connection[Any]", scope: Scope, record_id: UUID) -> dict[str, Any] | None:
        """One record under a scope, or None."""
        shape = ("get", scope.shape)
        statement = self._compiled.get(shape)
        if statement is None:
            table = self.model.__table__.c
            asked = self._select(self._shown(None)).where(table.id == bindparam("_id", type_=table.id.type))
            statement = self._compiled[shape] = compiled(asked.where(*self.visible(scope)))
        row = await connection.fetchrow(
            statement.sql, *statement.arguments({**self.scope_values(scope), "_id": record_id})
        )
        return None if row is None else self.row(row)

    async def stream(
        self, connection: "asyncpg.Connection[Any]", scope: Scope, query: Query
    ) -> AsyncIterator[dict[str, Any]]:
        """Every row of the query, by a server-side cursor: for exports. JSON columns are text."""
        statement, values = self._page(scope, query, keyset=False, limited=False)
        async with connection.transaction(readonly=True):
            async for row in connection.cursor(statement.sql, *statement.arguments(values), prefetch=500):
                yield dict(row)

    def _narrowed(self, query: Query) -> list[ColumnElement[bool]]:
        single = query.single
        return [self.filters[name].condition(one=name in single) for name in sorted(query.filters)]

    async def _count(self, connection: "asyncpg.Connection[Any]", scope: Scope, query: Query) -> tuple[int, bool]:
        matching = select(literal(1)).select_from(self.source).where(*self.visible(scope))
        matching = matching.where(self.listed, *self._narrowed(query))
        if query.q is not None and self.search is not None:
            matching = matching.where(self.search(query.q))
        values = {**self.scope_values(scope), **query.values}
        bounded = compiled(select(func.count()).select_from(matching.limit(COUNT_EXACTLY_TO + 1).subquery()))
        total = await connection.fetchval(bounded.sql, *bounded.arguments(values))
        if total <= COUNT_EXACTLY_TO:
            return total, False
        whole = compiled(matching)
        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {whole.sql}", *whole.arguments(values))
        return max(int(json.loads(plan)[0]["Plan"]["Plan Rows"]), COUNT_EXACTLY_TO), True

    def row(self, row: asyncpg.Record) -> dict[str, Any]:
        """A driver's row as a dict for orjson; JSON columns pass through unparsed."""
        plain = dict(row)
        plain.pop("_sort", None)
        for key in self._json:
            if isinstance(plain.get(key), str):  # a session's own connection has decoded it already
                plain[key] = orjson.Fragment(plain[key])
        return plain


def _usual_title(columns: Mapping[str, Any]) -> tuple[str, ...]:
    """What names a record, and what tells it from its namesakes."""
    named = [name for name in ("name", "title", "number", "to_name") if name in columns][:1]
    beside = ("company", "customer_name", "number", "code", "sku", "login", "subject")
    return (*named, *[name for name in beside if name in columns and name not in named][:1])


def dumps(value: Any) -> bytes:
    """JSON by orjson; asyncpg's own UUID class is a str on the wire."""
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z)


def _name(column: Any) -> str:
    return str(column.key if getattr(column, "key", None) else column.name)


def _element(column: Any) -> ColumnElement[Any]:
    element = column.__clause_element__() if hasattr(column, "__clause_element__") else column
    bare: ColumnElement[Any] = (
        element.element if hasattr(element, "element") and element.__visit_name__ == "label" else element
    )
    return bare


def _wired(name: str, column: ColumnElement[Any]) -> tuple[str, ColumnElement[Any]]:
    """Fen leave as decimal strings, under the name without its unit."""
    return (name.removesuffix("_fen"), yuan(column)) if name.endswith("_fen") else (name, column)


def _filters(name: str, column: ColumnElement[Any]) -> list[Filter]:
    kind = _kind(column, name)
    name = name.removesuffix("_fen")
    if kind in ("uuid", "text"):
        return [Filter(name, column, kind, "any")]
    if kind == "bool":
        return [Filter(name, column, kind, "is")]
    low, high = ("from", "to") if kind in ("date", "time") else ("min", "max")
    return [Filter(f"{name}_{low}", column, kind, "from"), Filter(f"{name}_{high}", column, kind, "to")]


def _whole(name: str, raw: str, low: int, high: int) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or not low <= int(raw) <= high:
        raise Malformed.at(
            f"?{name}", Text("应为 {a} 到 {b} 的整数", "Must be a whole number from {a} to {b}").of(a=low, b=high), name
        )
    return int(raw)
