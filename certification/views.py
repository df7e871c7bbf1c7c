"""Public pages: the register, one certificate, the notices that run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.days import day_of
from catalogue.models import FormerName, Place
from catalogue.places import names
from certification import applications, register
from certification.forms import RegisterForm
from certification.models import Application, Certificate

PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    form = RegisterForm(request.GET)
    found: QuerySet[Certificate] = Certificate.objects.none()
    if form.is_valid():
        asked = form.cleaned_data
        found = register.find(words=asked["q"], county=asked["county"], state=asked["state"], at=at)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    columns = [_("Number"), _("State"), _("Product"), _("Supplier"), _("County"), _("Valid through")]
    rows = [_register_row(register.reading(one, at), one) for one in page]
    return render(
        request,
        "certification/index.html",
        {"form": form, "page": page, "columns": [{"label": name} for name in columns], "rows": rows},
    )


def _register_row(reading: dict[str, Any], certificate: Certificate) -> list[dict[str, Any]]:
    return [
        {"text": reading["number"], "url": reverse("certificates:detail", args=[certificate.number])},
        {"text": reading["state"], "pill": reading["kind"]},
        {"text": reading["product"]},
        {"text": reading["supplier"]},
        {"text": certificate.partner.county or ""},
        {"text": reading["valid_until"]},
    ]


@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    if not number.isprintable():  # the database takes no such text
        raise Http404
    at = timezone.now()
    rows = Certificate.objects.select_related("product", "partner__county", "scheme", "application")
    certificate = get_object_or_404(rows, number=number)
    product = certificate.product
    facts = [
        {"name": _("Product"), "value": product.name, "url": _product_url(product) if product.is_on_sale(at) else ""},
        {"name": _("Basis"), "value": certificate.scheme.basis},
        {"name": _("Season"), "value": certificate.season},
        {"name": _("County"), "value": _county(certificate) or ""},
    ]
    context = {"certificate": register.reading(certificate, at), "facts": facts}
    return render(request, "certification/detail.html", context | {"events": register.history(certificate)})


def _county(certificate: Certificate) -> Place | FormerName | None:
    """The supplier's, as it was called when the certificate was issued."""
    county = certificate.partner.county
    return names.known([county], at=certificate.issued_at)[0] if county else None


def _product_url(product: Any) -> str:
    """The product's page in the shop; nothing where this site has no shop."""
    try:
        return reverse("catalogue:detail", kwargs={"product_slug": product.slug, "pk": product.pk})
    except NoReverseMatch:
        return ""


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    today = day_of(timezone.now())
    found = applications.under_notice().select_related("product", "partner__county", "scheme")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    labels = [_("Product"), _("Supplier"), _("County"), _("Season"), _("Objections to"), _("First day"), _("Last day")]
    columns = [{"label": label} for label in labels] + [{"label": _("State")}]
    rows = [_notice_row(one, ended=one.notice_until is not None and today >= one.notice_until) for one in page]
    return render(request, "certification/notices.html", {"page": page, "columns": columns, "rows": rows})


def _notice_row(application: Application, *, ended: bool) -> list[dict[str, Any]]:
    last = application.notice_until and application.notice_until - timedelta(days=1)
    return [
        {"text": application.product.name},
        {"text": application.partner.label},
        {"text": application.partner.county or ""},
        {"text": application.season},
        {"text": application.scheme.issuer_name},
        {"text": application.notice_from},
        {"text": last},
        {"text": _("ended, to be decided"), "pill": "wait"} if ended else {"text": _("open"), "pill": "now"},
    ]
