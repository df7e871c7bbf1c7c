"""The certifier's room: what waits for this officer, one page for each application, and the acts upon it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from catalogue.days import day_of
from catalogue.models import Place
from certification import applications, certificates, officers, register
from certification.forms import IssueForm, NoteForm, ReasonForm
from certification.models import Application, Certificate, Officer, Role

PAGE = 20
PILLS = {"public_notice": "wait", "certified": "done", "refused": "stop", "withdrawn": "stop"}
REFUSALS = (
    applications.WrongStep,
    applications.NotYourArea,
    applications.SeparationOfDuties,
    applications.NoticeRunning,
    applications.ReasonMissing,
    certificates.CertificateNotValid,
    certificates.NumberReused,
)


@dataclass(frozen=True)
class Act:
    """One thing an officer does. run: (application, cleaned form, who, when)"""

    label: Any
    done: Any
    form: type[forms.Form]
    run: Callable[[Application, dict[str, Any], Any, datetime], object]
    kind: str = ""


def _on_certificate(change: Callable[..., object]) -> Callable[[Application, dict[str, Any], Any, datetime], object]:
    def run(application: Application, asked: dict[str, Any], by: Any, at: datetime) -> object:
        certificate = get_object_or_404(Certificate, application=application)
        return change(certificate=certificate, reason=asked["reason"], by=by, at=at)

    return run


ACTS = {
    "review": Act(
        gettext_lazy("Pass this step"),
        gettext_lazy("The step is passed."),
        NoteForm,
        lambda application, asked, by, at: applications.review(
            application=application, by=by, at=at, reason=asked["reason"]
        ),
    ),
    "issue": Act(
        gettext_lazy("Issue the certificate"),
        gettext_lazy("The certificate is issued; the product may be sold."),
        IssueForm,
        lambda application, asked, by, at: certificates.issue(
            application=application, number=asked["number"] or None, by=by, at=at
        ),
    ),
    "refuse": Act(
        gettext_lazy("Refuse the application"),
        gettext_lazy("The application is refused."),
        ReasonForm,
        lambda application, asked, by, at: applications.refuse(
            application=application, by=by, at=at, reason=asked["reason"]
        ),
        "danger",
    ),
    "restore": Act(
        gettext_lazy("Restore the certificate"),
        gettext_lazy("The certificate stands again."),
        ReasonForm,
        _on_certificate(certificates.restore),
    ),
    "suspend": Act(
        gettext_lazy("Suspend the certificate"),
        gettext_lazy("The certificate is suspended; its product is off sale."),
        ReasonForm,
        _on_certificate(certificates.suspend),
        "danger",
    ),
    "revoke": Act(
        gettext_lazy("Revoke the certificate"),
        gettext_lazy("The certificate is revoked; its product is off sale."),
        ReasonForm,
        _on_certificate(certificates.revoke),
        "danger",
    ),
}


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this officer, oldest first; nobody without an office comes in."""
    _check_officer(request)
    found = applications.waiting_for(request.user, at=timezone.now())  # type: ignore[arg-type]
    page = Paginator(found.select_related("product", "partner", "scheme"), PAGE).get_page(request.GET.get("page"))
    columns = [{"label": name} for name in (_("Application"), _("Supplier"), _("Scheme"), _("State"))]
    rows = [[*_row(one), {"text": one.get_state_display(), "pill": PILLS.get(one.state, "now")}] for one in page]
    context = _room("queue") | {"page": page, "columns": columns, "rows": rows}
    return render(request, "certification/queue.html", context)


@login_required
@require_safe
def area_certificates(request: HttpRequest) -> HttpResponse:
    """All certificates of the officer's area, newest first: to suspend, restore or revoke one."""
    _check_officer(request)
    at = timezone.now()
    seen = applications.visible_to(request.user)  # type: ignore[arg-type]
    found = Certificate.objects.filter(application__in=seen.order_by()).order_by("-issued_at", "-pk")
    rows_of = found.select_related("application__product", "product", "partner", "scheme")
    page = Paginator(rows_of, PAGE).get_page(request.GET.get("page"))
    columns = [{"label": name} for name in (_("Application"), _("Supplier"), _("Number"), _("State"))]
    rows = []
    for one in page:
        reading = register.reading(one, at)
        link = reverse("certificates:application", args=[one.application_id])
        rows.append(
            [
                {"text": f"{reading['product']} {one.season}", "url": link},
                {"text": reading["supplier"]},
                {"text": one.number},
                {"text": reading["state"], "pill": reading["kind"]},
            ]
        )
    context = _room("certificates") | {"page": page, "columns": columns, "rows": rows}
    return render(request, "certification/area_certificates.html", context)


