"""A household's own statement: opened with a printed slip, read, printed, taken along, answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from certification.households import access
from certification.households.models import Household
from shop import downloads, languages
from shop.household import sheet, tries, visits
from shop.household.forms import DisputeForm, EnterForm, ShareForm
from shop.revenue import disputes, payouts, statements
from shop.revenue.models import Share

View = Callable[..., HttpResponse]
REFUSALS = (disputes.AlreadyOpen, disputes.AnswerRefused, payouts.WrongState)


def household_page(view: View) -> View:
    """For a household whose visit is open; everybody else is asked for a slip."""

    @never_cache
    @wraps(view)
    def gated(request: HttpRequest) -> HttpResponse:
        household = visits.household_of(request, at=timezone.now())
        if household is None:
            return redirect("household:enter")
        return view(request, household=household)

    return gated


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, {"room_title": _("For households"), "room_nav": []} | context, status=status)


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """One answer for every failure: wrong, expired, revoked, unknown, malformed, tried too often."""
    form = EnterForm(request.POST or None)
    if request.method == "POST":
        household = _opened(request, form)
        if household is not None:
            visits.begin(request, household=household, at=timezone.now())
            return redirect("household:statement")
    failed = request.method == "POST"
    return page(request, "household/enter.html", {"form": EnterForm(), "failed": failed}, status=422 if failed else 200)


@sensitive_variables()
def _opened(request: HttpRequest, form: EnterForm) -> Household | None:
    now = timezone.now()
    if not form.is_valid():
        return None
    reference, code = form.cleaned_data["reference"], form.cleaned_data["code"]
    tries.forget(at=now)
    try:
        tries.count(address=tries.address_of(request), reference=reference, at=now)
        return access.open_with(reference=reference, code=code, at=now)
    except (tries.TooManyTries, access.SlipNotValid):
        return None


@require_GET
@household_page
def statement(request: HttpRequest, *, household: Household) -> HttpResponse:
    return _statement(request, household)


def _statement(request: HttpRequest, household: Household, failed: DisputeForm | None = None) -> HttpResponse:
    """failed: a dispute that was sent without the words it needs"""
    found = statements.for_household(household)
    context = {
        "statement": found,
        "household": household,
        "rows": [sheet.shown(row, failed) for row in found.rows],
        "until": visits.until(request.session),
        "language_links": languages.links(reverse("household:statement")),  # a mistake is answered at another address
    }
    return page(request, "household/statement.html", context, status=422 if failed else 200)


@require_GET
@household_page
def download(request: HttpRequest, *, household: Household) -> HttpResponse:
    found = statements.for_household(household)
    return downloads.csv_file(name="statement", columns=sheet.columns(), rows=sheet.lines(found))


@require_POST
@household_page
def received(request: HttpRequest, *, household: Household) -> HttpResponse:
    share = _own_share(ShareForm(request.POST), household)
    try:
        payouts.confirm(share=share, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. It is noted that you have received this money."))
    return redirect("household:statement")


@require_POST
@household_page
def dispute(request: HttpRequest, *, household: Household) -> HttpResponse:
    form = DisputeForm(request.POST)
    share = _own_share(form, household)
    if not form.is_valid():
        return _statement(request, household, form)
    try:
        made = disputes.open_for(share=share, text=form.cleaned_data["text"], at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Your words are noted. You read the answer here by %(day)s.") % {"day": sheet.day(made.due_date)}
        )
    return redirect("household:statement")


def _own_share(form: ShareForm, household: Household) -> Share:
    """The share a form names; another household's is as missing as one that never was."""
    form.is_valid()
    if "share" not in form.cleaned_data:
        raise Http404("No such share.")
    return get_object_or_404(Share, pk=form.cleaned_data["share"], household=household)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    visits.end(request)
    messages.success(request, _("Your statement is closed on this device."))
    return redirect(reverse("household:enter"))
