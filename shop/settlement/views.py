"""The settlement room: what households are owed, and three people who pay it, with proof for every row."""

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
from django.views.decorators.http import require_GET, require_POST

from catalogue import days
from shop import rooms
from shop.accounts.models import User
from shop.revenue import disputes, ledger, payouts
from shop.revenue.models import Dispute, PayoutBatch, PayoutItem
from shop.settlement import due, tables
from shop.settlement.forms import DecideForm, DraftForm, EvidenceForm, FailForm

View = Callable[..., HttpResponse]
REFUSALS = (
    payouts.NothingToPay,
    payouts.SeparationOfDuties,
    payouts.WrongState,
    payouts.ContentChanged,
    payouts.EvidenceRefused,
    disputes.AlreadyDecided,
    disputes.NotIndependent,
    disputes.AnswerRefused,
    ledger.MonthClosed,
    ledger.ReferenceReused,
)


def settlement(permission: str = "") -> Callable[[View], View]:
    """For people of the room: others are told that there is no such page, and 403 without the permission."""

    def gate(view: View) -> View:
        @login_required
        @wraps(view)
        def gated(request: HttpRequest, **named: Any) -> HttpResponse:
            user = request.user
            assert isinstance(user, User)
            if not rooms.works_in_settlement(user):
                raise Http404("You have no work in this room.")
            if permission and not rooms.may(user, permission):
                raise PermissionDenied
            return view(request, user=user, **named)

        return gated

    return gate


def page(request: HttpRequest, template: str, context: dict[str, Any], *, at: str, status: int = 200) -> HttpResponse:
    """at: the name of the room's page that the navigation marks"""
    nav = [
        {"label": label, "url": reverse(f"settlement:{name}"), "current": name == at}
        for name, label in (("home", _("Payouts")), ("disputes", _("Disputes")), ("find", _("Refunds")))
    ]
    return render(request, template, {"room_title": _("Settlement room"), "room_nav": nav} | context, status=status)


@require_GET
@settlement()
def home(request: HttpRequest, *, user: User) -> HttpResponse:
    owed = due.by_supplier()
    shown = Paginator(due.batches(), 25).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "waiting": due.waiting_for(user),
        "due_fen": sum(row.fen for row in owed),
        "oldest_date": owed[0].oldest_date if owed else None,
        "owed": tables.owed(owed),
        "page": shown,
        "batches": tables.batches(shown),
        "form": DraftForm(suppliers=due.suppliers()) if owed and user.has_perm("revenue.draft_payout") else None,
    }
    return page(request, "settlement/home.html", context, at="home")


@require_POST
@settlement("revenue.draft_payout")
def draft(request: HttpRequest, *, user: User) -> HttpResponse:
    form = DraftForm(request.POST, suppliers=due.suppliers())
    if not form.is_valid():
        messages.error(request, _("Nothing is due to the households of that supplier now. Choose one from the list."))
        return redirect("settlement:home")
    try:
        made = payouts.draft(by=user, at=timezone.now(), partner=form.cleaned_data["partner"])
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("settlement:home")
    messages.success(
        request,
        _("%(reference)s is drafted. Somebody else approves it, a third person releases it.") % {"reference": made},
    )
    return redirect("settlement:batch", reference=made.reference)


@require_GET
@settlement()
def batch(request: HttpRequest, *, user: User, reference: str) -> HttpResponse:
    people = ("drafted_by", "approved_by", "released_by")
    found = get_object_or_404(PayoutBatch.objects.select_related(*people), reference=reference)
    items = found.items.select_related("household", "partner", "evidenced_by").order_by(
        "household__reference", "partner_id"
    )
    shown = Paginator(items, 50).get_page(request.GET.get("page"))
    context = {
        "batch": found,
        "kind": tables.BATCH_PILLS[found.state],
        "page": shown,
        "items": tables.items(shown, found, may_prove=user.has_perm("revenue.evidence_payout")),
        "events": tables.events(found),
        "may_approve": found.state == PayoutBatch.State.DRAFTED and user.has_perm("revenue.approve_payout"),
        "may_release": found.state == PayoutBatch.State.APPROVED and user.has_perm("revenue.release_payout"),
        "had_a_part": user.pk in (found.drafted_by_id, found.approved_by_id),
    }
    return page(request, "settlement/batch.html", context, at="home")


