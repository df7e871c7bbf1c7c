"""Search measured: how good, how fast, how large. `python -m bench.search [--queries FILE] [--products N]`

It needs no database. Judged questions are asked of the demo's products among things that are no food; then N products
are generated and asked the same, and the questions of FILE (a line each: number, tab, words). What is timed is what a
page of a search asks for: the products that fit best, and the counts of every filter. The engine is the one
inside the shop, and Elasticsearch beside it where ELASTICSEARCH_URL names a server; its indexes are removed afterwards.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shop.storefront.shelf import Shelf

LEAST_NDCG = 0.95
MOST_MS = 10.0
SCHEMES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--queries", type=Path, help="a question a line: number, tab, words")
    parser.add_argument("--products", type=int, default=100_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.test import override_settings

    from catalogue.search import cluster, embedded

    with tempfile.TemporaryDirectory() as folder, override_settings(VAR_DIR=Path(folder), ELASTICSEARCH_URL=""):
        _measure(embedded, options)
    if settings.ELASTICSEARCH_URL:
        cluster.ALIAS, cluster.TIMEOUT_S = f"oasis-bench-{os.getpid()}", 30
        try:
            _measure(cluster, options)
        finally:
            cluster.client().indices.delete(index=cluster._store(), ignore_unavailable=True)


def _measure(engine: ModuleType, options: argparse.Namespace) -> None:
    print(f"== {engine.__name__} ==")
    _relevance(engine)
    _speed(engine, options.products, list(_read(options.queries)) if options.queries else [])


def _relevance(engine: ModuleType) -> None:
    from bench.search import judged, world
    from catalogue import search
    from catalogue.search import words

    things = [*world.demo(), *world.others()]
    engine.rebuild(_documents(enumerate(things, start=1)))
    scores, above = [], 0
    for question in judged.questions():
        answer = search.ask(engine, words.question(question.said))
        found = [things[key - 1] for key in (answer.keys if answer else ())]
        scores.append(judged.ndcg(found, question, things))
        if scores[-1] < LEAST_NDCG:
            print(f"  {scores[-1]:.3f} {question.said}")
        for thing in judged.intruders(found):
            above += 1
            print(f"  {question.said}: {thing.title} stands above a food")
    mean = sum(scores) / len(scores)
    print(f"judged questions {len(scores)}, NDCG@10 {mean:.4f} (wanted {LEAST_NDCG}), no food above a food {above}")


def _speed(engine: ModuleType, products: int, asked: Sequence[str]) -> None:
    from bench.search import judged, world

    started, cpu = time.perf_counter(), time.process_time()
    engine.rebuild(_documents(enumerate(world.many(products), start=1)))
    spent = f"{time.perf_counter() - started:.1f} s, {time.process_time() - cpu:.1f} s of CPU here"
    print(f"{products:,} products: built in {spent}; index {_size(engine) / 2**20:.1f} MiB, {_memory()}")
    gc.collect()
    gc.freeze()  # a web process holds nothing of what building leaves in memory here
    shelf = _shelf(products)
    _ask(shelf, "judged questions", [question.said for question in judged.questions()])
    if asked:
        _ask(shelf, "questions of the file", asked)
    print(f"afterwards {_memory()}")


def _shelf(products: int) -> Shelf:
    """All of the products on sale, with what they are filtered by."""
    from bench.search import world
    from shop.storefront import bands
    from shop.storefront.bitmap import Index
    from shop.storefront.shelf import Carried, Shelf

    things = list(enumerate(world.many(products), start=1))
    index = Index(key for key, _thing in reversed(things))
    index.mark("county", ((key, thing.county) for key, thing in things))
    index.mark("category", ((key, kind) for key, thing in things for kind in thing.names.category[::2]))
    index.mark("supplier", ((key, thing.supplier) for key, thing in things))
    index.mark("price", ((key, bands.of(thing.yuan)) for key, thing in things))
    index.mark("temperature", ((key, "frozen" if "冷冻" in thing.title else "ambient") for key, thing in things))
    index.mark("scheme", ((key, f"scheme-{key % SCHEMES}") for key, _thing in things))
    return Shelf(index, {}, Carried((), {}, None), None)


def _page(shelf: Shelf, said: str) -> int:
    """What a page of a search asks for before it reads its cards; returns how many products are found."""
    from shop.storefront import listing

    shelf._found.clear()
    bits = shelf.described(said).bits
    for name in listing.FILTERS:
        shelf.index.counts(name, {}, bits)
    return bits.bit_count()


def _ask(shelf: Shelf, name: str, asked: Sequence[str]) -> None:
    spent, cpu, errors, hits = [], [], 0, 0
    for said in [*asked[:20], *asked]:
        started, worked = time.perf_counter(), time.thread_time()
        try:
            found: int | None = _page(shelf, said)
        except Exception as error:
            print(f"  {said!r}: {error!r}")
            found = None
        spent.append((time.perf_counter() - started) * 1000)
        cpu.append((time.thread_time() - worked) * 1000)
        errors += found is None
        hits += bool(found)
    spent, cpu = sorted(spent[-len(asked) :]), sorted(cpu[-len(asked) :])
    p50, p95 = spent[len(spent) // 2], spent[int(len(spent) * 0.95)]
    print(f"{name}: {len(asked):,}, errors {errors}, p50 {p50:.2f} ms, p95 {p95:.2f} ms (wanted {MOST_MS:.0f})")
    print(f"  of CPU p50 {cpu[len(cpu) // 2]:.2f} ms, p95 {cpu[int(len(cpu) * 0.95)]:.2f} ms; {hits:,} found something")


def _documents(things: Iterable[tuple[int, object]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    from catalogue.search import fields

    return ((key, fields.document(thing.names)) for key, thing in things)  # type: ignore[attr-defined]


def _size(engine: ModuleType) -> int:
    from catalogue.search import cluster, embedded

    if engine is embedded:
        return sum(file.stat().st_size for file in embedded.folder().iterdir())
    return int(cluster.client().indices.stats(index=cluster._store())["_all"]["total"]["store"]["size_in_bytes"])


def _memory() -> str:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    held = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("Vm")}
    return f"memory {held['VmRSS']} MiB, at most {held['VmHWM']} MiB"


def _read(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from (line.rstrip("\n").partition("\t")[2] for line in file)


if __name__ == "__main__":
    main()
