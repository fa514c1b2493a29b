"""A company with n leads, n customers, n/10 opportunities, n/5 orders and 10 n web events.

Names and sealed telephones are made by the product's own functions and brought by COPY; everything else is one
INSERT ... SELECT a table, with the secondary indexes made afterwards. The roll-ups are the product's own recount.
"""

import asyncio
import hashlib
import random
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import select

import zhidu.domains  # noqa: F401 - every table registers itself
from tests import company
from zhidu.analytics import events, rollups
from zhidu.catalog.products import Product
from zhidu.cli import migrate_to_head
from zhidu.kernel import clock, crypto, embedded, search
from zhidu.kernel.db import Database, Model, new_id
from zhidu.kernel.work import unit_of_work
from zhidu.marketing.campaigns import Campaign
from zhidu.marketing.channels import Channel
from zhidu.policy.accounts import Account, Department, PostHolding
from zhidu.sales.lead_sources import LeadSource
from zhidu.settings import Settings

VAR = Path("var/bench").absolute()
MADE_BY = Path(__file__).read_bytes()
OWNERS = 200
CHANNELS = 12
CAMPAIGNS = 60
# Confirming uses them up, at every size.
ORDERS = 60_000
POOL = 5_000
BATCH = 20_000
# A campaign's spend is booked by the day; what came is spread over a year.
DAYS = 365
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰辉鹏宇浩然子轩梓涵欣怡佳琪雨晨思远志文博海峰建国春梅晓东"
CITIES = ("深圳", "广州", "北京", "上海", "杭州", "苏州", "成都", "武汉", "南京", "西安")
KINDS = ("科技有限公司", "贸易有限公司", "实业有限公司", "信息技术有限公司", "家居有限公司")


def settings() -> Settings:
    """One API process as a deployment would run it; the environment (ZHIDU_...) may change it."""
    return Settings(data_dir=VAR, worker_embedded=False, web_dir=None, second_factor_required=False, _env_file=None)


def server() -> str:
    """The address of the bench's own durable server."""
    VAR.mkdir(parents=True, exist_ok=True)
    url = embedded.start(VAR / "postgres")
    crypto.use(crypto.Keyring.load(VAR / "keys" / "fields.json", create=True))
    return url.rsplit("/", 1)[0]


async def database(base: str, n: int) -> str:
    """The name of the database of a size; made when it is not there yet, and what an older version made is dropped."""
    tables = Model.metadata.tables.values()
    shape = sorted((of.name, tuple(of.c.keys()), tuple(sorted(str(i.name) for i in of.indexes))) for of in tables)
    name = f"zhidu_bench_{n}_{hashlib.sha256(repr(shape).encode() + MADE_BY).hexdigest()[:8]}"
    admin = await asyncpg.connect(f"{base}/postgres")
    there = {row[0] for row in await admin.fetch("SELECT datname FROM pg_database")}
    for old in there - {name}:
        if old.startswith(f"zhidu_bench_{n}_"):
            await admin.execute(f"DROP DATABASE {old} WITH (FORCE)")
    if name not in there:
        draft = f"{name}_draft"
        await admin.execute(f"CREATE DATABASE {draft}")
        await asyncio.to_thread(migrate_to_head, f"{base}/{draft}")
        await _fill(f"{base}/{draft}", n)
        await admin.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
    await admin.close()
    return name


@asynccontextmanager
async def copy_of(base: str, n: int) -> AsyncIterator[str]:
    """The address of a copy, dropped at the end: a load run writes, and the next one must find the same."""
    name = await database(base, n)
    admin = await asyncpg.connect(f"{base}/postgres")
    copy = f"{name}_run"
    await admin.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {copy} TEMPLATE {name} STRATEGY FILE_COPY", timeout=1200)
    try:
        yield f"{base}/{copy}"
    finally:
        await admin.execute(f"DROP DATABASE {copy} WITH (FORCE)")
        await admin.close()


# -- filling -----------------------------------------------------------------------------------------------------------


