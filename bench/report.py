"""The figures as a page: what was measured, on what, the aims, a table for each size, and how to repeat it."""

import statistics
import textwrap
from collections.abc import Iterator
from typing import Any

Runs = list[list[dict[str, float]]]
GET, LIST, CREATE = "get one lead", "list 50 own leads", "create a lead"
SEARCH, FUNNEL = "search a customer (two characters)", "funnel of a year"
CONFIRM, COLLECT = "confirm an order", "collect five events"
AIMS = {GET: 0.55, LIST: 0.6, CREATE: 0.6}
WORST = 12


def _median(runs: list[dict[str, float]], key: str) -> float:
    return statistics.median(run[key] for run in runs)


def ratios(runs: Runs) -> tuple[float, float]:
    """The product's throughput to that of both bare handlers; the second bare handler's to the first's (the noise)."""
    bare = statistics.median([run["rate"] for run in (*runs[0], *runs[2])])
    return _median(runs[1], "rate") / bare, _median(runs[2], "rate") / _median(runs[0], "rate")


def line(runs: Runs) -> str:
    """One workload in one line."""
    ratio, noise = ratios(runs)
    rate, p99 = _median(runs[1], "rate"), _median(runs[1], "p99")
    return f"{rate:,.0f}/s, {ratio:.2f} of bare (A/A {noise:.2f}), p99 {p99:.1f} ms"


def document(results: dict[str, Any]) -> str:
    """docs/performance.md."""
    return "\n".join(text for part in (_head, _aims, _sizes, _plans, _repeat) for text in part(results)).rstrip() + "\n"


def _prose(text: str) -> list[str]:
    """A paragraph, or the items of a list, as lines of Markdown; then an empty one."""
    wrapped = [
        textwrap.fill(part, 118, subsequent_indent="  " if part.startswith("- ") else "", break_on_hyphens=False)
        for part in text.strip().split("\n")
    ]
    return [*wrapped, ""]


def _head(results: dict[str, Any]) -> Iterator[str]:
    yield from ("# Performance", "")
    yield from _prose(f"Written by `make bench` on {results['day']}; do not edit by hand.")
    yield from ("## What was measured", "")
    yield from _prose(
        "One API process of the product, with authentication, policy, validation, audit and logs on, beside a bare "
        "handler: raw ASGI, asyncpg and orjson with the same SQL, and no token, no policy, no validation, no "
        "framework. Three servers run at once, bare, product, bare, and take turns, so that the mood of the machine "
        "falls on all alike; a figure is the median of its turns. The **ratio** is the product's requests a second to "
        "those of both bare handlers; **A/A** is the second bare handler to the first: what differs by less than that "
        "is noise."
    )
    yield from _prose(_WORKLOADS)
    yield from _prose(
        f"Machine: {results['machine']}; PostgreSQL, the servers and the load share it, with durable commits. "
        f"{results['rounds']} rounds of {results['seconds']} s each, sixteen connections; the 15-minute load average "
        f"at the end was {results['load']:.1f}. For n leads there are n customers, n/10 opportunities, at least n/5 "
        "orders, 2 n visits and 10 n web events."
    )


_WORKLOADS = """
- *get, list, search*: a salesperson under her own scope, among 200; a page has 50 rows.
- *create*: with duplicate check, score, obligation, audit and event, in one statement.
- *confirm*: an order moves; its history, what was due and what is due next, the letter to the customer and its job, \
the audit and the event stand in one transaction. The bare handler leaves the same rows by one hand-written statement.
- *collect*: what the tracker sends when a page is left, five events a request; both sides write in groups by COPY.
- *funnel*: twelve months by channel, from roll-ups over twelve channels, sixty campaigns and every day.
"""


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _aims(results: dict[str, Any]) -> Iterator[str]:
    last, found = list(results["sizes"].items())[-1]
    yield from (
        f"## The aims, at {int(last):,} leads",
        "",
        "| what | measured | aim | |",
        "|---|---:|---:|---|",
    )
    for name, aim in AIMS.items():
        if name in found["workloads"]:
            yield _aim(f"{name}, share of the bare handler", ratios(found["workloads"][name])[0], aim, ".2f")
    for name, limit in ((SEARCH, 30.0), (FUNNEL, 100.0)):
        if name in found["alone"]:
            yield _aim(f"{name}, p99 one at a time, ms", found["alone"][name]["p99"], limit, ".1f", below=True)
            loaded = _median(found["workloads"][name][1], "p99")
            yield _aim(f"{name}, p99 with the machine saturated, ms", loaded, limit, ".1f", below=True)
    yield _aim("memory of the API process after the load, MB", found["memory"] / 1e6, 250, ".0f", below=True)
    growth = list_growth(results)
    if growth is not None:
        yield _aim("cost of a list from the smallest to the largest size", growth, 1.3, ".2f", below=True)
    if "import" in results:
        import_ = results["import"]
        yield _aim(
            f"import of {import_['rows']:,.0f} rows, s", import_["preview"] + import_["run"], 20, ".1f", below=True
        )
        yield _aim("peak memory of the import, MB", import_["peak"] / 1e6, 300, ".0f", below=True)
    yield ""
    if "import" in results:
        import_ = results["import"]
        yield from _prose(
            f"The import checks each row against 100,000 leads (preview, {import_['preview']:.1f} s) and enters it "
            f"({import_['run']:.1f} s); a bare COPY with a duplicate check takes {import_['bare']:.1f} s and peaks at "
            f"{import_['bare_peak'] / 1e6:.0f} MB."
        )


