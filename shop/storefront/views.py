"""The shelf and the product page. Both are shared by all visitors: nothing here may ask who is looking."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from catalogue import search
from catalogue.models import Place, Product
from shop.order import quantities
from shop.storefront import cards, listing, sheet, shelf, suggest
from shop.storefront import promise as promises
from shop.storefront.listing import Listing
from shop.storefront.sheet import Sheet


def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    wish = listing.wish_of(request.GET)
    try:
        shown = listing.read(wish, at=at)
    except listing.NoSuchPage as refusal:
        return _no_such_page(request, refusal)
    response = render(request, "storefront/index.html", _listed(shown) | {"cards": cards.of(list(shown.page), at=at)})
    response["HX-Push-Url"] = reverse("catalogue:index") + wish.address(page=wish.page)
    return response


def _listed(shown: Listing) -> dict[str, Any]:
    """What the list's template shows besides the cards."""
    root, page = reverse("catalogue:index"), shown.page
    context: dict[str, Any] = {
        "listing": shown,
        "page": page,
        "heading": _heading(shown),
        "only_category": bool(shown.category),
        "list_url": root,
        "canonical": f"{settings.SITE_URL}{root}{shown.canonical}",
        "orders": [(value, label, value == shown.wish.order) for value, label in shown.wish.orders.items()],
        "degraded": bool(shown.wish.words) and search.degraded(),
    }
    if page.has_previous():
        context["previous_url"] = root + shown.wish.address(page=_beyond_first(page.number - 1))
    if page.has_next():
        context["next_url"] = root + shown.wish.address(page=str(page.number + 1))
    if not page.paginator.count:
        context["suggestions"] = listing.suggestions(shown, at=timezone.now())
    return context


def _beyond_first(number: int) -> str:
    """The first page of a list has the list's own address."""
    return str(number) if number > 1 else ""


def _heading(shown: Listing) -> str:
    if shown.wish.words:
        return _("Products for “%(words)s”") % {"words": shown.wish.words}
    return shown.category or _("Certified products")


def _no_such_page(request: HttpRequest, refusal: listing.NoSuchPage) -> HttpResponse:
    url = reverse("catalogue:index") + refusal.first
    return render(request, "storefront/no_such_page.html", {"words": str(refusal), "url": url}, status=404)


def detail(request: HttpRequest, product_slug: str, pk: int) -> HttpResponse:
    try:
        shown = sheet.of(pk, at=timezone.now())
    except Product.DoesNotExist as refusal:
        raise Http404 from refusal
    if shown.product.slug != product_slug:
        return HttpResponsePermanentRedirect(shown.product.get_absolute_url())
    return _page(request, shown)


def product_page(
    request: HttpRequest, product: Product, *, at: datetime, quantity: str = "1", problem: str = ""
) -> HttpResponse:
    """The page of one product: 410 while it is not on sale, 409 with a problem.

    quantity, problem: what was typed, and why it was refused
    """
    return _page(request, sheet.of(product.pk, at=at), quantity=quantity, problem=problem)


def _page(request: HttpRequest, shown: Sheet, *, quantity: str = "1", problem: str = "") -> HttpResponse:
    product = shown.product
    context: dict[str, Any] = {
        "sheet": shown,
        "product": product,
        "crumbs": sheet.crumbs(shown),
        "canonical": f"{settings.SITE_URL}{product.get_absolute_url()}",
        "province_options": sheet.province_options(),
        "quantity": quantity,
        "problem": problem,
        "most": quantities.MOST,
    }
    status = 409 if problem else 200 if shown.certificate else 410
    return render(request, "storefront/product.html", context, status=status)


def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """When it would arrive in a province: a page of its own, of which the product's page shows the answer."""
    at = timezone.now()
    product = get_object_or_404(Product.objects.on_sale(at), pk=pk)
    context: dict[str, Any] = {"product": product, "province_options": sheet.province_options()}
    if code := request.GET.get("province"):
        province = get_object_or_404(Place, pk=code, level=Place.Level.PROVINCE, valid_to=None)
        context |= {"province": province, "province_options": sheet.province_options(province.pk)}
        try:
            context["promises"] = promises.to(province, product=product, at=at)
        except promises.NoPromise as refusal:
            context["refusal"] = str(refusal)
    response = render(request, "storefront/promise.html", context)
    add_never_cache_headers(response)
    return response


def suggestions(request: HttpRequest) -> HttpResponse:
    """What is offered under the search field while somebody types: a part of a page, complete without it."""
    said = suggest.of(request.GET.get("query", ""), at=timezone.now())
    context = {"suggestions": said, "list_url": reverse("catalogue:index")}
    response = render(request, "storefront/suggestions.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def place(request: HttpRequest, code: str) -> HttpResponse:
    """Where a county of origin lies, on the map: a page of its own, of which the product's page shows the map."""
    county = get_object_or_404(Place.objects.select_related("parent"), pk=code, level=Place.Level.COUNTY)
    index = shelf.at_moment(timezone.now()).index
    count = index.counts("county", {}, index.everything).get(code, 0)
    url = f"{reverse('catalogue:index')}?county={code}"
    counties = [{"code": code, "name": str(county), "url": url, "count": count, "current": True}]
    return render(request, "storefront/place.html", {"county": county, "counties": counties, "url": url})
