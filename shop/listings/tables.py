"""Articles, their facts before and after, and their history, as components/table.html takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.imports import columns
from catalogue.listings import fields
from catalogue.listings.models import Revision
from catalogue.models import Commodity, Place, Product, in_language
from catalogue.partner.models import StockRecord
from shop.listings.articles import PILLS, Event, Stage
from shop.money import to_fen
from shop.templatetags.shop_format import kilograms, shanghai, yuan

Table = dict[str, Any]


def articles(rows: Iterable[Any]) -> Table:
    """A supplier's own. rows: of `articles.of`"""
    labels = (_("Article"), _("SKU"), _("Net content"), _("Price"), _("State"), _("On the pages"))
    return {
        "columns": [{"label": label, "number": at in (2, 3)} for at, label in enumerate(labels)],
        "rows": [
            [
                {
                    "text": row.name,
                    "url": reverse("supplier:article", args=[row.pk]),
                    "pick": row.pk if row.stage in (Stage.DRAFT, Stage.OFF) else None,
                },
                {"text": ", ".join(record.partner_sku for record in row.own_records)},
                {"text": kilograms(row.net_content_g), "number": True},
                {"text": price(row.own_records), "number": True},
                {"text": Stage(row.stage).label, "pill": PILLS[row.stage]},
                {"text": _("yes") if row.is_public else _("no")},
            ]
            for row in rows
        ],
    }


def price(records: Iterable[StockRecord]) -> str:
    return ", ".join(yuan(to_fen(record.price)) for record in records if record.price is not None)


def queue(rows: Iterable[Revision]) -> Table:
    """What waits for a reviewer, with what they look at before they accept many at once."""
    labels = (_("Article"), _("Supplier"), _("What is asked"), _("Origin"), _("Net content"), _("Grade"),
              _("Ingredients"), _("Price"), _("Submitted"))  # fmt: skip
    return {
        "columns": [{"label": label, "number": at in (4, 7)} for at, label in enumerate(labels)],
        "rows": [
            [
                {
                    "text": row.product.name,
                    "url": reverse("listings:revision", args=[row.pk]),
                    "pick": None if row.values else f"{row.pk}:{row.edition}",
                },
                {"text": row.partner.label},
                {"text": asked(row)},
                {"text": str(row.product.origin or "")},
                {"text": kilograms(row.product.net_content_g), "number": True},
                {"text": row.product.grade_text},
                {"text": row.product.ingredients_text},
                {"text": price(_own(row)), "number": True},
                {"text": shanghai(row.submitted_at)},
            ]
            for row in rows
        ],
    }


def _own(row: Revision) -> list[StockRecord]:
    return [record for record in row.product.stockrecords.all() if record.partner_id == row.partner_id]


def asked(row: Revision) -> str:
    """In a few words what a revision wants."""
    if not row.values:
        return _("a new article")
    changed = ", ".join(fields.label(name) for name in row.values)
    return _("a change: %(fields)s") % {"fields": changed}


def proposal(row: Revision) -> Table:
    """What is listed beside what is proposed."""
    labels = (_("Fact"), _("As it is"), _("As proposed"))
    names = _Names([*row.values.items(), *((name, getattr(row.product, name)) for name in row.values)])
    return {
        "columns": [{"label": label, "number": False} for label in labels],
        "rows": [
            [
                {"text": fields.label(name)},
                {"text": names.said(name, getattr(row.product, name)) or "–"},
                {"text": names.said(name, value) or "–"},
            ]
            for name, value in row.values.items()
        ],
    }


def facts(product: Product, records: Iterable[StockRecord]) -> list[Table]:
    """Every fact of an article as it is kept, as components/facts.html takes them."""
    kept = [
        (name, getattr(product, name))
        for name in (fields.ATTRIBUTES.get(key, key) for key in columns.BY_KEY)
        if hasattr(product, name)
    ]
    names = _Names(kept)
    rows = [(_("SKU"), ", ".join(record.partner_sku for record in records)), (_("Price"), price(records))]
    rows += [
        (fields.label("category"), ", ".join(in_language(row.name, row.name_en) for row in product.categories.all()))
    ]
    rows += [(fields.label(name), names.said(name, value)) for name, value in kept]
    return [{"name": name, "value": value, "is_data": True} for name, value in rows if value]


class _Names:
    """What codes of places and commodities are called. pairs: field and value"""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        kept = list(pairs)
        self._of: dict[str, dict[str, Any]] = {
            "origin_id": Place.objects.in_bulk([value for name, value in kept if name == "origin_id"]),
            "commodity_id": Commodity.objects.in_bulk([value for name, value in kept if name == "commodity_id"]),
        }

    def said(self, name: str, value: Any) -> str:
        if name in self._of and value in self._of[name]:
            return f"{self._of[name][value]} ({value})"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name == "shelf_life_days" and value:
            return _("%(days)d days") % {"days": value}
        if name == "temperature":
            return str(Product(temperature=value).get_temperature_display())
        return fields.shown(fields.KEYS.get(name, name), value)


def events(rows: Iterable[Event]) -> Table:
    labels = (_("When"), _("By whom"), _("What"), _("Before"), _("After, or in words"))
    return {
        "columns": [{"label": label, "number": False} for label in labels],
        "rows": [
            [
                {"text": shanghai(row.at)},
                {"text": row.who},
                {"text": row.what},
                {"text": row.before},
                {"text": row.after},
            ]
            for row in rows
        ],
    }
