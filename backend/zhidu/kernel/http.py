"""The edge of the house: request ids, limits, headers, metrics, logs, and every failure as problem+json."""

import asyncio
import re
import time
from collections.abc import Iterable, Sequence
from functools import cache

import asyncpg
import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhidu.kernel import logs, wire
from zhidu.kernel.db import new_id
from zhidu.kernel.problem import Broken, Busy, Conflict, Malformed, Missing, Problem, Stale, TooLarge
from zhidu.kernel.texts import Text, language_of

log = structlog.get_logger("zhidu.http")

REQUESTS = Histogram(
    "zhidu_request_seconds", "Time from request to answer.", ("method", "operation", "status"),
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)  # fmt: skip
IN_FLIGHT = Gauge("zhidu_requests_in_flight", "Requests being worked on.")
SHED = Counter("zhidu_requests_shed", "Requests answered 503 because too many were in flight.")

_AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, PoolTimeout, TimeoutError,
         asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError,
         asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError, asyncpg.AdminShutdownError,
         asyncpg.DiskFullError, asyncpg.OutOfMemoryError, asyncpg.ConnectionDoesNotExistError)  # fmt: skip

SECURITY_HEADERS: Sequence[tuple[bytes, bytes]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_API_HEADERS: Sequence[tuple[bytes, bytes]] = (
    *SECURITY_HEADERS,
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class MethodWrong(Problem):
    """405: the path exists, the method does not."""

    status = 405
    slug = "method-not-allowed"
    title = Text("不支持此方法", "Method not allowed")


def problem_of(error: BaseException) -> Problem:
    """Any failure as a problem; what is not the caller's doing is Busy (retry) or Broken (ours)."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return Malformed(
            Text("请改正标出的字段", "Correct the marked fields"), errors=wire.field_errors(error.errors())
        )
    if isinstance(error, HTTPException):
        if error.status_code == 405:
            return MethodWrong(Text("请使用其他方法", "Use another method"), headers=dict(error.headers or {}))
        if error.status_code == 404:
            return Missing(Text("没有这个地址", "There is no such address"))
        if error.status_code in (400, 422):  # a body that could not be read as JSON at all
            return Malformed.at("/", Text("不是有效的 JSON", "Not valid JSON"), "json_invalid")
    if isinstance(error, StaleDataError):
        return Stale()
    if isinstance(error, IntegrityError):
        return _of_constraint(error.orig.__cause__ if error.orig is not None else None)
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return _of_constraint(error)
    if isinstance(error, DBAPIError):
        cause = error.orig.__cause__ if error.orig is not None else None
        if error.connection_invalidated or isinstance(cause, _AWAY):
            return Busy()
        if isinstance(cause, asyncpg.DataError):
            return Malformed(Text("有一个值超出了允许的范围", "A value is out of range"))
    if isinstance(error, asyncpg.DataError):
        return Malformed(Text("有一个值超出了允许的范围", "A value is out of range"))
    return Busy() if isinstance(error, _AWAY) else Broken()


def _of_constraint(cause: BaseException | None) -> Problem:
    name = str(getattr(cause, "constraint_name", "") or "")
    if isinstance(cause, asyncpg.ForeignKeyViolationError):
        table = str(getattr(cause, "table_name", "") or "")
        column = name.removeprefix(f"fk_{table}_")
        return Malformed.at(
            f"/{column}", Text("所指的记录不存在", "The record it points to does not exist"), "reference"
        )
    if isinstance(cause, asyncpg.UniqueViolationError):
        return Conflict(Text("已有相同的记录", "There is one like it already"), constraint=name)
    if isinstance(cause, asyncpg.CheckViolationError):
        return Conflict(
            Text("数据库拒绝了这个更改：{c}", "The database refuses this change: {c}").of(c=name), constraint=name
        )
    return Broken()


def rendered(problem: Problem, language: str, request_id: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """A problem as status, headers and body."""
    headers = [(b"content-type", b"application/problem+json"), (b"content-language", language.encode())]
    headers += [(k.lower().encode(), v.encode()) for k, v in problem.headers.items()]
    return problem.status, headers, orjson.dumps(problem.document(language, request_id), default=str)


def _looked_up(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str, str]:
    """X-Request-Id, Accept-Language and Content-Length in one pass."""
    found = {b"x-request-id": b"", b"accept-language": b"", b"content-length": b"0"}
    found.update((name, value) for name, value in headers if name in found)
    request_id, language, length = found.values()
    return request_id.decode("latin-1"), language.decode("latin-1"), length.decode("latin-1")


def _too_large(limit: int) -> TooLarge:
    return TooLarge(Text("最多 {n} 字节", "At most {n} bytes").of(n=limit))


@cache
def _timed(method: str, operation: str, status: int) -> Histogram:
    """The series of an operation: they are as many as operations and their answers."""
    return REQUESTS.labels(method, operation, status)


class Edge:
    """The outermost layer: one pass over the request, one over the answer."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body: int,
        max_upload: int,
        uploads: Sequence[str],
        max_in_flight: int,
        page_policy: str,
    ) -> None:
        self.app = app
        self.max_body, self.max_upload, self.uploads = max_body, max_upload, tuple(uploads)
        self.room = asyncio.Semaphore(max_in_flight)
        self.page_headers = (*SECURITY_HEADERS, (b"content-security-policy", page_policy.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked, accepted, declared = _looked_up(scope["headers"])
        request_id = asked if _REQUEST_ID.fullmatch(asked) else new_id().hex
        scope["request_id"] = request_id
        scope["language"] = language_of(accepted)
        api = scope["path"].startswith("/api/")
        base = [(b"x-request-id", request_id.encode()), *(_API_HEADERS if api else self.page_headers)]
        started, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in base if h[0] not in named)]
            await send(message)

        try:
            await self._within_limits(scope, declared, receive, answer)
        except Exception as error:
            problem = problem_of(error)
            if isinstance(problem, Broken):
                log.exception("broken", request_id=request_id, path=scope["path"])
            if status:  # the answer had begun: the connection must break, so that nobody takes it for whole
                raise
            code, extra, body = rendered(problem, scope["language"], request_id)
            await answer(
                {
                    "type": "http.response.start",
                    "status": code,
                    "headers": [*extra, (b"content-length", b"%d" % len(body))],
                }
            )
            await answer({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})
        finally:
            took = time.perf_counter() - started
            method = scope["method"] if scope["method"] in _METHODS else "-"
            _timed(method, scope.get("operation", "-"), status or 499).observe(took)
            logs.line(
                "request", request_id=request_id, method=scope["method"], path=scope["path"], status=status or 499,
                ms=round(took * 1000, 1), account=scope.get("account_id"),
            )  # fmt: skip

    async def _within_limits(self, scope: Scope, declared: str, receive: Receive, send: Send) -> None:
        limit = self.max_upload if scope["path"].startswith(self.uploads) else self.max_body
        if declared.isdigit() and int(declared) > limit:
            raise _too_large(limit)
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > limit:
                    raise _too_large(limit)
            return message

        try:
            await self._in_turn(scope, bounded, send)
        except Exception:
            if taken > limit:  # the framework takes a failing read for a broken body
                raise _too_large(limit) from None
            raise

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in _UNSHED:
            await self.app(scope, receive, send)
            return
        if self.room.locked():
            try:
                await asyncio.wait_for(self.room.acquire(), 1.0)
            except TimeoutError:
                SHED.inc()
                raise Busy from None
        else:
            await self.room.acquire()
        IN_FLIGHT.inc()
        try:
            await self.app(scope, receive, send)
        finally:
            IN_FLIGHT.dec()
            self.room.release()


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Long-lived streams and health checks do not count as work in flight.
_UNSHED = {"/healthz", "/readyz", "/metrics", "/api/v1/stream"}
