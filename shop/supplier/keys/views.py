"""The pages where a supplier's people make and end the keys of their own software."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalogue.partner.models import Partner
from shop.accounts.models import User
from shop.api import tokens
from shop.api.models import Token
from shop.supplier.duties import Duty
from shop.supplier.forms import KeyForm
from shop.supplier.keys import tables
from shop.supplier.views import page, supplier


@require_GET
@supplier(Duty.MACHINES)
def index(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    rows = Token.objects.filter(partner__in=mine).select_related("partner").order_by("-pk")[:200]
    return page(request, "supplier/keys.html", {"table": tables.keys(rows, timezone.now())}, at="supplier:keys")


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
    context = {
        "token": token,
        "state": tables.state(token, now),
        "facts": tables.facts(token),
        "stands": token.stands(now),
    }
    return page(request, "supplier/key.html", context, at="supplier:keys")


@require_POST
@supplier(Duty.MACHINES)
def end(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    tokens.end(token=get_object_or_404(Token, pk=pk, partner__in=mine), by=user, at=timezone.now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("supplier:keys")
