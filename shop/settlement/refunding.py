"""Giving money back: an order found by its number, part or all of a line, or the whole order."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shop.accounts.models import User
from shop.money import NotWholeFen, to_fen
from shop.order import lifecycle
from shop.order.models import Line, Order
from shop.payments import refunds
from shop.revenue import ledger
from shop.settlement.views import page, settlement
from shop.templatetags.shop_format import yuan

PERMISSION = "payments.add_refund"
REFUSALS = (
    refunds.RefundRefused,
    refunds.ReferenceReused,
    lifecycle.WrongStatus,
    ledger.RefundTooLarge,
    ledger.MonthClosed,
    ledger.ReferenceReused,
)


class RefundForm(forms.Form):
    """amount: in yuan; `reference` is the form's own token, so that a doubled press is one refund."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount in yuan"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("The buyer can read it.")
    )
    reference = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", widget=forms.HiddenInput)

    def clean_amount(self) -> int:
        try:
            return to_fen(self.cleaned_data["amount"])
        except NotWholeFen as error:
            raise ValidationError(str(error)) from error


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("The buyer can read it.")
    )


@require_GET
@settlement(PERMISSION)
def find(request: HttpRequest, *, user: User) -> HttpResponse:
    number = request.GET.get("number", "").strip().upper()[:32]
    if number and Order.objects.filter(number=number).exists():
        return redirect("settlement:order", number=number)
    context = {"number": number, "missing": bool(number)}
    return page(request, "settlement/find_order.html", context, at="find", status=404 if number else 200)


@require_GET
@settlement(PERMISSION)
def order(request: HttpRequest, *, user: User, number: str) -> HttpResponse:
    return _page(request, get_object_or_404(Order, number=number))


@require_POST
@settlement(PERMISSION)
def line(request: HttpRequest, *, user: User, number: str, pk: int) -> HttpResponse:
    """Refund a part of one line."""
    found = get_object_or_404(Line.objects.select_related("order"), pk=pk, order__number=number)
    form = RefundForm(request.POST)
    if not form.is_valid():
        return _page(request, found.order, failed=(found.pk, form), status=422)
    answers = form.cleaned_data
    try:
        refunds.refund_line(
            line=found, amount_fen=answers["amount"], reason=answers["reason"],
            reference=f"desk {answers['reference']}", by=user, at=timezone.now(),
        )  # fmt: skip
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(amount)s goes back to the buyer.") % {"amount": yuan(answers["amount"])})
    return redirect("settlement:order", number=number)


@require_POST
@settlement(PERMISSION)
def whole(request: HttpRequest, *, user: User, number: str) -> HttpResponse:
    """Refund all that is left; an order of which nothing has left is cancelled."""
    found = get_object_or_404(Order, number=number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the money goes back; the buyer can read it."))
        return redirect("settlement:order", number=number)
    try:
        if found.status in ("placed", "paid"):
            lifecycle.cancel(order=found, reason=form.cleaned_data["reason"], at=timezone.now())
        else:
            refunds.refund_order(order=found, reason=form.cleaned_data["reason"], by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("All that was left of order %(number)s goes back to the buyer.") % {"number": number}
        )
    return redirect("settlement:order", number=number)


def _page(
    request: HttpRequest, found: Order, *, failed: tuple[int, RefundForm] | None = None, status: int = 200
) -> HttpResponse:
    rows: list[dict[str, Any]] = []
    for each in found.lines.select_related("product", "partner").order_by("pk"):
        form = failed[1] if failed and failed[0] == each.pk else _form(each)
        left = each.price_fen - each.refunded_fen
        rows.append(
            {"line": each, "title": each.product.name if each.product else each.title, "left_fen": left, "form": form}
        )
    context = {
        "order": found,
        "rows": rows,
        "paid": found.paid_at is not None,
        "whole": ReasonForm(auto_id="whole_%s"),
        "refunds": [
            refund for payment in found.payments.prefetch_related("refunds") for refund in payment.refunds.all()
        ],
    }
    return page(request, "settlement/order.html", context, at="find", status=status)


def _form(each: Line) -> RefundForm:
    return RefundForm(initial={"reference": secrets.token_urlsafe(18)}, auto_id=f"line_{each.pk}_%s")