async def _fill(url: str, n: int) -> None:
    started = time.perf_counter()
    opened = await Database.open(url, settings())
    async with unit_of_work(opened) as db:
        await company.found(db)
        known = await _known(db)
    async with unit_of_work(opened) as db:
        today = clock.today()
        await events.make_room(db, (today - timedelta(days=ago) for ago in range(-8, DAYS + 2)))
    connection = await asyncpg.connect(url)
    await connection.execute("SET synchronous_commit = off")
    await _stage(connection, n)
    for table, source, columns in _tables(n):
        await _insert(connection, table, source, columns, known)
    async with opened.sessions() as db, db.begin():
        await rollups.recompute_all(db)
    await opened.close()
    await connection.execute("VACUUM ANALYZE", timeout=1200)
    await connection.close()
    print(f"  {n:,} leads written in {time.perf_counter() - started:.0f} s", flush=True)


async def _known(db: Any) -> dict[str, Any]:
    """The few rows that all others point to."""
    department = await db.scalar(select(Department.id).where(Department.code == "sales"))
    owners = [Account(id=new_id(), login=f"s{n}", name=f"销售{n}", department_id=department) for n in range(OWNERS)]
    source = LeadSource(id=new_id(), code="search", name="搜索", kind="search")
    product = Product(id=new_id(), sku="T-1", name="智能终端", unit="套", price_fen=128000, tax_rate=13)
    channels = [
        Channel(id=new_id(), code=f"c{n}", name=f"渠道{n}", kind="search", status="active") for n in range(CHANNELS)
    ]
    db.add_all([*owners, source, product, *channels])
    await db.flush()
    db.add_all(PostHolding(account_id=o.id, post="sales-specialist", begins_on=clock.today()) for o in owners)
    today = clock.today()
    campaigns = [
        Campaign(
            id=new_id(), code=f"k{n}", name=f"活动{n}", kind="search", channel_id=channels[n % CHANNELS].id,
            status="running", begins_on=today - timedelta(days=DAYS), ends_on=today, budget_fen=10**8, leads_target=1,
            orders_target=1, revenue_target_fen=1, audience="采购", message="报价", plan="全年投放",
        )
        for n in range(CAMPAIGNS)
    ]  # fmt: skip
    db.add_all(campaigns)
    await db.flush()
    return {
        "owners": [o.id for o in owners], "channels": [c.id for c in channels], "campaigns": [c.id for c in campaigns],
        "department": department, "source": source.id, "product": product.id,
    }  # fmt: skip


async def _stage(connection: Any, n: int) -> None:
    """What only the product's own functions can make: search columns, and sealed telephones and addresses."""
    sealed = ("phone_sealed", "phone_masked", "phone_index", "phone_last4")
    mailed = ("email_sealed", "email_masked", "email_index")
    await connection.execute(
        """
        CREATE TEMP TABLE person (p int, name text, firm text, search_text text, search_tokens text[], both_text text,
            both_tokens text[], email_sealed bytea, email_masked text, email_index bytea);
        CREATE TEMP TABLE phone (n int, phone_sealed bytea, phone_masked text, phone_index bytea, phone_last4 bytea)
        """
    )
    rng = random.Random(n)
    people = []
    for p in range(POOL):
        name = rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(("", rng.choice(GIVEN)))
        firm = rng.choice(CITIES) + rng.choice(GIVEN) + rng.choice(GIVEN) + rng.choice(KINDS)
        alone, both = search.search_columns(name), search.search_columns(name, firm)
        mail = crypto.sealed_columns(email=f"person{p}@example.com")
        people.append((p, name, firm, *alone.values(), *both.values(), *(mail[c] for c in mailed)))
    await connection.copy_records_to_table("person", records=people)
    for first in range(0, n, BATCH):
        rows = []
        for number in range(first, min(n, first + BATCH)):
            columns = crypto.sealed_columns(phone=f"13{number:09d}")
            rows.append((number, *(columns[c] for c in sealed)))
        await connection.copy_records_to_table("phone", records=rows)
    await connection.execute("CREATE INDEX ON phone (n); ANALYZE person; ANALYZE phone")


