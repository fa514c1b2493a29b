"""The figures as a page: medians, spread and ratios, with the aims beside them."""

import statistics
from typing import Any

Runs = list[list[dict[str, float]]]
AIMS = {"get one lead": 0.55, "list 50 own leads": 0.6, "create a lead": 0.6}


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
    rows = []
    for n, found in results["sizes"].items():
        for name, runs in found.items():
            if name == "memory":
                continue
            ratio, noise = ratios(runs)
            rates = [run["rate"] for run in runs[1]]
            cells = (
                f"{int(n):,}", name, f"{_median(runs[1], 'rate'):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})",
                f"**{ratio:.2f}**", f"{noise:.2f}", f"{AIMS.get(name, '')}",
                f"{_median(runs[1], 'p50'):.1f}", f"{_median(runs[1], 'p99'):.1f}",
            )  # fmt: skip
            rows.append(f"| {' | '.join(cells)} |")
    memory = max(found["memory"] for found in results["sizes"].values()) / 1e6
    parts = [
        "# Performance",
        "",
        "Written by `make bench` (`" + results["command"] + "`); do not edit by hand.",
        "",
        f"Machine: {results['machine']}; 15-minute load average at the end {results['load']:.1f}.",
        "Throughput as a ratio to a bare handler (raw ASGI, asyncpg, orjson, the same SQL; no token, no policy, no",
        "validation) in one interleaved run; A/A is a second bare handler to the first and shows the noise. The",
        "product has authentication, policy, validation, audit and logs on. wrk, one thread, sixteen connections.",
        "",
        "| leads | workload | product, requests/s (min-max) | ratio to bare | A/A | aim | p50 ms | p99 ms |",
        "|---:|---|---:|---:|---:|---:|---:|---:|",
        *rows,
        "",
        f"Memory of the API process after the load: {memory:.0f} MB (aim: under 250 MB).",
    ]
    sizes = list(results["sizes"])
    if len(sizes) > 1:
        first, last = results["sizes"][sizes[0]], results["sizes"][sizes[-1]]
        parts += ["", f"From {int(sizes[0]):,} to {int(sizes[-1]):,} leads the median time of a request grows by:", ""]
        for name in first:
            if name != "memory" and name in last:
                parts.append(f"- {name}: {_median(last[name][1], 'p50') / _median(first[name][1], 'p50'):.2f}")
    if "import" in results:
        found = results["import"]
        parts += [
            "",
            f"Import of {found['rows']:,.0f} rows into 100,000 leads: preview {found['preview']:.1f} s, run "
            f"{found['run']:.1f} s, peak memory {found['peak'] / 1e6:.0f} MB (aims: 20 s, 300 MB); a bare COPY with a "
            f"duplicate check {found['bare']:.1f} s.",
        ]
    return "\n".join(parts) + "\n"
