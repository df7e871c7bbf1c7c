"""Charges and the balance rows behind them: the only place where money moves in."""

from shop.payments.testgateway.calls import Call, new_id
from shop.payments.testgateway.errors import Json

DEMO_FEE_BP = 60  # the gateway's fee on every charge, in basis points; rounded half up to the smallest unit


def fee(amount: int) -> int:
    """The demo fee on an amount, both in the smallest unit of the currency."""
    return (amount * DEMO_FEE_BP + 5_000) // 10_000


def add_success(*, call: Call, intent: Json, method: str, created: int) -> Json:
    """Take the intent's whole amount: a paid charge and its balance row. method: card, alipay or wechat_pay."""
    charge = _charge(intent=intent, method=method, created=created)
    row = add_balance_row(
        call=call, kind="charge", amount=charge["amount"], fee=fee(charge["amount"]), source=charge, created=created
    )
    charge |= {
        "amount_captured": charge["amount"],
        "balance_transaction": row["id"],
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "outcome": {"network_status": "approved_by_network", "type": "authorized"},
    }
    call.state.add(charge, parent=intent["id"])
    return charge


def add_failure(*, call: Call, intent: Json, method: str, created: int, decline_code: str) -> Json:
    """Record a declined attempt; no money moves."""
    charge = _charge(intent=intent, method=method, created=created)
    charge |= {
        "failure_code": "card_declined",
        "failure_message": "The test card was declined.",
        "status": "failed",
        "outcome": {"network_status": "declined_by_network", "reason": decline_code, "type": "issuer_declined"},
    }
    call.state.add(charge, parent=intent["id"])
    return charge


def add_balance_row(*, call: Call, kind: str, amount: int, fee: int, source: Json, created: int) -> Json:
    """Write one row of the books, never changed after. kind: charge or refund; amount: signed; net: amount less fee."""
    details = [{"amount": fee, "currency": source["currency"], "description": "Test gateway fee", "type": "stripe_fee"}]
    row: Json = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created,
        "balance_type": "payments",
        "created": created,
        "currency": source["currency"],
        "description": source["description"],
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }
    call.state.add(row, label=kind, parent=source["id"])
    return row


def _charge(*, intent: Json, method: str, created: int) -> Json:
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "captured": False,
        "created": created,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": {"type": method, method: {}},
        "refunded": False,
        "status": "pending",
    }
