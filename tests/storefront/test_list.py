"""The list of products: what it shows, counts and refuses, whatever stands in the address."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from shop.pagecache import watch
from shop.storefront import listing, shelf
from tests import make
from tests.storefront import goods

pytestmark = pytest.mark.django_db


def page(query: str = "", status: int = 200) -> Any:
    answer = Client().get(reverse("catalogue:index") + query)
    assert answer.status_code == status
    return answer


def titles(query: str = "") -> list[str]:
    return [card.title for card in page(query).context["cards"]]


def choices(query: str, name: str) -> dict[str, int]:
    facet = next(facet for facet in page(query).context["listing"].facets if facet.name == name)
    return {choice.value: choice.count for choice in facet.choices}


@pytest.mark.parametrize("address", ["", "?order=cheapest", "?county=653223"])
def test_one_product_and_five_cost_the_same_queries(village: Any, address: str) -> None:
    counts = []
    for _round in (1, 4):
        for _product in range(_round):
            goods.picture(goods.on_sale(village), 0)
        page(address)
        with CaptureQueriesContext(connection) as asked:
            shown = len(page(address).context["cards"])
        counts.append((shown, len(asked)))

    assert [shown for shown, _queries in counts] == [1, 5]
    assert counts[0][1] == counts[1][1]


def test_fifty_products_cost_as_many_queries_as_one_and_at_most_twelve(village: Any) -> None:
    counts = []
    for more in (1, 49):
        for _product in range(more):
            goods.on_sale(village)
        page()  # the frame around every page is read once a process
        with CaptureQueriesContext(connection) as asked:
            total = page().context["page"].paginator.count
        counts.append((total, len(asked)))

    assert [total for total, _queries in counts] == [1, 50]
    assert counts[0][1] == counts[1][1] <= 12


def test_while_changes_are_heard_a_list_costs_one_query(village: Any) -> None:
    goods.on_sale(village)
    with mock.patch.object(watch, "clock", lambda tag: 4711):
        page()

        with CaptureQueriesContext(connection) as asked:
            page("?county=653223&order=dearest")

    assert len([query for query in asked if "catalogue_" in query["sql"]]) == 1


def test_cards_say_what_is_sold_out_and_what_is_nearly_so(village: Any) -> None:
    for units, name in ((0, "None"), (9, "Few"), (10, "Enough")):
        goods.on_sale(village, units=units, title_en=name)

    states = {card.title: card.state.value for card in page().context["cards"]}

    assert states == {"None": "sold_out", "Few": "few", "Enough": "enough"}


def test_a_number_of_packs_is_never_said(village: Any) -> None:
    goods.on_sale(village, units=7)

    html = page().content.decode()

    assert "Few left" in html
    assert not re.search(r"\b7 packs?\b", html)


def test_every_price_stands_with_its_unit(village: Any) -> None:
    goods.on_sale(village, price="12.00", spec="", net_content_g=500)
    goods.on_sale(village, price="13.00", spec_en="box of 6", spec="六盒")

    html = page().content.decode()

    assert sorted(re.findall(r'¥1\d\.00 <span class="price__unit">/ <bdi>([^<]+)</bdi>', html)) == ["500 g", "box of 6"]
    cards = re.sub("<option.*?</option>", "", html)  # bands to filter by are no prices
    assert cards.count("¥") == html.count('class="price__unit"')


def test_a_product_whose_certificate_has_ended_is_not_listed_the_next_moment(village: Any) -> None:
    ended, lasting = goods.on_sale(village), goods.on_sale(village)
    Product.objects.filter(pk=ended.pk).update(certified_until=timezone.now())

    assert titles() == [lasting.title_en]


def test_what_is_kept_ends_with_the_first_certificate(village: Any) -> None:
    first, _second = goods.on_sale(village), goods.on_sale(village)
    until = timezone.now() + timedelta(hours=1)
    Product.objects.filter(pk=first.pk).update(certified_until=until)

    with mock.patch.object(watch, "clock", lambda tag: 4712):
        before = shelf.at_moment(until - timedelta(seconds=1)).index.everything
        after = shelf.at_moment(until).index.everything

    assert (before.bit_count(), after.bit_count()) == (2, 1)


def test_prices_order_the_list_both_ways_and_what_has_none_is_not_offered(village: Any) -> None:
    for price in ("20.00", "5.00", "10.00"):
        goods.on_sale(village, price=price, title_en=f"For {price}")
    unpriced = goods.on_sale(village, title_en="Without")
    StockRecord.objects.filter(product=unpriced).update(price=None)

    assert titles("?order=cheapest") == ["For 5.00", "For 10.00", "For 20.00"]
    assert titles("?order=dearest") == ["For 20.00", "For 10.00", "For 5.00"]


def test_the_price_of_a_product_is_its_first_record_s(village: Any) -> None:
    product = goods.on_sale(village, price="30.00")
    StockRecord.objects.create(
        product=product, partner=make.partner(), partner_sku="second", price=Decimal("1.00"), price_currency="CNY"
    )
    goods.on_sale(village, price="20.00", title_en="Cheaper")

    shown = page("?order=cheapest").context["cards"]

    assert [(card.title, card.fen) for card in shown] == [("Cheaper", 2000), (product.title_en, 3000)]


def test_a_count_is_what_a_click_shows(village: Any) -> None:
    nuts = goods.category("nuts")
    walnuts = goods.category("walnuts", under=nuts)
    pishan, yecheng = make.partner("P"), make.partner("Y", county=make.YECHENG)
    for supplier, kind in ((pishan, walnuts), (pishan, nuts), (yecheng, walnuts)):
        goods.on_sale(village, supplier=supplier).categories.add(kind)

    assert choices("?category=nuts", "county") == {"653223": 2, "653126": 1}
    assert choices("?county=653223", "category") == {"nuts": 2, "walnuts": 1}
    assert choices("?county=653223&category=walnuts", "supplier") == {"P": 1}
    for query, number in (("?category=nuts", 3), ("?category=walnuts&county=653126", 1), ("?supplier=P", 2)):
        assert len(titles(query)) == number


def test_words_and_filters_work_together(village: Any) -> None:
    goods.on_sale(village, title="灰枣", title_en="Grey dates")
    other = goods.on_sale(
        village, title="灰枣礼盒", title_en="Grey dates in a box", supplier=make.partner("B", make.YECHENG)
    )
    goods.on_sale(village, title="核桃", title_en="Walnuts")

    assert len(titles("?query=dates")) == 2
    assert titles("?query=dates&county=653126") == [other.title_en]


@pytest.mark.parametrize("name", listing.FILTERS)
def test_a_value_nobody_knows_finds_nothing_and_can_be_taken_away(village: Any, name: str) -> None:
    goods.on_sale(village)

    answer = page(f"?{name}=nobody-knows")

    assert answer.context["cards"] == []
    assert "Nothing found" in answer.content.decode()
    assert [(value, address) for _name, value, address in answer.context["listing"].chosen] == [("nobody-knows", "")]


def test_a_list_of_nothing_offers_ways_on(village: Any) -> None:
    goods.on_sale(village, title_en="Walnuts").categories.add(goods.category("nuts"))

    html = page("?query=walnuts&county=653126").content.decode()

    assert "“walnuts” (1)" in html
    assert "?category=nuts" in html


def test_an_order_nobody_knows_is_the_plain_one(village: Any) -> None:
    goods.on_sale(village)

    assert page("?order=loudest").context["listing"].wish.order == ""


@pytest.mark.parametrize("number", ["0", "-1", "3", "9999", "abc", "1.5", "1e3", "9" * 30, "２", "%20"])
def test_a_page_that_is_none_says_so_and_leads_to_the_first(village: Any, number: str) -> None:
    with mock.patch.object(listing, "PAGE_SIZE", 1):
        for _product in range(2):
            goods.on_sale(village)
        answer = page(f"?county=653223&page={number}", status=404)

    assert "this list ends with page 2" in answer.content.decode()
    assert answer.context["url"] == "/en/products/?county=653223"


@pytest.mark.parametrize("number", ["", "1", "2"])
def test_a_page_that_is_one_is_shown(village: Any, number: str) -> None:
    with mock.patch.object(listing, "PAGE_SIZE", 1):
        for _product in range(2):
            goods.on_sale(village)

        assert len(titles(f"?page={number}")) == 1


def test_pages_name_their_neighbours_and_their_own_address(village: Any, settings: Any) -> None:
    with mock.patch.object(listing, "PAGE_SIZE", 1):
        for _product in range(3):
            goods.on_sale(village)
        html = page("?order=cheapest&page=2").content.decode()

    assert f'<link rel="canonical" href="{settings.SITE_URL}/en/products/?page=2">' in html
    assert '<link rel="prev" href="/en/products/?order=cheapest">' in html
    assert '<link rel="next" href="/en/products/?order=cheapest&amp;page=3">' in html


def test_a_category_has_its_own_heading(village: Any) -> None:
    goods.on_sale(village).categories.add(goods.category("nuts"))

    html = page("?category=nuts").content.decode()

    assert '<h1 id="heading">Kind nuts</h1>' in html
    assert '/en/products/?category=nuts">' in html


def test_words_are_shown_as_they_were_typed_and_never_as_markup(village: Any) -> None:
    html = page("?query=<script>alert(1)</script>&county=<b>").content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_a_list_looks_at_nothing_of_the_visitor(village: Any) -> None:
    goods.on_sale(village)
    client = Client()
    client.force_login(make.user())

    answer = client.get(reverse("catalogue:index"))

    assert not answer.cookies
    assert answer.content == page().content


def test_nothing_on_sale_is_a_page_too(db: None) -> None:
    answer = page()

    assert answer.context["cards"] == []
    assert "Nothing found" in answer.content.decode()
