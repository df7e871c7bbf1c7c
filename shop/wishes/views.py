"""The wish list of an account, and the button on a product's page, which all visitors share."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from catalogue.models import Product
from shop.accounts.models import User
from shop.basket import lines
from shop.pagecache.origin import same_origin, same_origin_or_token
from shop.wishes import wishes

WISHED = "wished"  # in the session of somebody who signs in to keep a wish


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    rows = wishes.of_account(cast(User, request.user), at=timezone.now())
    return render(request, "wishes/index.html", {"rows": rows})


@csrf_exempt
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a wish. Who is not signed in does that first and comes back; a plain link alone changes nothing."""
    product = get_object_or_404(Product, pk=pk, is_public=True)
    if not request.user.is_authenticated:
        if request.method == "POST" and same_origin(request):
            request.session[WISHED] = pk
        return redirect_to_login(request.path)
    if request.method == "POST":
        return _add(request, product)  # type: ignore[no-any-return]
    if request.session.pop(WISHED, None) == pk:
        _keep(request, product)
    return redirect(product)


@same_origin_or_token
def _add(request: HttpRequest, product: Product) -> HttpResponse:
    _keep(request, product)
    return redirect(product)


def _keep(request: HttpRequest, product: Product) -> None:
    try:
        is_new = wishes.add(product=product, by=cast(User, request.user))
    except wishes.ListFull as refusal:
        messages.error(request, str(refusal))
        return
    words = _("%(product)s is on your wish list.") if is_new else _("%(product)s was on your wish list already.")
    messages.success(request, words % {"product": product.name})


@csrf_exempt  # it is asked within, after who asks
@login_required
@same_origin_or_token
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=pk)
    wishes.remove(product=product, by=cast(User, request.user))
    messages.success(request, _("%(product)s is off your wish list.") % {"product": product.name})
    return redirect(product) if "from_product" in request.POST else redirect("customer:wishes")


@login_required
@require_POST
def buy(request: HttpRequest, pk: int) -> HttpResponse:
    """One pack goes into the basket and the product off the list; refused with the reason, and then it stays."""
    at = timezone.now()
    product, record = lines.offered(pk)
    if product is None or record is None:
        messages.error(request, _("This product is not for sale now."))
        return redirect("customer:wishes")
    basket = request.basket  # type: ignore[attr-defined]
    if problem := lines.refusal_of_more(basket, product, record, 1, at=at):
        messages.error(request, problem)
        return redirect("customer:wishes")
    lines.put(basket, record, 1, at=at)
    wishes.remove(product=product, by=cast(User, request.user))
    messages.success(request, _("%(product)s is in your basket.") % {"product": product.name})
    return redirect("basket:summary")
