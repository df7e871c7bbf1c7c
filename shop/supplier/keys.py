"""The pages where a supplier's people make and end the keys of their own software."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalogue.partner.models import Partner
from shop.accounts.models import User
from shop.api import tokens
from shop.api.models import Scope, Token
from shop.supplier.duties import Duty
from shop.supplier.forms import KeyForm
from shop.supplier.views import page, supplier
from shop.templatetags.shop_format import shanghai

Table = dict[str, Any]


@require_GET
@supplier(Duty.MACHINES)
def index(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    rows = Token.objects.filter(partner__in=mine).select_related("partner").order_by("-pk")[:200]
    return page(request, "supplier/keys.html", {"table": table(rows, timezone.now())}, at="supplier:keys")


@supplier(Duty.MACHINES)
def new(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    form = KeyForm(request.POST or None, mine=mine)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = tokens.make(
                partner=given["partner"], name=given["name"], scopes=given["scopes"], days=given["days"],
                by=user, at=timezone.now(),
            )  # fmt: skip
        except tokens.TooMany as refusal:
            form.add_error(None, str(refusal))
        else:  # the answer to the very request that made the key shows it; no address leads there a second time
            return page(request, "supplier/key_made.html", {"token": made.token, "key": made.key}, at="supplier:keys")
    status = 422 if request.method == "POST" else 200
    return page(request, "supplier/key_new.html", {"form": form}, at="supplier:keys", status=status)


@require_GET
@supplier(Duty.MACHINES)
def detail(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    token = get_object_or_404(Token.objects.select_related("partner", "made_by"), pk=pk, partner__in=mine)
    now = timezone.now()
    context = {"token": token, "state": state(token, now), "facts": facts(token), "stands": stands(token, now)}
    return page(request, "supplier/key.html", context, at="supplier:keys")


@require_POST
@supplier(Duty.MACHINES)
def end(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    tokens.end(token=get_object_or_404(Token, pk=pk, partner__in=mine), by=user, at=timezone.now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("supplier:keys")


def stands(token: Token, at: datetime) -> bool:
    return token.ended_at is None and at < token.expires_at


def state(token: Token, at: datetime) -> Table:
    if stands(token, at):
        return {"text": _("opens"), "pill": "done"}
    return {"text": _("ended") if token.ended_at else _("run out"), "pill": ""}


def table(rows: Iterable[Token], at: datetime) -> Table:
    labels = (_("Key"), _("Supplier"), _("State"), _("Until"), _("Last used"))
    return {
        "columns": [{"label": label} for label in labels],
        "rows": [
            [
                {"text": str(row), "url": reverse("supplier:key", args=[row.pk])},
                {"text": row.partner.label},
                state(row, at),
                {"text": shanghai(row.expires_at)},
                {"text": row.used_date or _("never")},
            ]
            for row in rows
        ],
    }


def facts(token: Token) -> list[Table]:
    return [
        {"name": _("Supplier"), "value": token.partner.label},
        {"name": _("It may"), "value": "; ".join(str(Scope(scope).label) for scope in token.scopes)},
        {"name": _("Made"), "value": shanghai(token.made_at)},
        {"name": _("Made by"), "value": token.made_by.get_full_name() or token.made_by.email},
        {"name": _("Until"), "value": shanghai(token.expires_at)},
        {"name": _("Last used"), "value": token.used_date or _("never")},
    ]
