"""Which saves and deletions change the words of which products."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import Model, Q
from django.db.models.signals import m2m_changed, post_delete, post_save

from catalogue.models import Category, Commodity, Place, Product
from catalogue.partner.models import Partner, StockRecord
from catalogue.search import texts

NAMES = ("name", "name_en")
OF_PRODUCT = (
    "title", "title_en", "description", "description_en", "commodity", "commodity_id", "origin", "origin_id",
)  # fmt: skip
ProductCategory: type[Model] = Product.categories.through
Finder = Callable[[Any], Iterable[int]]


def _products(**conditions: Any) -> Iterable[int]:
    return Product.objects.filter(**conditions).values_list("pk", flat=True)


def _of_place(place: Place) -> Iterable[int]:
    """Products of the place and of those up to three levels below it."""
    below = (Q(**{f"origin__{'parent__' * depth}code": place.code}) for depth in range(4))
    condition = next(below)
    for other in below:
        condition |= other
    return Product.objects.filter(condition).values_list("pk", flat=True)


# model: the fields whose change matters, the products it changes, and whether a new row can matter at once
SOURCES: dict[type[Model], tuple[Collection[str], Finder, bool]] = {
    Product: (OF_PRODUCT, lambda row: [row.pk], True),
    ProductCategory: (("product", "product_id", "category", "category_id"), lambda row: [row.product_id], True),
    StockRecord: (("product", "product_id", "partner", "partner_id"), lambda row: [row.product_id], True),
    Partner: (NAMES, lambda row: _products(stockrecords__partner=row), False),
    Commodity: (NAMES, lambda row: _products(commodity=row), False),
    Place: ((*NAMES, "parent", "parent_id"), _of_place, False),
    Category: (NAMES, lambda row: _products(categories__path__startswith=row.path), False),
}


def saved(
    sender: type[Model], instance: Model, created: bool, raw: bool, update_fields: Collection[str] | None, **about: Any
) -> None:
    fields, products, new_matters = SOURCES[sender]
    if raw or (created and not new_matters):
        return
    if update_fields is None or set(fields) & set(update_fields):
        texts.refresh(products(instance))


def link_deleted(sender: type[Model], instance: Any, **about: Any) -> None:
    """A category or supplier was taken from a product, which may itself be going."""
    texts.refresh([instance.product_id], add=False)


def product_deleted(sender: type[Model], instance: Product, **about: Any) -> None:
    texts.index_later([instance.pk])


def categories_changed(
    sender: type[Model], instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **about: Any
) -> None:
    """`product.categories` or a category's products were set, added to, removed from or cleared."""
    if action == "pre_clear" and reverse:
        instance.products_before_clear = list(_products(categories=instance))
    if action in ("post_add", "post_remove", "post_clear"):
        cleared = pk_set if pk_set is not None else getattr(instance, "products_before_clear", ())
        texts.refresh(cleared if reverse else [instance.pk])


def connect() -> None:
    for model in SOURCES:
        post_save.connect(saved, sender=model, dispatch_uid=f"search {model.__name__}")
    for model in (ProductCategory, StockRecord):
        post_delete.connect(link_deleted, sender=model, dispatch_uid=f"search {model.__name__} deleted")
    post_delete.connect(product_deleted, sender=Product, dispatch_uid="search product deleted")
    m2m_changed.connect(categories_changed, sender=ProductCategory, dispatch_uid="search categories")
