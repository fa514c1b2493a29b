"""The plans of the lists: does an index serve each of them, or does PostgreSQL sort or read a big table?

Every list in its default order, and each declared sort and filter of leads, customers, orders and opportunities, under
the scopes of a person, a team, a department and the company.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import asyncpg

from zhidu.kernel.page import EVERYTHING, Filter, Listing, Query, Scope
from zhidu.policy.register import REGISTERS

WHOLE = ("lead", "customer", "order", "opportunity")
BIG = 10_000
TEAM = 8


@dataclass(frozen=True)
class Plan:
    """What one list costs: milliseconds, pages of 8 kB, and what its plan should not do."""

    resource: str
    scope: str
    asked: str
    ms: float
    pages: int
    reads: int
    faults: tuple[str, ...]


async def look(url: str) -> list[dict[str, Any]]:
    """Every plan, the worst first."""
    connection = await asyncpg.connect(url)
    sizes = dict(await connection.fetch("SELECT relname, reltuples::bigint FROM pg_class WHERE relkind IN ('r', 'p')"))
    found = []
    for register in REGISTERS.values():
        listing = register.listing
        for name, scope in (await _scopes(connection, listing)).items():
            for asked, query in await _queries(connection, listing):
                found.append(await _plan(connection, listing, name, scope, asked, query, sizes))
    await connection.close()
    return [asdict(plan) for plan in sorted(found, key=lambda plan: (-len(plan.faults), -plan.ms))]


def line(plan: dict[str, Any]) -> str:
    """One plan in one line."""
    faults = "; ".join(plan["faults"]) or "by index"
    return (
        f"{plan['ms']:8.1f} ms {plan['pages']:7} pages  {plan['resource']}, {plan['scope']}, {plan['asked']}: {faults}"
    )


async def _scopes(connection: Any, listing: Listing) -> dict[str, Scope]:
    if listing.owner is None and listing.department is None:
        return {"company": EVERYTHING}
    owners = [row[0] for row in await connection.fetch("SELECT id FROM account WHERE login ~ '^s[0-9]' LIMIT $1", TEAM)]
    sales = await connection.fetchval("SELECT id FROM department WHERE code = 'sales'")
    by_owner = {"own": Scope(owners=(owners[0],)), "team": Scope(owners=tuple(sorted(owners)))}
    by_department = {"department": Scope(departments=(sales,))}
    return {
        **(by_owner if listing.owner is not None else {}),
        **(by_department if listing.department is not None else {}),
        "company": EVERYTHING,
    }


async def _queries(connection: Any, listing: Listing) -> list[tuple[str, Query]]:
    sort, down = listing.default_sort.removeprefix("-"), listing.default_sort.startswith("-")
    found = [("as it opens", Query({}, sort, down))]
    if listing.name not in WHOLE:
        return found
    found += [(f"sort={'-' if down else ''}{name}", Query({}, name, down)) for name in listing.sorts if name != sort]
    for one in listing.filters.values():
        values = await _values(connection, listing, one)
        found += [(f"{one.param}={said}", Query({one.param: value}, sort, down)) for said, value in values]
    return found


async def _values(connection: Any, listing: Listing, one: Filter) -> list[tuple[str, Any]]:
    """A value that occurs often, and for words also a pair of them; none where the column is empty."""
    table = listing.model.__tablename__
    rows = await connection.fetch(
        f"SELECT {one.column.key} AS value FROM {table} WHERE {one.column.key} IS NOT NULL GROUP BY 1 "
        "ORDER BY count(*) DESC, 1 LIMIT 2"
    )
    values = [row["value"] for row in rows]
    if not values:
        return []
    if one.test != "any":
        return [("…", values[0])]
    return [("…", values[:1]), *([("…,…", values)] if len(values) == 2 else [])]


async def _plan(
    connection: Any, listing: Listing, name: str, scope: Scope, asked: str, query: Query, sizes: dict[str, int]
) -> Plan:
    heard: list[tuple[str, tuple[Any, ...]]] = []

    class Ear:
        async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
            heard.append((sql, arguments))
            return []

    await listing.page(Ear(), scope, query)
    sql, arguments = heard[0]
    explained = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *arguments)
    [whole] = json.loads(explained)
    nodes = list(_nodes(whole["Plan"]))
    faults = [
        f"reads the whole of {node['Relation Name']}"
        for node in nodes
        if node["Node Type"] == "Seq Scan" and sizes.get(node["Relation Name"], 0) > BIG
    ]
    for node in nodes:
        rows = sum(below["Actual Rows"] * below["Actual Loops"] for below in node.get("Plans", ()))
        if "Sort" in node["Node Type"] and rows > 2_000:
            faults.append(f"sorts {rows:,.0f} rows")
    top = whole["Plan"]
    return Plan(
        listing.name, name, asked, whole["Execution Time"], top["Shared Hit Blocks"] + top["Shared Read Blocks"],
        top["Shared Read Blocks"], tuple(faults),
    )  # fmt: skip


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
