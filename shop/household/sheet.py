"""A statement's rows for the page and for the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from shop.household.forms import DisputeForm
from shop.money import to_yuan
from shop.revenue.models import Dispute, PayoutItem, Share
from shop.revenue.statements import Proof, Row, Statement
from shop.templatetags.shop_format import shanghai

PILLS = {"payable": "wait", "in_payout": "now", "paid": "done", "confirmed": "done", "disputed": "wait", "closed": ""}


class Paper(NamedTuple):
    """What proves a payment: its kind, its number, its day."""

    kind: str
    reference: str
    paid_date: date


@dataclass(frozen=True)
class Shown:
    """form: None while a dispute is open; failed: it was sent with a mistake and stands open on the page"""

    row: Row
    title: str
    kind: str
    proofs: list[Paper]
    disputes: list[Dispute]
    may_confirm: bool
    form: DisputeForm | None
    failed: bool


def shown(row: Row, failed: DisputeForm | None) -> Shown:
    """failed: a dispute of this or another row that came back"""
    told = sorted(row.share.disputes.all(), key=lambda dispute: dispute.pk)
    is_failed = failed is not None and failed.cleaned_data.get("share") == row.share.pk
    form = None
    if not any(dispute.state == Dispute.State.OPEN for dispute in told):
        form = failed if is_failed else DisputeForm(initial={"share": row.share.pk}, auto_id=f"{row.share.pk}-%s")
    return Shown(
        row=row,
        title=title(row),
        kind=PILLS[row.share.state],
        proofs=[proof(each) for each in row.proofs],
        disputes=told,
        may_confirm=row.share.state == Share.State.PAID,
        form=form,
        failed=is_failed,
    )


def title(row: Row) -> str:
    return row.product.name if row.product else row.title


def proof(each: Proof) -> Paper:
    return Paper(str(PayoutItem.Evidence(each.evidence).label), each.reference, each.paid_date)


def day(when: date) -> str:
    return shanghai(when)


def columns() -> list[str]:
    return [
        _("Day of sale"),
        _("Product"),
        _("Earned, yuan"),
        _("Added by decisions, yuan"),
        _("Taken back by refunds, yuan"),
        _("Paid, yuan"),
        _("Still due, yuan"),
        _("State"),
        _("Proof"),
    ]


def lines(statement: Statement) -> Iterator[list[str | Decimal]]:
    """One line per share, then the totals."""
    for row in statement.rows:
        yield [
            row.sold_date.isoformat(),
            title(row),
            *map(to_yuan, (row.earned_fen, row.adjusted_fen, row.reversed_fen, row.paid_fen, row.due_fen)),
            str(row.share.get_state_display()),
            "; ".join(f"{paper.kind} {paper.reference}, {day(paper.paid_date)}" for paper in map(proof, row.proofs)),
        ]
    sums = (statement.earned_fen, statement.adjusted_fen, statement.reversed_fen, statement.paid_fen, statement.due_fen)
    yield [_("Total"), "", *map(to_yuan, sums), "", ""]
