"""What the gateway keeps: one SQLite file, one connection, one lock.

Every request runs in one transaction under the lock, so requests are handled one after another and a second
request under the same idempotency key finds the first one's answer. Objects are stored as the JSON that is served.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shop.payments.testgateway.errors import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    type TEXT,
    parent TEXT,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_time ON objects (kind, created, seq);
CREATE INDEX IF NOT EXISTS objects_by_parent ON objects (parent);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pay_pages (
    intent TEXT PRIMARY KEY,
    method TEXT NOT NULL,
    return_url TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('held', 'pending', 'delivered', 'abandoned')),
    due_at REAL NOT NULL,
    place INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_answer INTEGER
);
CREATE INDEX IF NOT EXISTS deliveries_by_due ON deliveries (status, due_at, place);
CREATE TABLE IF NOT EXISTS behaviour (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL
);
"""
TABLES = ("objects", "answers", "pay_pages", "deliveries", "behaviour")


class StateInUse(Exception):
    """Another gateway works on this state file."""


class StateClosed(Exception):
    """The gateway is ending; nothing more is stored."""


class State:
    """The open state file. `changed` is set after each commit and wakes the sender of webhooks."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises StateInUse."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._closed = False
        self.changed = threading.Event()
        self._db = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        try:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.executescript(SCHEMA)
        except sqlite3.OperationalError as error:
            self._db.close()
            raise StateInUse(f"The state file {path} cannot be used ({error}); end the other gateway first.") from error

    @contextmanager
    def transaction(self, *, wake: bool = True) -> Iterator[None]:
        """Everything inside is kept or nothing is. wake: set `changed` afterwards. Raises StateClosed."""
        with self._lock:
            if self._closed:
                raise StateClosed
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        if wake:
            self.changed.set()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Inside a transaction: undo this part alone when it raises."""
        self._db.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO part")
            raise
        finally:
            self._db.execute("RELEASE part")

    def run(self, sql: str, *values: object) -> sqlite3.Cursor:
        """One statement; call it inside a transaction."""
        return self._db.execute(sql, values)

    def add(self, body: Json, *, label: str | None = None, parent: str | None = None) -> None:
        """Store a new API object. label (its type), parent: what lists filter by."""
        self.run(
            "INSERT INTO objects (id, kind, created, type, parent, body) VALUES (?, ?, ?, ?, ?, ?)",
            body["id"], body["object"], body["created"], label, parent, json.dumps(body),
        )  # fmt: skip

    def save(self, body: Json) -> None:
        """Store an object's new state."""
        self.run("UPDATE objects SET body = ? WHERE id = ?", json.dumps(body), body["id"])

    def get(self, identifier: str, *, kind: str | None = None) -> Json | None:
        """The object with this id, None when there is none (of this kind)."""
        row = self.run("SELECT kind, body FROM objects WHERE id = ?", identifier).fetchone()
        if row is None or (kind is not None and row["kind"] != kind):
            return None
        body: Json = json.loads(row["body"])
        return body

    def reset(self) -> None:
        """Forget everything."""
        for table in TABLES:
            self.run(f"DELETE FROM {table}")  # noqa: S608  names from TABLES above

    def close(self) -> None:
        """Wait for the request at work, then close the file."""
        with self._lock:
            self._closed = True
            self._db.close()
