"""The basket: what is in it, what it costs, and what can no longer be bought."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.days import day_of
from shop import visitor
from shop.basket import lines
from shop.basket.forms import QuantityForm
from shop.order import begun, quantities
from shop.pagecache.origin import same_origin_or_token
from shop.storefront import breakdown, packs
from shop.storefront.views import product_page


def summary(request: HttpRequest) -> HttpResponse:
    return _page(request)


@same_origin_or_token
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put packs of a product in; refused with the product's own page, which says why and keeps the number."""
    at = timezone.now()
    product, record = lines.offered(pk)
    if product is None:
        raise Http404(f"There is no public product {pk}.")
    form = QuantityForm(request.POST)
    if not form.is_valid():
        problem = quantities.refusal()
    else:
        basket = request.basket  # type: ignore[attr-defined]
        problem = lines.refusal_of_more(basket, product, record, form.cleaned_data["quantity"], at=at)
    if problem or record is None:
        return product_page(request, product, at=at, quantity=request.POST.get("quantity", "")[:10], problem=problem)
    lines.put(basket, record, form.cleaned_data["quantity"], at=at)
    messages.success(request, _("%(product)s is in your basket.") % {"product": product.name})
    return redirect("basket:summary")


@require_POST
def change(request: HttpRequest, line_id: int) -> HttpResponse:
    """Set a line's quantity, or take it out; refused with the basket, which says why and keeps the number."""
    line = get_object_or_404(request.basket.all_lines(), pk=line_id)  # type: ignore[attr-defined]
    if "remove" in request.POST:
        line.delete()
        return redirect("basket:summary")
    at, product = timezone.now(), line.product
    form = QuantityForm(request.POST)
    if form.is_valid():
        left = packs.of([product.pk], on=day_of(at))[product.pk].left
        problem = lines.refusal(product, line.stockrecord, form.cleaned_data["quantity"], left=left, at=at)
    else:
        problem = quantities.refusal()
    if problem:
        return _page(request, refused=line_id, typed=request.POST.get("quantity", "")[:10], problem=problem)
    line.quantity = form.cleaned_data["quantity"]
    line.save(update_fields=["quantity"])
    return redirect("basket:summary")


def _page(request: HttpRequest, *, refused: int | None = None, typed: str = "", problem: str = "") -> HttpResponse:
    rows = lines.of(
        request.basket,  # type: ignore[attr-defined]
        at=timezone.now(), refused=refused, typed=typed, problem=problem,
    )  # fmt: skip
    packs_in_it = sum(row.quantity for row in rows)
    context: dict[str, Any] = {
        "rows": rows,
        "visitor": visitor.known(request, packs=packs_in_it),
        "unpaid": begun.unpaid(request),
        "packs": packs_in_it,
        "total_fen": sum(row.fen for row in rows),
        "parts": breakdown.summed([row.parts for row in rows if row.parts]),
        "blocked": any(row.stops for row in rows),
    }
    context["parts_fen"] = sum(part["fen"] for part in context["parts"])
    is_part = "HX-Request" in request.headers  # htmx shows only answers that went well
    return render(request, "basket/summary.html", context, status=409 if problem and not is_part else 200)
