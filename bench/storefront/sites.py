"""Three sites at work at once: ours with its page cache, ours without it, and stock Oscar.

The same web server runs each with the same arguments (`shop.serving.web_arguments`); ours has its test gateway beside
it and one worker, as `make run` has. All end with the bench, also when it is killed.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import oscar

from bench.storefront import cpu, worlds
from bench.storefront.worlds import HOST, ROOT, Pair, Server

START_S = 90
STOP_S = 15
OURS, OURS_FRESH, STOCK = "ours", "ours, no page cache", "stock"


@dataclass(frozen=True)
class Site:
    """One site at work.

    pids: roots of the process trees that do its work, the web server's first
    database: its name; postgres: the server's pid
    others: names of the databases whose connections are not this site's
    """

    name: str
    port: int
    pids: tuple[int, ...]
    database: str
    postgres: int
    others: tuple[str, ...]

    def cpu_s(self) -> tuple[float, float]:
        """CPU seconds so far: of the site's own processes, and of PostgreSQL's."""
        return cpu.seconds(*self.pids), cpu.seconds(self.postgres, but=self.others)


@contextmanager
def running(at: Server, pair: Pair) -> Iterator[dict[str, Site]]:
    """All three sites, by name, answering."""
    with ExitStack() as stack:
        make = _Maker(at, pair, stack)
        yield {OURS: make.ours(), OURS_FRESH: make.ours_fresh(), STOCK: make.stock()}


@contextmanager
def running_ours(at: Server, pair: Pair) -> Iterator[Site]:
    """Ours alone, with its page cache."""
    with ExitStack() as stack:
        yield _Maker(at, pair, stack).ours()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class _Maker:
    def __init__(self, at: Server, pair: Pair, stack: ExitStack) -> None:
        self.at, self.pair, self.stack = at, pair, stack

    def ours(self) -> Site:
        """With gateway and worker: whole purchases are made here."""
        port, gateway = free_port(), free_port()
        environment = self._ours(port, gateway)
        prepare_files(environment)
        self._start(*_gateway(environment), environment=environment)
        web = self._web(port, "shop.wsgi:application", environment)
        worker = self._start("manage.py", "procrastinate", "worker", "--concurrency", "2", environment=environment)
        return self._site(OURS, port, (web, worker), self.pair.ours)

    def ours_fresh(self) -> Site:
        port = free_port()
        web = self._web(port, "shop.wsgi:application", self._ours(port, free_port(), PAGE_CACHE_MB="0"))
        return self._site(OURS_FRESH, port, (web,), self.pair.ours)

    def stock(self) -> Site:
        port = free_port()
        environment = worlds.stock_environment(self.at, self.pair.stock, STOCK_SECRET_KEY=secrets.token_hex(32))
        hang_missing_picture(Path(environment["VAR_DIR"]) / "media")
        web = self._web(port, "bench.storefront.stock.wsgi:application", environment)
        return self._site(STOCK, port, (web,), self.pair.stock)

    def _ours(self, port: int, gateway: int, **more: str) -> dict[str, str]:
        return worlds.environment(self.at, self.pair.ours, PORT=str(port), TEST_GATEWAY_PORT=str(gateway), **more)

    def _site(self, name: str, port: int, pids: tuple[int, ...], database: str) -> Site:
        others = tuple(other for other in self.pair if other != database)
        return Site(name, port, pids, database, self.at.pid, others)

    def _web(self, port: int, application: str, environment: dict[str, str]) -> int:
        pid = self._start("-m", "granian", *_web_arguments(port, application), environment=environment)
        _wait_for(port, pid)
        return pid

    def _start(self, *arguments: str, environment: dict[str, str]) -> int:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT, env=environment, start_new_session=True, preexec_fn=_die_with_parent, stdout=sys.stderr,
        )  # fmt: skip
        self.stack.callback(_end, process)
        return process.pid


def prepare_files(environment: dict[str, str]) -> None:
    """Our static files under their hashed names, when one of them or a package has changed."""
    stamp = worlds.SITE / "static.stamp"
    key = worlds.key_of_files(ROOT / "requirements.lock", *(ROOT / "shop" / "static").rglob("*"))
    if not stamp.exists() or stamp.read_text() != key:
        worlds.python("manage.py", "collectstatic", "--noinput", "--verbosity", "0", environment=environment)
        stamp.write_text(key)


def hang_missing_picture(media: Path) -> None:
    """Oscar's "image not found" where Oscar looks for it; its web processes would race to put it there."""
    media.mkdir(parents=True, exist_ok=True)
    source = Path(oscar.__file__).parent / "static" / "oscar" / "img" / "image_not_found.jpg"
    (media / source.name).unlink(missing_ok=True)
    shutil.copyfile(source, media / source.name)


def _web_arguments(port: int, application: str) -> list[str]:
    """The shop's own arguments of its web server, for another port and another application."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    os.environ.setdefault("VAR_DIR", str(worlds.SITE))
    from shop import serving

    arguments = serving.web_arguments()
    arguments[arguments.index("--port") + 1] = str(port)
    return [*arguments[:-1], application]


def _gateway(environment: dict[str, str]) -> list[str]:
    """The test gateway of that environment, asked of the shop itself in a process with those settings."""
    code = "from shop import serving; print('\\n'.join(serving.gateway_command()))"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return answer.stdout.splitlines()[1:]


def _wait_for(port: int, pid: int) -> None:
    """Raises RuntimeError when nothing answers in time."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if pid not in cpu.processes():
            break
        connection = http.client.HTTPConnection(HOST, port, timeout=START_S)
        try:
            connection.request("GET", "/favicon.ico")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise RuntimeError(f"The site on port {port} did not answer within {START_S} s; its messages stand above.")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its own group, begun by us
        process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
