"""Ten minutes of a livestream: 32 visitors without pause while prices change, and what it does to memory.

python -m bench.soak [--minutes 10] [--products 5000] [--connections 32]

The shop runs on the bench's own copy of a database (see bench.storefront). The mix is lists, products, searches, the
home page and the register, which the page cache keeps until a price changes, and baskets and the visitor's own bits,
which nothing keeps. Prices change one a second, a bounded number in all, and the product's page has to show each new
price within 5 s. It passes when every answer was right, no price was late, and the web processes' memory grew by less
than 5 % in the second half.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.client import HTTPConnection
from itertools import cycle, islice
from statistics import mean
from urllib.parse import quote

from bench import load
from bench.load import HOST, Ask
from bench.storefront import cpu, pages, worlds
from bench.storefront.sites import Site, running_ours
from bench.storefront.worlds import Server

GROWTH_MOST = 0.05
SLICE_S = 5.0
CHANGES_MOST = 1_200
CHANGE_EVERY_S = 1.0
LATE_AFTER_S = 5.0
CENT = Decimal("0.01")


@dataclass
class Changes:
    """made: prices changed; late: those their page did not show in time, in words; slowest_s: of those it did"""

    made: int = 0
    late: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


@dataclass
class Soak:
    requests: int
    seconds: float
    p95_ms: float
    rss_bytes: list[int]  # one reading per slice
    changes: Changes

    @property
    def growth(self) -> float:
        """Of memory in the second half: its last readings over its first ones, less one."""
        half = self.rss_bytes[len(self.rss_bytes) // 2 :]
        few = max(1, len(half) // 5)
        return mean(half[-few:]) / mean(half[:few]) - 1

    @property
    def passed(self) -> bool:
        return self.growth < GROWTH_MOST and not self.changes.late

    def told(self) -> str:
        first, last = self.rss_bytes[0] / 1e6, self.rss_bytes[-1] / 1e6
        rate = self.requests / self.seconds
        lines = [
            f"{self.requests:,} right answers in {self.seconds:.0f} s ({rate:,.0f} a second), no wrong one;"
            f" p95 of the slowest slice {self.p95_ms:.0f} ms",
            f"{self.changes.made} prices changed, {len(self.changes.late)} late, the slowest seen after"
            f" {self.changes.slowest_s:.2f} s",
            f"web processes: {first:.0f} MB at first, {last:.0f} MB at last, second half {self.growth:+.1%}"
            f" (goal: under {GROWTH_MOST:+.0%})",
            *self.changes.late[:5],
        ]
        return "\n".join([*lines, "passed" if self.passed else "NOT PASSED"])


def mix(of: pages.Goods) -> list[Ask]:
    """The mix, ten requests at a time: three lists, four products, a search, two others."""
    kinds = pages.ours(of)
    lists, products = cycle(kinds["list"]), cycle(kinds["product"])
    searches = (Ask(f"/products/?query={quote(product.title)}", product.title) for product in cycle(of.spread))
    own = cycle([Ask("/visitor/"), Ask("/basket/"), Ask("/visitor/"), Ask("/certificates/"), Ask("/")])
    asks: list[Ask] = []
    for _number in range(len(of.spread)):
        asks += [*islice(lists, 3), *islice(products, 4), next(searches), *islice(own, 2)]
    return asks


def soak(at: Server, site: Site, of: pages.Goods, *, minutes: float, connections: int) -> Soak:
    """Raises load.Wrong when an answer was not as expected."""
    asks, requests, latencies, rss = mix(of), 0, [], []
    changes, began = Changes(), time.monotonic()
    with _changing(at, site, of, changes):
        while time.monotonic() < began + minutes * 60:
            seen = load.run(asks, port=site.port, connections=connections, seconds=SLICE_S, start=requests)
            seen.require_clean("The soak")
            requests += seen.requests
            latencies.append(seen.percentile_ms(0.95))
            rss.append(cpu.rss_bytes(site.pids[0]))
            _say(f"{requests:>9,} answers, {seen.per_second:>6,.0f} a second, {rss[-1] / 1e6:.0f} MB")
    return Soak(requests, time.monotonic() - began, max(latencies), rss, changes)


@contextmanager
def _changing(at: Server, site: Site, of: pages.Goods, changes: Changes) -> Iterator[None]:
    """Change prices in a thread of its own meanwhile."""
    ended = threading.Event()
    thread = threading.Thread(target=_change, args=(at, site, of.spread, changes, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(LATE_AFTER_S + 5)


def _change(
    at: Server, site: Site, products: Sequence[pages.Product], changes: Changes, ended: threading.Event
) -> None:
    with at.connect(site.database) as connection:
        for product in islice(cycle(products), CHANGES_MOST):
            if ended.wait(CHANGE_EVERY_S):
                return
            row = connection.execute(
                "UPDATE partner_stockrecord SET price = price + %s WHERE product_id = %s RETURNING price",
                [CENT, product.id],
            ).fetchone()
            assert row is not None
            changes.made += 1
            _wait_for_price(site, product, f"{row[0]:,.2f}", changes)


def _wait_for_price(site: Site, product: pages.Product, price: str, changes: Changes) -> None:
    began = time.monotonic()
    while price not in _page(site, pages.product_path(product)):
        if time.monotonic() - began > LATE_AFTER_S:
            changes.late.append(f"{pages.product_path(product)} did not show {price} within {LATE_AFTER_S:g} s")
            return
        time.sleep(0.05)
    changes.slowest_s = max(changes.slowest_s, time.monotonic() - began)


def _page(site: Site, path: str) -> str:
    connection = HTTPConnection(HOST, site.port, timeout=load.PATIENCE_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--products", type=int, default=5_000)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    with worlds.server() as server, worlds.only_one():
        source = worlds.prepared(server, options.products, _say)
        with worlds.copies(server, source) as pair, running_ours(server, pair) as site:
            goods = pages.goods(server, pair.ours)
            done = soak(server, site, goods, minutes=options.minutes, connections=options.connections)
    print(done.told())
    sys.exit(0 if done.passed else 1)


if __name__ == "__main__":
    main()
