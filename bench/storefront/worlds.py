"""The databases both sites stand on: built once, kept in a PostgreSQL of their own, copied for every run.

world    migrated, with the demo world (few orders, no pictures)
goods    the world's products multiplied to N (bench.storefront.goods)
stock    stock Oscar's tables, with the same N products (bench.storefront.stock.fill)

A name changes with everything the database is built from; older ones of the same kind are dropped. A run works on
copies, so what it buys is gone afterwards and the next run begins where this one did.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psycopg

from shop import database

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
BENCH = Path(os.environ.get("BENCH_DIR") or ROOT / "var" / "bench")
SITE = BENCH / "site"  # VAR_DIR of our site
HOST = "127.0.0.1"
ORDERS = 60
OURS = ("catalogue", "certification", "logistics", "shop")
STOCK_SETTINGS = "bench.storefront.stock.settings"
Say = Callable[[str], object]


class Pair(NamedTuple):
    """Names of the two databases of one run."""

    ours: str
    stock: str


class Server:
    """The bench's own PostgreSQL. sockets: the directory of its socket."""

    def __init__(self, sockets: Path) -> None:
        self.sockets = sockets

    @property
    def pid(self) -> int:
        return int((BENCH / "postgres" / "data" / "postmaster.pid").read_text().split()[0])

    def url(self, name: str) -> str:
        return f"postgresql://{database.SUPERUSER}@/{name}?host={quote(str(self.sockets), safe='')}"

    def connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.sockets), user=database.SUPERUSER, dbname=name, autocommit=True)

    def execute(self, *statements: str) -> list[tuple[object, ...]]:
        with self.connect("postgres") as connection:
            for statement in statements:
                cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def has(self, name: str) -> bool:
        return bool(self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def copy(self, name: str, *, source: str) -> None:
        self.execute(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY",
        )

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def build(self, name: str, *, source: str, fill: Callable[[str], object]) -> None:
        """Make a database under its final name only when it is whole; then drop what was of its kind before."""
        if self.has(name):
            return
        half, kind = f"half_{name}", name.rpartition("_")[0]
        self.copy(half, source=source)
        fill(half)
        self.execute(f"ALTER DATABASE {half} RENAME TO {name}")
        for (old,) in self.execute("SELECT datname FROM pg_database"):
            if str(old).rpartition("_")[0] == kind and old != name:
                self.drop(str(old))


@contextmanager
def server() -> Iterator[Server]:
    with database.lease(BENCH / "postgres") as sockets:
        yield Server(sockets)


@contextmanager
def only_one() -> Iterator[None]:
    """Two runs at once would measure each other: the second waits for the first."""
    with open(BENCH / "run.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepared(at: Server, products: int, say: Say) -> Pair:
    """Both databases with so many products, built if they are not there yet."""
    world = f"world_{key_of_files(*_migrations(), *_demo())}"
    goods = f"goods_{products}_{key_of_files(world, HERE / 'goods.py')}"
    tables = f"stock_{key_of_files(ROOT / 'requirements.lock')}"
    stock = f"stocked_{products}_{key_of_files(goods, tables, HERE / 'stock' / 'fill.py')}"
    if not at.has(goods):
        at.build(world, source="template0", fill=lambda name: _build_world(at, name, say))
        at.build(goods, source=world, fill=lambda name: _build_goods(at, name, products, say))
    if not at.has(stock):
        at.build(tables, source="template0", fill=lambda name: _build_tables(at, name, say))
        at.build(stock, source=tables, fill=lambda name: _fill(at, name, goods, say))
    return Pair(goods, stock)


@contextmanager
def copies(at: Server, source: Pair) -> Iterator[Pair]:
    """Both databases copied for one run, and dropped after it."""
    pair = Pair(f"run_ours_{os.getpid()}", f"run_stock_{os.getpid()}")
    try:
        for name, origin in zip(pair, source, strict=True):
            at.copy(name, source=origin)
        yield pair
    finally:
        for name in pair:
            at.drop(name)


def environment(at: Server, name: str, **more: str) -> dict[str, str]:
    """Of a process of our site on that database."""
    return os.environ | {
        "VAR_DIR": str(SITE), "DATABASE_URL": at.url(name), "SITE_MODE": "demo", "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "shop.settings", "PYTHONDONTWRITEBYTECODE": "1", **more,
    }  # fmt: skip


def stock_environment(at: Server, name: str, **more: str) -> dict[str, str]:
    """Of a process of the stock site on that database."""
    return environment(at, name, DJANGO_SETTINGS_MODULE=STOCK_SETTINGS, VAR_DIR=str(BENCH / "stock"), **more)


def python(*arguments: str, environment: dict[str, str]) -> None:
    """Run one of our modules to its end; what it prints goes to the error output."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=sys.stderr)


def _build_world(at: Server, name: str, say: Say) -> None:
    from bench.storefront.sites import free_port

    say("Building our tables and the demo world (once, about 3 minutes) ...")
    port = str(free_port())
    settings = environment(at, name, TEST_GATEWAY_PORT=port)
    python("manage.py", "migrate", "--verbosity", "0", environment=settings)
    python("manage.py", "load_demo", "--orders", str(ORDERS), "--no-pictures", "-v", "0", environment=settings)


def _build_goods(at: Server, name: str, products: int, say: Say) -> None:
    say(f"Multiplying its goods to {products:,} products ...")
    python("-m", "bench.storefront.goods", "--products", str(products), environment=environment(at, name))


def _build_tables(at: Server, name: str, say: Say) -> None:
    say("Building stock Oscar's tables (once, about a minute) ...")
    python("-m", "django", "migrate", "--verbosity", "0", environment=stock_environment(at, name))


def _fill(at: Server, name: str, goods: str, say: Say) -> None:
    say("Putting the same products into stock Oscar ...")
    arguments = ["--from", at.url(goods), "--to", at.url(name)]
    python("-m", "bench.storefront.stock.fill", *arguments, environment=os.environ.copy())


def _migrations() -> list[Path]:
    found = [path for folder in OURS for path in (ROOT / folder).rglob("migrations/*.py")]
    helpers = [ROOT / "catalogue" / "append_only.py", ROOT / "shop" / "pagecache" / "triggers.py"]
    return [ROOT / "requirements.lock", *helpers, *found]


def _demo() -> list[Path]:
    return [path for path in (ROOT / "shop" / "demo").rglob("*") if path.suffix in (".py", ".csv", ".json")]


def key_of_files(*parts: Path | str) -> str:
    """Changes with the content of the files and with the words, and every month: the world's dates are counted back
    from the day it was made.
    """
    digest = hashlib.sha256(f"{datetime.now(UTC):%Y-%m}".encode())
    for part in sorted(parts, key=str):
        if isinstance(part, str) or part.is_file():
            digest.update(part.encode() if isinstance(part, str) else part.name.encode() + part.read_bytes())
    return digest.hexdigest()[:12]
