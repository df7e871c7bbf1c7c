"""The shelf and the product page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import search
from catalogue.models import Product
from certification import certificates
from certification.days import day_of, last_day_before
from certification.provenance import lots
from logistics import stock
from shop.storefront import breakdown, facts, listing


def index(request: HttpRequest) -> HttpResponse:
    shown = listing.read(request.GET, at=timezone.now())
    context = {
        "listing": shown,
        "cards": [listing.card(product) for product in shown.page],
        "degraded": bool(shown.words) and search.degraded(),
        "orders": [(value, label, value == shown.order) for value, label in listing.ORDER_NAMES.items()],
    }
    return render(request, "storefront/index.html", context)


def detail(request: HttpRequest, product_slug: str, pk: int) -> HttpResponse:
    at = timezone.now()
    product = get_object_or_404(listing.cards(Product.objects.filter(is_public=True)), pk=pk)
    if product.slug != product_slug:
        return HttpResponsePermanentRedirect(product.get_absolute_url())
    certificate = certificates.valid_for(product, at)
    lot = facts.next_lot(product, timezone.localdate(at))
    context: dict[str, Any] = {
        "product": product,
        "card": listing.card(product),
        "certificate": certificate,
        "certified": {
            "first": day_of(certificate.valid_from),
            "last": last_day_before(certificate.valid_until),
        }
        if certificate
        else {},
        "lot": lot,
        "units_left": stock.available(product, timezone.localdate(at)) if certificate else 0,
        "facts": facts.of_product(product, lot),
        "journey": [{"label": what, "place": place, "day": day} for place, what, day in lots.journey(lot)]
        if lot
        else [],
        "parts": breakdown.of_product(product, at) if listing.price_fen(product) else [],
    }
    context["crumbs"] = [
        {"label": _("Products"), "url": facts.products_url()},
        {"label": product.name},
    ]
    status = 200 if certificate else 410
    return render(request, "storefront/product.html", context, status=status)
