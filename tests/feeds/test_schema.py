"""What pages say to machines is true, complete, and cannot break out of its element."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Product
from certification.models import Certificate
from shop.feeds import schema
from shop.storefront import sheet as sheets
from shop.storefront.sheet import Picture, Sheet
from shop.templatetags import shop_machine
from tests import make

HOST = "https://shop.example.org"
NASTY = st.text(st.sampled_from(list("<>&/!-script\"'\\\u2028\u2029 \x00=")) | st.characters(), max_size=80)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NASTY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NASTY, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.SITE_URL = HOST
    with translation.override("en"):
        yield


def shown(**fields: Any) -> Sheet:
    """The sheet of a product on sale with packs in the village."""
    product = make.product(**({"title_en": "Pishan walnuts", "price": "39.90"} | fields))
    make.certificate(product)
    make.stock(make.packed_lot(product, units=50), make.network()["village"])
    return sheets.of(product.pk, at=make.NOW)


class Scripts(HTMLParser):
    """The script elements of a page, as a browser would find them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.inside += data


@given(st.dictionaries(NASTY, JSON, min_size=1, max_size=4))
def test_no_data_break_out_of_the_element_and_all_come_back(data: dict[str, Any]) -> None:
    page = Scripts()

    page.feed(str(shop_machine.json_ld(data)))
    page.close()

    assert page.tags == ["script"]
    assert json.loads(page.inside) == data
    assert not set(page.inside) & set("<>&\u2028\u2029")


def test_the_look_for_a_break_sees_one() -> None:
    page = Scripts()

    page.feed(f'<script type="application/ld+json">{json.dumps({"x": "</script><b>"})}</script>')

    assert page.tags == ["script", "b"]


def test_nothing_is_written_for_nothing() -> None:
    assert shop_machine.json_ld({}) == ""


@pytest.mark.django_db
def test_a_product_says_its_offer_certificate_and_origin() -> None:
    sheet = shown(description_en="Thin shells", net_content_g=500)
    sheet = replace(sheet, pictures=[Picture("/media/s.webp", "/media/m.webp", "/media/l.jpg", "", "")])

    said = schema.product(sheet)

    held = Certificate.objects.select_related("scheme", "partner").get()
    url = f"{HOST}{sheet.product.get_absolute_url()}"
    assert (said["@type"], said["name"], said["url"]) == ("Product", "Pishan walnuts", url)
    assert said["description"] == "Thin shells" and said["image"] == [f"{HOST}/media/l.jpg"]
    assert said["weight"] == {"@type": "QuantitativeValue", "value": 500, "unitCode": "GRM"}
    assert said["brand"]["name"] == held.partner.name_en
    assert said["countryOfOrigin"]["name"] == "CN"
    assert said["additionalProperty"][0]["propertyID"] == "GB/T 2260 653223"
    assert said["offers"] == {
        "@type": "Offer",
        "url": url,
        "price": "39.90",
        "priceCurrency": "CNY",
        "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/NewCondition",
        "seller": {"@type": "Organization", "name": held.partner.name_en},
    }
    assert said["hasCertification"] == {
        "@type": "Certification",
        "name": "County scheme",
        "certificationIdentification": held.number,
        "certificationStatus": "https://schema.org/CertificationActive",
        "issuedBy": {"@type": "Organization", "name": "Pishan County"},
        "validFrom": "2026-09-09",
        "expires": "2027-09-10",
        "url": f"{HOST}/en/certificates/{held.number}/",
    }


@pytest.mark.django_db
def test_what_is_not_for_sale_has_no_data() -> None:
    sheet = shown()

    assert schema.product(replace(sheet, certificate=None)) == {}
    assert schema.product(replace(sheet, fen=None)) == {}
    assert schema.product(sheet)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "word"), [("enough", "InStock"), ("few", "LimitedAvailability"), ("sold_out", "SoldOut")]
)
def test_stock_is_said_as_a_state(state: str, word: str) -> None:
    sheet = replace(shown(), state=sheets.State(state))

    assert schema.product(sheet)["offers"]["availability"] == f"https://schema.org/{word}"


@pytest.mark.django_db
def test_a_page_asks_the_database_nothing_more() -> None:
    sheet = shown()

    with CaptureQueriesContext(connection) as caught:
        schema.product(sheet)

    assert [query["sql"] for query in caught.captured_queries] == []


def test_the_way_to_a_page_is_numbered_and_its_end_has_no_address() -> None:
    crumbs = [{"label": "Products", "url": "/en/products/"}, {"label": "Walnuts", "url": ""}]

    said = schema.breadcrumbs(crumbs)

    assert said["itemListElement"] == [
        {"@type": "ListItem", "position": 1, "name": "Products", "item": f"{HOST}/en/products/"},
        {"@type": "ListItem", "position": 2, "name": "Walnuts"},
    ]
    assert schema.breadcrumbs([]) == {}


def test_the_shop_says_how_it_is_searched() -> None:
    _shop, website = schema.site()["@graph"]

    target = website["potentialAction"]["target"]["urlTemplate"]
    assert target == f"{HOST}/en/products/?query={{search_term_string}}"
    assert website["inLanguage"] == "en"


@pytest.mark.django_db
def test_a_template_needs_one_line() -> None:
    sheet = shown(title_en="Walnuts </script><b>")
    page = Scripts()
    lines = "{% load shop_machine %}{% product_data sheet %}{% breadcrumb_data crumbs %}{% site_data %}"

    page.feed(Template(lines).render(Context({"sheet": sheet, "crumbs": sheets.crumbs(sheet)})))

    assert page.tags == ["script"] * 3
    assert Product.objects.count() == 1