def _aim(what: str, measured: float, aim: float, form: str, *, below: bool = False) -> str:
    met = measured <= aim if below else measured >= aim
    return _cells(
        what, f"{measured:{form}}", f"{'at most' if below else 'at least'} {aim:g}", "met" if met else "**not met**"
    )


def list_growth(results: dict[str, Any]) -> float | None:
    """How much more a list costs at the largest size than at the smallest.

    Each size was measured at another moment: a cost is counted in gets of the bare handler of its own run, which
    follow one key whatever the size.
    """
    found = [sizes["workloads"] for sizes in results["sizes"].values()]
    if len(found) < 2 or any(not {GET, LIST} <= one.keys() for one in (found[0], found[-1])):
        return None

    def cost(one: dict[str, Runs]) -> float:
        return _median([*one[GET][0], *one[GET][2]], "rate") / _median(one[LIST][1], "rate")

    return cost(found[-1]) / cost(found[0])


def _sizes(results: dict[str, Any]) -> Iterator[str]:
    for n, found in results["sizes"].items():
        yield from (
            f"## {int(n):,} leads",
            "",
            "| workload | product, a second (min-max) | bare | ratio | A/A | p50 ms | p99 ms | alone p50 / p99 |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
        )
        for name, runs in found["workloads"].items():
            ratio, noise = ratios(runs)
            rates = [run["rate"] for run in runs[1]]
            alone = found["alone"].get(name)
            yield _cells(
                name, f"{_median(runs[1], 'rate'):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})",
                f"{_median([*runs[0], *runs[2]], 'rate'):,.0f}", f"**{ratio:.2f}**", f"{noise:.2f}",
                f"{_median(runs[1], 'p50'):.1f}", f"{_median(runs[1], 'p99'):.1f}",
                "" if alone is None else f"{alone['p50']:.1f} / {alone['p99']:.1f}",
            )  # fmt: skip
        yield ""
        idle, after = found["memory_idle"] / 1e6, found["memory"] / 1e6
        yield from _prose(f"API process: {idle:.0f} MB after the start, {after:.0f} MB after the load.")


def _plans(results: dict[str, Any]) -> Iterator[str]:
    last, found = list(results["sizes"].items())[-1]
    plans = found.get("plans")
    if not plans:
        return
    served = sum(not plan["faults"] for plan in plans)
    yield from (f"## Plans of the lists, at {int(last):,} leads", "")
    yield from _prose(
        "Every list as it opens, and each sort and filter of leads, customers, orders and opportunities, under the "
        f"scopes of a person, a team of eight, the department (here all) and the company: {served} of {len(plans)} "
        "plans are served by an index, without a sort of more than 2,000 rows or a scan of a big table. The worst:"
    )
    yield from ("| list | scope | asked | ms | pages of 8 kB | why |", "|---|---|---|---:|---:|---|")
    for plan in plans[:WORST]:
        why = "; ".join(plan["faults"]) or "by index"
        yield _cells(
            plan["resource"], plan["scope"], f"`{plan['asked']}`", f"{plan['ms']:.1f}", f"{plan['pages']:,}", why
        )
    yield ""


def _repeat(results: dict[str, Any]) -> Iterator[str]:
    yield from ("## How to repeat it", "")
    yield from _prose(
        f"`{results['command']}` (all sizes: `make bench`) on a quiet machine with `wrk` (a Debian package) and some "
        "25 GB of free disk. The data is made once a size, in some minutes at a million leads; each run works on a "
        "copy. `python -m bench --explain` prints every plan; `--only list` measures one workload and writes nothing."
    )
