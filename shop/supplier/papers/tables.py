"""A supplier's papers and steps, as components take them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.partner.alerts import DAYS
from catalogue.partner.documents import Line
from catalogue.partner.models import Document, DocumentKind, Partner, PartnerStep
from shop.templatetags.shop_format import shanghai

STATE_PILLS = {"applying": "wait", "approved": "done", "suspended": "stop", "closed": "stop"}
DOCUMENT_PILLS = {"given": "wait", "accepted": "done", "refused": "stop"}


def checklist(lines: Iterable[Line], *, on: date, partner: Partner, may_give: bool) -> dict[str, Any]:
    labels = (_("Document"), _("State"), _("Number"), _("Good until"), _("File"))
    return {
        "columns": [{"label": label} for label in labels],
        "rows": [
            [
                {"text": str(line.kind), "url": _give(line, partner) if may_give else ""},
                state_of(line, on),
                {"text": line.newest.number if line.newest else ""},
                {"text": _until(line.newest) if line.newest else ""},
                _file(line.newest),
            ]
            for line in lines
        ],
    }


def state_of(line: Line, on: date) -> dict[str, str]:
    """One word for the line: what is wrong first, then what is on its way, then what is good."""
    ended = line.newest is not None and line.newest.state == "accepted" and not line.newest.is_good(on)
    if ended and line.good is None:
        return {"text": _("past its last day"), "pill": "stop"}
    if line.newest is None:
        return (
            {"text": _("required"), "pill": "wait"} if line.is_required else {"text": _("if you have it"), "pill": ""}
        )
    last = line.good.expires_date if line.good and line.good == line.newest else None
    if last is not None and (last - on).days <= DAYS[0]:
        return {"text": _("ends in %(days)d days") % {"days": (last - on).days}, "pill": "wait"}
    return {"text": str(line.newest.get_state_display()), "pill": DOCUMENT_PILLS[line.newest.state]}


def _until(document: Document) -> str:
    return shanghai(document.expires_date) if document.expires_date else _("without end")


def _file(document: Document | None) -> dict[str, str]:
    if document is None:
        return {"text": ""}
    return {"text": _("Open"), "url": reverse("supplier:document", args=[document.pk])}


def _give(line: Line, partner: Partner) -> str:
    """Where a document, or a newer one, is handed in; "" where it is not asked for any more."""
    if partner.kind not in line.kind.asked_of:
        return ""
    return f"{reverse('supplier:give', args=[line.kind.code])}?{urlencode({'supplier': partner.code})}"


def history(steps: Iterable[PartnerStep], *, with_names: bool) -> list[dict[str, Any]]:
    """steps: with document, kind and by. with_names: whether operators are named; the supplier sees that it was one"""
    return [
        {
            "at": step.at,
            "title": f"{step.get_action_display()}: {step.document}" if step.document else step.get_action_display(),
            "text": step.reason,
            "by": _by(step, with_names),
        }
        for step in steps
    ]


def _by(step: PartnerStep, with_names: bool) -> str:
    own = step.action in ("register", "give", "submit")
    if step.by is None:
        return ""
    return step.by.email if with_names or own else _("the platform")


def suppliers(partners: Iterable[Partner]) -> dict[str, Any]:
    """partners: with county"""
    labels = (_("Supplier"), _("Kind"), _("County"), _("State"))
    return {
        "columns": [{"label": label} for label in labels],
        "rows": [
            [
                {"text": each.label, "url": reverse("dashboard:partner-manage", args=[each.pk])},
                {"text": each.get_kind_display()},
                {"text": str(each.county or "")},
                {"text": each.get_state_display(), "pill": STATE_PILLS[each.state]},
            ]
            for each in partners
        ],
    }


def facts(partner: Partner) -> list[dict[str, str]]:
    place = ", ".join(str(each) for each in (partner.county, partner.township) if each)
    return [
        {"name": _("Name"), "value": partner.name},
        {"name": _("English name"), "value": partner.name_en},
        {"name": _("Kind"), "value": str(partner.get_kind_display())},
        {"name": _("Registered in"), "value": place},
    ]


def document_facts(document: Document) -> list[dict[str, str]]:
    return [
        {"name": _("Number"), "value": document.number},
        {"name": _("Issued by"), "value": document.issuer},
        {"name": _("Issued on"), "value": shanghai(document.issued_date)},
        {"name": _("Good until"), "value": _until(document)},
        {"name": _("File"), "value": _("Open"), "url": reverse("supplier:document", args=[document.pk])},
    ]


def kinds(rows: Iterable[DocumentKind]) -> dict[str, Any]:
    labels = (_("Document"), _("Asked of"), _("Required of"), _("It always has a last day"))
    return {
        "columns": [{"label": label} for label in labels],
        "rows": [
            [
                {"text": str(row), "url": reverse("dashboard:partner-kind", args=[row.code])},
                {"text": _named(row.asked_of)},
                {"text": _named(row.required_of)},
                {"text": _("yes") if row.expires else _("no")},
            ]
            for row in rows
        ],
    }


def _named(kinds: Iterable[str]) -> str:
    return ", ".join(str(Partner.Kind(kind).label) for kind in kinds)
