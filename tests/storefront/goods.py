"""Products on sale now, as visitors see them: certified by the real clock, with packs in the village."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from catalogue.models import Category, Product, ProductImage
from tests import make


def on_sale(village: Any, *, units: int = 40, **fields: Any) -> Product:
    product = make.product(**fields)
    make.certificate(product, at=timezone.now())
    if units:
        make.stock(make.packed_lot(product, units=units, expires=timezone.localdate() + timedelta(days=90)), village)
    return product


def category(slug: str, under: Category | None = None) -> Category:
    fields = {"name": f"类{slug}", "name_en": f"Kind {slug}", "slug": slug}
    return under.add_child(**fields) if under else Category.add_root(**fields)


def picture(of: Product, position: int) -> Any:
    made = ProductImage(product=of, display_order=position)
    made.original.save(f"picture-{of.pk}-{position}.jpg", ContentFile(b"pixels"), save=True)
    return made
