"""Webhooks on their way: a delivery is one event to be sent once, kept until a 2xx or until given up.

A delivery is held, pending, delivered or abandoned. Delivery is at least once: when the gateway dies between the
receiver's 2xx and the note of it, the event is sent again, as Stripe may.
"""

import hashlib
import hmac
import http.client
import random
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from shop.payments.testgateway import behaviour
from shop.payments.testgateway.errors import Json, invalid, unknown
from shop.payments.testgateway.state import State, StateClosed

SHUFFLE_SPREAD_SECONDS = 0.5
PAUSE_MAX_SECONDS = 300.0
ANSWER_SECONDS = 10
IDLE_SECONDS = 5.0


def enqueue(*, state: State, event: str, at: float) -> None:
    """Make the deliveries of a new event as the behaviour says."""
    wish = behaviour.read(state=state)
    for _ in range(wish["repeat_events"]):
        delivery = _insert(state=state, event=event, status="held" if wish["hold_events"] else "pending", due_at=at)
        if wish["shuffle_events"]:
            late = random.Random(f"{wish['shuffle_seed']}:{delivery}").uniform(0, SHUFFLE_SPREAD_SECONDS)  # noqa: S311  an order, no secret
            state.run("UPDATE deliveries SET due_at = due_at + ? WHERE id = ?", late, delivery)


def redeliver(*, state: State, event: str, times: int, at: float) -> None:
    """Send a known event again, now, whether or not it was delivered. Raises ApiError (404)."""
    if state.get(event, kind="event") is None:
        raise unknown("event", event)
    for _ in range(times):
        _insert(state=state, event=event, status="pending", due_at=at)


def release(*, state: State, at: float, order: list[str] | None = None, seed: int | None = None) -> list[str]:
    """Let held deliveries go and return the events in their order of sending.

    order: only these events, in this order (the others stay held); seed: all, shuffled; neither: all, oldest first

    Raises ApiError (400) when an event in `order` is not held.
    """
    held = state.run("SELECT id, event FROM deliveries WHERE status = 'held' ORDER BY id").fetchall()
    waiting = [(int(row["id"]), str(row["event"])) for row in held]
    if order is not None:
        absent = set(order) - {event for _, event in waiting}
        if absent:
            raise invalid("order", f"Not held: {', '.join(sorted(absent))[:300]}.")
        waiting = [pair for event in dict.fromkeys(order) for pair in waiting if pair[1] == event]
    elif seed is not None:
        random.Random(seed).shuffle(waiting)  # noqa: S311  an order, no secret
    place = int(state.run("SELECT COALESCE(MAX(place), 0) FROM deliveries").fetchone()[0])
    for offset, (delivery, _) in enumerate(waiting, start=1):
        sql = "UPDATE deliveries SET status = 'pending', due_at = ?, place = ? WHERE id = ?"
        state.run(sql, at, place + offset, delivery)
    return [event for _, event in waiting]


def rows(*, state: State) -> list[Json]:
    """Every delivery, oldest first: event, type, status, attempts and the receiver's last status (0: no answer)."""
    found = state.run(
        "SELECT d.event, o.type, d.status, d.attempts, d.last_answer FROM deliveries d"
        " JOIN objects o ON o.id = d.event ORDER BY d.id"
    )
    return [dict(row) for row in found]


def _insert(*, state: State, event: str, status: str, due_at: float) -> int:
    place = int(state.run("SELECT COALESCE(MAX(place), 0) + 1 FROM deliveries").fetchone()[0])
    sql = "INSERT INTO deliveries (event, status, due_at, place) VALUES (?, ?, ?, ?)"
    return int(state.run(sql, event, status, due_at, place).lastrowid or 0)


def signature(*, payload: str, secret: str, at: float) -> str:
    """The Stripe-Signature header: t=<unix seconds>,v1=<HMAC-SHA256 of "t.payload" in hexadecimal>.

    Source: docs.stripe.com/webhooks, "Verify webhook signatures manually".
    """
    moment = int(at)
    digest = hmac.new(secret.encode(), f"{moment}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


@dataclass(frozen=True)
class Target:
    """Where webhooks go. pause_seconds: wait after the first failed attempt, doubled after each further one."""

    url: str
    secret: str
    pause_seconds: float = 1.0
    attempts_max: int = 12


class Sender(threading.Thread):
    """Sends what is due, one delivery at a time, until stopped. Reads the clock: this is an edge."""

    def __init__(self, *, state: State, target: Target) -> None:
        super().__init__(name="webhook-sender", daemon=True)
        self._state = state
        self._target = target
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            self._state.changed.clear()
            try:
                wait = self._send_next()
            except StateClosed:
                return
            if wait and not self._stopped.is_set():
                self._state.changed.wait(wait)

    def stop(self) -> None:
        """End after the delivery at work, at most two seconds from now."""
        self._stopped.set()
        self._state.changed.set()
        self.join(timeout=2)

    def _send_next(self) -> float:
        """Send the delivery that is due first; returns the seconds until there may be another."""
        with self._state.transaction(wake=False):
            row = self._state.run(
                "SELECT d.id, d.due_at, d.attempts, o.body FROM deliveries d JOIN objects o ON o.id = d.event"
                " WHERE d.status = 'pending' ORDER BY d.due_at, d.place LIMIT 1"
            ).fetchone()
        now = time.time()
        if row is None:
            return IDLE_SECONDS
        if row["due_at"] > now:
            return min(float(row["due_at"]) - now, IDLE_SECONDS)
        answer = self._post(str(row["body"]), at=now)
        self._note(delivery=int(row["id"]), attempts=int(row["attempts"]) + 1, answer=answer)
        return 0

    def _note(self, *, delivery: int, attempts: int, answer: int) -> None:
        pause = min(self._target.pause_seconds * 2 ** (attempts - 1), PAUSE_MAX_SECONDS)
        status = "pending" if attempts < self._target.attempts_max else "abandoned"
        if 200 <= answer < 300:
            status, pause = "delivered", 0
        sql = "UPDATE deliveries SET status = ?, attempts = ?, last_answer = ?, due_at = ? WHERE id = ?"
        with self._state.transaction(wake=False):
            self._state.run(sql, status, attempts, answer, time.time() + pause, delivery)

    def _post(self, payload: str, *, at: float) -> int:
        """The receiver's status; 0 when there was no answer. Redirects are not followed."""
        parts = urlsplit(self._target.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "TestGateway/1.0",
            "Stripe-Signature": signature(payload=payload, secret=self._target.secret, at=at),
        }
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body=payload.encode(), headers=headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
