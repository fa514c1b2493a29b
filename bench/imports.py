"""The import of n rows through the product's own jobs, beside a bare COPY with a duplicate check."""

import asyncio
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg

from bench import data


def measure(url: str, rows: int) -> dict[str, float]:
    """Seconds of preview and run, peak memory of the process that did it; the same of the bare way."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "leads.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["编号", "姓名", "公司", "电话", "邮箱", "日期"])
            start = time.time_ns() % 10**8
            for n in range(rows):
                number = (start + n * 7919) % 10**9
                writer.writerow(
                    [
                        f"x{start}-{n}",
                        "张导入",
                        f"苏州第{n % 977}贸易有限公司",
                        f"17{number:09d}",
                        f"u{start}.{n}@example.com",
                        "2026-03-01",
                    ]
                )
        environment = {**os.environ, "BENCH_URL": url, "BENCH_FILE": str(file)}
        bare, product = (_apart(way, environment) for way in ("bare", "product"))
        return {**product, "bare": bare["run"], "bare_peak": bare["peak"], "rows": float(rows)}


def _apart(way: str, environment: dict[str, str]) -> dict[str, float]:
    """In a process of its own, whose peak of memory is its own."""
    command = [sys.executable, "-m", "bench.imports", way]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


_STAGED = "CREATE TEMP TABLE staged (external text, name text, company text, phone text, email text, day date)"
_ENTER = """
INSERT INTO sales_lead (id, version, created_at, updated_at, name, company, external_id, status, source_id, arrived_at,
    touched_at, intent_score, fit_score, score, key, score_parts, facts, search_text, search_tokens)
SELECT gen_random_uuid(), 1, now(), now(), name, company, external || '-bare', 'new',
    (SELECT id FROM sales_lead_source LIMIT 1), day, now(), 0, 0, 0, false, '[]', '{}', name || '|' || company, '{}'
FROM staged s WHERE NOT EXISTS (SELECT FROM sales_lead l WHERE l.external_id = s.external || '-bare')
"""


async def _bare(url: str, file: Path) -> dict[str, float]:
    connection = await asyncpg.connect(url)
    started = time.perf_counter()
    async with connection.transaction():
        await connection.execute(f"{_STAGED} ON COMMIT DROP")
        await connection.copy_to_table("staged", source=str(file), format="csv", header=True)
        await connection.execute(_ENTER)
    took = time.perf_counter() - started
    await connection.execute("DELETE FROM sales_lead WHERE external_id LIKE '%-bare'")
    await connection.close()
    return {"run": took}


async def _product(url: str, file: Path) -> dict[str, float]:
    from sqlalchemy import select, text

    import zhidu.domains  # noqa: F401 - every job registers itself
    from zhidu.kernel import crypto, files
    from zhidu.kernel.db import Database
    from zhidu.kernel.work import unit_of_work
    from zhidu.policy.accounts import Account, load_actor
    from zhidu.sales import lead_imports

    crypto.use(crypto.Keyring.load(data.VAR / "keys" / "fields.json"))
    database = await Database.open(url, data.settings())

    content_ = await asyncio.to_thread(file.read_bytes)

    async def content() -> Any:
        yield content_

    async with database.sessions() as db:
        account = await db.scalar(select(Account.id).where(Account.login == "sales-manager"))
        actor = await load_actor(db, account) if account else None
        source = await db.scalar(text("SELECT id FROM sales_lead_source LIMIT 1"))
    assert actor is not None
    fields = {
        "编号": "external_id",
        "姓名": "name",
        "公司": "company",
        "电话": "phone",
        "邮箱": "email",
        "日期": "arrived_at",
    }
    mapping = {
        "columns": [{"header": h, "field": f} for h, f in fields.items()], "source_words": [],
        "default_source_id": source, "empty_words": [], "date_order": "year-first", "known": "update",
        "keep_rest": False,
    }  # fmt: skip
    async with unit_of_work(database, account_id=actor.id) as db:
        kept = await files.keep(db, content(), filename="leads.csv", use="import")
        await db.flush()
        made = await lead_imports.bring(db, actor, file_id=kept.id)
    seconds = {}
    for name, job in (("preview", lead_imports.preview_import), ("run", lead_imports.enter_import)):
        async with unit_of_work(database, account_id=actor.id) as db:
            of = await db.get_one(lead_imports.LeadImport, made.id)
            if name == "preview":
                await lead_imports.map_(db, actor, of, mapping=mapping)
            else:
                await lead_imports.run(db, actor, of)
        started = time.perf_counter()
        await job.work(database, import_id=str(made.id))
        seconds[name] = time.perf_counter() - started
    async with database.sessions() as db:
        assert (await db.get_one(lead_imports.LeadImport, made.id)).status == "imported"
    await database.close()
    return seconds


if __name__ == "__main__":
    work = {"bare": _bare, "product": _product}[sys.argv[1]]
    seconds_ = asyncio.run(work(os.environ["BENCH_URL"], Path(os.environ["BENCH_FILE"])))
    # Not ru_maxrss: that begins with the peak of the process which started this one.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps({**seconds_, "peak": int(peak[1]) * 1024 if peak else None}))
