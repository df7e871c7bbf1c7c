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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from catalogue import days
from catalogue.partner.models import Partner
from certification import applications
from certification.models import Application
from shop.accounts.models import User
from shop.supplier import duties, tables, work
from shop.supplier.duties import Duty
from shop.supplier.forms import ApplicationForm

View = Callable[..., HttpResponse]
REFUSALS = (applications.CannotApply, applications.WrongStep, applications.NotYourArea, applications.ReasonMissing)
# The room's pages: address, name, and whose work it is.
PAGES = (
    ("supplier:home", gettext_lazy("Today"), Duty.ORDERS),
    ("supplier:articles", gettext_lazy("Articles"), Duty.GOODS),
    ("supplier:uploads", gettext_lazy("Upload"), Duty.GOODS),
    ("supplier:earnings", gettext_lazy("Earnings"), Duty.EARNINGS),
    ("supplier:apply", gettext_lazy("Apply for a certificate"), Duty.APPLICATIONS),
    ("supplier:reviews", gettext_lazy("Reviews"), Duty.GOODS),
    ("supplier:papers", gettext_lazy("Papers"), Duty.PAPERS),
    ("supplier:staff", gettext_lazy("People"), Duty.ORDERS),
    ("webhooks:index", gettext_lazy("Webhooks"), Duty.MACHINES),
    ("supplier:keys", gettext_lazy("API keys"), Duty.MACHINES),
)


def supplier(duty: Duty) -> Callable[[View], View]:
    """For people of a supplier who have a duty there; `mine` are the suppliers for which they have it.

    Colleagues with other duties are told who can help; others, that there is no such page.
    """

    def gate(view: View) -> View:
        @login_required
        @wraps(view)
        def gated(request: HttpRequest, **named: Any) -> HttpResponse:
            user = request.user
            assert isinstance(user, User)
            mine = list(duties.partners(user, duty))
            if mine:
                return view(request, user=user, mine=mine, **named)
            return no_duty(request, user)

        return gated

    return gate


def no_duty(request: HttpRequest, user: User) -> HttpResponse:
    """403, with the managers who can help. Raises Http404 for somebody of no supplier."""
    helpers = duties.who_can_help(user)
    if not helpers:
        raise Http404("You belong to no supplier.")
    return page(request, "supplier/no_duty.html", {"helpers": helpers}, at="", status=403)


def page(request: HttpRequest, template: str, context: dict[str, Any], *, at: str, status: int = 200) -> HttpResponse:
    """at: the address of the room's page that the navigation marks"""
    user = request.user
    assert isinstance(user, User)
    held = duties.of(user)
    nav = [{"label": name, "url": reverse(url), "current": url == at} for url, name, duty in PAGES if duty in held]
    return render(request, template, {"room_title": _("Supplier's room"), "room_nav": nav} | context, status=status)


@require_GET
@supplier(Duty.ORDERS)
def home(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    """What is to be sent, for everybody; the rest for those whose work it is."""
    packs = Paginator(work.to_send(mine), 50).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"partners": mine, "page": packs, "parcels": tables.parcels(packs)}
    if earning := list(duties.partners(user, Duty.EARNINGS)):
        context["owed"] = work.owed_to_households(earning)
    if offering := list(duties.partners(user, Duty.GOODS)):
        context["products"] = tables.products(work.products_of(offering), timezone.now())
    if applying := list(duties.partners(user, Duty.APPLICATIONS)):
        context["applications"] = tables.applications(work.applications_of(applying)[:50])
        context["may_apply"] = True
    return page(request, "supplier/home.html", context, at="supplier:home")


@require_GET
@supplier(Duty.EARNINGS)
def earnings_page(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    shown = Paginator(work.earnings_of(mine), 50).get_page(request.GET.get("page"))
    context = {"page": shown, "table": tables.earnings(shown, work.earnings_total(mine))}
    return page(request, "supplier/earnings.html", context, at="supplier:earnings")


@supplier(Duty.APPLICATIONS)
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
    status = 422 if request.method == "POST" else 200
    return page(request, "supplier/apply.html", {"form": form}, at="supplier:apply", status=status)


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
@supplier(Duty.APPLICATIONS)
def application(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    found = get_object_or_404(work.applications_of(mine).prefetch_related("moves"), pk=pk)
    context = {
        "application": found,
        "kind": tables.APPLICATION_PILLS.get(found.state, ""),
        "facts": tables.facts(found),
        "events": tables.events(found),
        "may_withdraw": found.state in (*applications.IN_STEPS, Application.State.PUBLIC_NOTICE),
    }
    return page(request, "supplier/application.html", context, at="supplier:home")


@require_POST
@supplier(Duty.APPLICATIONS)
def withdraw(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    found = get_object_or_404(work.applications_of(mine), pk=pk)
    try:
        applications.withdraw(application=found, by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The application is withdrawn. You may apply again."))
    return redirect("supplier:application", pk=pk)
