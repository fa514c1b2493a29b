"""A database with n leads, n customers and n/5 orders, written by COPY as the product would have written them."""

import asyncio
import hashlib
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

import zhidu.domains  # noqa: F401 - every table registers itself
from tests import company
from zhidu.cli import migrate_to_head
from zhidu.kernel import crypto, embedded, search
from zhidu.kernel.db import Database, Model, new_id
from zhidu.kernel.work import unit_of_work
from zhidu.policy.accounts import Account
from zhidu.sales.customers import Customer
from zhidu.sales.leads import Lead
from zhidu.sales.orders import Order
from zhidu.settings import Settings

VAR = Path("var/bench").absolute()
OWNERS = 200
# Confirming uses them up, at every size.
ORDERS = 60_000
POOL = 5_000
BATCH = 20_000
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰辉鹏宇浩然子轩梓涵欣怡佳琪雨晨思远志文博海峰建国春梅晓东"
CITIES = ("深圳", "广州", "北京", "上海", "杭州", "苏州", "成都", "武汉", "南京", "西安")
KINDS = ("科技有限公司", "贸易有限公司", "实业有限公司", "信息技术有限公司", "家居有限公司")


def settings() -> Settings:
    """One API process as a deployment would run it."""
    return Settings(data_dir=VAR, worker_embedded=False, web_dir=None, second_factor_required=False, _env_file=None)


def server() -> str:
    """The address of the bench's own durable server."""
    VAR.mkdir(parents=True, exist_ok=True)
    url = embedded.start(VAR / "postgres")
    crypto.use(crypto.Keyring.load(VAR / "keys" / "fields.json", create=True))
    return url.rsplit("/", 1)[0]


async def database(base: str, n: int) -> str:
    """The database of a size; made when it is not there yet."""
    # A database of other tables than today's is another database.
    shape = sorted((table.name, tuple(table.c.keys())) for table in Model.metadata.tables.values())
    name = f"zhidu_bench_{n}_{hashlib.sha256(repr(shape).encode()).hexdigest()[:8]}"
    admin = await asyncpg.connect(f"{base}/postgres")
    known = await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
    if not known:
        await admin.execute(f"CREATE DATABASE {name}_draft")
        await asyncio.to_thread(migrate_to_head, f"{base}/{name}_draft")
        await _fill(f"{base}/{name}_draft", n)
        await admin.execute(f"ALTER DATABASE {name}_draft RENAME TO {name}")
    await admin.close()
    return f"{base}/{name}"


