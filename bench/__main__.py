"""`python -m bench`: interleaved rounds of bare, product, bare; medians, ratios and aims to docs/performance.md.

The load is wrk's (Debian package `wrk`), one thread and sixteen connections, to 127.0.0.1 only. A run as a trial:
`python -m bench --sizes 10000 --rounds 1 --seconds 1 --import-rows 10000 --write /tmp/performance.md`.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psutil

from bench import data, imports, plans, report
from zhidu.kernel.db import new_id
from zhidu.policy.tokens import TokenKey

LUA = Path(__file__).parent / "load.lua"
YEAR = "from={:%Y-%m-%d}&to={:%Y-%m-%d}".format(*(datetime.now(UTC) - timedelta(days=d) for d in (364, -1)))


@dataclass(frozen=True)
class Workload:
    """What is asked of the product and of the bare handler, and by whom: a salesperson unless said."""

    name: str
    product: str
    bare: str
    script: str = ""
    login: str = "s0"


# What only reads comes first: each size is measured as it was made.
WORKLOADS = (
    Workload("get one lead", "/api/v1/sales/leads/", "/get/", "ids"),
    Workload("list 50 own leads", "/api/v1/sales/leads", "/list"),
    Workload("search a customer (two characters)", "/api/v1/sales/customers?q=", "/search?q=", "search"),
    Workload("funnel of a year", f"/api/v1/analytics/funnel?{YEAR}", f"/funnel?{YEAR}", login="marketing-manager"),
    Workload("create a lead", "/api/v1/sales/leads", "/create", "create"),
    Workload("confirm an order", "/api/v1/sales/orders/", "/confirm/", "confirm"),
    Workload("collect five events", "/collect", "/collect", "collect"),
)
ALONE = ("search a customer (two characters)", "funnel of a year")


@dataclass
class Running:
    """A server under load."""

    process: subprocess.Popen[bytes]
    port: int


def start(module: str, environment: dict[str, str]) -> Running:
    """One uvicorn process on a free port, when it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", f"bench.{module}:app", "--port", str(port), "--loop", "uvloop",
        "--http", "httptools", "--lifespan", "on", "--no-access-log", "--no-server-header", "--no-proxy-headers",
        "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return Running(process, port)
        if process.poll() is not None:
            raise SystemExit(f"bench.{module} did not start")
        time.sleep(0.1)
    raise SystemExit(f"bench.{module} did not answer")


def wrk(
    server: Running, path: str, seconds: int, script: Path | None, token: str, connections: int = 16
) -> dict[str, float]:
    """Requests a second, and the latencies in milliseconds; an answer that is an error stops the bench."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", f"Authorization: Bearer {token}"]
    command += ["-s", str(script)] if script else []
    out = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in out:
        raise SystemExit(f"{path}: {out}")
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", out)[0])
    latency = {
        p: float(v) * {"us": 0.001, "ms": 1, "s": 1000}[u]
        for p, v, u in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", out)
    }
    return {"rate": rate, "p50": latency["50"], "p99": latency["99"]}


async def prepared(url: str) -> dict[str, Any]:
    """Two people signed in; a salesperson's leads, her placed orders, names to search."""
    connection = await asyncpg.connect(url)
    people = {}
    for login in {w.login for w in WORKLOADS}:
        account, session = await connection.fetchval("SELECT id FROM account WHERE login = $1", login), new_id()
        await connection.execute(
            """INSERT INTO sign_in_session
                (id, version, created_at, updated_at, account_id, client, last_used_at, expires_at)
            VALUES ($1, 1, now(), now(), $2, 'device', now(), now() + interval '1 day')""",
            session, account,
        )  # fmt: skip
        people[login] = (account, session)
    owner = people["s0"][0]
    leads = await connection.fetch("SELECT id FROM sales_lead WHERE owner_id = $1 LIMIT 2000", owner)
    orders = await connection.fetch(
        """UPDATE sales_order SET owner_id = $1 WHERE id IN (SELECT id FROM sales_order ORDER BY id LIMIT $2)
        RETURNING id""",
        owner, data.ORDERS,
    )  # fmt: skip
    await connection.execute("VACUUM ANALYZE sales_order")
    names = await connection.fetch("SELECT DISTINCT left(name, 2) AS name FROM sales_customer LIMIT 400")
    source = await connection.fetchval("SELECT id FROM sales_lead_source LIMIT 1")
    await connection.close()
    return {
        "people": people, "source": str(source), "ids": [str(r["id"]) for r in leads],
        "confirm": [str(r["id"]) for r in orders], "search": [r["name"] for r in names],
        "create": [str(source)], "collect": [""], "key": TokenKey.kept_in(data.VAR / "keys"),
    }  # fmt: skip


