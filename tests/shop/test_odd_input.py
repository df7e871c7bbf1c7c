"""What nobody types by hand gets an answer in words, never a broken page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/products/?query=a%00b",
        "/products/?county=%00",
        "/en/products/?page=%00",
        "/orders/a%00b/",
        "/certificates/%00/",
        "/certificates/?q=%00",
        "/account/sign-in/?next=%00",
    ],
)
def test_a_nul_in_an_address_is_refused_with_words(address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 400
    assert "NUL" in answer.content.decode()


@pytest.mark.parametrize("name", ["email", "password", "next"])
def test_a_nul_in_a_form_is_refused_with_words(name: str) -> None:
    form = {"email": "a@example.org", "password": "x", "next": ""} | {name: "a\x00b"}

    answer = Client().post(reverse("customer:login"), form)

    assert answer.status_code == 400
    assert "NUL" in answer.content.decode()


def test_the_same_form_without_it_is_read() -> None:
    answer = Client().post(reverse("customer:login"), {"email": "a@example.org", "password": "x", "next": ""})

    assert answer.status_code == 422


@pytest.mark.parametrize("quantity", ["0", "-1", "1e9", "1.5", "１２", "NaN", "", "9" * 40, "١٢", "1_0", "<b>2</b>"])
def test_a_quantity_that_is_none_is_refused_with_the_range(quantity: str) -> None:
    goods = make.product()
    make.certificate(goods, at=timezone.now())
    client = Client()

    answer = client.post(
        reverse("basket:add", args=[goods.pk]), {"quantity": quantity}, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status_code == 409
    assert "999" in answer.content.decode()
    assert client.get(reverse("basket:summary")).context["rows"] == []


@pytest.mark.parametrize("choice", ["teleport", "", "'; DROP TABLE"])
def test_a_way_that_is_none_falls_back_to_the_cheapest(choice: str) -> None:
    nodes = make.network()
    goods = make.product()
    make.certificate(goods, at=timezone.now())
    make.stock(make.packed_lot(goods, expires=timezone.localdate().replace(year=2099)), nodes["village"])
    from shop.revenue.models import FeeRule

    FeeRule.objects.create(
        version=1, platform_bp=200, transport_bp=0, tax_bp=0, valid_from=make.NOW.replace(year=2020), basis="x"
    )
    client = Client()
    client.post(reverse("basket:add", args=[goods.pk]), {"quantity": "1"}, headers={"Sec-Fetch-Site": "same-origin"})

    answer = client.post(
        reverse("checkout:index"),
        {"step": "places", "province": "31", "city": "3101", "county": make.SHANGHAI_HUANGPU, "choice": choice},
    )

    assert answer.status_code == 200
    assert answer.context["preview"].total_fen > 0


@pytest.mark.parametrize("county", ["", "653223", "810000", "710100", "31", "310101100", "x" * 300])
def test_a_county_of_another_city_brings_no_price(county: str) -> None:
    make.place(make.SHANGHAI_HUANGPU)
    make.place("653223")
    goods = make.product()
    make.certificate(goods, at=timezone.now())
    client = Client()
    client.post(reverse("basket:add", args=[goods.pk]), {"quantity": "1"}, headers={"Sec-Fetch-Site": "same-origin"})

    answer = client.post(
        reverse("checkout:index"), {"step": "places", "province": "31", "city": "3101", "county": county}, follow=True
    )

    assert answer.status_code == 200
    assert answer.context.get("preview") is None
