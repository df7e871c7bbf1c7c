"""The receipt of an order: what was bought, where the money went, whom it reached.

Before acceptance nothing is divided and the receipt says so; afterwards its figures are the ledger's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from catalogue.models import in_language
from shop.accounts.models import User
from shop.order.models import Line, Order
from shop.revenue import receipts
from shop.revenue.models import Share
from shop.storefront import breakdown
from shop.templatetags.shop_format import shanghai


@dataclass(frozen=True)
class Receipt:
    """Ready for components/receipt.html. parts add up to total_fen, or are empty while nothing is accepted.

    shares: by line, then in the order of the division; shares_paid_fen, shares_due_fen: of all of them
    """

    lines: list[dict[str, Any]]
    total_fen: int
    parts: list[dict[str, Any]]
    shares: list[dict[str, Any]]
    shares_paid_fen: int
    shares_due_fen: int
    note: str


def of_order(order: Order) -> Receipt:
    lines = list(order.lines.select_related("product", "partner").order_by("id"))
    divided = [(line, found) for line in lines if (found := receipts.for_line(line)) is not None]
    complete = bool(lines) and len(divided) == len(lines)
    refunded = sum(line.refunded_fen for line in lines)
    return Receipt(
        lines=[*(_line(line) for line in lines), _freight(order)],
        total_fen=order.total_fen,
        parts=_parts(order, [receipt for _of, receipt in divided]) if complete else [],
        shares=[_share(line, part) for line, receipt in divided for part in receipt.households if part.fen],
        shares_paid_fen=sum(receipt.paid_fen for _of, receipt in divided),
        shares_due_fen=sum(receipt.due_fen for _of, receipt in divided),
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
    return breakdown.named(totals, with_freight=True)


def _share(line: Line, part: receipts.HouseholdPart) -> dict[str, Any]:
    return {
        "line": line.product.name if line.product else line.title,
        "household": _("Household, %(county)s") % {"county": part.county},
        "fen": part.fen,
        "paid_fen": part.paid_fen,
        "due_fen": part.due_fen,
        "paid_days": ", ".join(shanghai(day) for day in sorted(set(part.paid_dates))),
        "paid_on": max(part.paid_dates) if part.paid_dates and not part.due_fen else None,
    }


@dataclass(frozen=True)
class Helped:
    """What the households' shares of somebody's purchases come to: owed = paid + due, after refunds and decisions.

    counties: rows of {county, households, paid_fen, due_fen}; households are counted, a household of two orders once
    """

    households: int
    owed_fen: int
    paid_fen: int
    due_fen: int
    counties: list[dict[str, Any]]


def helped(user: User) -> Helped:
    """All accepted orders of one buyer; equal to the households' account of those lines in the ledger. One query."""
    rows = list(
        Share.objects.filter(line__order__user=user)
        .values("household__county", "household__county__name", "household__county__name_en")
        .annotate(
            households=Count("household", distinct=True),
            owed=Sum(F("fen") + F("adjusted_fen") - F("reversed_fen")),
            paid=Sum("paid_fen"),
        )
        .order_by("household__county")
    )
    counties = [
        {
            "county": in_language(row["household__county__name"], row["household__county__name_en"]),
            "households": row["households"],
            "paid_fen": row["paid"],
            "due_fen": row["owed"] - row["paid"],
        }
        for row in rows
        if row["owed"]
    ]
    paid, due = sum(row["paid_fen"] for row in counties), sum(row["due_fen"] for row in counties)
    return Helped(
        households=sum(row["households"] for row in counties),
        owed_fen=paid + due,
        paid_fen=paid,
        due_fen=due,
        counties=counties,
    )


def _note(*, complete: bool, refunded_fen: int) -> str:
    words = []
    if not complete:
        words.append(_("The price is divided when you have the goods; then each household's share stands here."))
    if refunded_fen:
        words.append(_("%(amount)s was refunded to you.") % {"amount": breakdown.yuan(refunded_fen)})
    words.append(_("Shares equal the ledger. Not verified: how a household uses its money."))
    return " ".join(words)
