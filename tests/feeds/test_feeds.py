"""The sitemap, robots.txt and the merchant feed: what is on sale now, in both languages, as their readers expect it."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock
from urllib.parse import unquote
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Locale, Page, Site

from catalogue.models import Category, Product
from certification.models import Certificate
from shop import access
from shop.access import Access
from shop.feeds import markup, merchant, sitemap
from shop.pages.models import HomePage, TextPage
from tests import make

HOST = "https://shop.example.org"
SM = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
G = "{http://base.google.com/ns/1.0}"
NOW = make.NOW


@pytest.fixture(autouse=True)
def at_home(settings: Any) -> Iterator[None]:
    settings.SITE_URL = HOST
    with mock.patch("shop.feeds.views.timezone.now", lambda: NOW):
        yield


def on_sale(**fields: Any) -> Product:
    product = make.product(**fields)
    make.certificate(product)
    return product


def read(url: str) -> ElementTree.Element:
    """The document at an address: well-formed, shared by all, and of the right kind."""
    answer = Client().get(url)
    assert answer.status_code == 200, url
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    assert not answer.cookies
    return ElementTree.fromstring(answer.getvalue())


def addresses(part: str) -> list[str]:
    return [unquote(row.text or "") for row in read(part).iter(f"{SM}loc")]


def pages() -> tuple[Page, Page]:
    """A front door and a guide in Chinese, with the guide's twin in English."""
    chinese, english = (Locale.objects.get_or_create(language_code=code)[0] for code in ("zh-hans", "en"))
    top = Page.objects.get(depth=1)
    home = top.add_child(instance=HomePage(title="绿洲集市", slug="oasis", locale=chinese))
    twin = top.add_child(
        instance=HomePage(title="Oasis", slug="oasis-en", locale=english, translation_key=home.translation_key)
    )
    Site.objects.all().delete()
    Site.objects.create(hostname="shop.example.org", root_page=home, is_default_site=True)
    guide = home.add_child(instance=TextPage(title="指南", slug="guide", locale=chinese))
    twin.add_child(
        instance=TextPage(title="Guide", slug="guide", locale=english, translation_key=guide.translation_key)
    )
    return home, guide


@pytest.mark.django_db
def test_the_index_names_every_part_that_exists() -> None:
    on_sale()

    parts = [row.text or "" for row in read("/sitemap.xml").iter(f"{SM}loc")]

    assert parts == [f"{HOST}/sitemaps/pages-1.xml", f"{HOST}/sitemaps/products-1.xml"]
    assert all(read(part.removeprefix(HOST)).tag == f"{SM}urlset" for part in parts)


@pytest.mark.django_db
def test_a_product_stands_once_a_language_and_names_its_twin() -> None:
    product = on_sale(slug="核桃-1")

    urls = list(read("/sitemaps/products-1.xml").iter(f"{SM}url"))

    chinese, english = f"{HOST}/products/核桃-1_{product.pk}/", f"{HOST}/en/products/核桃-1_{product.pk}/"
    assert [unquote(url.findtext(f"{SM}loc") or "") for url in urls] == [chinese, english]
    for url in urls:
        twins = {link.get("hreflang"): unquote(link.get("href") or "") for link in url.iter(f"{XHTML}link")}
        assert twins == {"zh-hans": chinese, "en": english}


@pytest.mark.django_db
def test_only_what_is_certified_at_this_moment_is_named() -> None:
    good = on_sale()
    ended = make.product()
    make.certificate(ended, until=NOW)
    hidden = on_sale(is_public=False)
    never = make.product()
    ends_soon = make.product()
    make.certificate(ends_soon, until=NOW + timedelta(seconds=1))

    named = " ".join(addresses("/sitemaps/products-1.xml"))
    fed = {item.findtext(f"{G}id") for item in read("/feeds/products.xml").iter("item")}

    for product, there in ((good, True), (ends_soon, True), (ended, False), (hidden, False), (never, False)):
        assert (f"_{product.pk}/" in named) is there
        assert (str(product.pk) in fed) is there


@pytest.mark.django_db
def test_a_product_has_changed_when_its_certificate_has() -> None:
    product = on_sale()
    later = timezone.now() + timedelta(days=2)
    Certificate.objects.filter(product=product).update(state_at=later)

    (changed, _twin) = [row.text for row in read("/sitemaps/products-1.xml").iter(f"{SM}lastmod")]

    assert changed == later.replace(microsecond=0).isoformat()


