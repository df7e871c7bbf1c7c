"""Signing in and out, and the first page after it: each role finds its room, each buyer the orders."""

from __future__ import annotations

import contextlib
from typing import cast

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shop import rooms
from shop.accounts.models import User
from shop.customer.forms import SignInForm
from shop.household import tries
from shop.order import impact, numbers
from shop.order.models import Order


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("customer:summary")
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _known(request, form)
        if user is not None:
            login(request, user)
            return redirect(_way_on(request))
        form.add_error(
            None,
            _(
                "E-mail and password do not belong together. Check both; capitals and small letters differ. "
                "After ten wrong tries wait a quarter of an hour."
            ),
        )
    return render(
        request,
        "customer/sign_in.html",
        {"form": form, "next": request.GET.get("next", "")},
        status=200 if request.method != "POST" else 422,
    )


def _known(request: HttpRequest, form: SignInForm) -> User | None:
    """Who signs in. Ten wrong passwords in a quarter of an hour, for one account or from one address, are the most.

    A right password is not looked at beyond them either; the count fades by itself, so nobody is locked out for ever.
    """
    now = timezone.now()
    tried = {"address": f"sign-in {tries.address_of(request)}", "reference": f"sign-in {form.cleaned_data['email']}"}
    if not tries.allowed(**tried, at=now):
        return None
    user = form.user(request)
    if user is None:
        with contextlib.suppress(tries.TooManyTries):
            tries.count(**tried, at=now)
    return user


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")


@login_required
def summary(request: HttpRequest) -> HttpResponse:
    orders = Order.objects.filter(user=request.user).order_by("-date_placed", "-id")
    page = Paginator(orders, 20).get_page(request.GET.get("page"))
    rows = [{"order": order, "url": numbers.link_for(order)} for order in page]
    helped = impact.helped(cast(User, request.user))
    context = {"page": page, "rows": rows, "rooms": rooms.of(request.user), "helped": helped}
    return render(request, "customer/summary.html", context)


def _way_on(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "customer:summary"
