"""SQL queries and CPU per request of the pages everybody opens, on whatever world the database holds.

python -m bench.pages [--times 30] [--json]

Run it after `make run` or `manage.py load_demo` (it starts the private PostgreSQL when the site does not run). Pages
are asked in turn, round after round, so that a machine that slows down slows all of them. CPU is this process's own
(`time.process_time`) and that of PostgreSQL's process for our connection, where it runs on this machine (Linux counts
it in /proc). /healthz is the floor: what a request costs that does nothing. Nothing stands before Django, so every page
is made anew; what `shop.pagecache.memo` keeps is kept here as in a web process that hears of changes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any


def pages() -> dict[str, str]:
    """name -> address, from what is on sale now."""
    from django.utils import timezone

    from catalogue.models import Product

    product = Product.objects.on_sale(timezone.now()).order_by("pk").first()
    if product is None:
        raise SystemExit("Nothing is on sale in this database: run `manage.py load_demo` first.")
    return {
        "health": "/healthz",
        "home": "/",
        "list": "/products/",
        "list, page 2": "/products/?page=2",
        "search": "/products/?query=红枣",
        "product": product.get_absolute_url(),
        "register": "/certificates/",
        "api list": "/api/v1/products",
    }


def measure(times: int) -> list[dict[str, Any]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from shop.pagecache import watch

    watch.start()
    asked = pages()
    client = Client(HTTP_HOST="127.0.0.1")
    queries = {}
    for name, address in asked.items():  # once to warm caches, once to count
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}; nothing is measured.")
        queries[name] = (len(seen), len(answer.content))
    spent: dict[str, list[float]] = {name: [] for name in asked}
    database: dict[str, list[float]] = {name: [] for name in asked}
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    for _round in range(times):
        for name, address in asked.items():
            began, began_database = time.process_time(), _run_ms(backend)
            client.get(address)
            spent[name].append((time.process_time() - began) * 1000)
            database[name].append(_run_ms(backend) - began_database)
    floor = statistics.median(spent["health"])
    return [
        {
            "page": name,
            "queries": queries[name][0],
            "bytes": queries[name][1],
            "cpu_ms": round(statistics.median(spent[name]), 2),
            "database_ms": round(statistics.median(database[name]), 2),
            "times_floor": round(statistics.median(spent[name]) / floor, 1),
        }
        for name in asked
    ]


def _run_ms(schedstat: Path) -> float:
    """Milliseconds a process has run; 0 where its database runs elsewhere."""
    return int(schedstat.read_text().split()[0]) / 1_000_000 if schedstat.exists() else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from shop import database

    with database.running_for(["bench"]):
        import django

        django.setup()
        rows = measure(options.times)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    print(f"{'page':<14}{'queries':>8}{'bytes':>9}{'CPU ms':>9}{'database':>10}{'x health':>10}")
    for row in rows:
        print(
            f"{row['page']:<14}{row['queries']:>8}{row['bytes']:>9}{row['cpu_ms']:>9}{row['database_ms']:>10}"
            f"{row['times_floor']:>10}"
        )


if __name__ == "__main__":
    main()