def script_of(folder: Path, workload: Workload, target: str, who: dict[str, Any], part: int, of: int) -> Path | None:
    """The Lua script of a workload's turn; orders are used up, so each turn has its own share of them."""
    if not workload.script:
        return None
    values = who[workload.script]
    listed = folder / f"{workload.script}{part}.txt"
    listed.write_text("\n".join(values[part::of] if workload.script == "confirm" else values), encoding="utf-8")
    made = folder / f"{workload.script}{part}.lua"
    head = f'KIND, PATH, FILE, SEED = "{workload.script}", "{target}", "{listed}", {time.time_ns() % 10**8}\n'
    made.write_text(head + LUA.read_text(), encoding="utf-8")
    return made


def measure(url: str, n: int, rounds: int, seconds: int, only: str) -> dict[str, Any]:
    """One size: every workload, interleaved."""
    who = asyncio.run(prepared(url))

    def token(login: str) -> str:
        account, session = who["people"][login]
        issued: str = who["key"].issue(UUID(str(account)), session, datetime.now(UTC) - timedelta(seconds=1))
        return issued

    environment = {
        "BENCH_URL": url, "BENCH_OWNER": str(who["people"]["s0"][0]), "BENCH_TOKEN": token("s0"),
        "BENCH_SOURCE": who["source"], "ZHIDU_COLLECT_PER_MINUTE": str(10**9),
    }  # fmt: skip
    servers = [start("bare", environment), start("product", environment), start("bare", environment)]
    product = psutil.Process(servers[1].process.pid)
    found: dict[str, Any] = {"workloads": {}, "alone": {}, "memory_idle": product.memory_info().rss}
    try:
        with tempfile.TemporaryDirectory() as folder:
            for workload in (w for w in WORKLOADS if only in w.name):
                runs: list[list[dict[str, float]]] = [[], [], []]
                paths = (workload.bare, workload.product, workload.bare)
                for turn in range(rounds):
                    for i, server in enumerate(servers):
                        script = script_of(Path(folder), workload, paths[i], who, turn * 3 + i, rounds * 3)
                        path = "/" if script else paths[i]
                        runs[i].append(wrk(server, path, seconds, script, token(workload.login)))
                found["workloads"][workload.name] = runs
                print(f"  {n:>9,} {workload.name}: {report.line(runs)}", flush=True)
                if workload.name in ALONE:
                    script = script_of(Path(folder), workload, workload.product, who, 0, 1)
                    path = "/" if script else workload.product
                    alone = wrk(servers[1], path, seconds, script, token(workload.login), connections=1)
                    found["alone"][workload.name] = alone
        found["memory"] = product.memory_info().rss
    finally:
        for server in servers:
            server.process.terminate()
            server.process.wait(20)
    return found


async def _at_size(base: str, n: int, given: argparse.Namespace) -> dict[str, Any]:
    async with data.copy_of(base, n) as url:
        seen = [] if given.only else await plans.look(url)
        found = await asyncio.to_thread(measure, url, n, given.rounds, given.seconds, given.only)
        return {**found, "plans": seen}


async def _imported(base: str, rows: int) -> dict[str, float]:
    async with data.copy_of(base, 100_000) as url:
        return await asyncio.to_thread(imports.measure, url, rows)


async def _explained(base: str, n: int) -> None:
    async with data.copy_of(base, n) as url:
        for plan in await plans.look(url):
            print(plans.line(plan))


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of leads")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="how long each turn lasts")
    parser.add_argument("--only", default="", help="workloads whose name contains this; nothing is written")
    parser.add_argument("--import-rows", type=int, default=100_000, help="0: no import")
    parser.add_argument("--explain", action="store_true", help="print the plans of the lists, slowest first")
    parser.add_argument("--write", type=Path, default=Path("docs/performance.md"))
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    base = data.server()
    if given.explain:
        asyncio.run(_explained(base, sizes[-1]))
        return
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed (Debian package `wrk`)")
    results: dict[str, Any] = {
        "day": f"{datetime.now(UTC):%Y-%m-%d}", "sizes": {}, "rounds": given.rounds, "seconds": given.seconds,
        "machine": f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}",
    }  # fmt: skip
    for n in sizes:
        results["sizes"][n] = asyncio.run(_at_size(base, n, given))
    if given.import_rows and not given.only:
        results["import"] = asyncio.run(_imported(base, given.import_rows))
    results["load"] = os.getloadavg()[2]
    results["command"] = f"python -m bench --sizes {given.sizes} --rounds {given.rounds} --seconds {given.seconds}"
    (data.VAR / "results.json").write_text(json.dumps(results, default=str))
    if not given.only:
        given.write.write_text(report.document(results), encoding="utf-8")
        print(f"written: {given.write}")


if __name__ == "__main__":
    main()