@pytest.mark.django_db
def test_parts_hold_five_thousand_addresses_and_together_every_product_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sitemap.SIZE == 5000
    monkeypatch.setattr(sitemap, "SIZE", 4)
    products = [on_sale() for _ in range(5)]

    parts = [addresses(f"/sitemaps/products-{number}.xml") for number in (1, 2, 3)]

    assert [len(part) for part in parts] == [4, 4, 2]
    assert len({url for part in parts for url in part}) == 2 * len(products)
    assert len(list(read("/sitemap.xml").iter(f"{SM}loc"))) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["products-2", "products-0", "pages-9", "people-1", "products-" + "9" * 30])
def test_a_part_that_does_not_exist_is_not_found(name: str) -> None:
    assert Client().get(f"/sitemaps/{name}.xml").status_code == 404


@pytest.mark.django_db
def test_published_pages_stand_with_their_twins_and_drafts_do_not() -> None:
    home, _guide = pages()
    home.add_child(instance=TextPage(title="草稿", slug="draft", live=False, locale=home.locale))

    urls = list(read("/sitemaps/pages-1.xml").iter(f"{SM}url"))

    named = {
        url.findtext(f"{SM}loc"): {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")}
        for url in urls
    }
    guide = {"zh-hans": f"{HOST}/guide/", "en": f"{HOST}/en/guide/"}
    assert named[f"{HOST}/guide/"] == named[f"{HOST}/en/guide/"] == guide
    assert named[f"{HOST}/"] == {"zh-hans": f"{HOST}/", "en": f"{HOST}/en/"}
    assert not any("draft" in (url or "") for url in named)
    assert {f"{HOST}/products/", f"{HOST}/en/certificates/", f"{HOST}/certificates/notices/"} <= set(named)


@pytest.mark.django_db
def test_one_page_and_twenty_take_the_same_number_of_queries() -> None:
    home, _guide = pages()
    on_sale()
    urls = ("/sitemaps/pages-1.xml", "/sitemaps/products-1.xml", "/feeds/products.xml")

    def asked() -> list[int]:
        counts = []
        for url in urls:
            with CaptureQueriesContext(connection) as caught:
                read(url)
            counts.append(len(caught))
        return counts

    asked()
    few = asked()
    for number in range(20):
        home.add_child(instance=TextPage(title=f"{number}", slug=f"page-{number}", locale=home.locale))
        on_sale()

    assert asked() == few


def rules() -> RobotFileParser:
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    parser = RobotFileParser()
    parser.parse(answer.content.decode().splitlines())
    return parser


@pytest.mark.django_db
@pytest.mark.parametrize("path", [family for family, kind in access.ACCESS.items() if kind is not Access.PUBLIC])
def test_robots_are_kept_out_of_all_that_is_not_for_everybody(path: str) -> None:
    parser = rules()

    for prefix in ("/", "/en/", "/ug/"):
        assert not parser.can_fetch("AnyBot", f"{HOST}{prefix}{path}")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "products/", "products/x_1/", "certificates/", "certificates/X-1/", "guide/"])
def test_robots_may_read_what_is_for_everybody(path: str) -> None:
    parser = rules()

    assert parser.can_fetch("AnyBot", f"{HOST}/{path}") and parser.can_fetch("AnyBot", f"{HOST}/en/{path}")


@pytest.mark.django_db
def test_robots_are_told_where_the_sitemap_is() -> None:
    assert rules().site_maps() == [f"{HOST}/sitemap.xml"]


def item(url: str = "/feeds/products.xml") -> ElementTree.Element:
    (found,) = read(url).iter("item")
    return found


@pytest.mark.django_db
def test_an_item_says_what_a_shopping_search_asks() -> None:
    nodes = make.network()
    product = on_sale(title="皮山核桃", title_en="Pishan walnuts", price="58", description="<p>香 &amp; 脆</p>")
    make.stock(make.packed_lot(product, units=5), nodes["village"])

    found = item()

    said = {child.tag.removeprefix(G): child.text for child in found if not len(child)}
    assert said == {
        "id": str(product.pk),
        "title": "皮山核桃",
        "description": "香 & 脆",
        "link": f"{HOST}/products/{product.slug}_{product.pk}/",
        "price": "58.00 CNY",
        "availability": "in_stock",
        "condition": "new",
        "brand": make.supplier_of(product).name,
        "identifier_exists": "no",
        "unit_pricing_measure": "500g",
        "unit_pricing_base_measure": "1kg",
    }
    details = [[part.text for part in detail] for detail in found.iter(f"{G}product_detail")]
    assert details[0][2] == "皮山县" and details[1][2] == Certificate.objects.get().number


