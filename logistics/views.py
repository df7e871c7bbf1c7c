"""The centre's room: what is late, expected and here today; the scanner; one parcel and its delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.days import day_of, end_of
from logistics import hops, shipments
from logistics.models import Hop, Node, Shipment

ROWS_SHOWN = 100
RESULT = "centre_scan"  # the last scan's result waits in the session for the page after the redirect

View = Callable[..., HttpResponse]


class DeliveryForm(forms.Form):
    proof = forms.CharField(
        label=gettext_lazy("Proof of delivery"),
        help_text=gettext_lazy("How you know: signed by, pick-up code, photo number. The buyer can read it."),
        max_length=shipments.PROOF_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class WorkList:
    """Hops to act on, the longest overdue first. shown: at most ROWS_SHOWN of `count`."""

    title: str
    empty: str
    shown: list[Hop]
    count: int
    late: int
    arriving: bool


def operators_only(view: View) -> View:
    """For signed-in people who work at a node; the view gets their nodes. Others are refused."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        nodes = list(shipments.nodes_of(_person(request)))
        if not nodes:
            raise PermissionDenied(_("You work at no node of the network; the administrator enters you at one."))
        return view(request, nodes, *args, **kwargs)

    return guarded


@require_safe
@operators_only
def home(request: HttpRequest, nodes: list[Node]) -> HttpResponse:
    at = timezone.now()
    tonight = end_of(day_of(at))
    here = hops.waiting_at(nodes)
    to_send = _departing(_("To send out today"), here.filter(planned_depart_at__lt=tonight), at)
    staying = _departing(_("Here, leaving on another day"), here.filter(planned_depart_at__gte=tonight), at)
    expected = _arriving(_("Expected in today"), hops.coming_to(nodes, before=tonight), at)
    at_door = _arriving(_("With the courier"), hops.with_courier_of(nodes), at)
    lists = [to_send, expected, at_door, staying]
    context = {
        "nodes": nodes,
        "lists": lists,
        "at": at,
        "late": sum(work.late for work in lists),
        "here": to_send.count + staying.count,
        "to_send": to_send.count,
        "expected": expected.count,
        "at_door": at_door.count,
    }
    return render(request, "centre/home.html", _room("home") | context)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def scan(request: HttpRequest, nodes: list[Node]) -> HttpResponse:
    if request.method == "POST":
        request.session[RESULT] = _scanned(request, str(request.POST.get("code", "")))
        return redirect("centre:scan")
    result = request.session.pop(RESULT, None)
    return render(request, "centre/scan.html", _room("scan") | {"nodes": nodes, "result": result})


@require_safe
@operators_only
def parcel(request: HttpRequest, nodes: list[Node], waybill: str) -> HttpResponse:
    return _parcel_page(request, nodes, _mine(request, waybill), DeliveryForm())


@require_POST
@operators_only
def deliver(request: HttpRequest, nodes: list[Node], waybill: str) -> HttpResponse:
    shipment = _mine(request, waybill)
    form = DeliveryForm(request.POST)
    if form.is_valid():
        try:
            shipments.deliver(
                waybill=shipment.waybill, proof=form.cleaned_data["proof"], by=_person(request), at=timezone.now()
            )
        except (shipments.ScanRefused, ValueError) as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("centre:parcel", waybill=shipment.waybill)
    return _parcel_page(request, nodes, shipment, form, status=400)


def _person(request: HttpRequest) -> AbstractBaseUser:
    """Who is signed in; `operators_only` has seen to it that somebody is."""
    return cast(AbstractBaseUser, request.user)


def _mine(request: HttpRequest, waybill: str) -> Shipment:
    """A parcel of the person's nodes; any other is not found."""
    return get_object_or_404(shipments.visible_to(_person(request)), waybill=waybill)


