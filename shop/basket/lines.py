"""The lines of a basket as its page shows them: in the same few queries for one line and for twenty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from oscar.core.loading import get_model

from catalogue import photos
from catalogue.compiled import among, compiled
from catalogue.days import day_of
from catalogue.models import Product, ProductImage
from catalogue.partner.models import StockRecord
from shop.money import to_fen
from shop.order import items
from shop.storefront import breakdown, packs
from shop.storefront.cards import unit_of
from shop.storefront.listing import county_name

SHOWN = (
    "basket", "quantity", "stockrecord__price", "stockrecord__price_currency",
    "stockrecord__partner__name", "stockrecord__partner__name_en",
    "product__title", "product__title_en", "product__slug", "product__spec", "product__spec_en",
    "product__net_content_g", "product__is_public", "product__certified_until",
    *(f"product__origin{up}__{name}" for up in ("", "__parent", "__parent__parent") for name in ("name", "name_en")),
)  # fmt: skip
PUT = """
INSERT INTO basket_line (basket_id, line_reference, product_id, stockrecord_id, quantity, price_currency,
                         price_excl_tax, price_incl_tax, date_created, date_updated)
VALUES (%(basket)s, %(reference)s, %(product)s, %(record)s, %(quantity)s, %(currency)s, %(price)s, %(price)s,
        %(at)s, %(at)s)
ON CONFLICT (basket_id, line_reference)
DO UPDATE SET quantity = basket_line.quantity + excluded.quantity, date_updated = excluded.date_updated
"""


@dataclass(frozen=True)
class Row:
    """One line. price_fen: of one unit, None without a price; fen: of the line

    typed: the number in the field; problem: why the line cannot be bought as it stands, or the typed number not taken
    stops: the line cannot be bought as it stands, whatever was typed
    """

    id: int
    title: str
    url: str
    picture_url: str
    origin: str
    supplier: str
    unit: str
    quantity: int
    typed: str
    price_fen: int | None
    fen: int
    parts: list[dict[str, Any]]
    problem: str
    stops: bool


def of(basket: Any, *, at: datetime, typed: str = "", refused: int | None = None, problem: str = "") -> list[Row]:
    """Every line of a basket, in the order they were put in.

    refused: key of the line for which `typed` was asked and `problem` is the answer
    """
    if basket.pk is None:
        return []
    lines = _lines(basket.pk)
    products = {line.product_id for line in lines}
    pictures = {picture.product_id: picture for picture in _pictures(list(products))}
    ready = packs.of(products, on=day_of(at))
    priced = [line for line in lines if _price(line) is not None]
    shown = [ready[line.product_id].shown for line in priced]
    sales = [(_price(line) * line.quantity, lot.pk if lot else None) for line, lot in zip(priced, shown, strict=True)]
    parts = dict(zip((line.pk for line in priced), breakdown.of_sales(sales, at), strict=True))
    wanted = _wanted(lines)
    rows = []
    for line in lines:
        left = ready[line.product_id].left
        why = refusal(line.product, line.stockrecord, wanted[line.product_id], left=left, at=at)
        is_refused = line.pk == refused
        rows.append(
            _row(
                line,
                pictures.get(line.product_id),
                parts=parts.get(line.pk, []),
                typed=typed if is_refused else str(line.quantity),
                problem=problem if is_refused else why,
                stops=bool(why),
            )
        )
    return rows


@compiled
def _lines(basket: int) -> QuerySet[Any]:
    """basket: its key"""
    lines = get_model("basket", "Line").objects.filter(basket=basket).only(*SHOWN).order_by("id")
    return lines.select_related("product__origin__parent__parent", "stockrecord__partner")


@compiled
def _pictures(products: list[int]) -> QuerySet[Any]:
    """The first picture of each product. products: their keys"""
    pictures = ProductImage.objects.filter(among("product", products)).only("product", "original")
    return pictures.order_by("product_id", "display_order", "id").distinct("product_id")


def offered(key: int) -> tuple[Product | None, StockRecord | None]:
    """A public product and the record it is sold by: its first one with a price."""
    products, records = _public(key), _priced(key)
    return products[0] if products else None, records[0] if records else None


@compiled
def _public(key: int) -> QuerySet[Product]:
    return Product.objects.filter(pk=key, is_public=True)


@compiled
def _priced(product: int) -> QuerySet[StockRecord]:
    """product: its key"""
    return StockRecord.objects.filter(product=product).offers()


def quantity(basket: Any, product: Product) -> int:
    """Packs of a product that lie in a basket."""
    return sum(_quantities(basket.pk, product.pk)) if basket.pk else 0


@compiled
def _quantities(basket: int, product: int) -> QuerySet[Any, int]:
    lines = get_model("basket", "Line").objects.filter(basket=basket, product=product)
    return lines.order_by().values_list("quantity", flat=True)


def put(basket: Any, record: StockRecord, quantity: int, *, at: datetime) -> None:
    """Add packs, at today's price; several at once from several windows add up.

    As Oscar's `add_product`, of a product that was looked at already: what it asks once more for is known.
    """
    if basket.pk is None:
        basket.save()
    with connection.cursor() as cursor:
        cursor.execute(
            PUT,
            {
                "basket": basket.pk,
                "reference": f"{record.product_id}_{record.pk}",
                "product": record.product_id,
                "record": record.pk,
                "quantity": quantity,
                "currency": record.price_currency,
                "price": record.price,
                "at": at,
            },
        )


def refusal_of_more(basket: Any, product: Product, record: StockRecord | None, more: int, *, at: datetime) -> str:
    """Why so many more packs cannot be put into a basket that may hold some; empty when they can."""
    left = packs.of([product.pk], on=day_of(at))[product.pk].left
    return refusal(product, record, more + quantity(basket, product), left=left, at=at)


def refusal(product: Product, record: StockRecord | None, quantity: int, *, left: int, at: datetime) -> str:
    """Why so many of a product cannot be put in the basket or stay there; empty when they can."""
    if problem := items.refusal(product, record, quantity, at):
        return problem
    if left <= 0:
        return _("%(product)s is sold out.") % {"product": product.name}
    if quantity > left:
        return ngettext(
            "Only %(left)d pack of %(product)s is left; you asked for %(quantity)d.",
            "Only %(left)d packs of %(product)s are left; you asked for %(quantity)d.",
            left,
        ) % {"left": left, "product": product.name, "quantity": quantity}
    return ""


def _wanted(lines: Sequence[Any]) -> dict[int, int]:
    """Packs of each product in the whole basket."""
    wanted: dict[int, int] = {}
    for line in lines:
        wanted[line.product_id] = wanted.get(line.product_id, 0) + line.quantity
    return wanted


def _price(line: Any) -> int | None:
    record = line.stockrecord
    return None if record is None or record.price is None else to_fen(record.price)


def _row(line: Any, picture: Any, *, parts: list[dict[str, Any]], typed: str, problem: str, stops: bool) -> Row:
    product, record, price_fen = line.product, line.stockrecord, _price(line)
    return Row(
        id=line.pk,
        title=product.name,
        url=product.get_absolute_url(),
        picture_url=photos.url(picture, 480) if picture else "",
        origin=county_name(product.origin),
        supplier=record.partner.label if record else "",
        unit=unit_of(product.spec_text, product.net_content_g),
        quantity=line.quantity,
        typed=typed,
        price_fen=price_fen,
        fen=(price_fen or 0) * line.quantity,
        parts=parts,
        problem=problem,
        stops=stops,
    )
