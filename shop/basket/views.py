"""The basket: what is in it, what it costs, and what can no longer be bought."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalogue import photos
from catalogue.models import Product
from logistics import stock
from shop.basket.forms import QuantityForm
from shop.money import to_fen
from shop.order import begun
from shop.storefront import breakdown
from shop.storefront.listing import county_name


def summary(request: HttpRequest) -> HttpResponse:
    rows = [_row(line) for line in request.basket.all_lines()]  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "rows": rows,
        "unpaid": begun.unpaid(request),
        "total_fen": sum(row["fen"] for row in rows),
        "parts": breakdown.summed([row["parts"] for row in rows if row["parts"]]),
        "blocked": any(row["problem"] for row in rows),
    }
    return render(request, "basket/summary.html", context)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=pk, is_public=True)
    form = QuantityForm(request.POST)
    if not form.is_valid():
        return _refuse(request, str(form.errors["quantity"][0]), product.get_absolute_url())
    basket = request.basket  # type: ignore[attr-defined]
    line = basket.all_lines().filter(product=product).first()
    wanted = form.cleaned_data["quantity"] + (line.quantity if line else 0)
    problem = _problem(product, wanted)
    if problem:
        return _refuse(request, problem, product.get_absolute_url())
    basket.add_product(product, form.cleaned_data["quantity"])
    messages.success(request, _("%(product)s is in your basket.") % {"product": product.name})
    return redirect("basket:summary")


@require_POST
def change(request: HttpRequest, line_id: int) -> HttpResponse:
    """Set a line's quantity, or take it out."""
    line = get_object_or_404(request.basket.all_lines(), pk=line_id)  # type: ignore[attr-defined]
    if "remove" in request.POST:
        line.delete()
        return redirect("basket:summary")
    form = QuantityForm(request.POST)
    if not form.is_valid():
        return _refuse(request, str(form.errors["quantity"][0]), "basket:summary")
    problem = _problem(line.product, form.cleaned_data["quantity"])
    if problem:
        return _refuse(request, problem, "basket:summary")
    line.quantity = form.cleaned_data["quantity"]
    line.save(update_fields=["quantity"])
    return redirect("basket:summary")


def _problem(product: Product, quantity: int) -> str:
    """Why so many of a product cannot be sold now; empty when they can."""
    now = timezone.now()
    if product.certified_until is None or product.certified_until <= now:
        return _("%(product)s holds no valid certificate now and cannot be bought.") % {"product": product.name}
    left = stock.available(product, timezone.localdate(now))
    if quantity > left:
        return ngettext(
            "Only %(left)d pack of %(product)s is left; you asked for %(quantity)d.",
            "Only %(left)d packs of %(product)s are left; you asked for %(quantity)d.",
            left,
        ) % {"left": left, "product": product.name, "quantity": quantity}
    return ""


def _refuse(request: HttpRequest, words: str, way_on: str) -> HttpResponse:
    messages.error(request, words)
    return redirect(way_on)


def _row(line: Any) -> dict[str, Any]:
    product = line.product
    record = line.stockrecord
    picture = product.images.first()
    price_fen = to_fen(record.price)
    return {
        "id": line.pk,
        "title": product.name,
        "url": product.get_absolute_url(),
        "picture_url": photos.url(picture, 480) if picture else "",
        "origin": county_name(product.origin),
        "supplier": record.partner.label,
        "quantity": line.quantity,
        "price_fen": price_fen,
        "fen": price_fen * line.quantity,
        "parts": breakdown.of_product(product, timezone.now(), quantity=line.quantity),
        "problem": _problem(product, line.quantity),
    }
