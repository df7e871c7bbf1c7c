"""The /test JSON endpoints for tests and the demo. They ask for no API key; call them inside a transaction.

GET  /test/behaviour             how it misbehaves now (behaviour.py says what each part means)
POST /test/behaviour             set the named parts, answer the whole
POST /test/release               let held events go: {} oldest first, {"order": ["evt_..."]} only these and in this
                                 order, {"shuffle_seed": 7} all shuffled; answers {"released": [...]}
POST /test/redeliver/{event}     send it again now, {"times": 1..50}, default once
GET  /test/deliveries            every delivery with its status, attempts and the receiver's last answer
GET  /test/books                 the oracle: money per intent and per currency, summed from the balance rows
POST /test/reset                 forget everything
"""

import re

from shop.payments.testgateway import behaviour, books, deliveries
from shop.payments.testgateway.calls import Answer, Call
from shop.payments.testgateway.errors import ApiError, Json, invalid

_REDELIVER = re.compile(r"/test/redeliver/([^/]+)")


def answer(*, call: Call, method: str, path: str, body: Json) -> Answer:
    """Do one control request. Raises ApiError."""
    redelivered = _REDELIVER.fullmatch(path)
    if method == "POST" and redelivered:
        return _redeliver(call=call, event=redelivered[1], body=body)
    match method, path:
        case "GET", "/test/behaviour":
            return Answer(200, behaviour.read(state=call.state))
        case "POST", "/test/behaviour":
            return Answer(200, behaviour.change(state=call.state, wishes=body))
        case "POST", "/test/release":
            return _release(call=call, body=body)
        case "GET", "/test/deliveries":
            return Answer(200, {"deliveries": deliveries.rows(state=call.state)})
        case "GET", "/test/books":
            return Answer(200, books.totals(state=call.state))
        case "POST", "/test/reset":
            call.state.reset()
            return Answer(200, {"reset": True})
    raise ApiError(404, f"There is no {method} {path[:200]} on this test gateway.")


def _release(*, call: Call, body: Json) -> Answer:
    _allow(body, "order", "shuffle_seed")
    order, seed = body.get("order"), body.get("shuffle_seed")
    if order is not None and not (isinstance(order, list) and all(isinstance(event, str) for event in order)):
        raise invalid("order", "order must be a list of event ids.")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise invalid("shuffle_seed", "shuffle_seed must be a whole number.")
    return Answer(200, {"released": deliveries.release(state=call.state, at=call.at, order=order, seed=seed)})


def _redeliver(*, call: Call, event: str, body: Json) -> Answer:
    _allow(body, "times")
    times = body.get("times", 1)
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= behaviour.REPEAT_MAX:
        raise invalid("times", f"times must be a whole number from 1 to {behaviour.REPEAT_MAX}.")
    deliveries.redeliver(state=call.state, event=event, times=times, at=call.at)
    return Answer(200, {"event": event, "deliveries": times})


def _allow(body: Json, *names: str) -> None:
    for name in body:
        if name not in names:
            raise invalid(name[:80], f"Unknown here: {name[:80]}. Known: {', '.join(names)}.")
