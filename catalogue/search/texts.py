"""The stored words of products: written in the transaction that changes what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from catalogue.models import Category, Place, Product, SearchText
from catalogue.partner.models import StockRecord
from catalogue.search import fields
from catalogue.search.fields import Names

JOB = "catalogue.search_index"
BATCH = 500


def batches(keys: Iterable[int]) -> Iterator[list[int]]:
    """The keys once each, in order, at most BATCH at a time."""
    ordered = sorted(set(keys))
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))


def refresh(products: Iterable[int], *, add: bool = True, enqueue: bool = True) -> int:
    """Write the words of these products anew; returns how many changed.

    products: keys; those of no product are passed over
    add: False leaves products alone that have no words yet (they are being deleted)
    enqueue: False where the caller writes the whole index anyway

    Signals call this on every save and deletion. Whoever writes rows past them (bulk_create, update, raw SQL) calls it.
    """
    return sum(_refresh(batch, add=add, enqueue=enqueue) for batch in batches(products))


@transaction.atomic
def _refresh(keys: Sequence[int], *, add: bool, enqueue: bool) -> int:
    """The products are locked before they are read in a second statement: two changes at once each see the other."""
    ordered = Product.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    locked = list(ordered.values_list("pk", flat=True))
    before = dict(SearchText.objects.filter(product__in=locked).values_list("product_id", "text"))
    rows = [
        SearchText(product_id=key, text=text)
        for key, text in ((key, fields.text_of(said)) for key, said in names(locked).items())
        if before.get(key) != text and (add or key in before)
    ]
    SearchText.objects.bulk_create(rows, update_conflicts=True, unique_fields=["product"], update_fields=["text"])
    if enqueue:
        index_later([row.product_id for row in rows])
    return len(rows)


def index_later(keys: Sequence[int]) -> None:
    """Enqueue the writing of the index in the current transaction."""
    for batch in batches(keys):
        app.configure_task(JOB).defer(product_ids=list[JSONValue](batch))


def names(keys: Sequence[int]) -> dict[int, Names]:
    """What is said of those of these products that exist."""
    products = list(_with_words(Product.objects.filter(pk__in=keys).order_by("pk")))
    categories = _categories({path for product in products for path in _paths(product)})
    return {
        product.pk: Names(
            title=(product.title, product.title_en),
            commodity=(product.commodity.name, product.commodity.name_en) if product.commodity else (),
            category=tuple(name for path in _paths(product) for name in categories[path]),
            supplier=tuple(_suppliers(product)),
            place=tuple(_places(product.origin)),
            description=(product.description, product.description_en),
        )
        for product in products
    }


def _with_words(products: QuerySet[Product]) -> QuerySet[Product]:
    records = StockRecord.objects.select_related("partner").order_by("pk")
    return products.select_related("commodity", "origin__parent__parent__parent").prefetch_related(
        Prefetch("categories", Category.objects.order_by("path")), Prefetch("stockrecords", records)
    )


def _paths(product: Product) -> list[str]:
    """The tree paths of a product's categories and of everything above them."""
    step = Category.steplen
    paths = (category.path for category in product.categories.all())
    return sorted({path[:end] for path in paths for end in range(step, len(path) + 1, step)})


def _categories(paths: Iterable[str]) -> dict[str, tuple[str, str]]:
    rows = Category.objects.filter(path__in=list(paths)).values_list("path", "name", "name_en")
    return {path: (name, name_en) for path, name, name_en in rows}


def _suppliers(product: Product) -> Iterator[str]:
    for record in product.stockrecords.all():
        yield from (record.partner.name, record.partner.name_en)


def _places(place: Place | None) -> Iterator[str]:
    while place is not None:
        yield from (place.name, place.name_en)
        place = place.parent