@pytest.mark.django_db
def test_the_english_feed_speaks_english_and_links_to_english_pages() -> None:
    product = on_sale(title="皮山核桃", title_en="Pishan walnuts")

    found = item("/en/feeds/products.xml")

    assert found.findtext(f"{G}title") == "Pishan walnuts"
    assert found.findtext(f"{G}link") == f"{HOST}/en/products/{product.slug}_{product.pk}/"
    assert found.findtext(f"{G}brand") == make.supplier_of(product).name_en


@pytest.mark.django_db
def test_what_is_sold_out_is_said_to_be_and_no_number_is_told() -> None:
    on_sale()

    assert item().findtext(f"{G}availability") == "out_of_stock"


@pytest.mark.django_db
def test_a_certificate_that_ends_within_thirty_days_ends_the_item() -> None:
    product = make.product()
    make.certificate(product, until=NOW + timedelta(days=29))

    assert item().findtext(f"{G}expiration_date") == "2026-10-09T04:00:00+00:00"


@pytest.mark.django_db
def test_a_product_without_a_price_is_left_out_and_one_with_a_barcode_says_it() -> None:
    priceless, coded = on_sale(), on_sale(upc="6901234567892")
    priceless.stockrecords.update(price=None)

    assert item().findtext(f"{G}id") == str(coded.pk)
    assert item().findtext(f"{G}gtin") == "6901234567892"
    assert item().findtext(f"{G}identifier_exists") is None


@pytest.mark.django_db
def test_the_kind_of_a_product_is_told_with_those_above_it() -> None:
    product = on_sale()
    fruit = Category.add_root(name="果品", name_en="Fruit", slug="fruit")
    dried = fruit.add_child(name="干果", name_en="Dried fruit", slug="dried")
    product.categories.add(dried)

    assert item("/en/feeds/products.xml").findtext(f"{G}product_type") == "Fruit > Dried fruit"


@pytest.mark.django_db
def test_odd_signs_in_a_title_leave_the_feed_whole() -> None:
    on_sale(title="a<b>&\"'\x0b\ufffe]]>", description="<script>x</script>\x01")

    assert item().findtext(f"{G}title") == "a<b>&\"']]>"


@pytest.mark.django_db
def test_pieces_together_hold_every_product_once_and_a_piece_costs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merchant, "CHUNK", 3)
    products = [on_sale() for _ in range(8)]

    with CaptureQueriesContext(connection) as caught:
        pieces = list(merchant.pieces(language="zh-hans", at=NOW))

    items = list(ElementTree.fromstring("".join(pieces)).iter("item"))
    assert [row.findtext(f"{G}id") for row in items] == [str(product.pk) for product in products]
    assert [piece.count("<item>") for piece in pieces] == [0, 3, 3, 2, 0]
    per_piece = (len(caught) - 2) / 3  # besides the categories, and the question that finds nothing more
    assert per_piece == int(per_piece) <= 5


@pytest.mark.django_db
def test_a_longer_feed_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of forty pieces the largest use of memory is that of four: nothing is kept from one to the next."""
    monkeypatch.setattr(merchant, "CHUNK", 5)
    for _ in range(5):
        on_sale(description="x" * 4000)
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))

    class SameAgain:
        """Answers as a query set would, with the same five products a number of times."""

        def __init__(self, number: int) -> None:
            self.left = number

        def filter(self, **narrower: Any) -> SameAgain:
            return self

        def values_list(self, *columns: str, flat: bool) -> SameAgain:
            return self

        def __getitem__(self, wanted: slice) -> list[int]:
            self.left -= 1
            return keys if self.left >= 0 else []

    def most(number: int) -> int:
        """The peak while so many pieces are made. The collector runs after each, so that only what is held counts."""
        rows = SameAgain(number)
        with mock.patch.object(merchant, "_offered", lambda at: rows):
            tracemalloc.start()
            for piece in merchant.pieces(language="en", at=NOW):
                assert piece
                gc.collect()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return peak

    most(2)

    assert most(40) < most(4) * 1.5


@given(st.text(max_size=200))
def test_no_text_breaks_out_of_an_element(text: str) -> None:
    made = markup.element("x", text, y=text)

    found = ElementTree.fromstring(made)
    kept = markup.NOT_XML.sub("", text)
    assert len(found) == 0
    assert (found.text or "") == kept.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("path", ["https://cdn.example.org/x.webp", "//cdn.example.org/x"])
def test_an_address_that_is_whole_stays_itself(path: str) -> None:
    assert markup.absolute(path) == path
