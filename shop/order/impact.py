"""The receipt of an order: what was bought, where the money went, whom it reached.

Before acceptance nothing is divided and the receipt says so; afterwards its figures are the ledger's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shop.order.models import Line, Order
from shop.revenue import receipts
from shop.storefront import breakdown


@dataclass(frozen=True)
class Receipt:
    """Ready for components/receipt.html. parts add up to total_fen, or are empty while nothing is accepted."""

    lines: list[dict[str, Any]]
    total_fen: int
    parts: list[dict[str, Any]]
    shares: list[dict[str, Any]]
    note: str


def of_order(order: Order) -> Receipt:
    lines = list(order.lines.select_related("product", "partner").order_by("id"))
    divided = [found for line in lines if (found := receipts.for_line(line)) is not None]
    complete = bool(lines) and len(divided) == len(lines)
    refunded = sum(line.refunded_fen for line in lines)
    return Receipt(
        lines=[*(_line(line) for line in lines), _freight(order)],
        total_fen=order.total_fen,
        parts=_parts(order, divided) if complete else [],
        shares=[_share(part) for receipt in divided for part in receipt.households if part.fen],
        note=_note(complete=complete, refunded_fen=refunded),
    )


def _line(line: Line) -> dict[str, Any]:
    name = line.product.name if line.product else line.title
    return {
        "title": f"{name} · {line.partner.label if line.partner else line.partner_name}",
        "quantity": line.quantity,
        "fen": line.price_fen,
    }


def _freight(order: Order) -> dict[str, Any]:
    return {"title": _("Transport to your door"), "quantity": "", "fen": order.freight_fen}


def _parts(order: Order, divided: list[receipts.Receipt]) -> list[dict[str, Any]]:
    """The divisions as made at acceptance, with the freight, and what had gone back to the buyer before it."""
    totals: Counter[str] = Counter()
    for receipt in divided:
        division = receipt.division
        totals["household"] += division.households_fen
        totals["supplier"] += division.supplier_fen
        totals["transport"] += division.transport_fen
        totals["platform"] += division.platform_fen
        totals["tax"] += division.tax_fen
    totals["transport"] += order.total_fen - sum(receipt.division.price_fen for receipt in divided)
    return breakdown.named(totals)


def _share(part: receipts.HouseholdPart) -> dict[str, Any]:
    return {
        "household": _("Household, %(county)s") % {"county": part.county},
        "fen": part.fen,
        "paid_on": max(part.paid_dates) if part.paid_dates and not part.due_fen else None,
    }


def _note(*, complete: bool, refunded_fen: int) -> str:
    words = []
    if not complete:
        words.append(_("The price is divided when you have the goods; then each household's share stands here."))
    if refunded_fen:
        words.append(_("%(amount)s was refunded to you.") % {"amount": breakdown.yuan(refunded_fen)})
    words.append(_("Shares equal the ledger. Not verified: how a household uses its money."))
    return " ".join(words)
