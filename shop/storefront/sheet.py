"""Everything a product's page shows, by one statement and, where it was rated, another for the reviews.

Places, suppliers, schemes and fee rules are kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import photos, prepared
from catalogue.days import day_of, last_day_before
from catalogue.models import Place, Product
from catalogue.partner.models import Partner
from certification import certificates
from certification.models import Certificate, Scheme
from certification.provenance import trace
from shop.money import to_fen
from shop.pagecache import memo
from shop.reviews import published
from shop.reviews.published import Opinion
from shop.storefront import availability, breakdown, cards, facts, packs
from shop.storefront.availability import State
from shop.storefront.cards import unit_of

PRODUCT = prepared.Columns(Product, "product")
STATEMENT = f"""
SELECT offer.price, offer.partner_id,
       ARRAY(SELECT original FROM catalogue_productimage WHERE product_id = product.id ORDER BY display_order, id),
       {trace.past_sql("ARRAY[ready.lot]")}, {PRODUCT}, {certificates.CERTIFICATE}, {packs.COLUMNS}
FROM catalogue_product product
LEFT JOIN LATERAL ({cards.OFFER}) offer ON true
LEFT JOIN LATERAL ({certificates.DRAWN_ON}) certificate ON true
CROSS JOIN LATERAL ({packs.READY}) ready
LEFT JOIN provenance_lot lot ON lot.id = ready.lot
WHERE product.id = %(product)s AND product.is_public
"""  # noqa: S608  fixed words


@dataclass(frozen=True)
class Picture:
    """One photograph in three widths: 480, 800 and 1200 pixels. webp, jpeg: all widths of a format, for `srcset`"""

    small: str
    medium: str
    large: str
    webp: str
    jpeg: str


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
    journey: list[trace.Step]
    opinion: Opinion
    list_url: str

    @property
    def can_be_bought(self) -> bool:
        certified = self.certificate is not None and self.product.net_content_g > 0
        return certified and self.fen is not None and self.state is not State.SOLD_OUT


class _Read(NamedTuple):
    """What the statement says. past: of the lot the price is shown with"""

    fen: int | None
    supplier: Partner | None
    pictures: list[Picture]
    past: trace.Past
    product: Product
    certificate: Certificate | None
    ready: packs.Packs


def of(key: int, *, at: datetime) -> Sheet:
    """The sheet of a public product. Raises Product.DoesNotExist."""
    read = _read(key, at)
    product, certificate, lot = read.product, read.certificate, read.ready.next
    places = _places(product.origin_id)
    list_url = reverse("catalogue:index")
    state = availability.state_of(read.ready.left)
    return Sheet(
        product=product,
        supplier=read.supplier,
        county=next((place for place in places if place.level == Place.Level.COUNTY), None),
        fen=read.fen,
        unit=unit_of(product.spec_text, product.net_content_g),
        pictures=read.pictures,
        certificate=certificate,
        first_day=day_of(certificate.valid_from) if certificate else None,
        last_day=last_day_before(certificate.valid_until) if certificate else None,
        state=state,
        stock_words=availability.words(state),
        parts=_parts(read, at),
        facts=facts.of_product(product, read.supplier, places, list_url=list_url),
        lot_facts=facts.of_lot(lot) if lot else [],
        journey=trace.journey(lot.pk, read.past, _county) if lot else [],
        opinion=published.of(product),
        list_url=list_url,
    )


def _read(key: int, at: datetime) -> _Read:
    found = prepared.rows(STATEMENT, {"product": key, "at": at, "day": day_of(at)})
    if not found:
        raise Product.DoesNotExist(f"There is no public product {key}.")
    values = iter(found[0])
    price, partner, files, past = islice(values, 4)
    return _Read(
        fen=None if price is None else to_fen(price),
        supplier=None if partner is None else _partner(partner),
        pictures=[_picture(file) for file in files],
        past=trace.read(past),
        product=cast(Product, PRODUCT.take(values)),
        certificate=_with_scheme(certificates.CERTIFICATE.take(values)),
        ready=packs.take(values),
    )


def _parts(read: _Read, at: datetime) -> list[dict[str, Any]]:
    if not read.fen:
        return []
    lot = read.ready.shown
    return breakdown.of_sale(read.fen, trace.weights(lot.pk, read.past) if lot else [], at)


def _picture(file: str) -> Picture:
    picture = SimpleNamespace(original=SimpleNamespace(name=file))
    small, medium, large = (photos.url(picture, width) for width in (*photos.SMALLER, photos.LARGE))
    return Picture(small, medium, large, *(photos.srcset(picture, kind) for kind in photos.FORMATS))


def _partner(key: int) -> Partner:
    return memo.keep(f"partner {key}", lambda: Partner.objects.get(pk=key))


def _with_scheme(certificate: Certificate | None) -> Certificate | None:
    if certificate is not None:
        key = certificate.scheme_id
        certificate.scheme = memo.keep(f"scheme {key}", lambda: Scheme.objects.get(pk=key))
    return certificate


def _places(code: str | None) -> list[Place]:
    """The place of origin and all it lies in, upwards."""
    if code is None:
        return []
    return memo.keep(f"places {code}", lambda: list(_upwards(code)))


def _upwards(code: str) -> Iterator[Place]:
    place = Place.objects.select_related("parent__parent__parent__parent").filter(pk=code).first()
    while place is not None:
        yield place
        place = place.parent


def _county(code: str) -> Place:
    return _places(code)[0]


def province_options(chosen: str = "") -> SafeString:
    """The provinces as options of a list, for the question when it would arrive."""
    options = memo.keep(f"provinces {get_language()}", _province_options)
    return mark_safe(options.replace(f'value="{chosen}"', f'value="{chosen}" selected', 1)) if chosen else options


def _province_options() -> SafeString:
    now = Place.objects.current().filter(level=Place.Level.PROVINCE).order_by("code")
    return format_html_join("", '<option value="{}">{}</option>', ((place.code, str(place)) for place in now))


def crumbs(sheet: Sheet) -> list[dict[str, str]]:
    """The way back up: all products, those of the county, this one."""
    way = [{"label": _("Products"), "url": sheet.list_url}]
    if sheet.county is not None:
        way.append({"label": str(sheet.county), "url": f"{sheet.list_url}?county={sheet.county.code}"})
    return [*way, {"label": sheet.product.name, "url": ""}]
