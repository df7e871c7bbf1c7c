"""What an editor may choose in a block. What lives in the database is read when the form is opened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalogue.models import Category, Place, in_language
from catalogue.partner.models import Partner

NOTICES = [("info", _("something to know")), ("warning", _("something to mind"))]
DRAWINGS = [
    ("certification", _("How a product is certified")),
    ("sharing", _("How a sale is shared")),
    ("delivery", _("How a parcel travels")),
]
FIGURES = [
    ("certificates", _("Certificates valid now")),
    ("products", _("Products on sale")),
    ("counties", _("Counties with products on sale")),
    ("suppliers", _("Suppliers with products on sale")),
    ("paid", _("Paid to households in closed months")),
]


def counties() -> list[tuple[str, str]]:
    """Counties where a supplier is registered."""
    return [(place.code, str(place)) for place in Place.objects.filter(partners__isnull=False).distinct()]


def categories() -> list[tuple[str, str]]:
    return [
        (row.slug, "– " * (row.depth - 1) + in_language(row.name, row.name_en))
        for row in Category.objects.order_by("path")
    ]


def suppliers() -> list[tuple[str, str]]:
    return [(row.code, row.label) for row in Partner.objects.order_by("county_id", "code")]
