"""`python -m bench`: five interleaved rounds of bare, product, bare; medians and ratios to docs/performance.md.

The load is wrk's (Debian package `wrk`), one thread and sixteen connections, to 127.0.0.1 only.
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
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psutil

from bench import data, imports, report
from zhidu.kernel.db import new_id
from zhidu.policy.tokens import TokenKey

LUA = Path(__file__).parent / "load.lua"


@dataclass(frozen=True)
class Workload:
    """What is asked of the product and of the bare handler."""

    name: str
    product: str
    bare: str
    script: str


WORKLOADS = (
    Workload("get one lead", "/api/v1/sales/leads/", "/get/", "ids"),
    Workload("list 50 own leads", "/api/v1/sales/leads", "/list", ""),
    Workload("create a lead", "/api/v1/sales/leads", "/create", "create"),
    Workload("search a customer (two characters)", "/api/v1/sales/customers?q=", "/search?q=", "search"),
    Workload("confirm an order", "/api/v1/sales/orders/", "/confirm/", "confirm"),
)


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


def wrk(server: Running, path: str, seconds: int, script: Path | None, token: str) -> dict[str, float]:
    """Requests a second, and the latencies in milliseconds; an answer that is an error stops the bench."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-H", f"Authorization: Bearer {token}"]
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
    """A person signed in, her leads, her placed orders, names to search."""
    connection = await asyncpg.connect(url)
    owner = await connection.fetchval("SELECT id FROM account WHERE login = 's0'")
    session = new_id()
    await connection.execute(
        """INSERT INTO sign_in_session
            (id, version, created_at, updated_at, account_id, client, last_used_at, expires_at)
        VALUES ($1, 1, now(), now(), $2, 'device', now(), now() + interval '1 day')""",
        session, owner,
    )  # fmt: skip
    leads = await connection.fetch("SELECT id FROM sales_lead WHERE owner_id = $1 LIMIT 2000", owner)
    # Orders that nobody has confirmed yet: hers are made anew for each run.
    await connection.execute(
        """UPDATE sales_order SET owner_id = $1, status = 'placed', version = 1
        WHERE id IN (SELECT id FROM sales_order LIMIT $2)""",
        owner, data.ORDERS,
    )  # fmt: skip
    orders = await connection.fetch("SELECT id FROM sales_order WHERE owner_id = $1 AND status = 'placed'", owner)
    names = await connection.fetch("SELECT DISTINCT left(name, 2) AS name FROM sales_customer LIMIT 400")
    source = await connection.fetchval("SELECT id FROM sales_lead_source LIMIT 1")
    await connection.close()
    key = TokenKey.kept_in(data.VAR / "keys")
    return {
        "owner": str(owner), "session": session, "leads": [str(r["id"]) for r in leads], "source": str(source),
        "orders": [str(r["id"]) for r in orders], "names": [r["name"] for r in names], "key": key,
    }  # fmt: skip


def script_of(folder: Path, workload: Workload, target: str, who: dict[str, Any], part: int) -> Path | None:
    """The Lua script of a workload, with its own share of what is used up."""
    if not workload.script:
        return None
    values = {"ids": who["leads"], "search": who["names"], "create": [who["source"]], "confirm": who["orders"][part::3]}
    listed = folder / f"{workload.script}{part}.txt"
    listed.write_text("\n".join(values[workload.script]), encoding="utf-8")
    made = folder / f"{workload.script}{part}.lua"
    head = f'KIND, PATH, FILE, SEED = "{workload.script}", "{target}", "{listed}", {time.time_ns() % 10**8}\n'
    made.write_text(head + LUA.read_text(), encoding="utf-8")
    return made


def measure(url: str, n: int, rounds: int, seconds: int, only: str) -> dict[str, Any]:
    """One size: every workload, interleaved."""
    who = asyncio.run(prepared(url))

    def token() -> str:
        issued: str = who["key"].issue(UUID(who["owner"]), who["session"], datetime.now(UTC) - timedelta(seconds=1))
        return issued

    environment = {"BENCH_URL": url, "BENCH_OWNER": who["owner"], "BENCH_TOKEN": token(), "BENCH_SOURCE": who["source"]}
    servers = [start("bare", environment), start("product", environment), start("bare", environment)]
    found: dict[str, Any] = {}
    try:
        with tempfile.TemporaryDirectory() as folder:
            for workload in (w for w in WORKLOADS if only in w.name):
                runs: list[list[dict[str, float]]] = [[], [], []]
                paths = (workload.bare, workload.product, workload.bare)
                scripts = [script_of(Path(folder), workload, paths[i], who, i) for i in range(3)]
                # Orders are used up: one short round, so that none is confirmed twice.
                turns = 1 if workload.script == "confirm" else rounds
                for _ in range(turns):
                    for i, server in enumerate(servers):
                        path = "/" if scripts[i] else paths[i]
                        runs[i].append(wrk(server, path, seconds, scripts[i], token()))
                found[workload.name] = runs
                print(f"  {n:>9,} {workload.name}: {report.line(runs)}", flush=True)
        found["memory"] = psutil.Process(servers[1].process.pid).memory_info().rss
        urllib.request.urlopen(f"http://127.0.0.1:{servers[1].port}/healthz", timeout=5)
    finally:
        for server in servers:
            server.process.terminate()
            server.process.wait(20)
    return found


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--import-rows", type=int, default=100_000)
    parser.add_argument("--write", type=Path, default=Path("docs/performance.md"))
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed (Debian package `wrk`)")
    base = data.server()
    results: dict[str, Any] = {"sizes": {}, "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}"}
    for n in map(int, given.sizes.split(",")):
        url = asyncio.run(data.database(base, n))
        results["sizes"][n] = measure(url, n, given.rounds, given.seconds, given.only)
    if given.import_rows and not given.only:
        results["import"] = imports.measure(base, given.import_rows)
    results["load"] = os.getloadavg()[2]
    results["command"] = f"python -m bench --sizes {given.sizes} --rounds {given.rounds} --seconds {given.seconds}"
    (data.VAR / "results.json").write_text(json.dumps(results, default=str))
    if not given.only:
        given.write.write_text(report.document(results), encoding="utf-8")
        print(f"written: {given.write}")


if __name__ == "__main__":
    main()