@login_required
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one act; a refusal comes back to the page in the words of the rule."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    target = _visible(request, pk)
    form = chosen.form(request.POST, prefix=name)
    if not form.is_valid():
        return _page(request, target, filled={name: form}, status=422)
    try:
        chosen.run(target, form.cleaned_data, request.user, timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates:application", pk=pk)
    messages.success(request, str(chosen.done))
    return redirect("certificates:queue")


def _check_officer(request: HttpRequest) -> None:
    if not Officer.objects.filter(user_id=request.user.pk or 0).exists():
        raise Http404


def _visible(request: HttpRequest, pk: int) -> Application:
    seen = applications.visible_to(request.user)  # type: ignore[arg-type]
    return get_object_or_404(seen.select_related("product__commodity", "product__origin", "partner", "scheme"), pk=pk)


def _open_acts(target: Application, certificate: Certificate | None, by: Any, at: datetime) -> tuple[list[str], str]:
    """The acts open to this officer now; or none, and why."""
    try:
        if certificate is not None:
            officers.office_for(target, by=by, roles=officers.DECIDING)
            officers.keep_out_supplier(target.partner, by=by)
            state = certificates.state_at(certificate, at)
            return {"certified": ["suspend", "revoke"], "suspended": ["restore", "revoke"]}.get(state, []), ""
        applications.office_to_act(target, by=by)
    except REFUSALS as refusal:
        return [], str(refusal)
    if target.state != Application.State.PUBLIC_NOTICE:
        return ["review", "refuse"], ""
    ended = target.notice_until is not None and day_of(at) >= target.notice_until
    return (["issue", "refuse"] if ended else ["refuse"]), ""


def _page(
    request: HttpRequest, target: Application, *, filled: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    certificate = Certificate.objects.filter(application=target).select_related("product", "partner", "scheme").first()
    names, why_not = _open_acts(target, certificate, request.user, at)
    names += [name for name in filled or {} if name not in names]
    shown = [
        {
            "url": reverse("certificates:act", args=[target.pk, name]),
            "label": ACTS[name].label,
            "kind": ACTS[name].kind,
            "form": (filled or {}).get(name) or ACTS[name].form(prefix=name),
        }
        for name in names
    ]
    context = _room("") | {"application": target, "acts": shown, "why_not": why_not, "facts": _facts(target)}
    context |= {"steps": _steps(target), "events": _events(target, certificate), "pill": PILLS.get(target.state, "now")}
    context |= {"certificate": register.reading(certificate, at) if certificate else None}
    return render(request, "certification/application.html", context, status=status)


def _row(one: Application) -> list[dict[str, Any]]:
    link = reverse("certificates:application", args=[one.pk])
    return [
        {"text": f"{one.product.name} {one.season}", "url": link},
        {"text": one.partner.label},
        {"text": one.scheme},
    ]


def _facts(target: Application) -> list[dict[str, Any]]:
    last = target.notice_until - timedelta(days=1) if target.notice_until else None
    return [
        {"name": _("Supplier"), "value": target.partner.label},
        {"name": _("Origin"), "value": f"{target.product.origin} {Place.published(officers.place_code(target))}"},
        {"name": _("Scheme"), "value": f"{target.scheme} v{target.scheme.version}"},
        {"name": _("Basis"), "value": target.scheme.basis},
        {"name": _("Season"), "value": target.season},
        {"name": _("Quantity asked for"), "value": f"{target.quantity_g:,} g"},
        {"name": _("Output value, as declared"), "value": _yuan(target.output_value_fen)},
        {"name": _("Public notice"), "value": f"{target.notice_from} – {last}" if last else _("not yet")},
    ]


def _yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def _steps(target: Application) -> list[dict[str, Any]]:
    """The scheme's steps as components/path.html takes them; under review the next one is where it stands."""
    waiting = target.state in applications.IN_STEPS
    states = ("done", "now" if waiting else "next", "next")
    return [
        {"label": Role(step.role).label, "state": states[min(max(step.position - target.steps_done, 0), 2)]}
        for step in target.scheme.steps.all()
    ]


def _events(target: Application, certificate: Certificate | None) -> list[dict[str, Any]]:
    moves = list(target.moves.select_related("by")) + (
        list(certificate.moves.select_related("by")) if certificate is not None else []
    )
    return [
        {
            "at": move.at,
            "title": register.ACTIONS.get(move.action, move.action),
            "text": move.reason,
            "by": f"{register.role_name(move.role)} {move.by.email if move.by else ''}".strip(),
        }
        for move in reversed(moves)
    ]


def _room(current: str) -> dict[str, Any]:
    places = [("queue", _("Waiting for you")), ("certificates", _("Certificates of your area"))]
    names = {"queue": "certificates:queue", "certificates": "certificates:area"}
    nav = [{"label": label, "url": reverse(names[key]), "current": key == current} for key, label in places]
    return {"room_title": _("Certification"), "room_nav": nav}
