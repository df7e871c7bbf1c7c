"""The official's room: what sales brought, month by month, county by county, and never a single household."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalogue.models import Place
from shop import downloads
from shop.accounts.models import User
from shop.official import areas, tables
from shop.reports import closing, income
from shop.reports.models import MonthClose
from shop.revenue import days
from shop.revenue.models import Entry

View = Callable[..., HttpResponse]


def official(permission: str = "") -> Callable[[View], View]:
    """For people with an area: others are told that there is no such page, and 403 without the permission."""

    def gate(view: View) -> View:
        @login_required
        @wraps(view)
        def gated(request: HttpRequest) -> HttpResponse:
            user = request.user
            assert isinstance(user, User)
            mine = areas.of(user)
            if not mine:
                raise Http404("No area is entrusted to you.")
            if permission and not user.has_perm(permission):
                raise PermissionDenied
            return view(request, user=user, mine=mine)

        return gated

    return gate


def known_months(at: datetime) -> list[date]:
    """Every month since the first entry up to the running one, newest first."""
    first = Entry.objects.order_by("booked_date").values_list("booked_date", flat=True).first()
    running = days.first_of_month(days.day(at))
    found, month = [], min(days.first_of_month(first) if first else running, running)
    while month <= running:
        found.append(month)
        month = days.next_month(month)
    return found[::-1]


def _month(text: str, known: Sequence[date]) -> date:
    """The month a request names; the running one when it names none. Raises Http404 for another."""
    if not text:
        return known[0]
    try:
        month = days.read_month(text)
    except ValueError as error:
        raise Http404(str(error)) from error
    if month not in known:
        raise Http404(f"{text} has no figures.")
    return month


@require_GET
@official()
def income_page(request: HttpRequest, *, user: User, mine: list[Place]) -> HttpResponse:
    now = timezone.now()
    known = known_months(now)
    month = _month(request.GET.get("month", ""), known)
    closed = MonthClose.objects.select_related("closed_by").filter(month=month).first()
    view = areas.view(income.month_table(month), mine)
    context: dict[str, Any] = {
        "room_title": _("Official's room"),
        "room_nav": [{"label": _("Sales and income"), "url": reverse("official:income"), "current": True}],
        "areas": mine,
        "month": month,
        "months": known,
        "closed": closed,
        "view": view,
        "table": tables.table(view),
        "tiles": tables.tiles(view),
        "bars": tables.bars(view),
        "figures": tables.FIGURES,
        "may_close": closed is None and month < known[0] and user.has_perm("reports.close_month"),
    }
    return render(request, "official/income.html", context)


@require_GET
@official()
def download(request: HttpRequest, *, user: User, mine: list[Place]) -> HttpResponse:
    month = _month(request.GET.get("month", ""), known_months(timezone.now()))
    view = areas.view(income.month_table(month), mine)
    return downloads.csv_file(name=f"income-{month:%Y-%m}", columns=tables.columns(), rows=tables.lines(view))


@require_POST
@official("reports.close_month")
def close(request: HttpRequest, *, user: User, mine: list[Place]) -> HttpResponse:
    now = timezone.now()
    month = _month(request.POST.get("month", ""), known_months(now))
    try:
        made = closing.close(month=month, by=user, at=now)
    except (closing.NotEnded, closing.AlreadyClosed) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("%(month)s is closed. Its figures stay as they are.") % {"month": f"{made.month:%Y-%m}"}
        )
    return redirect(f"{reverse('official:income')}?month={month:%Y-%m}")
