"""python -m bench.storefront [--products N] [--seconds S] [--connections 8] [--rounds 3] [--json | --markdown | --docs]

Ours and stock Oscar in one alternating run. The first run with a number of products builds its databases (minutes);
later ones copy them (seconds). Ratios are taken at 8 connections, or at the first number given.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bench.load import Ask
from bench.storefront import measure, pages, report, sites, worlds
from bench.storefront.sites import OURS_FRESH, STOCK
from bench.storefront.worlds import Pair, Server

COUNTED = 10  # pages of each kind whose SQL statements are counted


def main() -> None:
    options = _options()
    with worlds.server() as server, worlds.only_one():
        source = worlds.prepared(server, options.products, _say)
        if options.prepare:
            return
        with worlds.copies(server, source) as pair:
            result = _measured(server, pair, options)
    if options.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    elif options.docs:
        report.write_into(worlds.ROOT / "docs" / "performance.md", result)
    else:
        print(report.markdown(result) if options.markdown else report.table(result))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.storefront", description=(__doc__ or "").partition("\n\n")[2]
    )
    parser.add_argument("--products", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of one slice")
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS, help="slices of each kind on each site")
    parser.add_argument("--connections", type=_numbers, default=[report.PREFERRED], help="for example 1,8,32")
    parser.add_argument("--prepare", action="store_true", help="only build the databases")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--markdown", action="store_true")
    form.add_argument("--docs", action="store_true", help="write the tables into docs/performance.md")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _measured(server: Server, pair: Pair, options: argparse.Namespace) -> dict[str, Any]:
    about = report.machine()
    goods = pages.goods(server, pair.ours)
    with sites.running(server, pair) as running:
        figures = measure.browse(
            running, goods, seconds=options.seconds, connections=options.connections, rounds=options.rounds, say=_say
        )
        bought = measure.buy(running, goods, server, seconds=options.seconds, rounds=options.rounds, say=_say)
    return report.result(
        figures, bought, queries=_queries(server, pair, goods), machine=about, at=datetime.now(UTC),
        products=options.products, seconds=options.seconds, rounds=options.rounds,
    )  # fmt: skip


def _queries(server: Server, pair: Pair, goods: pages.Goods) -> dict[str, dict[str, float]]:
    """SQL statements of a fresh page, counted aside."""
    return {
        OURS_FRESH: _counted(worlds.environment(server, pair.ours), pages.ours(goods)),
        STOCK: _counted(worlds.stock_environment(server, pair.stock), pages.stock(goods)),
    }


def _counted(environment: Mapping[str, str], asks: Mapping[str, list[Ask]]) -> dict[str, float]:
    paths = {kind: [ask.path for ask in some[:COUNTED]] for kind, some in asks.items()}
    done = subprocess.run(
        [sys.executable, "-m", "bench.storefront.queries"],
        cwd=worlds.ROOT, env=environment, input=json.dumps(paths), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    counts: dict[str, float] = json.loads(done.stdout)
    return counts


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
