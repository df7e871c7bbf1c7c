"""The alternating run: slices of S seconds, one site after the other, all three up all the time.

A machine that slows down slows all of them. A figure is the median of its slices (requests per second), or a sum over
them (CPU per request: user and system time of the site's processes, and of PostgreSQL on its behalf). Any answer that
is not as expected ends the run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import median

from bench import load
from bench.load import Ask, Outcome
from bench.storefront import pages, purchase
from bench.storefront.sites import OURS, OURS_FRESH, STOCK, Site
from bench.storefront.worlds import Server

ROUNDS = 3
WARM_PASSES = 10  # over every page: either of two web processes then lacks one page in a thousand
FIRST = 4  # alone at first: a site that makes small pictures makes them once
LEAST_DATABASE_MS = 0.05  # of a page that was rendered for its request; one from a cache takes none
WARM_FRESH = 24  # requests of each kind where nothing is kept
WARM_CONNECTIONS = 16
SETTLE_S = 30.0
LEAST_PURCHASES = 2
Say = Callable[[str], object]


class NotFresh(RuntimeError):
    """Pages that should have been rendered for every request were not."""


@dataclass
class Figures:
    """One kind of page on one site, over all slices at one number of connections."""

    per_second: list[float] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)
    requests: int = 0
    received: int = 0
    web_s: float = 0.0
    database_s: float = 0.0
    generator_s: float = 0.0

    def add(self, seen: Outcome, web_s: float, database_s: float) -> None:
        self.per_second.append(seen.per_second)
        self.latencies_ms += seen.latencies_ms
        self.requests += seen.requests
        self.received += seen.received
        self.web_s += web_s
        self.database_s += database_s
        self.generator_s += seen.own_cpu_s

    def row(self) -> dict[str, float]:
        """As it is printed: requests per second, latencies, bytes and CPU of one request."""
        whole = Outcome(latencies_ms=self.latencies_ms)
        return {
            "per_second": round(median(self.per_second), 1),
            "p50_ms": round(whole.percentile_ms(0.5), 2),
            "p95_ms": round(whole.percentile_ms(0.95), 2),
            "bytes": round(self.received / self.requests),
            "cpu_ms": round((self.web_s + self.database_s) * 1000 / self.requests, 3),
            "web_cpu_ms": round(self.web_s * 1000 / self.requests, 3),
            "database_cpu_ms": round(self.database_s * 1000 / self.requests, 3),
            "generator_cpu_ms": round(self.generator_s * 1000 / self.requests, 3),
            "requests": self.requests,
        }


@dataclass
class Purchases:
    """Whole purchases on one site."""

    made: int = 0
    asked: int = 0
    web_s: float = 0.0
    database_s: float = 0.0
    each_ms: list[float] = field(default_factory=list)

    def row(self) -> dict[str, float]:
        return {
            "cpu_ms": round((self.web_s + self.database_s) * 1000 / self.made, 1),
            "web_cpu_ms": round(self.web_s * 1000 / self.made, 1),
            "database_cpu_ms": round(self.database_s * 1000 / self.made, 1),
            "p50_ms": round(median(self.each_ms), 1),
            "requests_each": round(self.asked / self.made, 1),
            "purchases": self.made,
        }


def asked_of(sites: Mapping[str, Site], of: pages.Goods) -> dict[str, dict[str, list[Ask]]]:
    """site -> kind -> pages. All of ours are asked the same."""
    ours, stock = pages.ours(of), pages.stock(of)
    return {name: stock if name == STOCK else ours for name in sites}


def browse(
    sites: Mapping[str, Site], of: pages.Goods, *, seconds: float, connections: Sequence[int], rounds: int, say: Say
) -> dict[tuple[str, str, int], Figures]:
    """(site, kind, connections) -> figures. Raises load.Wrong, NotFresh."""
    asks = asked_of(sites, of)
    found: dict[tuple[str, str, int], Figures] = {}
    starts: dict[tuple[str, str], int] = {}
    for kind in pages.KINDS:
        _warm(sites, asks, kind)
        for many in connections:
            say(f"{kind}, {many} connections: {rounds} x {seconds:g} s on each of {len(sites)} sites ...")
            for _round in range(rounds):
                for name, site in sites.items():
                    start = starts.get((name, kind), 0)
                    seen, web_s, database_s = _slice(site, asks[name][kind], seconds, many, start)
                    seen.require_clean(f"{name}, {kind}")
                    starts[name, kind] = start + seen.requests
                    found.setdefault((name, kind, many), Figures()).add(seen, web_s, database_s)
    _require_fresh(found)
    return found


def _require_fresh(found: Mapping[tuple[str, str, int], Figures]) -> None:
    """Raises NotFresh: what is called rendered anew must have asked the database."""
    for (name, kind, _many), seen in found.items():
        if name == OURS_FRESH and seen.database_s * 1000 < LEAST_DATABASE_MS * seen.requests:
            raise NotFresh(f"{kind}: {seen.requests} pages took the database {seen.database_s:.2f} s; is a cache on?")


def _slice(site: Site, asks: Sequence[Ask], seconds: float, many: int, start: int) -> tuple[Outcome, float, float]:
    web_s, database_s = site.cpu_s()
    seen = load.run(asks, port=site.port, connections=many, seconds=seconds, start=start)
    web_after_s, database_after_s = site.cpu_s()
    return seen, web_after_s - web_s, database_after_s - database_s


def _warm(sites: Mapping[str, Site], asks: Mapping[str, Mapping[str, Sequence[Ask]]], kind: str) -> None:
    """Templates, connections and plans everywhere; every page where pages are kept."""
    for name, site in sites.items():
        some = asks[name][kind]
        load.run(some, port=site.port, connections=1, seconds=600, most=FIRST).require_clean(f"First pages of {name}")
        times = WARM_PASSES * len(some) if name == OURS else WARM_FRESH
        seen = load.run(some, port=site.port, connections=WARM_CONNECTIONS, seconds=600, most=times)
        seen.require_clean(f"Warming {name}, {kind}")


def buy(
    sites: Mapping[str, Site], of: pages.Goods, at: Server, *, seconds: float, rounds: int, say: Say
) -> dict[str, Purchases]:
    """site -> whole purchases, one after the other, each of another product. Raises purchase.NotBought."""
    ways = {OURS: purchase.ours, STOCK: purchase.stock}
    found = {name: Purchases() for name in ways}
    numbers = {name: count() for name in ways}
    say(f"purchases: {rounds} x {seconds:g} s on each of 2 sites ...")
    for name in ways:  # the first one of each process compiles templates
        _buy(sites[name], ways[name], of, numbers[name], seconds=0, least=2 * LEAST_PURCHASES, into=Purchases())
    for _round in range(rounds):
        for name, way in ways.items():
            site, bought = sites[name], found[name]
            _settle(at, sites[OURS])
            web_s, database_s = site.cpu_s()
            _buy(site, way, of, numbers[name], seconds=seconds, least=LEAST_PURCHASES, into=bought)
            _settle(at, sites[OURS])  # what the orders left to the worker is part of the purchase
            web_after_s, database_after_s = site.cpu_s()
            bought.web_s += web_after_s - web_s
            bought.database_s += database_after_s - database_s
    return found


def _buy(
    site: Site,
    way: Callable[[purchase.Buyer, pages.Product], None],
    of: pages.Goods,
    numbers: count[int],
    *,
    seconds: float,
    least: int,
    into: Purchases,
) -> None:
    until = time.monotonic() + seconds
    for done in count():
        if done >= least and time.monotonic() >= until:
            return
        began = time.perf_counter()
        buyer = purchase.Buyer(site.port)
        try:
            way(buyer, of.spread[next(numbers) % len(of.spread)])
        finally:
            buyer.close()
        into.each_ms.append((time.perf_counter() - began) * 1000)
        into.made += 1
        into.asked += buyer.asked


def _settle(at: Server, site: Site) -> None:
    """Wait until our worker has done every job that is due, for a while at most."""
    due = (
        "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'"
        " OR status = 'todo' AND coalesce(scheduled_at, now()) <= now() LIMIT 1"
    )
    until = time.monotonic() + SETTLE_S
    with at.connect(site.database) as connection:
        while connection.execute(due).fetchone() and time.monotonic() < until:
            time.sleep(0.1)
