"""Checkout on one page: address, ways and price, then one button that reserves, orders and goes to pay."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from catalogue.compiled import compiled
from catalogue.models import Place
from shop import visitor
from shop.buyers.models import Unit
from shop.checkout.forms import CHEAPEST, CHOICES, CheckoutForm
from shop.order import begun, numbers, placing
from shop.order.models import Order
from shop.payments import collect

logger = logging.getLogger(__name__)


def index(request: HttpRequest) -> HttpResponse:
    if _part(request) and (lists := _outdated_lists(request.POST)):
        return _exchange(request, lists)
    basket = request.basket  # type: ignore[attr-defined]
    submission = request.POST.get("submission", "")
    placed = placing.of_submission(submission) if submission else None
    if placed is not None and placed.user_id == request.user.pk:
        return redirect(numbers.link_for(placed))  # a refreshed or doubled form finds its one order
    freshness = _freshness(basket.pk) if basket.pk else []
    if not freshness:
        messages.info(request, _("Your basket is empty, so there is nothing to check out."))
        return _leave(request, reverse("basket:summary"))
    if request.method != "POST":
        form = CheckoutForm(_first_answers(request), user=request.user, has_fresh=any(freshness))
        form.errors.clear()
        return _page(request, form, problems=[])
    form = CheckoutForm(request.POST, user=request.user, has_fresh=any(freshness))
    if request.POST.get("step") != "pay":
        form.errors.clear()  # only the choice of places and ways is refreshed
        return _page(request, form, problems=[])
    if not form.is_valid():
        return _page(request, form, problems=[], status=422)
    return _order_and_pay(request, form)


@compiled
def _freshness(basket: int) -> QuerySet[Any, bool]:
    """Of each line of a basket, whether it is fresh goods. basket: its key"""
    return get_model("basket", "Line").objects.filter(basket=basket).values_list("product__is_fresh", flat=True)


def _part(request: HttpRequest) -> bool:
    """Whether a choice asks only for what follows from it, not for the page."""
    return "HX-Request" in request.headers and request.method == "POST" and request.POST.get("step") != "pay"


def _outdated_lists(answers: QueryDict) -> list[str]:
    """The lists of places to be exchanged: those below a choice that what is chosen in them does not lie in."""
    province, city, county = (answers.get(name, "") for name in ("province", "city", "county"))
    if not city or not city.startswith(province):
        return ["city", "county"]
    return [] if county.startswith(city) else ["county"]


def _exchange(request: HttpRequest, lists: list[str]) -> HttpResponse:
    """New lists of places; no county is chosen yet, so there is no price either, and the basket is not asked."""
    form = CheckoutForm(request.POST.dict() | dict.fromkeys(lists, ""))
    return render(request, "checkout/places.html", {"form": form, "lists": lists})


def _leave(request: HttpRequest, address: str) -> HttpResponse:
    """To another page, also when only a part of this one was asked for."""
    return HttpResponse(headers={"HX-Redirect": address}) if _part(request) else redirect(address)


def _order_and_pay(request: HttpRequest, form: CheckoutForm) -> HttpResponse:
    answers = form.cleaned_data
    at = timezone.now()
    if answers["shown_fen"] is None:
        return _page(
            request, form, problems=[_("Look at the ways and the price first; they stand below now.")], status=409
        )
    unit = answers.get("unit")
    try:
        order = placing.place(
            basket=request.basket,  # type: ignore[attr-defined]
            address=_address(answers),
            email=answers["email"],
            user=request.user if request.user.is_authenticated else None,
            channel=_channel(unit),
            unit=unit,
            choice=answers["choice"],
            language=get_language() or "zh-hans",
            submission=answers["submission"],
            total_fen=answers["shown_fen"],
            at=at,
        )
    except placing.CannotPlace as refusal:
        return _page(request, form, problems=refusal.reasons, status=409)
    begun.remember(request, order)
    return redirect(pay(request, order, answers["method"]))


def pay(request: HttpRequest, order: Order, method: str) -> str:
    """The address where the buyer pays; the order's own page when the gateway does not answer now."""
    return_url = request.build_absolute_uri(reverse("order:returned", args=[numbers.token_for(order)]))
    try:
        _payment, address = collect.begin(order=order, method=method, return_url=return_url, at=timezone.now())
    except collect.PaymentBeingChecked:
        messages.warning(
            request, _("The payment is being checked. Your order is kept; this page shows how it goes on.")
        )
        return numbers.link_for(order)
    except collect.CannotPay as refusal:
        messages.error(request, str(refusal))
        return numbers.link_for(order)
    return address or numbers.link_for(order)


def _page(request: HttpRequest, form: CheckoutForm, *, problems: list[str], status: int = 200) -> HttpResponse:
    data = form.data
    division = _county(data.get("county", ""))
    preview = None
    if division is not None and division.code.startswith(data.get("city") or "?"):
        try:
            preview = placing.preview(
                basket=request.basket,  # type: ignore[attr-defined]
                division=division,
                choice=data["choice"] if data.get("choice") in dict(CHOICES) else CHEAPEST,
                at=timezone.now(),
            )
        except placing.CannotPlace as refusal:
            problems = problems or refusal.reasons
    context: dict[str, Any] = {"form": form, "preview": preview, "problems": problems, "division": division}
    if not _part(request):
        context["visitor"] = visitor.known(request)
    context["language_form"] = "checkout"  # what is typed goes along into the other language
    template = "checkout/places.html" if _part(request) else "checkout/index.html"
    return render(request, template, context, status=status)


def _county(code: str) -> Place | None:
    return next(iter(_counties(code)), None) if code else None


@compiled
def _counties(code: str) -> QuerySet[Place]:
    return Place.objects.current().filter(digits=code, level=Place.Level.COUNTY)


def _first_answers(request: HttpRequest) -> dict[str, str]:
    email = getattr(request.user, "email", "")
    return {"submission": secrets.token_urlsafe(24), "email": email, "choice": CHEAPEST, "method": "alipay"}


def _address(answers: dict[str, Any]) -> placing.Address:
    return placing.Address(
        name=answers["name"], phone=answers["phone"], division_code=answers["county"], street=answers["street"]
    )


def _channel(unit: Unit | None) -> str:
    if unit is not None and unit.kind == Unit.Kind.STATIONED_TEAM:
        return Order.Channel.STATIONED_TEAM
    return Order.Channel.COLLABORATIVE if unit is not None and unit.county_id.startswith("65") else Order.Channel.ONLINE
