"""Settlement's rows as components/table.html takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shop.revenue.models import Dispute, PayoutBatch, PayoutItem
from shop.settlement.due import SupplierDue
from shop.templatetags.shop_format import shanghai, yuan

Table = dict[str, Any]
BATCH_PILLS = {"drafted": "wait", "approved": "now", "released": "done"}
ITEM_PILLS = {"waiting": "wait", "paid": "done", "failed": "stop"}
DISPUTE_PILLS = {"open": "wait", "upheld": "done", "rejected": ""}


def _number(text: object) -> Table:
    return {"text": text, "number": True}


def _columns(*labels: str, numbers: Iterable[int] = ()) -> list[Table]:
    wanted = set(numbers)
    return [{"label": label, "number": at in wanted} for at, label in enumerate(labels)]


def owed(rows: list[SupplierDue]) -> Table:
    return {
        "columns": _columns(
            _("Supplier"), _("Oldest share"), _("Households"), _("Shares"), _("To be paid"), numbers=(2, 3, 4)
        ),
        "rows": [
            [
                {"text": row.partner.label},
                {"text": shanghai(row.oldest_date)},
                _number(row.households),
                _number(row.shares),
                _number(yuan(row.fen)),
            ]
            for row in rows
        ],
        "total": [
            {"text": _("Total")},
            {},
            {},
            _number(sum(row.shares for row in rows)),
            _number(yuan(sum(row.fen for row in rows))),
        ],
    }


def batches(rows: Iterable[Any]) -> Table:
    """rows: of `due.batches`"""
    return {
        "columns": _columns(
            _("Payout"),
            _("Drafted"),
            _("State"),
            _("Households' rows"),
            _("With proof"),
            _("Not paid"),
            _("Total"),
            numbers=(3, 4, 5, 6),
        ),
        "rows": [
            [
                {"text": row.reference, "url": reverse("settlement:batch", args=[row.reference])},
                {"text": shanghai(row.drafted_at)},
                {"text": row.get_state_display(), "pill": BATCH_PILLS[row.state]},
                _number(row.item_count),
                _number(row.paid_count),
                _number(row.failed_count),
                _number(yuan(row.total_fen)),
            ]
            for row in rows
        ],
    }


def items(rows: Iterable[PayoutItem], batch: PayoutBatch, *, may_prove: bool) -> Table:
    labels = [_("Household"), _("Supplier"), _("Amount"), _("State"), _("Proof")]
    return {
        "columns": _columns(*labels, *([_("Proof arrived"), _("Money did not")] if may_prove else []), numbers=(2,)),
        "rows": [_item(row, batch, may_prove=may_prove) for row in rows],
    }


def _item(row: PayoutItem, batch: PayoutBatch, *, may_prove: bool) -> list[Table]:
    cells: list[Table] = [
        {"text": row.household.reference},
        {"text": row.partner.label},
        _number(yuan(row.fen)),
        {"text": row.get_state_display(), "pill": ITEM_PILLS[row.state]},
        {"text": proof(row)},
    ]
    if not may_prove:
        return cells
    released = batch.state == PayoutBatch.State.RELEASED
    waiting, paid = row.state == PayoutItem.State.WAITING, row.state == PayoutItem.State.PAID
    cells.append(
        {"text": _("Record the proof"), "url": reverse("settlement:evidence", args=[row.pk])}
        if released and waiting
        else {}
    )
    cells.append(
        {"text": _("Not paid"), "url": reverse("settlement:fail", args=[row.pk])}
        if released and (waiting or paid)
        else {}
    )
    return cells


def proof(row: PayoutItem) -> str:
    """What proves the payment, or why it failed; nothing while it waits."""
    if row.state == PayoutItem.State.PAID:
        return f"{row.get_evidence_display()} {row.evidence_reference}, {shanghai(row.paid_date)}"
    return row.failure


def events(batch: PayoutBatch) -> list[Table]:
    """Who did what, as components/timeline.html takes it."""
    steps = [
        (batch.drafted_at, _("Drafted"), batch.drafted_by),
        (batch.approved_at, _("Approved"), batch.approved_by),
        (batch.released_at, _("Released"), batch.released_by),
    ]
    return [{"at": at, "title": title, "by": by.email if by else ""} for at, title, by in steps if at]


def disputes(rows: Iterable[Dispute], *, on: date) -> Table:
    return {
        "columns": _columns(_("Household"), _("Supplier"), _("Share"), _("Answer due"), _("State"), numbers=(2,)),
        "rows": [
            [
                {"text": row.share.household.reference, "url": reverse("settlement:dispute", args=[row.pk])},
                {"text": row.share.partner.label},
                _number(yuan(row.share.fen)),
                {"text": shanghai(row.due_date)},
                {"text": _("overdue"), "pill": "stop"}
                if row.state == Dispute.State.OPEN and row.due_date < on
                else {"text": row.get_state_display(), "pill": DISPUTE_PILLS[row.state]},
            ]
            for row in rows
        ],
    }


def dispute_facts(row: Dispute) -> list[Table]:
    share = row.share
    product = share.line.product
    facts = [
        {"name": _("Household"), "value": share.household.reference},
        {"name": _("Supplier"), "value": share.partner.label},
        {"name": _("Product"), "value": product.name if product else share.line.title},
        {"name": _("Earned"), "value": yuan(share.fen)},
        {"name": _("Taken back by refunds"), "value": yuan(share.reversed_fen)},
        {"name": _("Added by decisions"), "value": yuan(share.adjusted_fen)},
        {"name": _("Paid"), "value": yuan(share.paid_fen)},
        {"name": _("Still due"), "value": yuan(share.due_fen)},
        {"name": _("Disputed on"), "value": shanghai(row.opened_at)},
        {"name": _("Answer due"), "value": shanghai(row.due_date)},
        {"name": _("What the household says"), "value": row.text},
    ]
    if row.decided_at:
        facts.append(
            {"name": row.get_state_display().capitalize(), "value": f"{shanghai(row.decided_at)}: {row.answer}"}
        )
    return facts
