"""What a supplier's software reads and sends: its own articles, stock and photographs, and nothing of another's."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalogue.models import ProductImage
from catalogue.partner.models import StockRecord
from shop.api.models import Scope
from tests import make
from tests.api.asking import SUPPLIER, Program, key_of
from tests.photos import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> Any:
    return make.partner()


@pytest.fixture
def program(mine: Any) -> Program:
    return Program(key_of(mine))


def sku_of(product: Any) -> str:
    return str(StockRecord.objects.get(product=product).partner_sku)


def test_own_articles_are_listed_on_sale_or_not(program: Program, mine: Any) -> None:
    on_sale, waiting = make.product(mine, title="灰枣"), make.product(mine, price="12.34")
    make.certificate(on_sale, at=timezone.now())
    make.product(make.partner())

    said = program.get("/articles")

    assert said["count"] == 2
    assert [(item["id"], item["on_sale"]) for item in said["items"]] == [(on_sale.pk, True), (waiting.pk, False)]
    assert said["items"][1]["price_fen"] == 1234


def test_a_list_costs_the_same_queries_for_one_article_and_for_many(
    program: Program, mine: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make.product(mine)
    program.get("/articles")
    with django_assert_num_queries(5):  # the key, the count, the articles, their categories, all categories
        program.get("/articles")
    for _number in range(7):
        make.product(mine)

    with django_assert_num_queries(5):
        program.get("/articles")


def test_an_article_is_found_by_its_sku_in_any_case_and_width(program: Program, mine: Any) -> None:
    product = make.product(mine)
    StockRecord.objects.filter(product=product).update(partner_sku="PS-E01-01")

    for written in ("PS-E01-01", "ps-e01-01", "ＰＳ－ｅ０１-01"):
        assert program.get("/articles/{sku}", sku=quote(written))["id"] == product.pk


def test_another_supplier_s_article_is_not_there(program: Program) -> None:
    foreign = make.product(make.partner())

    for path in ("/articles/{sku}", "/articles/{sku}/photos"):
        refusal = program.get(path, sku=sku_of(foreign), status=404)
        assert sku_of(foreign) in refusal["detail"]
    assert program.get("/articles")["count"] == program.get("/stock")["count"] == 0


def test_a_page_that_is_not_there_is_said(program: Program) -> None:
    for path in ("/articles", "/stock"):
        answer = program.client.get(f"{SUPPLIER}{path}?page=2")
        assert answer.status_code == 422 and "page 1" in answer.json()["detail"]


def test_stock_is_told_by_article_lot_and_place(program: Program, mine: Any) -> None:
    product, foreign = make.product(mine), make.product(make.partner())
    node = make.node("county", "county")
    late = make.packed_lot(product, units=7, expires=date(2027, 3, 1))
    soon = make.packed_lot(product, units=5, expires=date(2027, 1, 1))
    for lot in (late, soon, make.packed_lot(foreign, units=3, expires=date(2027, 1, 1))):
        make.stock(lot, node)

    said = program.get("/stock")

    assert [(item["sku"], item["units"]) for item in said["items"]] == [(sku_of(product), 12)]
    assert [(lot["lot"], lot["units"], lot["node"]) for lot in said["items"][0]["lots"]] == [
        (soon.code, 5, node.code),
        (late.code, 7, node.code),
    ]


def upload(name: str, data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data)}


def test_a_photograph_is_kept_once_and_told_with_its_files(program: Program, mine: Any) -> None:
    product = make.product(mine)
    data = pictures.data(pictures.plain((1600, 1200)))

    first = program.post("/articles/{sku}/photos", upload("a.jpg", data), sku=sku_of(product))
    again = program.post("/articles/{sku}/photos", upload("b.jpg", data), sku=sku_of(product))

    assert first["id"] == again["id"] and ProductImage.objects.count() == 1
    listed = program.get("/articles/{sku}/photos", sku=sku_of(product))["items"]
    assert [(photo["id"], photo["position"]) for photo in listed] == [(first["id"], 0)]
    assert {(file["width"], file["kind"]) for file in listed[0]["files"]} >= {(480, "webp"), (1200, "jpeg")}
    assert program.get("/articles")["items"][0]["photos"] == 1


def test_a_file_that_is_no_picture_is_refused_with_the_reason(program: Program, mine: Any) -> None:
    product = make.product(mine)

    refusal = program.post("/articles/{sku}/photos", upload("a.jpg", b"<svg/>"), sku=sku_of(product), status=422)
    nothing = program.post("/articles/{sku}/photos", {}, sku=sku_of(product), status=422)

    assert refusal["detail"] and "file" in nothing["detail"]
    assert not ProductImage.objects.exists()


def test_a_key_that_only_reads_adds_no_photograph(mine: Any) -> None:
    product = make.product(mine)
    reader = Program(key_of(mine, Scope.PRODUCTS_READ))

    refusal = reader.post(
        "/articles/{sku}/photos",
        upload("a.jpg", pictures.data(pictures.plain((900, 900)))),
        sku=sku_of(product),
        status=403,
    )

    assert "photos:write" in refusal["detail"] and not ProductImage.objects.exists()


def test_a_photograph_of_another_supplier_s_article_is_not_taken(program: Program) -> None:
    foreign = make.product(make.partner())

    program.post("/articles/{sku}/photos", upload("a.jpg", b"x"), sku=sku_of(foreign), status=404)

    assert not ProductImage.objects.exists()


def test_being_signed_in_opens_nothing_without_a_key(mine: Any) -> None:
    from tests.rooms import client_of, person

    member: Client = client_of(person(partner=mine))

    assert member.get(f"{SUPPLIER}/articles").status_code == 401
