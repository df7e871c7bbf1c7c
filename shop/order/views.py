"""One order's page: its state, the way of each parcel, the receipt. Opened by its signed link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from shop.checkout import views as checkout
from shop.order import addresses, impact, lifecycle, numbers, tracking
from shop.order.models import Order
from shop.payments import collect
from shop.payments.models import Payment
from shop.reviews import reviews


def _order(token: str) -> Order:
    try:
        return numbers.order_from(token)
    except numbers.LinkNotValid as error:
        raise Http404(str(error)) from error


def detail(request: HttpRequest, token: str) -> HttpResponse:
    order = _order(token)
    address = order.shipping_address
    context: dict[str, Any] = {
        "order": order,
        "token": token,
        "consignments": tracking.consignments(order),
        "receipt": impact.of_order(order),
        "address": address,
        "arrived": reviews.of_order(order),
        "places": addresses.place_names(address.division, at=order.date_placed) if address else [],
        "payment": order.payments.order_by("-made_at", "-id").first(),
        "methods": Payment.Method.choices,
        "may_pay": order.status == "placed",
        "may_cancel": order.status == "placed",
    }
    return render(request, "order/detail.html", context)


def returned(request: HttpRequest, token: str) -> HttpResponse:
    """Back from the payment page: ask the gateway for the truth, then show the order."""
    order = _order(token)
    payment = order.payments.filter(intent_id=request.GET.get("payment_intent", "")).first()
    if payment is not None:
        try:
            collect.settle(payment=payment, at=timezone.now())
        except collect.PaymentBeingChecked:
            messages.warning(
                request, _("The payment is being checked. This page will show the result; do not pay again.")
            )
    return redirect(numbers.link_for(order))


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    order = _order(token)
    method = request.POST.get("method", "")
    if method not in Payment.Method.values:
        messages.error(request, _("Choose how to pay: card, Alipay or WeChat Pay."))
        return redirect(numbers.link_for(order))
    if order.status != "placed":
        messages.info(request, _("This order no longer waits for a payment."))
        return redirect(numbers.link_for(order))
    return redirect(checkout.pay(request, order, method))


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    order = _order(token)
    if order.status != "placed":
        messages.error(
            request,
            _("Only an order that is not yet paid can be cancelled here. For a refund write to %(contact)s.")
            % {"contact": settings.DEFAULT_FROM_EMAIL},
        )
    else:
        try:
            lifecycle.cancel(order=order, reason=gettext_noop("cancelled by the buyer"), at=timezone.now())
        except lifecycle.WrongStatus as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("The order is cancelled. If a payment was just under way, it goes back to you.")
            )
    return redirect(numbers.link_for(order))
