"""A supplier's rows as components/table.html takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.days import last_day_before
from certification import certificates
from certification.models import Application, Certificate
from logistics.models import ShipmentContent
from shop.revenue.models import Division
from shop.supplier import work
from shop.templatetags.shop_format import kilograms, shanghai, yuan

Table = dict[str, Any]
APPLICATION_PILLS = {
    "submitted": "now",
    "in_review": "now",
    "public_notice": "now",
    "certified": "done",
    "refused": "stop",
    "withdrawn": "",
}
CERTIFICATE_PILLS = {"certified": "done", "suspended": "stop", "revoked": "stop", "expired": "stop"}
MOVES = {
    "submit": gettext_lazy("Submitted"),
    "review": gettext_lazy("Review step passed"),
    "refuse": gettext_lazy("Refused"),
    "withdraw": gettext_lazy("Withdrawn"),
    "certify": gettext_lazy("Certified"),
}


def _number(text: object) -> Table:
    return {"text": text, "number": True}


def parcels(rows: Iterable[ShipmentContent]) -> Table:
    """rows: of `work.to_send`"""
    labels = (_("Waybill"), _("Product"), _("Packs"), _("Lot"), _("Waits at"), _("Leaves"), _("Promised to the buyer"))
    return {
        "columns": [{"label": label, "number": at == 2} for at, label in enumerate(labels)],
        "rows": [
            [
                {"text": row.shipment.waybill},
                {"text": row.lot.product.name if row.lot.product else ""},
                _number(row.units),
                {"text": row.lot.code},
                {"text": str(row.shipment.origin)},
                {"text": shanghai(row.leaves_at)},  # type: ignore[attr-defined]
                {"text": shanghai(row.shipment.promised_at)},
            ]
            for row in rows
        ],
    }


def products(rows: Iterable[Any], at: datetime) -> Table:
    """rows: of `work.products_of`"""
    labels = (
        _("Product"),
        _("Certificate"),
        _("State"),
        _("Valid until"),
        _("Still certified"),
        _("Packs left"),
        _("What comes next"),
    )
    return {
        "columns": [{"label": label, "number": column in (4, 5)} for column, label in enumerate(labels)],
        "rows": [_product(row, work.newest_certificate(row, at), at) for row in rows],
    }


def _product(product: Any, held: Certificate | None, at: datetime) -> list[Table]:
    state = certificates.state_at(held, at) if held else ""
    return [
        {"text": product.name},
        {"text": held.number if held else ""},
        {"text": Certificate.State(state).label, "pill": CERTIFICATE_PILLS[state]}
        if held
        else {"text": _("not certified"), "pill": "wait"},
        {"text": shanghai(last_day_before(held.valid_until)) if held else ""},
        _number(kilograms(held.cap_g - held.taken_g) if held else ""),
        _number(work.units_left(product)),
        {"text": _("Apply"), "url": f"{reverse('supplier:apply')}?product={product.pk}"},
    ]


def applications(rows: Iterable[Application]) -> Table:
    labels = (_("Product"), _("Scheme"), _("Season"), _("Quantity"), _("State"), _("What comes next"))
    return {
        "columns": [{"label": label, "number": at == 3} for at, label in enumerate(labels)],
        "rows": [
            [
                {"text": row.product.name, "url": reverse("supplier:application", args=[row.pk])},
                {"text": str(row.scheme)},
                {"text": row.season},
                _number(kilograms(row.quantity_g)),
                {"text": row.get_state_display(), "pill": APPLICATION_PILLS.get(row.state, "")},
                {"text": next_step(row)},
            ]
            for row in rows
        ],
    }


def next_step(row: Application) -> str:
    """Who does what next. row: with its scheme's steps fetched"""
    if row.state == Application.State.PUBLIC_NOTICE:
        return _("public notice until %(day)s, then the county decides") % {"day": shanghai(row.notice_until)}
    if row.state == Application.State.CERTIFIED:
        return _("certificate %(number)s") % {"number": row.certificate.number} if hasattr(row, "certificate") else ""
    if row.state not in (Application.State.SUBMITTED, Application.State.IN_REVIEW):
        return ""
    waiting = [step for step in row.scheme.steps.all() if step.position == row.steps_done + 1]
    return _("waits for: %(role)s") % {"role": waiting[0].get_role_display()} if waiting else ""


def facts(row: Application) -> list[Table]:
    return [
        {"name": _("Scheme"), "value": str(row.scheme)},
        {"name": _("Supplier"), "value": row.partner.label},
        {"name": _("Season"), "value": row.season},
        {"name": _("Quantity"), "value": kilograms(row.quantity_g)},
        {"name": _("Output value, as declared"), "value": yuan(row.output_value_fen)},
        {"name": _("What comes next"), "value": next_step(row)},
    ]


def events(row: Application) -> list[Table]:
    """What happened to an application. The officer's role is named, not the person."""
    return [
        {"at": move.at, "title": MOVES.get(move.action, move.action), "text": move.reason, "by": _role(move.role)}
        for move in row.moves.all()
    ]


def _role(role: str) -> str:
    from certification.models import Role

    return str(Role(role).label) if role in Role.values else _("supplier")


def earnings(rows: Iterable[Division], total: dict[str, int]) -> Table:
    labels = (
        _("Product"),
        _("Accepted"),
        _("Order"),
        _("Price"),
        _("Platform fee"),
        _("Transport"),
        _("Tax"),
        _("Your part"),
        _("Households' part"),
        _("Refunded since"),
    )
    return {
        "columns": [{"label": label, "number": at > 2} for at, label in enumerate(labels)],
        "rows": [
            [
                {"text": row.line.product.name if row.line.product else row.line.title},
                {"text": shanghai(row.divided_at, "day")},
                {"text": row.line.order.number},
                *(_number(yuan(getattr(row, part))) for part in work.PARTS),
                _number(yuan(refunded_since(row))),
            ]
            for row in rows
        ],
        "total": [{"text": _("Total of all lines")}, {}, {}, *(_number(yuan(total[part])) for part in work.PARTS), {}],
    }


def refunded_since(row: Division) -> int:
    """What of the divided price went back to the buyer later; refunds before acceptance lowered the price itself."""
    return max(0, row.line.refunded_fen - (row.line.price_fen - row.price_fen))