async def _fill(url: str, n: int) -> None:
    started = time.perf_counter()
    rng = random.Random(n)
    opened = await Database.open(url, settings())
    async with unit_of_work(opened) as db:
        await company.found(db)
    await opened.close()
    connection = await asyncpg.connect(url)
    department = await connection.fetchval("SELECT id FROM department WHERE code = 'sales'")
    owners = await _owners(connection, department)
    source = new_id()
    await connection.execute(
        """INSERT INTO sales_lead_source (id, version, created_at, updated_at, code, name, kind, active)
        VALUES ($1, 1, now(), now(), 'search', '搜索', 'search', true)""",
        source,
    )
    people = [_person(rng) for _ in range(POOL)]
    customers = [new_id() for _ in range(n)]
    for model, rows in (
        (Customer, _customers(n, people, owners, department, customers)),
        (Lead, _leads(n, people, owners, department, source)),
        (Order, _orders(max(n // 5, ORDERS), owners, department, customers)),
    ):
        await _load(connection, model, rows)
    await connection.execute("VACUUM ANALYZE", timeout=1200)
    await connection.close()
    print(f"  {n:,} leads written in {time.perf_counter() - started:.0f} s", flush=True)


async def _owners(connection: Any, department: UUID) -> list[UUID]:
    owners = [new_id() for _ in range(OWNERS)]
    for number, owner in enumerate(owners):
        names = search.search_columns(f"销售{number}", f"s{number}")
        await connection.execute(
            f"""INSERT INTO {Account.__tablename__} (id, version, created_at, updated_at, login, name, department_id,
            status, language, must_change_password, search_text, search_tokens)
            VALUES ($1, 1, now(), now(), $2, $3, $4, 'active', 'zh-CN', false, $5, $6)""",
            owner, f"s{number}", f"销售{number}", department, names["search_text"], names["search_tokens"],
        )  # fmt: skip
        await connection.execute(
            """INSERT INTO post_holding (id, version, created_at, updated_at, account_id, post, begins_on)
            VALUES ($1, 1, now(), now(), $2, 'sales-specialist', current_date - 400)""",
            new_id(), owner,
        )  # fmt: skip
    return owners


def _person(rng: random.Random) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    name = rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(("", rng.choice(GIVEN)))
    firm = rng.choice(CITIES) + rng.choice(GIVEN) + rng.choice(GIVEN) + rng.choice(KINDS)
    return name, firm, search.search_columns(name, firm), search.search_columns(name)


Rows = Iterator[dict[str, Any]]


def _moment(number: int, n: int) -> datetime:
    """Spread over the last year, the newest first."""
    return datetime.now(UTC) - timedelta(days=365) * (number / n)


def _common(number: int, n: int, owners: list[UUID], department: UUID) -> dict[str, Any]:
    at = _moment(number, n)
    return {
        "id": new_id(), "version": 1, "created_at": at, "updated_at": at,
        "owner_id": owners[number % OWNERS], "department_id": department,
    }  # fmt: skip


def _leads(n: int, people: list[Any], owners: list[UUID], department: UUID, source: UUID) -> Rows:
    states = ("new", "screening", "assigned", "contacted", "nurturing", "lost")
    for number in range(n):
        name, firm, names, _ = people[number % POOL]
        common = _common(number, n, owners, department)
        yield {
            **common, **names, **crypto.sealed_columns(phone=f"13{number % 10**9:09d}"), "name": name, "company": firm,
            "status": states[number % len(states)], "source_id": source, "arrived_at": common["created_at"],
            "touched_at": common["created_at"], "intent_score": 40, "fit_score": 40, "score": number % 100, 
            "key": False, "score_parts": "[]", "facts": "{}",
        }  # fmt: skip


def _customers(n: int, people: list[Any], owners: list[UUID], department: UUID, ids: list[UUID]) -> Rows:
    for number in range(n):
        name, _, _, names = people[number % POOL]
        yield {
            **_common(number, n, owners, department), **names, **crypto.sealed_columns(phone=f"15{number % 10**9:09d}"),
            "id": ids[number], "number": f"K{number:010d}", "name": name, "kind": "person", "level": "normal",
        }  # fmt: skip


def _orders(n: int, owners: list[UUID], department: UUID, customers: list[UUID]) -> Rows:
    for number in range(n):
        common = _common(number, n, owners, department)
        yield {
            **common, "number": f"D{number:010d}", "customer_id": customers[number % len(customers)],
            "status": "placed", "placed_at": common["created_at"], "needs_setup": False, "receiver": "收货人",
        }  # fmt: skip


async def _load(connection: Any, model: type[Model], rows: Rows) -> None:
    """COPY without the secondary indexes, then make them: five times as fast at a million rows."""
    table = model.__tablename__
    indexes = await connection.fetch(
        """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = $1
        AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
        table,
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    columns = [c for c in model.__table__.columns if c.computed is None]
    defaults = {c.name: c.default.arg for c in columns if c.default is not None and c.default.is_scalar}
    batch: list[tuple[Any, ...]] = []
    for row in rows:
        batch.append(tuple(row.get(c.name, defaults.get(c.name)) for c in columns))
        if len(batch) == BATCH:
            await connection.copy_records_to_table(table, records=batch, columns=[c.name for c in columns])
            batch = []
    await connection.copy_records_to_table(table, records=batch, columns=[c.name for c in columns])
    for index in indexes:
        await connection.execute(index["indexdef"], timeout=1200)
