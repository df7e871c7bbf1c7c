"""What a product's card shows, for a page of products at a time: one query, whatever the page holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import cast
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import photos, prepared
from catalogue.days import day_of, last_day_before
from catalogue.models import namer
from shop.money import to_fen
from shop.storefront import packs
from shop.storefront.availability import State, state_of
from shop.templatetags.shop_format import kilograms

# The offer of `product`: its first stock record with a price.
OFFER = """
    SELECT price, partner_id FROM partner_stockrecord
    WHERE product_id = product.id AND price IS NOT NULL ORDER BY id LIMIT 1
"""
# A product's picture is the first in the editor's order.
CARDS = f"""
SELECT product.id, product.slug, product.title, product.title_en, product.spec, product.spec_en, product.net_content_g,
       product.certified_until, coalesce(county.name, ''), coalesce(county.name_en, ''),
       offer.price, seller.name, seller.name_en, picture.original, coalesce(free.units, 0)
FROM unnest(%(keys)s::bigint[]) WITH ORDINALITY AS wanted(id, position)
JOIN catalogue_product product USING (id)
LEFT JOIN catalogue_place county ON county.code = left(product.origin_id, 6)
LEFT JOIN LATERAL ({OFFER}) offer ON true
LEFT JOIN partner_partner seller ON seller.id = offer.partner_id
LEFT JOIN LATERAL (
    SELECT original FROM catalogue_productimage WHERE product_id = product.id ORDER BY display_order, id LIMIT 1
) picture ON true
CROSS JOIN LATERAL ({packs.FREE}) free
WHERE product.is_public AND product.certified_until > %(at)s
ORDER BY wanted.position
"""  # noqa: S608  fixed words
Row = tuple[
    int, str, str, str, str, str, int, datetime, str, str, Decimal | None, str | None, str | None, str | None, int
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """Ready for components/product_card.html. fen: None where the product has no price; until: the last good day

    webp, jpeg: its picture in all widths of a format, for `srcset`
    """

    id: int
    url: str
    title: str
    origin: str
    supplier: str
    fen: int | None
    unit: str
    picture_url: str
    large_url: str
    webp: str
    jpeg: str
    until: date
    state: State


def of(keys: Sequence[int], *, at: datetime) -> list[Card]:
    """Cards in the order of the keys; what is not on sale at that moment has none."""
    if not keys:
        return []
    rows = cast(list[Row], prepared.rows(CARDS, {"keys": list(keys), "day": day_of(at), "at": at}))
    root, named = reverse("catalogue:index"), namer()
    return [_card(row, root, named) for row in rows]


def _card(row: Row, root: str, named: Callable[[str, str], str]) -> Card:
    key, slug, title, title_en, spec, spec_en, grams, until, county, county_en, price, seller, seller_en, file, left = (
        row
    )
    picture = SimpleNamespace(original=SimpleNamespace(name=file)) if file else None
    return Card(
        id=key,
        url=f"{root}{quote(slug)}_{key}/",
        title=named(title, title_en),
        origin=named(county, county_en),
        supplier=named(seller or "", seller_en or ""),
        fen=None if price is None else to_fen(price),
        unit=unit_of(named(spec, spec_en), grams),
        picture_url=photos.url(picture, 480) if picture else "",
        large_url=photos.url(picture, 800) if picture else "",
        webp=photos.srcset(picture, photos.WEBP) if picture else "",
        jpeg=photos.srcset(picture, photos.JPEG) if picture else "",
        until=last_day_before(until),
        state=state_of(left),
    )


def unit_of(spec: str, net_content_g: int) -> str:
    """What one price buys; no price stands without it."""
    return spec or (kilograms(net_content_g) if net_content_g else _("pack"))
