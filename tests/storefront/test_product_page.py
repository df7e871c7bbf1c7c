"""A product's page: what it says of origin, proof, price and stock, and what it never says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from catalogue import photos
from catalogue.listings import reviews, revisions
from catalogue.models import Product
from catalogue.partner.models import StockRecord
from logistics.models import LotStock
from shop.revenue.models import FeeRule
from tests import make
from tests.storefront import goods

pytestmark = pytest.mark.django_db


def page(product: Product, status: int = 200) -> Any:
    answer = Client().get(product.get_absolute_url())
    assert answer.status_code == status
    return answer


def html(product: Product, status: int = 200) -> str:
    return str(page(product, status).content.decode())


def test_it_shows_where_a_product_is_from_down_to_the_township_with_its_code(village: Any) -> None:
    product = goods.on_sale(village, origin=make.place("653223100"))

    said = html(product)

    assert "Place 6532 · Place 653223 · Place 653223100 (653223100)" in said
    assert 'href="/en/products/?county=653223"' in said


def test_it_leads_to_all_the_supplier_sells_and_to_the_register(village: Any) -> None:
    product = goods.on_sale(village)
    supplier, certificate = make.supplier_of(product), product.certificates.get()

    said = html(product)

    assert f'href="/en/products/?supplier={supplier.code}"' in said
    assert f'href="{reverse("certificates:detail", args=[certificate.number])}"' in said


def test_it_shows_what_is_in_it_as_the_label_does(village: Any) -> None:
    assert "walnuts, salt" in html(goods.on_sale(village, ingredients="核桃、盐", ingredients_en="walnuts, salt"))
    assert "Ingredients" not in html(goods.on_sale(village))


def test_it_shows_the_listed_facts_while_others_wait_and_the_new_ones_once_they_are_in_force(village: Any) -> None:
    product = goods.on_sale(village, grade_en="First")
    supplier, clerk = make.supplier_of(product), make.user()
    supplier.users.add(clerk)
    revisions.propose(values={product.pk: {"grade_en": "Special"}}, partner=supplier, by=clerk, at=make.NOW)
    revisions.submit(products=[product.pk], partner=supplier, by=clerk, at=make.NOW)
    assert "Special" not in html(product)
    product.certificates.update(valid_until=timezone.now())  # nothing holds the present facts any longer

    seen = dict(product.revisions.values_list("pk", "edition"))
    reviews.accept(seen=seen, by=make.reviewer(), at=timezone.now())
    make.certificate(product, at=timezone.now())

    assert "Special" in html(product)


def test_it_shows_the_lot_that_would_be_sold_next(village: Any) -> None:
    product = goods.on_sale(village)
    first = make.packed_lot(product, units=5, expires=timezone.localdate() + timedelta(days=3))
    make.stock(first, village)

    said = html(product)

    assert first.code in said
    assert "none given" in said


def test_the_parts_add_up_to_the_price_and_to_one_yuan(village: Any) -> None:
    product = goods.on_sale(village, price="39.93")

    parts = page(product).context["sheet"].parts

    assert {part["kind"] for part in parts} == {"household", "supplier", "transport", "platform", "tax"}
    assert sum(part["fen"] for part in parts) == 3993
    assert sum(part["of_yuan_fen"] for part in parts) == 100


def test_without_a_fee_rule_no_parts_are_shown(db: None) -> None:
    product = goods.on_sale(make.network()["village"])

    said = html(product)

    assert not FeeRule.objects.exists()
    assert "Where each yuan goes" not in said


@pytest.mark.parametrize(("units", "words"), [(9, "Fewer than 10 packs left"), (10, "In stock")])
def test_stock_is_said_as_a_state(village: Any, units: int, words: str) -> None:
    product = goods.on_sale(village, units=units)

    said = html(product)

    assert words in said
    assert 'max="999"' in said
    assert not re.search(rf"\b{units} packs? left", said)


def test_what_is_sold_out_has_no_form_and_says_so(village: Any) -> None:
    product = goods.on_sale(village, units=5)
    LotStock.objects.update(reserved_units=5)

    said = html(product)

    assert "Sold out" in said
    assert "Put in the basket" not in said


def test_packs_past_their_day_are_not_left(village: Any) -> None:
    product = goods.on_sale(village, units=0)
    make.stock(make.packed_lot(product, expires=timezone.localdate()), village)

    assert "Sold out" in html(product)


def test_what_has_no_price_cannot_be_bought_and_shows_no_price(village: Any) -> None:
    product = goods.on_sale(village)
    StockRecord.objects.filter(product=product).update(price=None)

    said = html(product)

    assert "Put in the basket" not in said
    assert "¥" not in said


def test_a_product_without_a_valid_certificate_is_gone_and_says_why(village: Any) -> None:
    product = goods.on_sale(village)
    product.certificates.update(state="revoked")
    Product.objects.filter(pk=product.pk).update(certified_until=None)

    said = html(product, status=410)

    assert "holds no valid certificate" in said
    assert "Put in the basket" not in said


def test_a_product_that_is_not_public_is_not_found(village: Any) -> None:
    product = goods.on_sale(village)
    Product.objects.update(is_public=False)

    page(product, status=404)


def test_an_old_address_leads_to_the_present_one(village: Any) -> None:
    product = goods.on_sale(village)

    answer = Client().get(f"/en/products/old-name_{product.pk}/")

    assert (answer.status_code, answer["Location"]) == (301, product.get_absolute_url())


def test_the_first_photograph_comes_at_once_and_the_others_when_they_are_seen(village: Any) -> None:
    product = goods.on_sale(village)
    for position in range(3):
        goods.picture(product, position)

    tags = re.findall(r'<picture>.*?<img class="picture".*?</picture>', html(product))

    assert len(tags) == 3
    assert ['fetchpriority="high"' in tag for tag in tags] == [True, False, False]
    assert ['loading="lazy"' in tag for tag in tags] == [False, True, True]
    assert all(word in tag for tag in tags for word in ("480w", "800w", "1200w", 'width="', 'height="', "sizes="))


def test_a_browser_takes_webp_where_it_can_and_jpeg_elsewhere(village: Any) -> None:
    product = goods.on_sale(village)
    photos.add(product=product, photo=photos.of_pixels(Image.new("RGB", (1300, 900))), name="a")

    for page in (html(product), Client().get("/en/products/").content.decode()):
        [webp] = re.findall(r'<source type="image/webp" srcset="([^"]+)"', page)
        [jpeg] = re.findall(r'<img [^>]*srcset="([^"]+\.jpg [^"]+)"', page)

        for kind, listed in (("webp", webp), ("jpg", jpeg)):
            files = re.findall(rf"/media/(\S+\.{kind}) (\d+)w", listed)
            assert [width for _file, width in files] == ["480", "800", "1200"]
            assert all(default_storage.exists(file) for file, _width in files)


def test_one_picture_household_and_lot_cost_as_many_queries_as_many(village: Any) -> None:
    counts = []
    for number in (1, 6):
        product = goods.on_sale(village, units=0)
        households = {make.household(): 60_000 for _household in range(number)}
        for position in range(number):
            goods.picture(product, position)
            make.stock(make.packed_lot(product, units=10, deliveries=households, expires=_soon()), village)
        html(product)
        with CaptureQueriesContext(connection) as asked:
            html(product)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def _soon() -> Any:
    return timezone.localdate() + timedelta(days=30)


def test_the_form_carries_no_token_and_the_page_no_cookie(village: Any) -> None:
    product = goods.on_sale(village)

    answer = page(product)

    assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert not answer.cookies


def test_a_promise_names_day_and_price_for_a_province(village: Any) -> None:
    product = goods.on_sale(village)

    answer = Client().get(reverse("catalogue:promise", args=[product.pk]), {"province": "31"})

    promised = answer.context["promises"].cheapest
    assert promised.promised_at > timezone.now()
    assert f"transport ¥{promised.freight_fen / 100:.2f}" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_a_province_without_a_door_is_told_so(village: Any) -> None:
    product = goods.on_sale(village)
    make.place("11")

    answer = Client().get(reverse("catalogue:promise", args=[product.pk]), {"province": "11"})

    assert answer.status_code == 200
    assert "choose an address in another province" in answer.content.decode()


@pytest.mark.parametrize("province", ["99", "3101", "x", "%00", "31' OR 1=1"])
def test_a_province_that_is_none_is_not_found(village: Any, province: str) -> None:
    product = goods.on_sale(village)

    answer = Client().get(f"{reverse('catalogue:promise', args=[product.pk])}?province={province}")

    assert answer.status_code in (400, 404)


def test_without_a_province_the_page_asks_for_one(village: Any) -> None:
    product = goods.on_sale(village)

    answer = Client().get(reverse("catalogue:promise", args=[product.pk]))

    assert answer.status_code == 200
    assert '<option value="31">Place 31</option>' in answer.content.decode()


def test_what_is_sold_out_is_promised_to_nobody(village: Any) -> None:
    product = goods.on_sale(village, units=0)

    answer = Client().get(reverse("catalogue:promise", args=[product.pk]), {"province": "31"})

    assert "sold out" in answer.content.decode()


def test_a_county_stands_on_the_map_with_its_products(village: Any) -> None:
    goods.on_sale(village)

    answer = Client().get(reverse("catalogue:place", args=["653223"]))

    assert answer.status_code == 200
    assert 'id="place-map"' in answer.content.decode()


@pytest.mark.parametrize("code", ["65", "6532", "999999", "x"])
def test_a_place_that_is_no_county_has_no_map(village: Any, code: str) -> None:
    assert Client().get(reverse("catalogue:place", args=[code])).status_code == 404
