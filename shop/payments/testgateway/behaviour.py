"""How the gateway misbehaves when told to; kept in the state file.

repeat_events        1..50: each new event is delivered so many times
shuffle_events       each new delivery waits a pseudo-random part of a second, so that events overtake one another
shuffle_seed         the seed of that order
hold_events          new deliveries are kept back until POST /test/release (setting it to false releases nothing)
fail_next            null or {"path_prefix": "/v1/", "method": null, "status": 500, "times": 1, "after_effect": false,
                     "drop": false}: the next requests that match get this status instead of their answer.
                     after_effect: the operation is done (and stored under its key) and only the answer is lost.
                     drop: the connection closes without any answer.
delay_next_seconds   0..120: the next API answer is late by so much, after its effect; then back to 0
"""

import json
from dataclasses import dataclass
from typing import Any

from shop.payments.testgateway.errors import Json, invalid
from shop.payments.testgateway.state import State

REPEAT_MAX = 50
DELAY_MAX = 120
DEFAULTS: Json = {
    "repeat_events": 1,
    "shuffle_events": False,
    "shuffle_seed": 0,
    "hold_events": False,
    "fail_next": None,
    "delay_next_seconds": 0,
}
FAULT_DEFAULTS: Json = {
    "path_prefix": "/v1/",
    "method": None,
    "status": 500,
    "times": 1,
    "after_effect": False,
    "drop": False,
}


@dataclass(frozen=True)
class Fault:
    """One answer to spoil. status: what is sent instead, unless the connection is dropped."""

    status: int
    after_effect: bool
    drop: bool


def read(*, state: State) -> Json:
    """The whole behaviour as it stands."""
    row = state.run("SELECT body FROM behaviour WHERE id = 1").fetchone()
    return {**DEFAULTS, **(json.loads(row["body"]) if row else {})}


def change(*, state: State, wishes: Json) -> Json:
    """Set the named parts (null: back to the default), leave the others. Raises ApiError (400)."""
    now = read(state=state)
    for name, value in wishes.items():
        if name not in DEFAULTS:
            raise invalid(name[:80], f"Unknown behaviour: {name[:80]}. Known: {', '.join(DEFAULTS)}.")
        now[name] = DEFAULTS[name] if value is None else _checked(name, value)
    _write(state=state, body=now)
    return now


def take_fault(*, state: State, method: str, path: str) -> Fault | None:
    """The fault for this request, counted down; None when it is to be answered truly."""
    now = read(state=state)
    wish = now["fail_next"]
    if wish is None or not path.startswith(wish["path_prefix"]) or wish["method"] not in (None, method):
        return None
    wish["times"] -= 1
    now["fail_next"] = wish if wish["times"] > 0 else None
    _write(state=state, body=now)
    return Fault(status=wish["status"], after_effect=wish["after_effect"], drop=wish["drop"])


def take_delay(*, state: State) -> float:
    """Seconds to hold the next answer back; asked once, then 0."""
    now = read(state=state)
    seconds = float(now["delay_next_seconds"])
    if seconds:
        _write(state=state, body={**now, "delay_next_seconds": 0})
    return seconds


def _write(*, state: State, body: Json) -> None:
    state.run("INSERT OR REPLACE INTO behaviour (id, body) VALUES (1, ?)", json.dumps(body))


def _checked(name: str, value: Any) -> Any:
    if name == "fail_next":
        return _checked_fault(value)
    if name in ("shuffle_events", "hold_events"):
        return _flag(name, value)
    if name == "repeat_events":
        return _whole(name, value, least=1, most=REPEAT_MAX)
    if name == "shuffle_seed":
        return _whole(name, value, least=0, most=2**31)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= DELAY_MAX:
        raise invalid(name, f"{name} must be a number of seconds from 0 to {DELAY_MAX}.")
    return value


def _checked_fault(value: Any) -> Json:
    if not isinstance(value, dict):
        raise invalid("fail_next", "fail_next must be an object or null.")
    for name in value:
        if name not in FAULT_DEFAULTS:
            raise invalid("fail_next", f"Unknown part of fail_next: {name[:80]}. Known: {', '.join(FAULT_DEFAULTS)}.")
    fault = {**FAULT_DEFAULTS, **value}
    if not isinstance(fault["path_prefix"], str):
        raise invalid("fail_next", "path_prefix must be a text.")
    if fault["method"] not in (None, "GET", "POST"):
        raise invalid("fail_next", "method must be GET, POST or null.")
    _whole("status", fault["status"], least=400, most=599)
    _whole("times", fault["times"], least=1, most=1000)
    _flag("after_effect", fault["after_effect"])
    _flag("drop", fault["drop"])
    return fault


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise invalid(name, f"{name} must be true or false.")
    return value


def _whole(name: str, value: Any, *, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise invalid(name, f"{name} must be a whole number from {least} to {most}.")
    return value
