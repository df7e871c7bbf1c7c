"""The oracle: what money really moved, summed from the balance rows and from nothing else."""

import json
from collections import defaultdict

from shop.payments.testgateway.errors import Json
from shop.payments.testgateway.state import State

COLUMNS = ("amount_received", "amount_refunded", "fees", "net")


def totals(*, state: State) -> Json:
    """Totals per intent and per currency, in the smallest unit of the currency.

    {"intents": {"pi_...": {currency, amount, status, metadata, charges, refunds, amount_received, amount_refunded,
    fees, net}}, "totals": {"cny": {amount_received, amount_refunded, fees, net}}}; charges and refunds count the
    times money moved. An intent that never moved money stands there with zeros.
    """
    lines = _intents(state)
    sums: dict[str, Json] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    owners = _owners(state)
    for (stored,) in state.run("SELECT body FROM objects WHERE kind = 'balance_transaction' ORDER BY seq"):
        row = json.loads(stored)
        line = lines[owners[row["source"]]]
        line["charges" if row["type"] == "charge" else "refunds"] += 1
        for sheet in (line, sums[row["currency"]]):
            sheet["amount_received"] += max(row["amount"], 0)
            sheet["amount_refunded"] += max(-row["amount"], 0)
            sheet["fees"] += row["fee"]
            sheet["net"] += row["net"]
    return {"test_gateway": True, "intents": lines, "totals": dict(sums)}


def _intents(state: State) -> dict[str, Json]:
    lines: dict[str, Json] = {}
    for (stored,) in state.run("SELECT body FROM objects WHERE kind = 'payment_intent' ORDER BY seq"):
        intent = json.loads(stored)
        told = {name: intent[name] for name in ("currency", "amount", "status", "metadata")}
        lines[intent["id"]] = {**told, "charges": 0, "refunds": 0, **dict.fromkeys(COLUMNS, 0)}
    return lines


def _owners(state: State) -> dict[str, str]:
    """The intent of each charge and refund."""
    found = state.run("SELECT id, parent FROM objects WHERE kind IN ('charge', 'refund')")
    return {row["id"]: row["parent"] for row in found}