def _scanned(request: HttpRequest, code: str) -> dict[str, Any]:
    """One scan, as the scan component shows it."""
    try:
        done = shipments.scan(waybill=code, by=_person(request), at=timezone.now())
    except shipments.ScanRefused as refusal:
        return {"done": False, "title": _("Not booked"), "text": str(refusal), "url": ""}
    facts = {"waybill": done.shipment, "origin": done.hop.origin, "destination": done.hop.destination}
    if done.done == "out":
        title, text = _("Out: %(waybill)s"), _("From %(origin)s to %(destination)s.")
    else:
        title, text = _("In: %(waybill)s"), _("At %(destination)s, from %(origin)s.")
    if done.repeated:
        text += " " + _("It was scanned twice; the second scan changed nothing.")
    url = reverse("centre:parcel", args=[done.shipment.waybill])
    return {"done": True, "title": title % facts, "text": text % facts, "url": url}


def _departing(title: str, rows: QuerySet[Hop], at: datetime) -> WorkList:
    return _work(title, _("Nothing waits here."), rows, "planned_depart_at", at)


def _arriving(title: str, rows: QuerySet[Hop], at: datetime) -> WorkList:
    return _work(title, _("Nothing is on its way."), rows, "planned_arrive_at", at)


def _work(title: str, empty: str, rows: QuerySet[Hop], planned: str, at: datetime) -> WorkList:
    counts = rows.aggregate(count=Count("pk"), late=Count("pk", filter=Q(**{f"{planned}__lt": at})))
    shown = list(rows.select_related("shipment", "origin", "destination").order_by(planned, "pk")[:ROWS_SHOWN])
    return WorkList(title, empty, shown, counts["count"], counts["late"], planned == "planned_arrive_at")


def _parcel_page(
    request: HttpRequest, nodes: list[Node], shipment: Shipment, form: DeliveryForm, status: int = 200
) -> HttpResponse:
    way = list(shipment.hops.select_related("origin", "destination").order_by("position"))
    mine = {node.pk for node in nodes}
    last = way[-1]
    context = {
        "shipment": shipment,
        "steps": _steps(shipment, way),
        "contents": shipment.contents.select_related("lot__product").order_by("pk"),
        "form": form,
        "may_deliver": shipment.state == Shipment.State.MOVING
        and last.out_at is not None
        and bool({last.origin_id, last.destination_id} & mine),
        "crumbs": [{"label": _("Today"), "url": reverse("centre:home")}, {"label": shipment.waybill}],
    }
    return render(request, "centre/parcel.html", _room("") | context, status=status)


def _steps(shipment: Shipment, way: list[Hop]) -> list[dict[str, Any]]:
    """The parcel's way for the step path: each node with when it was, or should be, taken in there."""
    first, is_open = way[0], shipment.state in hops.ON_THE_WAY
    here = "now" if is_open and first.out_at is None else "done"
    note = _("left %(at)s") if first.out_at else _("leaves %(at)s")
    steps = [_step(first.origin, here, shipment.made_at, note, first.out_at or first.planned_depart_at)]
    for hop, onward in zip(way, [*way[1:], None], strict=True):
        if hop.in_at is None:
            note = _("on its way since %(at)s") if hop.out_at else _("expected %(at)s")
            state = "now" if hop.out_at and is_open else "next"
            steps.append(_step(hop.destination, state, None, note, hop.out_at or hop.planned_arrive_at))
        elif onward is None:
            steps.append(_step(hop.destination, "done", hop.in_at, "", None))
        else:
            state = "now" if onward.out_at is None and is_open else "done"
            note = _("left %(at)s") if onward.out_at else _("leaves %(at)s")
            steps.append(_step(hop.destination, state, hop.in_at, note, onward.out_at or onward.planned_depart_at))
    return steps


def _step(node: Node, state: str, at: datetime | None, note: str, note_at: datetime | None) -> dict[str, Any]:
    moment = timezone.localtime(note_at).strftime("%m-%d %H:%M") if note_at else ""
    return {
        "label": node.get_tier_display(), "place": str(node), "state": state, "at": at, "note": note % {"at": moment},
    }  # fmt: skip


def _room(current: str) -> dict[str, Any]:
    pages = {"home": _("Today"), "scan": _("Scan")}
    nav = [{"label": pages[name], "url": reverse(f"centre:{name}"), "current": name == current} for name in pages]
    return {"room_title": _("Centre"), "room_nav": nav}
