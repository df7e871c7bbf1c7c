"""The /v1 API: routes and idempotency keys. Call it inside a transaction."""

import hashlib
import json
import re
from collections.abc import Callable

from shop.payments.testgateway import intents, lists, refunds
from shop.payments.testgateway.calls import Answer, Call
from shop.payments.testgateway.errors import ApiError, Json, unknown
from shop.payments.testgateway.forms import Form, plain

KEY_MAX = 255

Operation = Callable[[Call, Form, str], Answer]


def answer(*, call: Call, method: str, path: str, form: Form) -> Answer:
    """Do one API request, once per idempotency key. Raises ApiError; then nothing is kept."""
    operation, identifier = _route(method, path)
    if method == "GET" or call.idempotency_key is None:
        return _run(call=call, operation=operation, form=form, identifier=identifier)
    stored = _stored(call=call, path=path, form=form)
    if stored is not None:
        return stored
    try:
        with call.state.savepoint():
            made = _run(call=call, operation=operation, form=form, identifier=identifier)
    except ApiError as refusal:
        if not refusal.began:
            raise
        made = Answer(refusal.status, refusal.body)
    sql = "INSERT INTO answers (key, fingerprint, status, body, request_id) VALUES (?, ?, ?, ?, ?)"
    body = json.dumps(made.body)
    call.state.run(sql, call.idempotency_key, _fingerprint(path, form), made.status, body, call.request_id)
    return made


def _stored(*, call: Call, path: str, form: Form) -> Answer | None:
    """The answer already given under this key. Raises ApiError when the key was used for something else."""
    key = call.idempotency_key or ""
    if len(key) > KEY_MAX:
        raise ApiError(400, f"An Idempotency-Key has at most {KEY_MAX} characters.", kind="idempotency_error")
    row = call.state.run("SELECT * FROM answers WHERE key = ?", key).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != _fingerprint(path, form):
        message = f"The Idempotency-Key '{key}' was first used with another path or other parameters; use a new key."
        raise ApiError(400, message, kind="idempotency_error")
    return Answer(int(row["status"]), json.loads(row["body"]), replayed=str(row["request_id"]))


def _fingerprint(path: str, form: Form) -> str:
    return hashlib.sha256(json.dumps([path, plain(form.fields)]).encode()).hexdigest()


def _run(*, call: Call, operation: Operation, form: Form, identifier: str) -> Answer:
    made = operation(call, form, identifier)
    if made.status != 200:
        return made
    return Answer(200, lists.expand(call=call, body=made.body, paths=form.texts("expand")))


def _route(method: str, path: str) -> tuple[Operation, str]:
    for wanted, pattern, operation in ROUTES:
        match = re.fullmatch(pattern, path)
        if match is not None and method == wanted:
            return operation, match["id"] if "id" in match.groupdict() else ""
    raise ApiError(404, f"Unrecognized request URL ({method} {path[:200]}); this test gateway does not speak it.")


def _object(kind: str, param: str) -> Operation:
    """GET of one object by its id."""

    def retrieve(call: Call, form: Form, identifier: str) -> Answer:
        form.allow("expand")
        body: Json | None = call.state.get(identifier, kind=kind)
        if body is None:
            raise unknown(kind, identifier, param=param)
        return Answer(200, body)

    return retrieve


def _intent(call: Call, form: Form, identifier: str) -> Answer:
    form.allow("expand", "client_secret")
    return Answer(200, intents.retrieve(call=call, identifier=identifier))


def _list(kind: str, url: str) -> Operation:
    return lambda call, form, _: Answer(200, lists.page(call=call, form=form, kind=kind, url=url))


ROUTES: list[tuple[str, str, Operation]] = [
    ("POST", r"/v1/payment_intents", lambda call, form, _: intents.create(call=call, form=form)),
    ("GET", r"/v1/payment_intents/(?P<id>[^/]+)", _intent),
    (
        "POST",
        r"/v1/payment_intents/(?P<id>[^/]+)/confirm",
        lambda call, form, identifier: intents.confirm(call=call, form=form, identifier=identifier),
    ),
    (
        "POST",
        r"/v1/payment_intents/(?P<id>[^/]+)/cancel",
        lambda call, form, identifier: intents.cancel(call=call, form=form, identifier=identifier),
    ),
    ("GET", r"/v1/charges/(?P<id>[^/]+)", _object("charge", "charge")),
    ("POST", r"/v1/refunds", lambda call, form, _: refunds.create(call=call, form=form)),
    ("GET", r"/v1/refunds", _list("refund", "/v1/refunds")),
    ("GET", r"/v1/refunds/(?P<id>[^/]+)", _object("refund", "refund")),
    ("GET", r"/v1/balance_transactions", _list("balance_transaction", "/v1/balance_transactions")),
    ("GET", r"/v1/balance_transactions/(?P<id>[^/]+)", _object("balance_transaction", "id")),
    ("GET", r"/v1/events", _list("event", "/v1/events")),
    ("GET", r"/v1/events/(?P<id>[^/]+)", _object("event", "id")),
]
