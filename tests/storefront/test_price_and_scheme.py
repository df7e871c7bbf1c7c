"""Filters by price and by certificate: their counts are what a click shows, and they follow every change."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from certification.models import Certificate
from shop.pagecache import watch
from shop.storefront import bands, listing
from tests import make
from tests.pagecache.site import running, until
from tests.storefront import goods


def shown(at: Any = None, **parameters: str) -> listing.Listing:
    return listing.read(listing.wish_of(parameters), at=at or timezone.now())


def choices(name: str, at: Any = None, **parameters: str) -> dict[str, int]:
    facet = next(facet for facet in shown(at, **parameters).facets if facet.name == name)
    return {choice.value: choice.count for choice in facet.choices}


@given(fen=st.integers(1, 100_000_00))
def test_every_price_lies_within_the_band_it_is_counted_in(fen: int) -> None:
    low, _dash, high = bands.of(Decimal(fen) / 100).partition("-")

    assert int(low) * 100 <= fen
    assert not high or fen < int(high) * 100


def test_bands_are_named_by_the_prices_they_hold() -> None:
    assert [bands.label(value) for value in ("0-20", "20-30", "200-", "cheap")] == [
        "Under ¥20",
        "¥20 to ¥29.99",
        "¥200 or more",
        "cheap",
    ]


@pytest.mark.django_db
def test_a_count_of_a_price_band_or_a_scheme_is_what_a_click_shows(village: Any) -> None:
    organic = make.scheme(code="organic", name_en="Organic")
    for price, scheme in (("19.99", organic), ("20.00", None), ("29.99", organic), ("200.00", None)):
        made = make.product(price=price)
        make.certificate(made, at=timezone.now(), **({"scheme": organic} if scheme else {}))

    assert choices("price") == {"0-20": 1, "20-30": 2, "200-": 1}
    assert choices("scheme")["organic"] == 2
    assert choices("price", scheme="organic") == {"0-20": 1, "20-30": 1}
    for name in ("price", "scheme"):
        for value, count in choices(name).items():
            assert shown(**{name: value}).page.paginator.count == count, value


@pytest.mark.django_db
def test_bands_stand_from_the_lowest_up_and_a_scheme_has_its_newest_name(village: Any) -> None:
    scheme = make.scheme(code="county", name_en="County origin")
    newer = make.scheme(code="county", version=2, name_en="County origin, revised")
    for price, of in (("300.00", newer), ("300.00", scheme), ("5.00", scheme)):
        make.certificate(make.product(price=price), at=timezone.now(), scheme=of)

    facets = {facet.name: [choice.text for choice in facet.choices] for facet in shown().facets}

    assert facets["price"] == ["Under ¥20 (1)", "¥200 or more (2)"]
    assert facets["scheme"] == ["County origin, revised (3)"]


@pytest.mark.django_db
def test_the_band_of_a_product_is_its_first_record_s(village: Any) -> None:
    product = goods.on_sale(village, price="30.00")
    StockRecord.objects.create(
        product=product, partner=make.partner(), partner_sku="second", price=Decimal("1.00"), price_currency="CNY"
    )

    assert choices("price") == {"30-50": 1}


@pytest.mark.django_db
def test_a_product_counts_in_every_scheme_it_holds_a_valid_certificate_of(village: Any) -> None:
    product, at = goods.on_sale(village), timezone.now()
    for code, state in (("organic", "certified"), ("halal", "revoked")):
        make.certificate(product, at=at, scheme=make.scheme(code=code), state=state)
    first = Certificate.objects.order_by("pk").first()
    assert first is not None

    assert choices("scheme", at) == {first.scheme.code: 1, "organic": 1}


@pytest.mark.django_db
def test_a_certificate_that_begins_or_ends_by_the_clock_moves_the_counts(
    village: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now()
    product = goods.on_sale(village)
    product_until = at + timedelta(days=300)
    soon = make.certificate(product, at=at, scheme=make.scheme(code="soon"))
    Certificate.objects.filter(pk=soon.pk).update(valid_from=at + timedelta(days=1), valid_until=at + timedelta(days=2))
    Product.objects.filter(pk=product.pk).update(certified_until=product_until)
    monkeypatch.setattr(watch, "clock", lambda tag: 4713)

    counted = ["soon" in choices("scheme", at + timedelta(days=days)) for days in (0, 1, 2)]

    assert counted == [False, True, False]


@pytest.mark.django_db
def test_both_stand_in_the_address_and_in_the_one_it_is_known_by(village: Any) -> None:
    goods.on_sale(village, price="25.00")

    listed = shown(scheme="organic", price="20-30", order="cheapest")

    assert listed.wish.address() == "?price=20-30&scheme=organic&order=cheapest"
    assert listed.canonical == "?price=20-30&scheme=organic"


@pytest.mark.django_db(transaction=True)
def test_a_kept_list_hears_of_a_price_and_of_one_more_certificate() -> None:
    product, at = make.product(price="25.00"), timezone.now()
    make.certificate(product, at=at, until=at + timedelta(days=365))
    with running() as site:
        site.keep("/en/products/")

        StockRecord.objects.filter(product=product).update(price=Decimal("250.00"))
        until(lambda: "¥200 or more (1)" in site.get("/en/products/").text, "the price is never heard")
        site.keep("/en/products/")
        scheme = make.scheme(code="organic", name_en="Organic")
        site.keep("/en/products/")
        made = make.certificate(product, at=at, until=at + timedelta(days=365), scheme=scheme)
        until(lambda: "Organic (1)" in site.get("/en/products/").text, "the certificate is never heard")
        site.keep("/en/products/")
        Certificate.objects.filter(pk=made.pk).update(state=Certificate.State.SUSPENDED)

        until(lambda: "Organic (1)" not in site.get("/en/products/").text, "its end is never heard")
        assert "¥20 to ¥29.99" not in site.get("/en/products/").text
