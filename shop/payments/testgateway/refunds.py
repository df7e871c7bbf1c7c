"""Refunds: money back to the buyer, never more than the charge's rest."""

from shop.payments.testgateway import charges, events, intents
from shop.payments.testgateway.calls import Answer, Call, new_id
from shop.payments.testgateway.errors import ApiError, Json, invalid, missing, unexpected_state, unknown
from shop.payments.testgateway.forms import Form

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
CREATE_FIELDS = ("payment_intent", "charge", "amount", "metadata", "reason", "expand", "test_created")


def create(*, call: Call, form: Form) -> Answer:
    """Give back a part of a charge, or its whole rest when no amount is named. Raises ApiError."""
    form.allow(*CREATE_FIELDS)
    wished = form.amount()
    reason = form.choice("reason", REASONS)
    metadata = form.metadata()
    created = form.moment(at=call.second)
    charge = _charge(call=call, form=form)
    rest = charge["amount"] - charge["amount_refunded"]
    if rest == 0:
        message = f"Charge {charge['id']} has already been refunded in full."
        raise ApiError(400, message, code="charge_already_refunded", began=True)
    if wished is not None and wished > rest:
        message = f"Refund amount {wished} is greater than the {rest} not yet refunded on charge {charge['id']}."
        raise ApiError(400, message, param="amount", began=True)
    refund = _add(call=call, charge=charge, amount=wished or rest, reason=reason, metadata=metadata, created=created)
    return Answer(200, refund)


def _charge(*, call: Call, form: Form) -> Json:
    """The paid charge that is named, itself or by its intent."""
    named = form.text("charge")
    of_intent = form.text("payment_intent")
    if (named is None) == (of_intent is None):
        both = invalid("charge", "Name payment_intent or charge, not both.")
        raise missing("payment_intent") if named is None else both
    if of_intent is not None:
        intent = call.state.get(of_intent, kind="payment_intent")
        if intent is None:
            raise unknown("payment_intent", of_intent, param="payment_intent", status=400)
        if intent["status"] != "succeeded":
            raise unexpected_state(intent, "be refunded: it has no paid charge")
        named = intent["latest_charge"]
    charge = call.state.get(named or "", kind="charge")
    if charge is None:
        raise unknown("charge", named or "", param="charge", status=400)
    if not charge["paid"]:
        intent = intents.retrieve(call=call, identifier=charge["payment_intent"])
        raise unexpected_state(intent, "be refunded by a charge that failed")
    return charge


def _add(*, call: Call, charge: Json, amount: int, reason: str | None, metadata: dict[str, str], created: int) -> Json:
    refund: Json = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "description": charge["description"],
        "destination_details": None,
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "succeeded",
    }
    row = charges.add_balance_row(call=call, kind="refund", amount=-amount, fee=0, source=refund, created=created)
    refund["balance_transaction"] = row["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.state.add(refund, parent=charge["payment_intent"])
    call.state.save(charge)
    events.emit(call=call, kind="refund.created", about=refund, created=created)
    events.emit(call=call, kind="charge.refunded", about=charge, created=created)
    _reference(call=call, refund=refund, charge=charge)
    return refund


def _reference(*, call: Call, refund: Json, charge: Json) -> None:
    """The bank's reference arrives after the refund itself: the reason for refund.updated."""
    kind = charge["payment_method_details"]["type"]
    refund["destination_details"] = {"type": kind, kind: {"reference": f"test-{refund['id'][-8:]}"}}
    call.state.save(refund)
    events.emit(call=call, kind="refund.updated", about=refund, created=refund["created"])
