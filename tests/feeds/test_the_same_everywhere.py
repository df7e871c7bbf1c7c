"""The list, the sitemap, the merchant feed and what pages say to machines name the same products."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone, translation

from catalogue.models import Product
from certification.models import Certificate
from logistics.models import LotStock
from shop.feeds import sitemap
from tests import make
from tests.order import world
from tests.storefront import goods

pytestmark = pytest.mark.django_db
KEY = re.compile(r"/products/[^/]+_(\d+)/$")
G = "{http://base.google.com/ns/1.0}"
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>')


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def market(db: None) -> dict[str, Product]:
    """Two dozen good products, so that the list has two pages, and one of each kind that is out of the ordinary."""
    village, now = world.open_network()["village"], timezone.now()
    made = {f"good {number}": goods.on_sale(village, units=20) for number in range(24)}
    kinds = "sold out", "few", "soon to lapse", "lapsed", "unlisted", "priceless", "weightless", "suspended"
    made |= {kind: goods.on_sale(village, units=5 if kind == "few" else 20) for kind in kinds}
    LotStock.objects.filter(lot__product=made["sold out"]).update(reserved_units=20)
    for kind, end in (("soon to lapse", now + timedelta(minutes=10)), ("lapsed", now - timedelta(minutes=1))):
        Certificate.objects.filter(product=made[kind]).update(valid_until=end)
        Product.objects.filter(pk=made[kind].pk).update(certified_until=end)
    Product.objects.filter(pk=made["suspended"].pk).update(certified_until=None)
    Certificate.objects.filter(product=made["suspended"]).update(state="suspended")
    Product.objects.filter(pk=made["unlisted"].pk).update(is_public=False)
    Product.objects.filter(pk=made["weightless"].pk).update(net_content_g=0)
    made["priceless"].stockrecords.update(price=None)
    made["never certified"] = make.product()
    return made


def get(address: str) -> Any:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer


def listed() -> set[int]:
    """By walking from page to page, as a person does."""
    found: set[int] = set()
    address: str | None = "/en/products/"
    while address:
        html = get(address).content.decode()
        found |= {int(key) for key in re.findall(r'card__title"><a href="[^"]+_(\d+)/"', html)}
        more = re.search(r'<a rel="next" href="([^"]+)"', html)
        address = f"/en/products/{more[1].replace('&amp;', '&')}" if more else None
    return found


def in_sitemap() -> set[int]:
    parts = re.findall("<loc>(.*?)</loc>", get("/sitemap.xml").content.decode())
    pages = [loc for part in parts for loc in re.findall("<loc>(.*?)</loc>", get(urlsplit(part).path).content.decode())]
    keys = [KEY.search(unquote(page)) for page in pages]
    return {int(key[1]) for key in keys if key}


def in_feed() -> dict[int, ElementTree.Element]:
    items = ElementTree.fromstring(get("/en/feeds/products.xml").getvalue()).iter("item")
    return {int(item.findtext(f"{G}id") or 0): item for item in items}


def said_by_pages(products: Any) -> dict[int, dict[str, Any]]:
    """What each product's page says to machines of its product, whatever it answers."""
    said = {}
    for product in products:
        html = Client().get(product.get_absolute_url()).content.decode()
        for data in map(json.loads, DATA.findall(html)):
            if data["@type"] == "Product":
                said[product.pk] = data
    return said


def test_all_four_name_the_same_products(market: dict[str, Product]) -> None:
    left_out = {"lapsed", "unlisted", "priceless", "weightless", "suspended", "never certified"}

    expected = {product.pk for name, product in market.items() if name not in left_out}

    assert listed() == expected
    assert in_sitemap() == expected
    assert set(in_feed()) == expected
    assert set(said_by_pages(market.values())) == expected


def test_a_product_that_one_of_them_leaves_out_is_noticed(
    market: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, lost = sitemap._products, market["few"].pk
    monkeypatch.setattr(
        sitemap, "_products", lambda rows: whole(rows.model.objects.filter(pk__in=rows).exclude(pk=lost))
    )

    assert listed() - in_sitemap() == {lost}


def test_price_stock_certificate_and_way_are_said_alike(market: dict[str, Product]) -> None:
    feed, pages = in_feed(), said_by_pages(market.values())
    states = {"InStock": "in_stock", "LimitedAvailability": "in_stock", "SoldOut": "out_of_stock"}

    for key, data in pages.items():
        offer = data["offers"]
        assert feed[key].findtext(f"{G}price") == f"{offer['price']} {offer['priceCurrency']}" == "39.90 CNY"
        assert feed[key].findtext(f"{G}availability") == states[offer["availability"].rpartition("/")[2]]
        number = data["hasCertification"]["certificationIdentification"]
        assert number in [detail.text for detail in feed[key].iter(f"{G}attribute_value")]
    assert pages[market["sold out"].pk]["offers"]["availability"].endswith("/SoldOut")
    html = get(market["few"].get_absolute_url()).content.decode()
    crumbs = next(data for data in map(json.loads, DATA.findall(html)) if data["@type"] == "BreadcrumbList")
    assert [step["position"] for step in crumbs["itemListElement"]] == [1, 2, 3]