_PHONE = {name: f"phone.{name}" for name in ("phone_sealed", "phone_masked", "phone_index", "phone_last4")}
_EMAIL = {name: f"person.{name}" for name in ("email_sealed", "email_masked", "email_index")}
_ALONE = {"search_text": "person.search_text", "search_tokens": "person.search_tokens"}


def _at(g: str, of: int) -> str:
    """The moment of row g: spread over the last year, the newest first."""
    return f"now() - interval '{DAYS} days' * ({g}::float8 / {of})"


def _common(of: int) -> dict[str, str]:
    """What every owned record has: 200 people hold a share each."""
    at = _at("g", of)
    return {
        "id": f"uuidv7(({at}) - now())", "version": "1", "created_at": at, "updated_at": at,
        "owner_id": f":owners[1 + g % {OWNERS}]", "department_id": ":department",
    }  # fmt: skip


# Of 61 rows one came nobody knows whence; beyond its end an array is null.
_CAME = {
    "channel_id": f":channels[CASE g % 61 WHEN 60 THEN 1000 ELSE 1 + (g % 61) % {CHANNELS} END]",
    "campaign_id": ":campaigns[1 + g % 61]",
}
Table = tuple[str, str, Mapping[str, str]]


def _tables(n: int) -> Iterable[Table]:
    """Each table with where its rows come from, and what stands in its columns."""
    orders, visits = max(n // 5, ORDERS), 2 * n
    # Who owns a row says nothing of what stands in it: every owner has all names, states and scores.
    share = f"(g / {OWNERS})"
    person = f"JOIN person ON person.p = (g + {share}) % {POOL}"
    yield (
        "sales_customer",
        f"generate_series(0, {n - 1}) g {person} JOIN phone ON phone.n = g",
        {
            **_common(n), **_CAME, **_PHONE, **_EMAIL, **_ALONE,
            "number": "'K' || lpad(g::text, 10, '0')", "name": "person.name",
        },
    )  # fmt: skip
    yield (
        "sales_lead",
        f"generate_series(0, {n - 1}) g {person} JOIN phone ON phone.n = g",
        {
            **_common(n), **_CAME, **_PHONE,
            "name": "person.name", "company": "person.firm", "source_id": ":source", "arrived_at": _at("g", n),
            "search_text": "person.both_text", "search_tokens": "person.both_tokens",
            "touched_at": _at("g", n), "facts": "'{}'", "score_parts": "'[]'", "score": f"{share} % 100",
            "status": f"(ARRAY['new', 'screening', 'assigned', 'contacted', 'nurturing', 'lost'])[1 + {share} % 6]",
            "qualified_at": f"CASE WHEN {share} % 5 < 2 THEN {_at('g', n)} END",
        },
    )  # fmt: skip
    yield (
        "sales_opportunity",
        f"generate_series(0, {n // 10 - 1}) g {person} JOIN numbered_customer c ON c.n = g",
        {
            **_common(n // 10), **_CAME, **_ALONE,
            "customer_id": "c.id", "title": "person.name || '的采购'", "amount_fen": "100000 + g % 900000",
            "status": f"(ARRAY['discovery', 'solution', 'proposal', 'negotiation', 'won', 'lost'])[1 + {share} % 6]",
            "stage_since": _at("g", n // 10),
        },
    )  # fmt: skip
    yield (
        "sales_order",
        f"generate_series(0, {orders - 1}) g JOIN numbered_customer c ON c.n = g % {n}",
        {
            **_common(orders), **_CAME,
            "number": "'D' || lpad(g::text, 10, '0')", "customer_id": "c.id", "status": "'placed'",
            "placed_at": _at("g", orders), "receiver": "'收货人'", "gross_fen": "256000", "total_fen": "256000",
            "tax_fen": "29451",
        },
    )  # fmt: skip
    yield (
        "sales_order_line",
        "sales_order o CROSS JOIN generate_series(1, 2) g",
        {
            "order_id": "o.id", "id": "uuidv7()", "position": "g", "sku": "'T-1'", "name": "'智能终端'", "unit": "'套'",
            "quantity": "1", "unit_price_fen": "128000", "tax_rate": "13", "product_id": ":product",
        },
    )  # fmt: skip
    yield (
        "regulation_obligation",
        "sales_order o",
        {
            "id": "uuidv7()", "version": "1", "created_at": "o.placed_at", "updated_at": "o.placed_at",
            "owner_id": "o.owner_id", "department_id": "o.department_id", "kind": "'order.confirm'",
            "resource": "'order'", "clause": "'4.3.1'", "record_id": "o.id", "record_title": "o.number",
            "opened_at": "o.placed_at", "due_at": "now() + interval '1 day'", "warn_at": "now() + interval '18 hours'",
            "climb_at": "now() + interval '36 hours'", "next_at": "now() + interval '18 hours'",
        },
    )  # fmt: skip
    yield (
        "marketing_spend",
        f"generate_series(0, {CAMPAIGNS * DAYS - 1}) g",
        {
            "id": "uuidv7()", "version": "1", "created_at": "now()", "updated_at": "now()",
            "campaign_id": f":campaigns[1 + g % {CAMPAIGNS}]",
            "channel_id": f":channels[1 + (g % {CAMPAIGNS}) % {CHANNELS}]",
            "day": f"current_date - g / {CAMPAIGNS}", "amount_fen": "10000 + g % 5000",
        },
    )  # fmt: skip
    yield (
        "analytics_visit",
        f"generate_series(0, {visits - 1}) g",
        {
            **_CAME,
            "session": "md5(g::text)", "first_at": _at("g", visits),
            "day": f"(({_at('g', visits)}) AT TIME ZONE 'Asia/Shanghai')::date",
        },
    )  # fmt: skip
    yield (
        "analytics_event",
        f"generate_series(0, {visits - 1}) g CROSS JOIN generate_series(0, 4) step",
        {
            **_CAME,
            "at": f"{_at('g', visits)} + step * interval '1 second'", "received_at": _at("g", visits),
            "id": f"uuidv7(({_at('g', visits)}) - now())", "session": "md5(g::text)", "entry": "step = 0",
            "kind": "(ARRAY['pageview', 'click', 'click', 'form', 'leave'])[1 + step]", "consent": "false",
            "host": "'www.example.com'", "path": "'/landing'", "title": "'三天上线'", "device": "'mobile'",
        },
    )  # fmt: skip


async def _insert(
    connection: Any, table: str, source: str, columns: Mapping[str, str], known: Mapping[str, Any]
) -> None:
    """One statement, and the secondary indexes after it: several times as fast at a million rows."""
    indexes = await connection.fetch(
        """SELECT indexname, replace(indexdef, ' ON ONLY ', ' ON ') AS indexdef FROM pg_indexes WHERE tablename = $1
        AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
        table,
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    defaults = {
        c.name: _literal(getattr(c.default, "arg", None))
        for c in Model.metadata.tables[table].c
        if c.default is not None and c.default.is_scalar and c.computed is None
    }
    chosen = {**defaults, **columns}
    names = [name for name in known if any(f":{name}" in expression for expression in chosen.values())]
    asked = ", ".join(chosen.values())
    for position, name in enumerate(names, 1):
        of = "uuid[]" if isinstance(known[name], list) else "uuid"
        asked = asked.replace(f":{name}", f"(${position}::{of})")
    await connection.execute(
        f"INSERT INTO {table} ({', '.join(chosen)}) SELECT {asked} FROM {source}",
        *(known[name] for name in names),
        timeout=1200,
    )
    for index in indexes:
        await connection.execute(index["indexdef"], timeout=1200)
    if table == "sales_customer":
        await connection.execute(
            """CREATE TEMP TABLE numbered_customer AS SELECT substr(number, 2)::int AS n, id FROM sales_customer;
            CREATE INDEX ON numbered_customer (n); ANALYZE numbered_customer""",
            timeout=1200,
        )


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()
