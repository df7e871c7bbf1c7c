"""Lists, newest first, page by page; and expand[], which puts an object in the place of its id."""

from shop.payments.testgateway.calls import Call
from shop.payments.testgateway.errors import ApiError, Json, invalid, unknown
from shop.payments.testgateway.forms import Form

PAGE = 10
PAGE_MAX = 100
EXPANDABLE = ("payment_intent", "latest_charge", "charge", "balance_transaction", "source")
EXPAND_DEPTH_MAX = 4
BOUNDS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
FILTERS = {  # parameter -> column, by kind of object
    "refund": {"payment_intent": "parent"},
    "balance_transaction": {"type": "type", "source": "parent"},
    "event": {"type": "type"},
}


def page(*, call: Call, form: Form, kind: str, url: str) -> Json:
    """One page of the objects of a kind. Raises ApiError."""
    filters = FILTERS[kind]
    form.allow("limit", "starting_after", "created", "expand", *filters)
    limit = form.whole("limit", least=1, most=PAGE_MAX) or PAGE
    where, values = ["kind = ?"], [kind]
    for name, column in filters.items():
        wished = form.text(name)
        if wished is not None:
            where.append(f"{column} = ?")
            values.append(wished)
    _within(form=form, where=where)
    after = form.text("starting_after")
    if after is not None:
        row = call.state.run("SELECT created, seq FROM objects WHERE id = ? AND kind = ?", after, kind).fetchone()
        if row is None:
            raise unknown(kind, after, param="starting_after", status=400)
        where.append(f"(created, seq) < ({int(row['created'])}, {int(row['seq'])})")
    # only column names, signs and whole numbers from above stand in the text; what was sent is bound
    sql = f"SELECT id FROM objects WHERE {' AND '.join(where)} ORDER BY created DESC, seq DESC LIMIT {limit + 1}"  # noqa: S608
    found = [str(row["id"]) for row in call.state.run(sql, *values)]
    data = [call.state.get(identifier) for identifier in found[:limit]]
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": data}


def _within(*, form: Form, where: list[str]) -> None:
    """Add the conditions of created[gt|gte|lt|lte] (unix seconds)."""
    bounds = form.part("created")
    if bounds is None:
        return
    bounds.allow(*BOUNDS)
    for name, sign in BOUNDS.items():
        moment = bounds.whole(name, least=0, most=2**40)
        if moment is not None:
            where.append(f"created {sign} {moment}")


def expand(*, call: Call, body: Json, paths: list[str]) -> Json:
    """The body with each path ("latest_charge.balance_transaction") expanded. Raises ApiError (400)."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > EXPAND_DEPTH_MAX:
            raise invalid("expand", f"expand goes at most {EXPAND_DEPTH_MAX} levels deep.")
        if body.get("object") == "list":
            if steps[0] != "data":
                raise _refused(path)
            for item in body["data"]:
                _expand(call=call, body=item, steps=steps[1:], path=path)
        else:
            _expand(call=call, body=body, steps=steps, path=path)
    return body


def _expand(*, call: Call, body: Json, steps: list[str], path: str) -> None:
    if not steps:
        return
    step = steps[0]
    if step not in EXPANDABLE or step not in body:
        raise _refused(path)
    if isinstance(body[step], str):
        body[step] = call.state.get(body[step])
    if isinstance(body[step], dict):
        _expand(call=call, body=body[step], steps=steps[1:], path=path)


def _refused(path: str) -> ApiError:
    return invalid("expand", f"This property cannot be expanded: {path[:80]}.")
