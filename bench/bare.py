"""The bare handler: raw ASGI, asyncpg, orjson and the product's own SQL; no token, no policy, no framework.

It learns the statement of a new lead by listening to one request of the product; an order it moves as by hand.
"""

import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import asyncpg
import orjson

from bench.data import settings
from zhidu.app import create_app
from zhidu.kernel.db import new_id
from zhidu.kernel.page import Compiled, Query, Scope
from zhidu.sales import customers, leads, orders

URL, OWNER, TOKEN, SOURCE = (os.environ[f"BENCH_{name}"] for name in ("URL", "OWNER", "TOKEN", "SOURCE"))
OWN = Scope(owners=(UUID(OWNER),))
NEWEST = Query(filters={}, sort="updated_at", descending=True)


class Taken(Exception):
    """The statement was heard."""


def statement_of(use: Callable[[Any], Awaitable[Any]]) -> tuple[str, list[Any]]:
    """The SQL and the arguments that the read path would send."""

    class Ear:
        async def fetch(self, sql: str, *arguments: Any) -> None:
            heard.append((sql, list(arguments)))
            raise Taken

        fetchrow = fetch

    heard: list[tuple[str, list[Any]]] = []
    with suppress(Taken):
        use(Ear()).__await__().send(None)
    return heard[0]


MARK = UUID(int=1)
LIST, LIST_ARGUMENTS = statement_of(lambda c: leads.LISTING.page(c, OWN, NEWEST))
GET, GET_ARGUMENTS = statement_of(lambda c: leads.LISTING.get(c, OWN, MARK))


class Bare:
    """One process, one pool."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    create: tuple[Compiled, dict[str, Any]]

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
            asked = UUID(path[5:])
            row = await self.pool.fetchrow(
                GET, *(asked if argument == MARK else argument for argument in GET_ARGUMENTS)
            )
            answer = dict(row)
        elif path == "/search":
            q = parse_qs(scope["query_string"].decode())["q"][0]
            query = Query(filters={}, sort="updated_at", descending=True, q=q)
            sql, arguments = statement_of(lambda c: customers.LISTING.page(c, OWN, query))
            answer = {"items": [dict(row) for row in await self.pool.fetch(sql, *arguments)]}
        elif path == "/create":
            answer = await self._create(orjson.loads((await receive())["body"]))
        else:
            answer = await self._confirm(UUID(path.removeprefix("/confirm/")))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": orjson.dumps(answer, default=str)})

    async def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        statement, heard = self.create
        fresh = {name: new_id() for name in ("id", "due_id", "told_id", "event_id")}
        values = {**heard, **fresh, "due_record_id": fresh["id"], "name": body["name"], "phone_index": os.urandom(16)}
        row = await self.pool.fetchrow(statement.sql, *statement.arguments(values))
        return {"id": fresh["id"], **body, "source_name": row["source_name"]}

    async def _confirm(self, order_id: UUID) -> dict[str, Any]:
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.fetchrow(
                "SELECT * FROM sales_order WHERE id = $1 AND owner_id = $2 FOR UPDATE", order_id, UUID(OWNER)
            )
            await connection.execute(
                """WITH moved AS (
                    UPDATE sales_order SET status = 'confirmed', version = version + 1, confirmed_at = now(),
                        confirmed_by = 'phone', updated_at = now() WHERE id = $1 AND status = 'placed' AND version = 1
                    RETURNING id
                ), history AS (
                    INSERT INTO lifecycle_history
                        (id, resource, record_id, verb, source, target, clauses, account_id, at)
                    SELECT $2, 'order', id, 'confirm', 'placed', 'confirmed', '{4.3.1}', $3, now() FROM moved
                ), met AS (
                    UPDATE regulation_obligation SET status = 'met', met_at = now(), next_at = NULL
                    WHERE record_id = $1 AND kind = 'order.confirm' AND status IN ('due', 'warned', 'late')
                ), told AS (
                    INSERT INTO audit_entry (id, at, account_id, action, resource, record_id, clauses, changes)
                    SELECT $4, now(), $3, 'confirm', 'sales_order', id, '{4.3.1}', '{"status": ["placed", "confirmed"]}'
                    FROM moved
                ) INSERT INTO domain_event (id, name, record_id, payload, at)
                SELECT $5, 'OrderConfirmed', id, '{}', now() FROM moved""",
                order_id, new_id(), UUID(OWNER), new_id(), new_id(),
            )  # fmt: skip
            sql, arguments = statement_of(lambda c: orders.LISTING.get(c, OWN, order_id))
            return dict(await connection.fetchrow(sql, *arguments))

    async def _live(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.pool = await asyncpg.create_pool(URL, min_size=8, max_size=8)
                self.create = await _statement_of_a_new_lead()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.pool.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _statement_of_a_new_lead() -> tuple[Compiled, dict[str, Any]]:
    """Enter one lead through the product and listen to what it sends."""
    import httpx

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
