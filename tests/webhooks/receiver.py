"""Somebody's own machine: a real HTTP server that keeps what it is sent and answers as it is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Message:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """answers: statuses to give, the last one for ever"""

    url: str
    answers: list[int] = field(default_factory=lambda: [204])
    got: list[Message] = field(default_factory=list)
    location: str = ""


@contextmanager
def listening() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append(Message(self.path, dict(self.headers), body))
            self.send_response(made.answers.pop(0) if len(made.answers) > 1 else made.answers[0])
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Receiver(f"http://127.0.0.1:{server.server_port}/hook?shop=oasis")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fits(signature: str, body: bytes, secret: str) -> bool:
    """What docs/integrations.md tells a receiver to do, and nothing of the shop's own code."""
    parts = [part.split("=", 1) for part in signature.split(",")]
    moment = next(value for name, value in parts if name == "t")
    wanted = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return any(name == "v1" and hmac.compare_digest(value, wanted) for name, value in parts)
