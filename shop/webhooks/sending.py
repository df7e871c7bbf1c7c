"""One POST to somebody's server: to the address that was checked, within ten seconds in all, no redirect followed."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import SplitResult

from django.utils.translation import gettext_noop

from shop.webhooks import targets

TIMEOUT_S = 10
NOT_ALLOWED = gettext_noop("the address leads into a private network and was not called")
NO_NAME = gettext_noop("no server has this name")
NO_CONNECTION = gettext_noop("no connection to the server")
NO_TLS = gettext_noop("the server's TLS certificate was not accepted")
NO_ANSWER = gettext_noop("no whole answer within ten seconds")
NOT_HTTP = gettext_noop("the answer is not HTTP")
REDIRECTED = gettext_noop("the answer is a redirect, and none is followed")
REFUSED = gettext_noop("the server did not take it")


@dataclass(frozen=True)
class Answer:
    """status: None when none came; problem: in English, shown translated, empty when the event was taken (2xx)."""

    status: int | None
    problem: str
    took_ms: int


def post(*, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send the body and look at the status of the answer, nothing else. What a network can do raises nothing."""
    begun = time.monotonic()
    status, problem = _try(url, body, headers)
    return Answer(status, problem, int((time.monotonic() - begun) * 1000))


def _try(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
    try:
        parts = targets.read(url)
        address = targets.resolve(parts)
    except targets.TargetRefused:
        return None, NOT_ALLOWED
    except (OSError, UnicodeError):
        return None, NO_NAME
    connection = _Pinned(parts, address)
    late = threading.Timer(TIMEOUT_S, connection.cut)  # a socket's own time-out begins anew with every byte
    late.daemon = True
    late.start()
    try:
        connection.request("POST", _path(parts), body=body, headers=dict(headers))
        status = connection.getresponse().status
    except ssl.SSLError:
        return None, NO_ANSWER if connection.was_cut else NO_TLS
    except TimeoutError:
        return None, NO_ANSWER
    except (OSError, HTTPException, ValueError) as error:
        unread = NOT_HTTP if isinstance(error, HTTPException) else NO_CONNECTION
        return None, NO_ANSWER if connection.was_cut else unread
    finally:
        late.cancel()
        connection.close()
    if connection.was_cut:  # headers that stop in the middle read like headers that are over
        return None, NO_ANSWER
    if 200 <= status < 300:
        return status, ""
    return status, REDIRECTED if 300 <= status < 400 else REFUSED


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _Pinned(HTTPConnection):
    """Connects to one IP address, and proves by TLS that the name it stands for answers there."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        super().__init__(f"[{host}]" if ":" in host else host, parts.port or (443 if secure else 80), timeout=TIMEOUT_S)
        self.default_port = 443 if secure else 80  # so that the Host header names no default port
        self.address, self.name, self.secure = address, host, secure
        self.was_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), TIMEOUT_S)
        self.sock: Any = plain
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self.name, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def cut(self) -> None:
        """End the connection under whoever waits on it."""
        self.was_cut = True
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
