"""Where the platform's operators look at suppliers and their papers, and set the checklist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from catalogue import days
from catalogue.partner import documents, onboarding
from catalogue.partner.models import Document, DocumentKind, Partner
from shop.accounts.models import User
from shop.supplier.papers import tables
from shop.supplier.papers.forms import KindForm, NewKindForm

View = Callable[..., HttpResponse]
REFUSALS = (onboarding.NotAReviewer, onboarding.WrongState, onboarding.NotComplete, onboarding.ReasonMissing)
State = Partner.State
# What may be done in each state: the verb, its button, and whether it says why.
ACTIONS: dict[str, tuple[tuple[str, Any, bool], ...]] = {
    State.APPLYING: (("approve", gettext_lazy("Approve"), False), ("close", gettext_lazy("Close"), True)),
    State.APPROVED: (("suspend", gettext_lazy("Suspend"), True), ("close", gettext_lazy("Close"), True)),
    State.SUSPENDED: (("reopen", gettext_lazy("Open again"), True), ("close", gettext_lazy("Close"), True)),
    State.CLOSED: (("reopen", gettext_lazy("Open again"), True),),
}


def operator(view: View) -> View:
    @login_required
    @wraps(view)
    def gated(request: HttpRequest, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        if not user.is_staff:
            raise PermissionDenied("For the platform's operators.")
        return view(request, user=user, **named)

    return gated


def page(request: HttpRequest, template: str, context: dict[str, Any], *, at: str, status: int = 200) -> HttpResponse:
    places = (
        ("dashboard:partner-list", _("Suppliers")),
        ("dashboard:partner-checklist", _("Checklist")),
        ("dashboard:index", _("Shop administration")),
    )
    nav = [{"label": label, "url": reverse(name), "current": name == at} for name, label in places]
    return render(request, template, {"room_title": _("Review of suppliers"), "room_nav": nav} | context, status=status)


@require_GET
@operator
def index(request: HttpRequest, *, user: User) -> HttpResponse:
    """Who waits for a reviewer, then all suppliers."""
    everybody = Partner.objects.select_related("county").order_by("name", "pk")
    shown = Paginator(everybody, 50).get_page(request.GET.get("page"))
    waiting = documents.waiting().select_related("county")
    context = {"page": shown, "all": tables.suppliers(shown), "waiting": tables.suppliers(waiting[:100])}
    return page(request, "supplier/review/index.html", context, at="dashboard:partner-list")


@require_GET
@operator
def detail(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    partner = get_object_or_404(Partner.objects.select_related("county", "township"), pk=pk)
    today = days.day_of(timezone.now())
    given = partner.documents.filter(state=Document.State.GIVEN).select_related("kind").order_by("pk")
    steps = partner.steps.select_related("document__kind", "by")
    belongs = partner.users.filter(pk=user.pk).exists()
    context = {
        "partner": partner,
        "pill": tables.STATE_PILLS[partner.state],
        "facts": tables.facts(partner),
        "table": tables.checklist(documents.checklist(partner, on=today), on=today, partner=partner, may_give=False),
        "given": [{"document": each, "facts": tables.document_facts(each)} for each in given],
        "belongs": belongs,
        "actions": () if belongs else ACTIONS[partner.state],
        "is_submitted": partner.state != State.APPLYING or onboarding.is_submitted(partner),
        "page": (shown := Paginator(steps, 50).get_page(request.GET.get("page"))),
        "events": tables.history(shown, with_names=True),
    }
    return page(request, "supplier/review/detail.html", context, at="dashboard:partner-list")


@require_POST
@operator
def act(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    """Do what the button says."""
    partner, verb = get_object_or_404(Partner, pk=pk), request.POST.get("action", "")
    says_why = {name: why for actions in ACTIONS.values() for name, _label, why in actions}
    if verb not in says_why:
        raise Http404("No such action.")
    why = {"reason": request.POST.get("reason", "").strip()} if says_why[verb] else {}
    try:
        getattr(onboarding, verb)(partner=partner, by=user, at=timezone.now(), **why)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done, and written down."))
    return redirect("dashboard:partner-manage", pk=pk)


@require_POST
@operator
def decide(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    """Accept or refuse a document, as the button says."""
    found = get_object_or_404(Document.objects.select_related("partner"), pk=pk)
    now = timezone.now()
    try:
        if request.POST.get("decision") == "accept":
            documents.accept(document=found, by=user, at=now)
        else:
            documents.refuse(document=found, by=user, at=now, reason=request.POST.get("reason", "").strip())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done, and written down."))
    return redirect("dashboard:partner-manage", pk=found.partner_id)


@require_GET
@operator
def checklist(request: HttpRequest, *, user: User) -> HttpResponse:
    context = {"table": tables.kinds(DocumentKind.objects.all())}
    return page(request, "supplier/review/checklist.html", context, at="dashboard:partner-checklist")


@operator
def kind(request: HttpRequest, *, user: User, code: str = "") -> HttpResponse:
    """A line of the checklist, or with no code a new one."""
    found = get_object_or_404(DocumentKind, pk=code) if code else None
    form = (KindForm if found else NewKindForm)(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The checklist is changed."))
        return redirect("dashboard:partner-checklist")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "kind": found}
    return page(request, "supplier/review/kind.html", context, at="dashboard:partner-checklist", status=status)
