"""Everything a product's page shows, gathered in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from catalogue import photos
from catalogue.models import Place, Product
from catalogue.partner.models import Partner
from certification import certificates
from certification.days import day_of, last_day_before
from certification.models import Certificate, Scheme
from certification.provenance import lots
from certification.provenance.models import Lot
from shop.money import to_fen
from shop.pagecache import memo
from shop.storefront import availability, breakdown, facts, packs
from shop.storefront.availability import State
from shop.storefront.cards import unit_of

MOST_REVIEWS = 10
OFFER = """
SELECT offer.price, offer.partner_id,
       ARRAY(SELECT original FROM catalogue_productimage WHERE product_id = %(product)s ORDER BY display_order, id)
FROM (VALUES (1)) always LEFT JOIN LATERAL (
    SELECT price, partner_id FROM partner_stockrecord
    WHERE product_id = %(product)s AND price IS NOT NULL ORDER BY id LIMIT 1
) offer ON true
"""


@dataclass(frozen=True)
class Picture:
    """One photograph in three widths: 480, 800 and 1200 pixels."""

    small: str
    medium: str
    large: str


@dataclass(frozen=True)
class Sheet:
    """Ready for storefront/product.html.

    fen: of one pack, None without a price; certificate: None while the product is not on sale
    first_day, last_day: those of the certificate; county: of origin; parts: rows of components/breakdown.html
    """

    product: Product
    supplier: Partner | None
    county: Place | None
    fen: int | None
    unit: str
    pictures: list[Picture]
    certificate: Certificate | None
    first_day: date | None
    last_day: date | None
    state: State
    stock_words: str
    parts: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    lot_facts: list[dict[str, Any]]
    journey: list[lots.Step]
    reviews: list[Any]
    list_url: str

    @property
    def can_be_bought(self) -> bool:
        certified = self.certificate is not None and self.product.net_content_g > 0
        return certified and self.fen is not None and self.state is not State.SOLD_OUT


def of(product: Product, *, at: datetime) -> Sheet:
    price, supplier, files = _offer(product)
    certificate = certificates.valid_for(product, at)
    if certificate is not None:
        certificate.scheme = _scheme(certificate.scheme_id)
    ready = packs.of([product.pk], on=day_of(at))[product.pk]
    places = _places(product.origin_id)
    fen = None if price is None else to_fen(price)
    list_url = reverse("catalogue:index")
    state = availability.state_of(ready.left)
    return Sheet(
        product=product,
        supplier=supplier,
        county=next((place for place in places if place.level == Place.Level.COUNTY), None),
        fen=fen,
        unit=unit_of(product.spec_text, product.net_content_g),
        pictures=[_picture(file) for file in files],
        certificate=certificate,
        first_day=day_of(certificate.valid_from) if certificate else None,
        last_day=last_day_before(certificate.valid_until) if certificate else None,
        state=state,
        stock_words=availability.words(state),
        parts=breakdown.of_sales([(fen, ready.shown.pk if ready.shown else None)], at)[0] if fen else [],
        facts=facts.of_product(product, supplier, places, list_url=list_url),
        lot_facts=facts.of_lot(ready.next) if ready.next else [],
        journey=_journey(ready.next) if ready.next else [],
        reviews=_reviews(product),
        list_url=list_url,
    )


def _offer(product: Product) -> tuple[Decimal | None, Partner | None, list[str]]:
    """Price and supplier of the first stock record with a price, and the files of the photographs in their order."""
    with connection.cursor() as cursor:
        cursor.execute(OFFER, {"product": product.pk})
        price, partner, files = cursor.fetchone()
    return price, None if partner is None else _partner(partner), files


def _picture(file: str) -> Picture:
    picture = SimpleNamespace(original=SimpleNamespace(name=file))
    return Picture(*(photos.url(picture, width) for width in (*photos.SMALLER, photos.LARGE)))


def _partner(key: int) -> Partner:
    return memo.keep(f"partner {key}", lambda: Partner.objects.get(pk=key))


def _scheme(key: int) -> Scheme:
    return memo.keep(f"scheme {key}", lambda: Scheme.objects.get(pk=key))


def _places(code: str | None) -> list[Place]:
    """The place of origin and all it lies in, upwards."""
    if code is None:
        return []
    codes = [code[:length] for length in (12, 9, 6, 4, 2) if length <= len(code)]
    found = memo.keep(f"places {code}", lambda: Place.objects.in_bulk(codes))
    return [found[each] for each in codes if each in found]


def _journey(lot: Lot) -> list[lots.Step]:
    """A packed lot's past does not change; its words are in the reader's language."""
    return memo.keep(f"journey {lot.pk} {get_language()}", lambda: lots.journey(lot))


def _reviews(product: Product) -> list[Any]:
    """Approved reviews of people who bought it here, newest first; Oscar rates a product with its first one."""
    if product.rating is None:
        return []
    approved = get_model("reviews", "ProductReview").objects.approved().filter(product=product)
    bought = approved.filter(user__orders__lines__product=product).distinct()
    return list(bought.order_by("-date_created", "-id")[:MOST_REVIEWS])


def province_options(chosen: str = "") -> SafeString:
    """The provinces as options of a list, for the question when it would arrive."""
    now = Place.objects.filter(level=Place.Level.PROVINCE, valid_to=None).order_by("code")
    options = memo.keep(
        f"provinces {get_language()}",
        lambda: format_html_join("", '<option value="{}">{}</option>', ((place.code, str(place)) for place in now)),
    )
    return mark_safe(options.replace(f'value="{chosen}"', f'value="{chosen}" selected', 1)) if chosen else options


def crumbs(sheet: Sheet) -> list[dict[str, str]]:
    """The way back up: all products, those of the county, this one."""
    way = [{"label": _("Products"), "url": sheet.list_url}]
    if sheet.county is not None:
        way.append({"label": str(sheet.county), "url": f"{sheet.list_url}?county={sheet.county.code}"})
    return [*way, {"label": sheet.product.name, "url": ""}]
