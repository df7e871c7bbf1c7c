"""A household's own statement: every share of every sale, what became of it, and totals equal to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalogue.models import Product
from certification.households.models import Household
from shop.revenue import days
from shop.revenue.models import PayoutItem, Share


@dataclass(frozen=True)
class Proof:
    fen: int
    paid_date: date
    evidence: str
    reference: str


@dataclass(frozen=True)
class Row:
    """One share. earned_fen + adjusted_fen - reversed_fen = paid_fen + due_fen; borne_fen cost it nothing."""

    share: Share
    product: Product | None
    title: str
    sold_date: date
    earned_fen: int
    adjusted_fen: int
    reversed_fen: int
    borne_fen: int
    paid_fen: int
    due_fen: int
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Statement:
    household: Household
    rows: tuple[Row, ...]
    earned_fen: int
    adjusted_fen: int
    reversed_fen: int
    paid_fen: int
    due_fen: int


def for_household(household: Household) -> Statement:
    """Newest sale first. due_fen equals the household's credit in the ledger, over all suppliers."""
    shares = Share.objects.filter(household=household).order_by("-line__division__divided_at", "-line_id", "position")
    shares = shares.select_related("line__product", "line__division", "partner")
    shares = shares.prefetch_related("parts__item", "disputes")
    rows = tuple(_row(share) for share in shares)
    return Statement(
        household=household,
        rows=rows,
        earned_fen=sum(row.earned_fen for row in rows),
        adjusted_fen=sum(row.adjusted_fen for row in rows),
        reversed_fen=sum(row.reversed_fen for row in rows),
        paid_fen=sum(row.paid_fen for row in rows),
        due_fen=sum(row.due_fen for row in rows),
    )


def _row(share: Share) -> Row:
    return Row(
        share=share,
        product=share.line.product,
        title=share.line.title,
        sold_date=days.day(share.line.division.divided_at),
        earned_fen=share.fen,
        adjusted_fen=share.adjusted_fen,
        reversed_fen=share.reversed_fen,
        borne_fen=share.borne_fen,
        paid_fen=share.paid_fen,
        due_fen=share.due_fen,
        proofs=proofs_of(share),
    )


def proofs_of(share: Share) -> tuple[Proof, ...]:
    """The evidenced payments of a share, oldest first; ready for shares fetched with parts and their items."""
    paid = [part for part in share.parts.all() if part.item.state == PayoutItem.State.PAID and part.item.paid_date]
    return tuple(
        Proof(part.fen, part.item.paid_date, part.item.evidence, part.item.evidence_reference)
        for part in sorted(paid, key=lambda part: part.item_id)
        if part.item.paid_date
    )
