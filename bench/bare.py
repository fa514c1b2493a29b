"""The bare handler: raw ASGI, asyncpg, orjson and the product's own SQL; no token, no policy, no validation, no audit
but what the statement itself writes, no framework.

The statements of reads are heard from the product's read path, that of a new lead from one request to the product; an
order is confirmed by one hand-written statement that leaves what the product leaves.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

import asyncpg
import httpx
import orjson

from bench.data import settings
from zhidu.analytics import funnel
from zhidu.analytics.collect import BEGIN
from zhidu.analytics.events import WebEvent
from zhidu.app import create_app
from zhidu.kernel.db import new_id
from zhidu.kernel.page import EVERYTHING, Compiled, Query, Scope
from zhidu.kernel.search import folded, query_tokens, search_columns, tokens
from zhidu.policy.actor import RULES
from zhidu.sales import customers, leads, orders
from zhidu.sales.duplicates import core
from zhidu.server import keep_what_is_made

URL, OWNER, TOKEN, SOURCE = (os.environ[f"BENCH_{name}"] for name in ("URL", "OWNER", "TOKEN", "SOURCE"))
OWN = Scope(owners=(UUID(OWNER),))
NEWEST = Query(filters={}, sort="updated_at", descending=True)


def statements_of(use: Callable[[Any], Awaitable[Any]]) -> list[tuple[str, list[Any]]]:
    """The SQL and the arguments that the read path sends, heard on a connection that answers nothing."""

    class Ear:
        async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
            heard.append((sql, list(arguments)))
            return []

        async def fetchrow(self, sql: str, *arguments: Any) -> None:
            heard.append((sql, list(arguments)))

        fetchval = fetchrow

    heard: list[tuple[str, list[Any]]] = []
    with suppress(StopIteration):
        use(Ear()).__await__().send(None)
    return heard


MARK = UUID(int=1)
[(LIST, LIST_ARGUMENTS)] = statements_of(lambda c: leads.LISTING.page(c, OWN, NEWEST))
[(GET, GET_ARGUMENTS)] = statements_of(lambda c: leads.LISTING.get(c, OWN, MARK))
[(GET_ORDER, ORDER_ARGUMENTS)] = statements_of(lambda c: orders.LISTING.get(c, EVERYTHING, MARK))
WORDS = "王伟"
[(SEARCH, SEARCH_ARGUMENTS)] = statements_of(lambda c: customers.LISTING.page(c, OWN, replace(NEWEST, q=WORDS)))
COLUMNS: Final = tuple(column.name for column in WebEvent.__table__.c)


class Bare:
    """One process, one pool."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    create: tuple[Compiled, dict[str, Any]]

    def __init__(self) -> None:
        self.waiting: list[tuple[list[dict[str, Any]], asyncio.Future[None]]] = []
        self.writing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path = scope["path"]
        if path == "/list":
            rows = await self.pool.fetch(LIST, *LIST_ARGUMENTS)
            answer: Any = {"items": [dict(row) for row in rows]}
        elif path.startswith("/get/"):
            answer = dict(await self.pool.fetchrow(GET, *_with(UUID(path[5:]), GET_ARGUMENTS)))
        elif path == "/search":
            pairs = query_tokens(parse_qs(scope["query_string"].decode())["q"][0])
            sought = (pairs if argument == query_tokens(WORDS) else argument for argument in SEARCH_ARGUMENTS)
            answer = {"items": [dict(row) for row in await self.pool.fetch(SEARCH, *sought)]}
        elif path == "/funnel":
            asked = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
            answer = await self._funnel(asked)
        elif path == "/create":
            answer = await self._create(orjson.loads((await receive())["body"]))
        elif path == "/collect":
            await self._collect(orjson.loads((await receive())["body"]))
            answer = None
        else:
            answer = await self._confirm(UUID(path.removeprefix("/confirm/")))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": orjson.dumps(answer, default=str)})

    async def _funnel(self, asked: dict[str, str]) -> dict[str, Any]:
        of = funnel.Asked(date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"]))
        (rows, rows_of), (pending, pending_of) = statements_of(lambda c: funnel.funnel(c, RULES, of, "channel"))
        async with self.pool.acquire() as connection:
            found = [dict(row) for row in await connection.fetch(rows, *rows_of)]
            return {"items": found, "pending_days": await connection.fetchval(pending, *pending_of)}

    async def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        statement, heard = self.create
        fresh = {name: new_id() for name in ("id", "due_id", "told_id", "event_id")}
        name, company = body["name"], body["company"]
        values = {
            **heard, **fresh, **search_columns(name, company), "due_record_id": fresh["id"], "name": name,
            "company": company, "name_pairs": tokens(folded(name)), "company_pairs": tokens(core(company)),
            "phone_index": os.urandom(16),
        }  # fmt: skip
        row = await self.pool.fetchrow(statement.sql, *statement.arguments(values))
        return {"id": fresh["id"], **body, "source_name": row["source_name"]}

    async def _collect(self, body: dict[str, Any]) -> None:
        """Groups as the product's collector does: while one is written the next gathers."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((body["events"], done))
        if self.writing is None or self.writing.done():
            self.writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self.waiting:
            group, self.waiting = self.waiting, []
            now = datetime.now(UTC)
            rows = [{**event, "at": now - timedelta(milliseconds=event["ago"])} for sent, _ in group for event in sent]
            first = {row["session"]: row for row in reversed(rows)}
            visits = [(session, first[session]["at"]) for session in sorted(first)]
            none = [None] * len(visits)
            values = {
                "session": [session for session, _ in visits], "first_at": [at for _, at in visits],
                "day": [at.date() for _, at in visits], "channel_id": none, "campaign_id": none, "link_id": none,
            }  # fmt: skip
            async with self.pool.acquire() as connection, connection.transaction():
                begun = {row[0] for row in await connection.fetch(BEGIN.sql, *BEGIN.arguments(values))}
                records = [
                    (
                        row["at"], new_id(), now, row["kind"],
                        row["session"] in begun and first[row["session"]] is row, row["session"], None, False,
                        "www.example.com", "/landing", row["title"], row["referrer"], row.get("utm_source"),
                        row.get("utm_medium"), row.get("utm_campaign"), None, None, None, None, None, None, "mobile",
                    )
                    for row in rows
                ]  # fmt: skip
                await connection.copy_records_to_table("analytics_event", records=records, columns=COLUMNS)
            for _, done in group:
                done.set_result(None)

    async def _confirm(self, order_id: UUID) -> dict[str, Any]:
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.fetchrow(
                "SELECT * FROM sales_order WHERE id = $1 AND owner_id = $2 FOR UPDATE", order_id, UUID(OWNER)
            )
            made = [new_id() for _ in range(6)]
            await connection.execute(CONFIRM, order_id, UUID(OWNER), *made)
            return dict(await connection.fetchrow(GET_ORDER, *_with(order_id, ORDER_ARGUMENTS)))

    async def _live(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.pool = await asyncpg.create_pool(URL, min_size=8, max_size=8)
                self.create = await _statement_of_a_new_lead()
                keep_what_is_made()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.pool.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _with(asked: UUID, arguments: list[Any]) -> list[Any]:
    return [asked if argument == MARK else argument for argument in arguments]


# All that a confirmation leaves: the order, its history, what was due and what is due next, the letter to the customer
# with its job, the audit of both records, the event.
CONFIRM: Final = """
WITH moved AS (
    UPDATE sales_order SET status = 'confirmed', version = version + 1, confirmed_at = now(), confirmed_by = 'phone',
        updated_at = now() WHERE id = $1::uuid AND status = 'placed' AND version = 1
    RETURNING id, number, owner_id, department_id, customer_id
), history AS (
    INSERT INTO lifecycle_history (id, resource, record_id, verb, source, target, clauses, account_id, at)
    SELECT $3::uuid, 'order', id, 'confirm', 'placed', 'confirmed', '{4.3.1}', $2::uuid, now() FROM moved
), met AS (
    UPDATE regulation_obligation SET status = 'met', met_at = now(), next_at = NULL, version = version + 1
    WHERE record_id = $1::uuid AND kind = 'order.confirm' AND status IN ('due', 'warned', 'late')
), due AS (
    INSERT INTO regulation_obligation (id, version, created_at, updated_at, kind, resource, clause, record_id,
        record_title, owner_id, department_id, opened_at, due_at, warn_at, climb_at, next_at, level, status)
    SELECT $4::uuid, 1, now(), now(), 'order.hand_over', 'order', '4.3.2', id, number, owner_id, department_id, now(),
        now() + interval '2 hours', now() + interval '90 minutes', now() + interval '3 hours',
        now() + interval '90 minutes', 0, 'due' FROM moved
), letter AS (
    INSERT INTO service_message (id, version, created_at, updated_at, created_by, kind, channel, to_name, subject, body,
        order_id, customer_id, status, attempts, caught, email_sealed, email_masked, email_index, owner_id,
        department_id, search_text, search_tokens)
    SELECT $5::uuid, 1, now(), now(), $2::uuid, 'order.confirmed', 'email', c.name,
        '您的订单已确认', '订单内容已与您核对无误', m.id, c.id, 'queued', 0, false, c.email_sealed,
        c.email_masked, c.email_index, m.owner_id, m.department_id,
        c.search_text, c.search_tokens
    FROM moved m JOIN sales_customer c ON c.id = m.customer_id
), job AS (
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'zhidu.service.messages.send', 0, 'message:' || $5::uuid,
        NULL, jsonb_build_object('message_id', $5::uuid), NULL)::procrastinate_job_to_defer_v1]) FROM moved
), told AS (
    INSERT INTO audit_entry (id, at, account_id, action, resource, record_id, clauses, changes)
    SELECT $6::uuid, now(), $2::uuid, 'confirm', 'sales_order', id, '{4.3.1}'::text[],
        '{"status": ["placed", "confirmed"]}'::jsonb FROM moved
    UNION ALL SELECT $7::uuid, now(), $2::uuid, 'create', 'service_message', $5::uuid, '{4.3.1}',
        '{"kind": "order.confirmed"}' FROM moved
), happened AS (
    INSERT INTO domain_event (id, name, record_id, payload, at)
    SELECT $8::uuid, 'OrderConfirmed', id, '{}', now() FROM moved
)
SELECT count(*) FROM job
"""


async def _statement_of_a_new_lead() -> tuple[Compiled, dict[str, Any]]:
    """The one statement that enters a lead, with the arguments of one."""
    heard: list[tuple[Compiled, dict[str, Any]]] = []
    arguments = Compiled.arguments

    def listen(self: Compiled, values: Any) -> list[Any]:
        heard.append((self, dict(values)))
        return arguments(self, values)

    app = create_app(settings(), URL)
    body = {
        "name": "王基准",
        "company": "杭州基准科技有限公司",
        "source_id": SOURCE,
        "phone": "13900001111",
        "need": "报价",
    }
    async with app.router.lifespan_context(app):
        Compiled.arguments = listen  # type: ignore[method-assign]
        try:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench") as client:
                reply = await client.post(
                    "/api/v1/sales/leads", json=body, headers={"Authorization": f"Bearer {TOKEN}"}
                )
                reply.raise_for_status()
        finally:
            Compiled.arguments = arguments  # type: ignore[method-assign]
    return next(pair for pair in heard if "INSERT INTO sales_lead " in pair[0].sql)


app = Bare()
