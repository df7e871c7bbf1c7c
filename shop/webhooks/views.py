"""The pages where a supplier's people, and the platform's operators, manage which machines are told what."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shop.accounts.models import User
from shop.supplier import duties
from shop.supplier import views as supplier
from shop.supplier.duties import Duty
from shop.webhooks import deliveries, subscriptions, tables
from shop.webhooks.forms import SubscriptionForm
from shop.webhooks.models import Delivery, Subscription

View = Callable[..., HttpResponse]


def manager(view: View) -> View:
    """For operators and for managers of a supplier; others as everywhere in the supplier's room."""

    @login_required
    @wraps(view)
    def gated(request: HttpRequest, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        if not user.is_staff and not duties.partners(user, Duty.MACHINES).exists():
            return supplier.no_duty(request, user)
        return view(request, user=user, **named)

    return gated


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, user: User, status: int = 200
) -> HttpResponse:
    """In the supplier's room, or in a room of its own for operators."""
    if not user.is_staff:
        return supplier.page(request, template, context, at="webhooks:index", status=status)
    nav = [
        {"label": _("Webhooks"), "url": reverse("webhooks:index"), "current": True},
        {"label": _("Shop administration"), "url": reverse("dashboard:index"), "current": False},
    ]
    return render(request, template, {"room_title": _("Webhooks"), "room_nav": nav} | context, status=status)


def _own(user: User, pk: int) -> Subscription:
    return get_object_or_404(subscriptions.managed_by(user), pk=pk)


def _own_delivery(user: User, pk: int) -> Delivery:
    rows = Delivery.objects.select_related("subscription")
    return get_object_or_404(rows, pk=pk, subscription__in=subscriptions.managed_by(user))


@require_GET
@manager
def index(request: HttpRequest, *, user: User) -> HttpResponse:
    shown = Paginator(subscriptions.managed_by(user).order_by("-pk"), 50).get_page(request.GET.get("page"))
    return page(request, "webhooks/index.html", {"page": shown, "table": tables.subscriptions(shown)}, user=user)


@manager
def add(request: HttpRequest, *, user: User) -> HttpResponse:
    partners = None if user.is_staff else duties.partners(user, Duty.MACHINES)
    form = SubscriptionForm(request.POST or None, partners=partners)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = subscriptions.add(
                url=given["url"],
                events=given["events"],
                partner=given.get("partner"),
                unit=given.get("unit"),
                by=user,
                at=timezone.now(),
            )
        except subscriptions.TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            return _secret(request, made, user)
    status = 422 if request.method == "POST" else 200
    return page(request, "webhooks/add.html", {"form": form}, user=user, status=status)


@require_GET
@manager
def detail(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    row = _own(user, pk)
    shown = Paginator(row.deliveries.all(), 50).get_page(request.GET.get("page"))
    context = {
        "subscription": row,
        "state": tables.state(row),
        "facts": tables.facts(row, timezone.now()),
        "page": shown,
        "table": tables.deliveries(shown),
    }
    return page(request, "webhooks/detail.html", context, user=user)


@require_POST
@manager
def ping(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    row = _own(user, pk)
    try:
        made = deliveries.ping(subscription=row, at=timezone.now())
    except deliveries.CannotSend as refusal:
        messages.error(request, str(refusal))
        return redirect("webhooks:detail", pk=pk)
    messages.success(request, _("A test is on its way. This page shows what came of it."))
    return redirect("webhooks:delivery", pk=made.pk)


@require_POST
@manager
def renew(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    row = _own(user, pk)
    if row.ended_at is not None:
        messages.error(request, _("This address has ended and is told nothing more. Add it anew."))
        return redirect("webhooks:detail", pk=pk)
    return _secret(request, subscriptions.renew_secret(subscription=row, at=timezone.now()), user)


@require_POST
@manager
def end(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    subscriptions.end(subscription=_own(user, pk), at=timezone.now())
    messages.success(request, _("This address is told nothing more."))
    return redirect("webhooks:detail", pk=pk)


@require_GET
@manager
def delivery(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    row = _own_delivery(user, pk)
    context = {
        "delivery": row,
        "state": tables.STATES[row.state],
        "kind": tables.PILLS[row.state],
        "facts": tables.delivery(row),
        "attempts": tables.attempts(row.attempts.all()),
        "may_send": row.subscription.ended_at is None,
    }
    return page(request, "webhooks/delivery.html", context, user=user)


@require_POST
@manager
def again(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    try:
        deliveries.again(delivery=_own_delivery(user, pk), at=timezone.now())
    except deliveries.CannotSend as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The same event is sent once more."))
    return redirect("webhooks:delivery", pk=pk)


def _secret(request: HttpRequest, row: Subscription, user: User) -> HttpResponse:
    """The answer to the very request that made the secret shows it; no address leads there a second time."""
    context = {"subscription": row, "secret": subscriptions.newest_secret(row), "until": row.seed_before_until}
    return page(request, "webhooks/secret.html", context, user=user)
