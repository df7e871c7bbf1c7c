"""A supplier registers and hands in its papers; its people and the platform's operators open them."""

from __future__ import annotations

from pathlib import PurePath
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalogue import days
from catalogue.partner import documents, onboarding, papers, staff
from catalogue.partner.models import Document, DocumentKind, Partner
from shop.accounts.models import User
from shop.supplier import duties
from shop.supplier.duties import Duty
from shop.supplier.papers import tables
from shop.supplier.papers.forms import DocumentForm, RegisterForm
from shop.supplier.staff.views import address, chosen
from shop.supplier.views import page, supplier

REFUSALS = (
    staff.NotAManager,
    documents.CannotGive,
    onboarding.CannotRegister,
    onboarding.NotComplete,
    onboarding.WrongState,
)


@login_required
def register(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = RegisterForm(request.POST or None, on=days.day_of(now))
    if request.method == "POST" and form.is_valid():
        try:
            made = onboarding.register(**form.cleaned_data, by=cast(User, request.user), at=now)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The supplier is registered. Now hand in its documents."))
            return redirect(address("supplier:papers", made))
    status = 422 if request.method == "POST" else 200
    return render(request, "supplier/register.html", {"form": form}, status=status)


@require_GET
@supplier(Duty.PAPERS)
def index(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    partner, today = chosen(request, mine), days.day_of(timezone.now())
    lines = documents.checklist(partner, on=today)
    steps = partner.steps.select_related("document__kind", "by")[:50]
    may_give = partner.state != Partner.State.CLOSED
    is_applying = partner.state == Partner.State.APPLYING
    context = {
        "partner": partner,
        "pill": tables.STATE_PILLS[partner.state],
        "others": [{"label": each.label, "url": address("supplier:papers", each)} for each in mine if each != partner],
        "blocked": onboarding.in_the_way(partner, on=today),
        "may_give": may_give,
        "table": tables.checklist(lines, on=today, may_give=may_give, partner=partner),
        "events": tables.history(steps, with_names=False),
        "is_applying": is_applying,
        "is_submitted": is_applying and onboarding.is_submitted(partner),
    }
    return page(request, "supplier/papers.html", context, at="supplier:papers")


@supplier(Duty.PAPERS)
def give(request: HttpRequest, *, user: User, mine: list[Partner], code: str) -> HttpResponse:
    partner, kind = chosen(request, mine), get_object_or_404(DocumentKind, pk=code)
    if partner.kind not in kind.asked_of:
        raise Http404("Not asked of this supplier.")
    form = DocumentForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            documents.give(partner=partner, kind=kind, **form.cleaned_data, by=user, at=timezone.now())
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The document is handed in. This page shows what comes of it."))
            return redirect(address("supplier:papers", partner))
    context = {"form": form, "kind": kind, "partner": partner, "back": address("supplier:papers", partner)}
    status = 422 if request.method == "POST" else 200
    return page(request, "supplier/give.html", context, at="supplier:papers", status=status)


@require_POST
@supplier(Duty.PAPERS)
def submit(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    partner = chosen(request, mine)
    try:
        onboarding.submit(partner=partner, by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The review is asked for. You will find the answer on this page."))
    return redirect(address("supplier:papers", partner))


@require_GET
@login_required
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, to be saved: for managers of the supplier and for operators. Others hear that there is none."""
    user = cast(User, request.user)
    rows = Document.objects.all() if user.is_staff else Document.objects.filter(partner__in=_managed(user))
    found = get_object_or_404(rows, pk=pk)
    ending = PurePath(str(found.file.name)).suffix.removeprefix(".")
    name = f"{found.kind_id}-{found.pk}.{ending}"
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=papers.TYPES[ending],
        headers={"Cache-Control": "private, no-store"},
    )


def _managed(user: User) -> list[Partner]:
    return list(duties.partners(user, Duty.PAPERS))
