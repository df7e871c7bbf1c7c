"""The impact receipt of an order line: where the buyer's money went, and whether the households have it.

A household appears as "household, county" and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalogue.models import Place
from shop.order.models import Line
from shop.revenue import statements
from shop.revenue.models import Division, Share


@dataclass(frozen=True)
class HouseholdPart:
    """fen: after refunds and decisions; paid_dates: one per evidenced payment."""

    county: Place
    fen: int
    paid_fen: int
    due_fen: int
    paid_dates: tuple[date, ...]


@dataclass(frozen=True)
class Receipt:
    """The division as it was made at acceptance, then what has happened to the households' parts since."""

    division: Division
    refunded_fen: int
    households: tuple[HouseholdPart, ...]
    paid_fen: int
    due_fen: int


def for_line(line: Line) -> Receipt | None:
    """None while the line is not accepted: nothing is divided yet."""
    division = Division.objects.filter(line=line).first()
    if division is None:
        return None
    shares = Share.objects.filter(line=line).select_related("household__county").prefetch_related("parts__item")
    parts = tuple(_part(share) for share in shares.order_by("position"))
    return Receipt(
        division=division,
        refunded_fen=line.refunded_fen,
        households=parts,
        paid_fen=sum(part.paid_fen for part in parts),
        due_fen=sum(part.due_fen for part in parts),
    )


def _part(share: Share) -> HouseholdPart:
    return HouseholdPart(
        county=share.household.county,
        fen=share.owed_fen,
        paid_fen=share.paid_fen,
        due_fen=share.due_fen,
        paid_dates=tuple(proof.paid_date for proof in statements.proofs_of(share)),
    )
