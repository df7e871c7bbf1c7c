"""The lines of a basket as its page shows them: in the same few queries for one line and for twenty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import photos
from catalogue.models import Product, ProductImage
from catalogue.partner.models import StockRecord
from certification.days import day_of
from shop.money import to_fen
from shop.order import items
from shop.storefront import breakdown, packs
from shop.storefront.cards import unit_of
from shop.storefront.listing import county_name

PICTURES = Prefetch("product__images", ProductImage.objects.order_by("display_order", "id"))


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
    lines = list(
        basket.lines.select_related("product__origin__parent__parent", "stockrecord__partner")
        .prefetch_related(PICTURES)
        .order_by("id")
    )
    ready = packs.of({line.product_id for line in lines}, on=day_of(at))
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
                parts=parts.get(line.pk, []),
                typed=typed if is_refused else str(line.quantity),
                problem=problem if is_refused else why,
                stops=bool(why),
            )
        )
    return rows


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


def _row(line: Any, *, parts: list[dict[str, Any]], typed: str, problem: str, stops: bool) -> Row:
    product, record, price_fen = line.product, line.stockrecord, _price(line)
    picture = next(iter(product.images.all()), None)
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
