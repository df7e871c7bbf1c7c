"""The site as the web server runs it: the page cache around Django, on a real socket."""

from __future__ import annotations

import http.client
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.db import connections

from shop.pagecache import watch


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *about: Any) -> None:
        return None


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    port: int

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        read = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        line.close()
        return read

    def keep(self, path: str) -> Answer:
        """Ask until the page stands in memory: what was written just before may still be on its way to be heard."""
        until(lambda: self.get(path).status == 200 and self.kept > 0, f"{path} is never kept")
        return self.get(path)

    @property
    def kept(self) -> int:
        return len(watch.store)


def _closing_connections(application: Any) -> Any:
    """Each request has a thread of its own here; its database connection goes with it."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        try:
            return list(application(environ, start_response))
        finally:
            connections.close_all()

    return answer


@contextmanager
def running() -> Iterator[Site]:
    """The site, hearing of changes; it needs a test that commits (transaction=True)."""
    from shop.wsgi import application

    with Threaded(("127.0.0.1", 0), Quiet) as server:
        server.set_app(_closing_connections(application))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        watch.stop()
        watch.start()
        try:
            until(watch.store.hears, "the page cache hears nothing")
            yield Site(server.server_address[1])
        finally:
            watch.stop()
            server.shutdown()
            thread.join()


def until(true: Any, otherwise: str, seconds: float = 10) -> None:
    """Wait for something that must become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)