@require_POST
@settlement("revenue.approve_payout")
def approve(request: HttpRequest, *, user: User, reference: str) -> HttpResponse:
    return _step(request, reference, payouts.approve, user, _("%(reference)s is approved. A third person releases it."))


@require_POST
@settlement("revenue.release_payout")
def release(request: HttpRequest, *, user: User, reference: str) -> HttpResponse:
    return _step(
        request, reference, payouts.release, user, _("%(reference)s is released. Record the proof of every payment.")
    )


def _step(
    request: HttpRequest, reference: str, take: Callable[..., PayoutBatch], user: User, done: str
) -> HttpResponse:
    found = get_object_or_404(PayoutBatch, reference=reference)
    try:
        take(batch=found, by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done % {"reference": found})
    return redirect("settlement:batch", reference=reference)


def _item(pk: int) -> PayoutItem:
    return get_object_or_404(PayoutItem.objects.select_related("batch", "household", "partner"), pk=pk)


@settlement("revenue.evidence_payout")
def evidence(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    item, now = _item(pk), timezone.now()
    form = EvidenceForm(request.POST or None, today=days.day_of(now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            payouts.evidence(
                item=item,
                kind=PayoutItem.Evidence(given["kind"]),
                reference=given["reference"],
                paid_on=given["paid_on"],
                by=user,
                at=now,
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The proof for %(household)s is recorded.") % {"household": item.household})
            return redirect("settlement:batch", reference=item.batch.reference)
    return _form_page(request, "settlement/evidence.html", {"item": item, "form": form}, at="home")


@settlement("revenue.evidence_payout")
def fail(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    item = _item(pk)
    form = FailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            payouts.fail(item=item, reason=form.cleaned_data["reason"], by=user, at=timezone.now())
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("What %(household)s is owed is open again and goes into a later payout.")
                % {"household": item.household},
            )
            return redirect("settlement:batch", reference=item.batch.reference)
    return _form_page(request, "settlement/fail.html", {"item": item, "form": form}, at="home")


@require_GET
@settlement()
def disputes_list(request: HttpRequest, *, user: User) -> HttpResponse:
    decided = request.GET.get("show") == "decided"
    rows = Dispute.objects.select_related("share__household", "share__partner")
    rows = (
        rows.exclude(state=Dispute.State.OPEN).order_by("-decided_at")
        if decided
        else rows.filter(state=Dispute.State.OPEN).order_by("due_date", "pk")
    )
    shown = Paginator(rows, 25).get_page(request.GET.get("page"))
    tabs = [
        {"label": _("To answer"), "url": reverse("settlement:disputes"), "current": not decided},
        {"label": _("Answered"), "url": reverse("settlement:disputes") + "?show=decided", "current": decided},
    ]
    context = {"page": shown, "tabs": tabs, "table": tables.disputes(shown, on=days.day_of(timezone.now()))}
    return page(request, "settlement/disputes.html", context, at="disputes")


@settlement()
def dispute(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    found = get_object_or_404(
        Dispute.objects.select_related("share__household", "share__partner", "share__line__product", "decided_by"),
        pk=pk,
    )
    may_decide = user.has_perm("revenue.decide_dispute")
    if request.method == "POST" and not may_decide:
        raise PermissionDenied
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            disputes.decide(
                dispute=found,
                uphold=given["decision"] == "upheld",
                adjustment_fen=given["adjustment"],
                answer=given["answer"],
                by=user,
                at=timezone.now(),
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The dispute is answered; the household reads it on its statement."))
            return redirect("settlement:disputes")
    may_decide = may_decide and found.state == Dispute.State.OPEN
    context = {
        "dispute": found,
        "share": found.share,
        "form": form if may_decide else None,
        "facts": tables.dispute_facts(found),
    }
    return _form_page(request, "settlement/dispute.html", context, at="disputes")


def _form_page(request: HttpRequest, template: str, context: dict[str, Any], *, at: str) -> HttpResponse:
    return page(request, template, context, at=at, status=422 if request.method == "POST" else 200)
