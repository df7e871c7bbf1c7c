"""From figures to ratios and tables. A ratio above 1 says that ours answers more; `purchase_cpu` that it costs more."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.storefront.measure import Figures, Purchases
from bench.storefront.pages import KINDS
from bench.storefront.sites import OURS, OURS_FRESH, STOCK

GOALS = {
    "list_cached": 200.0, "product_cached": 80.0, "list_fresh": 8.0, "product_fresh": 6.0, "search_fresh": 10.0,
    "purchase_cpu": 1 / 6,
}  # fmt: skip
RATIOS = {
    "list_cached": (OURS, "list"),
    "list_fresh": (OURS_FRESH, "list"),
    "product_cached": (OURS, "product"),
    "product_fresh": (OURS_FRESH, "product"),
    "search_fresh": (OURS_FRESH, "search"),
}
PREFERRED = 8  # connections at which ratios are taken
HEAD = ["page", "site", "connections", "requests/s", "p50 ms", "p95 ms", "CPU ms", "of it DB", "SQL", "bytes"]
Rows = Mapping[str, Mapping[str, Mapping[str, float]]]  # site -> kind -> figures


class NoPlace(Exception):
    """The document has no marks for a run with so many products."""


def result(
    figures: Mapping[tuple[str, str, int], Figures],
    bought: Mapping[str, Purchases],
    *,
    queries: Mapping[str, Mapping[str, float]],
    machine: Mapping[str, Any],
    at: datetime,
    products: int,
    seconds: float,
    rounds: int,
) -> dict[str, Any]:
    """Everything a run has to say, ready for JSON: what was run, the ratios by name, purchases, pages, statements.

    Ratios are taken at 8 connections, or at the fewest where 8 were not tried.
    """
    tried = {many for _site, _kind, many in figures}
    many = PREFERRED if PREFERRED in tried else min(tried)
    rows = {site: {kind: figures[site, kind, many].row() for kind in KINDS} for site in (OURS, OURS_FRESH, STOCK)}
    purchases = {name: seen.row() for name, seen in bought.items()}
    return {
        "measured_at": at.isoformat(timespec="seconds"),
        "products": products,
        "seconds": seconds,
        "rounds": rounds,
        "machine": machine,
        **ratios(rows, purchases),
        "purchases": purchases,
        "pages": [
            {"site": site, "kind": kind, "connections": number, **seen.row()}
            for (site, kind, number), seen in figures.items()
        ],
        "queries": queries,
    }


def ratios(rows: Rows, purchases: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Requests per second ours over stock; CPU per purchase ours over stock."""
    found = {
        name: round(rows[site][kind]["per_second"] / rows[STOCK][kind]["per_second"], 1)
        for name, (site, kind) in RATIOS.items()
    }
    return found | {"purchase_cpu": round(purchases[OURS]["cpu_ms"] / purchases[STOCK]["cpu_ms"], 3)}


def met(name: str, ratio: float) -> bool:
    """Whether a ratio reaches its goal."""
    return ratio <= GOALS[name] if name == "purchase_cpu" else ratio >= GOALS[name]


def machine() -> dict[str, Any]:
    with Path("/proc/cpuinfo").open() as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def table(result: Mapping[str, Any]) -> str:
    """For reading in a terminal."""
    lines = [_told(result), "", _aligned(HEAD), *(_aligned(cells) for cells in _cells(result)), ""]
    for name, goal in GOALS.items():
        sign = "<=" if name == "purchase_cpu" else ">="
        lines.append(f"{name:<16}{result[name]:>9g}   goal {sign} {goal:<6.3g}{_verdict(result, name)}")
    return "\n".join(lines)


def markdown(result: Mapping[str, Any]) -> str:
    """The rows of docs/performance.md."""
    rows = [HEAD, ["---", "---", *["---:"] * (len(HEAD) - 2)], *_cells(result)]
    lines = [_told(result), "", *("| " + " | ".join(cells) + " |" for cells in rows), ""]
    lines += ["| ratio | measured | goal | |", "|---|---:|---:|---|"]
    for name, goal in GOALS.items():
        wanted = f"at most {goal:.3f}" if name == "purchase_cpu" else f"at least {goal:g}"
        lines.append(f"| `{name}` | {result[name]:g} | {wanted} | {_verdict(result, name)} |")
    return "\n".join(lines)


def write_into(document: Path, result: Mapping[str, Any]) -> None:
    """Put the tables between the document's marks for that number of products.

    Raises NoPlace when it has none.
    """
    begin, end = (f"<!-- {word}: {result['products']} products -->" for word in ("measured", "end"))
    text = document.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _old, closed, after = rest.partition(end)
    if not found or not closed:
        raise NoPlace(f"{document} has no lines {begin} and {end}; add them where the table belongs.")
    document.write_text(f"{before}{begin}\n\n{markdown(result)}\n\n{end}{after}", encoding="utf-8")


def _told(result: Mapping[str, Any]) -> str:
    about = result["machine"]
    return (
        f"{result['products']:,} products; {result['rounds']} alternating slices of {result['seconds']:g} s each;"
        f" {about['processor']}, {about['cores']} cores, load {about['load_before']} before; {result['measured_at']}."
    )


def _cells(result: Mapping[str, Any]) -> list[list[str]]:
    """The table's rows: pages by kind, then whole purchases."""
    rows = []
    for row in sorted(result["pages"], key=lambda row: KINDS.index(row["kind"])):
        sql = result["queries"].get(row["site"], {}).get(row["kind"])
        times = [f"{row[name]:.1f}" for name in ("p50_ms", "p95_ms")]
        cpu = [f"{row[name]:.2f}" for name in ("cpu_ms", "database_cpu_ms")]
        counts = ["" if sql is None else f"{sql:g}", f"{row['bytes']:,}"]
        whole = [row["kind"], row["site"], str(row["connections"]), f"{row['per_second']:,.0f}"]
        rows.append([*whole, *times, *cpu, *counts])
    for site, row in result["purchases"].items():
        cost = [f"{row['p50_ms']:.0f}", "", f"{row['cpu_ms']:.0f}", f"{row['database_cpu_ms']:.0f}", ""]
        rows.append(["purchase", site, "1", "", *cost, f"{row['requests_each']:g} requests"])
    return rows


def _aligned(cells: Sequence[str]) -> str:
    return f"{cells[0]:<10}{cells[1]:<20}" + "".join(f"{cell:>12}" for cell in cells[2:])


def _verdict(result: Mapping[str, Any], name: str) -> str:
    return "met" if met(name, result[name]) else "missed"
