"""Figures that pages may show: never of a person, of money only closed months; each says what it counts and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.models import Certificate
from shop.pages.offer import Offer
from shop.reports.models import MonthClose
from shop.templatetags.shop_format import shanghai, yuan

Figure = dict[str, Any]


def read(names: list[str], *, offer: Callable[[], Offer], at: datetime) -> list[Figure]:
    """Arguments of components/stat.html; a name nobody knows, and a figure not known yet, are left out."""
    made = [FIGURES[name](offer, at) for name in names if name in FIGURES]
    return [figure for figure in made if figure]


def _today(at: datetime) -> str:
    return shanghai(at, "day")


def _certificates(offer: Callable[[], Offer], at: datetime) -> Figure:
    return {
        "label": _("Certificates valid now"),
        "value": f"{Certificate.objects.valid(at).count():,}",
        "note": _("In the public register on %(day)s.") % {"day": _today(at)},
        "page": "certificates:index",
    }


def _products(offer: Callable[[], Offer], at: datetime) -> Figure:
    return {
        "label": _("Products on sale"),
        "value": f"{offer().products:,}",
        "note": _("Each with a certificate valid on %(day)s.") % {"day": _today(at)},
        "page": "catalogue:index",
    }


def _counties(offer: Callable[[], Offer], at: datetime) -> Figure:
    return {
        "label": _("Counties"),
        "value": f"{len(offer().by_county):,}",
        "note": _("With at least one product on sale on %(day)s.") % {"day": _today(at)},
    }


def _suppliers(offer: Callable[[], Offer], at: datetime) -> Figure:
    return {
        "label": _("Cooperatives and enterprises"),
        "value": f"{len(offer().suppliers):,}",
        "note": _("With at least one product on sale on %(day)s.") % {"day": _today(at)},
    }


def _paid(offer: Callable[[], Offer], at: datetime) -> Figure:
    """What closed months froze. A month hidden because few households stand behind it is left out, and said so."""
    rows = MonthClose.objects.annotate(paid=KT("figures__total__paid_income_fen")).order_by("month")
    months = [(month, paid) for month, paid in rows.values_list("month", "paid")]
    told = [(month, int(paid)) for month, paid in months if paid is not None]
    if not any(paid for _month, paid in told):
        return {}
    first, last = f"{told[0][0]:%Y-%m}", f"{told[-1][0]:%Y-%m}"
    note = _("With proof of payment, in the closed months %(first)s to %(last)s.") % {"first": first, "last": last}
    hidden = len(months) - len(told)
    if hidden:
        words = ngettext("%(number)d month is left out.", "%(number)d months are left out.", hidden)
        note = f"{note} {words % {'number': hidden}}"
    return {"label": _("Paid to households"), "value": yuan(sum(paid for _month, paid in told)), "note": note}


FIGURES: dict[str, Callable[[Callable[[], Offer], datetime], Figure]] = {
    "certificates": _certificates,
    "products": _products,
    "counties": _counties,
    "suppliers": _suppliers,
    "paid": _paid,
}
