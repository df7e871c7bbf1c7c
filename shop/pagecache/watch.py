"""Each web process listens to PostgreSQL and drops what has changed; while it cannot hear, every page is rendered.

A change is heard within milliseconds of its commit. Every beat asks the server something and so proves that all said
before has arrived; a process that had no such proof for DEAF_AFTER_S (a cut line, a halted server) renders every page.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from shop.pagecache.store import ALL, Store
from shop.pagecache.triggers import CHANNEL

logger = logging.getLogger(__name__)

BEAT_S = 0.2
DEAF_AFTER_S = 0.8
RETRY_S = 0.5

store = Store(most_bytes=settings.PAGE_CACHE_MB * 1024 * 1024, deaf_after_s=DEAF_AFTER_S)
_state: dict[str, Any] = {"pid": None, "stop": None}
_starting = threading.Lock()


def clock(tag: str) -> int | None:
    """A number that grows with every change of what the tag stands for; None while changes cannot be heard."""
    return store.clock(tag) if store.hears() else None


def start() -> None:
    """Listen in a thread of this process, once; a forked child starts its own."""
    if _state["pid"] == os.getpid():
        return
    with _starting:
        if _state["pid"] == os.getpid():
            return
        _state["pid"], _state["stop"] = os.getpid(), threading.Event()
        arguments = (connection.get_connection_params(), _state["stop"])
        threading.Thread(target=_listen_for_ever, args=arguments, name="pagecache", daemon=True).start()


def stop() -> None:
    """End the listening (tests change databases)."""
    with _starting:
        if _state["stop"] is not None:
            _state["stop"].set()
        _state["pid"] = _state["stop"] = None
        store.hear(-DEAF_AFTER_S)
        store.drop([ALL])


def _listen_for_ever(parameters: dict[str, Any], stopping: threading.Event) -> None:
    # Django's own classes for cursors and adapters are of no use here.
    plain = {name: value for name, value in parameters.items() if name not in ("cursor_factory", "context")}
    told = False
    while not stopping.is_set():
        try:
            with psycopg.connect(**plain | {"autocommit": True}) as line:
                told = False
                _listen(line, stopping)
        except psycopg.Error as error:
            if not told:
                logger.warning("The page cache hears nothing (%s); every page is rendered.", type(error).__name__)
            told = True
            stopping.wait(RETRY_S)


def _listen(line: psycopg.Connection[Any], stopping: threading.Event) -> None:
    line.add_notify_handler(lambda notice: store.drop(notice.payload.split()))
    line.execute(f"LISTEN {CHANNEL}")
    store.drop([ALL])  # what was said before this line stood is lost
    while not stopping.is_set():
        asked_at = time.monotonic()
        line.execute("SELECT 1")  # its answer comes after whatever was said before
        if stopping.is_set():
            return
        store.hear(asked_at)
        select.select([line.fileno()], [], [], BEAT_S)
