"""The basket: its sums, its refusals, and the same few queries whatever lies in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from logistics.models import LotStock
from tests import make
from tests.storefront import goods

pytestmark = pytest.mark.django_db
BASKET = "basket:summary"


def put(client: Client, product: Product, quantity: str = "1", **headers: Any) -> Any:
    return client.post(
        reverse("basket:add", args=[product.pk]),
        {"quantity": quantity},
        headers={"Sec-Fetch-Site": "same-origin"} | headers,
    )


def rows(client: Client) -> Any:
    return client.get(reverse(BASKET)).context["rows"]


def test_one_line_and_twenty_cost_the_same_queries(village: Any) -> None:
    counts = []
    for number in (1, 20):
        client = Client()
        for _line in range(number):
            product = goods.on_sale(village)
            goods.picture(product, 0)
            assert put(client, product).status_code == 302
        client.get(reverse(BASKET))
        with CaptureQueriesContext(connection) as asked:
            shown = len(rows(client))
        counts.append((shown, len(asked)))

    assert [shown for shown, _queries in counts] == [1, 20]
    assert counts[0][1] == counts[1][1]


def test_a_product_put_in_leads_to_the_basket_which_says_so(village: Any) -> None:
    client, product = Client(), goods.on_sale(village, price="12.50")

    answer = put(client, product, "3")
    shown = client.get(answer["Location"])

    assert answer["Location"] == reverse(BASKET)
    assert "is in your basket" in shown.content.decode()
    assert shown.context["total_fen"] == 3750


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "1e9", "", "<b>2</b>", "9" * 40])
def test_a_number_that_is_none_is_refused_on_the_product_s_page(village: Any, typed: str) -> None:
    client, product = Client(), goods.on_sale(village)

    answer = put(client, product, typed)

    assert answer.status_code == 409
    assert "whole number from 1 to 999" in answer.context["problem"]
    assert answer.context["quantity"] == typed[:10]
    assert "<b>2</b>" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert rows(client) == []


def test_more_than_is_left_is_refused_and_the_number_kept(village: Any) -> None:
    client, product = Client(), goods.on_sale(village, units=5)

    answer = put(client, product, "6")

    assert answer.status_code == 409
    html = answer.content.decode()
    assert f"Only 5 packs of {product.name} are left; you asked for 6." in html
    assert 'value="6"' in html
    assert 'aria-invalid="true"' in html


def test_what_lies_in_the_basket_already_counts(village: Any) -> None:
    client, product = Client(), goods.on_sale(village, units=5)
    put(client, product, "3")

    assert put(client, product, "3").status_code == 409
    assert put(client, product, "2").status_code == 302
    assert [row.quantity for row in rows(client)] == [5]


def test_no_more_than_999_of_a_product_are_taken_in_all(village: Any) -> None:
    client, product = Client(), goods.on_sale(village, units=2000)
    put(client, product, "999")

    assert put(client, product, "1").status_code == 409


def test_what_is_not_on_sale_is_refused(village: Any) -> None:
    product = goods.on_sale(village)
    Product.objects.filter(pk=product.pk).update(certified_until=timezone.now() - timedelta(seconds=1))

    answer = put(Client(), product)

    assert answer.status_code == 409
    assert "holds no valid certificate" in answer.content.decode()


def test_a_form_from_another_site_is_refused(village: Any) -> None:
    client, product = Client(enforce_csrf_checks=True), goods.on_sale(village)

    foreign = put(client, product, **{"Sec-Fetch-Site": "cross-site"})
    own = put(client, product)

    assert foreign.status_code == 403
    assert own.status_code == 302


def test_a_quantity_is_changed_and_a_line_taken_out(village: Any) -> None:
    client, product = Client(), goods.on_sale(village)
    put(client, product)
    address = reverse("basket:change", args=[rows(client)[0].id])

    client.post(address, {"quantity": "4"})
    changed = [row.quantity for row in rows(client)]
    client.post(address, {"remove": "1"})

    assert changed == [4]
    assert rows(client) == []


@pytest.mark.parametrize(("typed", "why"), [("0", "whole number"), ("41", "Only 40 packs")])
def test_a_refused_change_keeps_the_number_and_says_why(village: Any, typed: str, why: str) -> None:
    client, product = Client(), goods.on_sale(village, units=40)
    put(client, product, "2")
    address = reverse("basket:change", args=[rows(client)[0].id])

    answer = client.post(address, {"quantity": typed})
    part = client.post(address, {"quantity": typed}, headers={"HX-Request": "true"})

    assert (answer.status_code, part.status_code) == (409, 200)
    for each in (answer, part):
        assert why in each.context["rows"][0].problem
        assert each.context["rows"][0].typed == typed
        assert each.context["rows"][0].quantity == 2


def test_a_line_of_somebody_else_s_basket_is_not_found(village: Any) -> None:
    client = Client()
    put(client, goods.on_sale(village))
    line = rows(client)[0].id

    assert Client().post(reverse("basket:change", args=[line]), {"quantity": "2"}).status_code == 404


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda product: Product.objects.filter(pk=product.pk).update(certified_until=None), "no valid certificate"),
        (lambda product: LotStock.objects.update(units=0), "is sold out"),
        (lambda product: StockRecord.objects.update(price=None), "has no price or no net content"),
    ],
)
def test_a_line_that_can_no_longer_be_bought_says_why_and_stops_the_way_on(village: Any, spoil: Any, why: str) -> None:
    client, product = Client(), goods.on_sale(village)
    put(client, product)
    before = client.get(reverse(BASKET)).content.decode()
    spoil(product)

    answer = client.get(reverse(BASKET))

    assert why in answer.context["rows"][0].problem
    assert "Go to checkout" in before
    assert "Go to checkout" not in answer.content.decode()


def test_the_sum_says_that_transport_is_not_in_it(village: Any) -> None:
    client = Client()
    put(client, goods.on_sale(village))

    html = client.get(reverse(BASKET)).content.decode()

    assert "is added at checkout" in html
    assert "Goods, without transport to your door" in html
    assert "You pay" not in html


def test_the_parts_of_the_basket_add_up_to_its_goods(village: Any) -> None:
    client = Client()
    for price, packs in (("12.34", "3"), ("99.99", "2"), ("0.01", "1")):
        put(client, goods.on_sale(village, price=price), packs)

    context = client.get(reverse(BASKET)).context

    assert context["total_fen"] == 3 * 1234 + 2 * 9999 + 1
    assert sum(part["fen"] for part in context["parts"]) == context["total_fen"]
    assert sum(part["of_yuan_fen"] for part in context["parts"]) == 100


def test_every_price_of_a_line_stands_with_its_unit(village: Any) -> None:
    client = Client()
    put(client, goods.on_sale(village, price="12.00", spec_en="bag of 1 kg", spec="1公斤/袋"))

    assert "¥12.00 / <bdi>bag of 1 kg</bdi>" in client.get(reverse(BASKET)).content.decode()


def test_an_empty_basket_says_so(db: None) -> None:
    html = Client().get(reverse(BASKET)).content.decode()

    assert "Your basket is empty" in html
    assert "Go to checkout" not in html


def test_the_parts_of_a_line_are_those_of_its_own_lot(village: Any) -> None:
    client = Client()
    for share_bp in (9000, 1000):
        product = goods.on_sale(village, price="100.00", units=0)
        lot = make.packed_lot(product, share_bp=share_bp, expires=timezone.localdate() + timedelta(days=9))
        make.stock(lot, village)
        put(client, product)

    shares = [part["fen"] for row in rows(client) for part in row.parts if part["kind"] == "household"]

    assert shares == [8190, 910]
