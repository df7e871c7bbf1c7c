"""The supplier's room: what to send today, products and their certificates, applications, earnings."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalogue import days
from catalogue.partner.models import Partner
from certification import applications
from certification.models import Application
from shop.accounts.models import User
from shop.supplier import tables, work
from shop.supplier.forms import ApplicationForm

View = Callable[..., HttpResponse]
REFUSALS = (applications.CannotApply, applications.WrongStep, applications.NotYourArea, applications.ReasonMissing)


def supplier(view: View) -> View:
    """For people of a supplier, who see that supplier's things; others are told that there is no such page."""

    @login_required
    @wraps(view)
    def gated(request: HttpRequest, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        mine = work.partners_of(user)
        if not mine:
            raise Http404("You belong to no supplier.")
        return view(request, user=user, mine=mine, **named)

    return gated


def page(request: HttpRequest, template: str, context: dict[str, Any], *, at: str, status: int = 200) -> HttpResponse:
    """at: the name of the room's page that the navigation marks"""
    pages = (
        ("home", _("Today")),
        ("earnings", _("Earnings")),
        ("apply", _("Apply for a certificate")),
        ("keys", _("API keys")),
    )
    nav = [{"label": label, "url": reverse(f"supplier:{name}"), "current": name == at} for name, label in pages]
    nav.append({"label": _("Reviews"), "url": reverse("supplier:reviews"), "current": at == "reviews"})
    nav.append({"label": _("Webhooks"), "url": reverse("webhooks:index"), "current": at == "webhooks"})
    return render(request, template, {"room_title": _("Supplier's room"), "room_nav": nav} | context, status=status)


@require_GET
@supplier
def home(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    now = timezone.now()
    packs = Paginator(work.to_send(mine), 50).get_page(request.GET.get("page"))
    asked = list(work.applications_of(mine)[:50])
    context = {
        "partners": mine,
        "page": packs,
        "parcels": tables.parcels(packs),
        "products": tables.products(work.products_of(mine), now),
        "applications": tables.applications(asked),
        "owed": work.owed_to_households(mine),
    }
    return page(request, "supplier/home.html", context, at="home")


@require_GET
@supplier
def earnings_page(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    shown = Paginator(work.earnings_of(mine), 50).get_page(request.GET.get("page"))
    context = {"page": shown, "table": tables.earnings(shown, work.earnings_total(mine))}
    return page(request, "supplier/earnings.html", context, at="earnings")


@supplier
def apply(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    now = timezone.now()
    products = work.products_of(mine)
    chosen = _chosen(request, products)
    form = ApplicationForm(request.POST or None, products=products, on=days.day_of(now), initial={"product": chosen})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = applications.submit(
                product=given["product"],
                partner=_seller(mine, given["product"]),
                scheme=given["scheme"],
                season=given["season"],
                quantity_g=given["quantity"],
                output_value_fen=given["output_value"],
                by=user,
                at=now,
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The application is submitted. This page shows every step it takes."))
            return redirect("supplier:application", pk=made.pk)
    return page(
        request, "supplier/apply.html", {"form": form}, at="apply", status=422 if request.method == "POST" else 200
    )


def _chosen(request: HttpRequest, products: Any) -> int | None:
    """The product a link names. Raises Http404 for one that is not the supplier's own."""
    named = request.GET.get("product", "")
    if not named:
        return None
    if not (named.isascii() and named.isdecimal() and len(named) < 19):
        raise Http404("No such product.")
    return int(get_object_or_404(products, pk=int(named)).pk)


def _seller(mine: list[Partner], product: Any) -> Partner:
    """Which of the person's suppliers sells a product; the first by name if several do."""
    selling = {record.partner_id for record in product.own_records}
    return next(partner for partner in mine if partner.pk in selling)


@require_GET
@supplier
def application(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    found = get_object_or_404(work.applications_of(mine).prefetch_related("moves"), pk=pk)
    context = {
        "application": found,
        "kind": tables.APPLICATION_PILLS.get(found.state, ""),
        "facts": tables.facts(found),
        "events": tables.events(found),
        "may_withdraw": found.state in (*applications.IN_STEPS, Application.State.PUBLIC_NOTICE),
    }
    return page(request, "supplier/application.html", context, at="home")


@require_POST
@supplier
def withdraw(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    found = get_object_or_404(work.applications_of(mine), pk=pk)
    try:
        applications.withdraw(application=found, by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The application is withdrawn. You may apply again."))
    return redirect("supplier:application", pk=pk)
