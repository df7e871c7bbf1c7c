"""Keys as components/table.html and components/facts.html take them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shop.api.models import Scope, Token
from shop.templatetags.shop_format import shanghai

Table = dict[str, Any]


def state(token: Token, at: datetime) -> Table:
    if token.stands(at):
        return {"text": _("opens"), "pill": "done"}
    return {"text": _("ended") if token.ended_at else _("run out"), "pill": ""}


def keys(rows: Iterable[Token], at: datetime) -> Table:
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
