"""What a supplier's software makes and changes: by the rules of the pages, all or nothing."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalogue.imports import columns
from catalogue.listings.models import ArticleChange
from catalogue.models import Category, Product
from catalogue.partner.models import StockRecord
from catalogue.uploads import work
from catalogue.uploads.models import Upload
from shop.api.models import Scope
from tests import make
from tests.api.asking import Program, key_of

pytestmark = pytest.mark.django_db
ARTICLE = {
    "sku": "A-1", "title": "薄皮核桃", "category": "walnuts", "commodity": "walnut", "net_content_g": 500,
    "origin": make.PISHAN, "price_fen": 2980,
}  # fmt: skip


@pytest.fixture
def mine() -> Any:
    make.commodity()
    Category.add_root(name="核桃", name_en="Walnuts", slug="walnuts")
    return make.partner()


@pytest.fixture
def program(mine: Any) -> Program:
    return Program(key_of(mine))


def record(sku: str = "A-1") -> StockRecord:
    return StockRecord.objects.select_related("product").get(partner_sku=sku)


def put(program: Program, *articles: Any, status: int = 200, **more: Any) -> Any:
    return program.put("/articles", {"articles": list(articles)} | more, status=status)


# --- articles


def test_a_new_article_is_a_draft(program: Program) -> None:
    said = put(program, ARTICLE)

    assert (said["written"], said["new"]) == (True, 1)
    assert record().price * 100 == 2980 and record().product.net_content_g == 500
    assert program.get("/articles/{sku}", sku="A-1")["stage"] == "draft"
    assert not record().product.is_public


def test_the_same_article_again_changes_nothing(program: Program) -> None:
    put(program, ARTICLE)

    said = put(program, ARTICLE)

    assert (said["written"], said["unchanged"], said["changed"]) == (False, 1, [])


def test_what_is_not_named_stays_and_null_empties(program: Program) -> None:
    put(program, ARTICLE | {"storage": "阴凉处", "grade": "一级"})

    put(program, ARTICLE | {"storage": None})

    assert (record().product.storage, record().product.grade) == ("", "一级")


def test_a_dry_run_says_what_would_come_and_writes_nothing(program: Program) -> None:
    put(program, ARTICLE)

    said = put(program, ARTICLE | {"price_fen": 3000}, dry_run=True)

    assert said["changed"][0]["differences"] == [
        {"field": "price_fen", "before": "29.80", "after": "30.00", "reviewed": False}
    ]
    assert not said["written"] and record().price * 100 == 2980


def test_every_error_is_told_and_nothing_is_written(program: Program) -> None:
    refusal = put(program, ARTICLE, ARTICLE | {"sku": "A-2", "origin": "999999", "category": "stones"}, status=422)

    assert {(problem["article"], problem["field"]) for problem in refusal["problems"]} == {
        (2, "origin"),
        (2, "category"),
    }
    assert "2" in refusal["detail"] and not Product.objects.exists()


def test_a_field_that_every_article_has_is_missed(program: Program) -> None:
    refusal = put(program, {"sku": "A-1", "title": "核桃"}, status=422)

    assert {problem["field"] for problem in refusal["problems"]} == {
        "category", "commodity", "net_content_g", "origin", "price_fen",
    }  # fmt: skip


def test_articles_of_one_request_name_the_same_fields(program: Program) -> None:
    refusal = put(program, ARTICLE, ARTICLE | {"sku": "A-2", "grade": "一级"}, status=422)

    assert "same fields" in refusal["detail"] and not Product.objects.exists()


def test_what_a_certificate_speaks_of_waits_for_a_reviewer(program: Program, mine: Any) -> None:
    product = make.product(mine)
    sku = StockRecord.objects.get(product=product).partner_sku
    make.certificate(product, at=timezone.now())

    said = put(program, ARTICLE | {"sku": sku, "title": "另一个名字", "origin": product.origin_id})

    changed = {each["field"]: each["reviewed"] for each in said["changed"][0]["differences"]}
    assert changed["title"] is True and changed["price_fen"] is False
    product.refresh_from_db()
    assert product.title != "另一个名字"
    assert program.get("/articles/{sku}", sku=sku)["stage"] == "draft"


# --- prices


def test_prices_are_set_all_or_none_and_stand_in_the_history(program: Program, mine: Any) -> None:
    first, second = make.product(mine, price="10.00"), make.product(mine, price="20.00")
    skus = [StockRecord.objects.get(product=product).partner_sku for product in (first, second)]

    refusal = program.put(
        "/prices", {"prices": [{"sku": skus[0], "price_fen": 1}, {"sku": "NOBODY", "price_fen": 2}]}, status=422
    )
    said = program.put("/prices", {"prices": [{"sku": skus[0].lower(), "price_fen": 1250}, _price(skus[1], 2000)]})

    assert "nobody" in refusal["detail"].lower()
    assert said == {"changed": 1}
    assert [StockRecord.objects.get(product=product).price * 100 for product in (first, second)] == [1250, 2000]
    change = ArticleChange.objects.get(product=first, field="price")
    assert (change.before, change.after, change.partner) == ("10.00", "12.50", mine)


def _price(sku: str, fen: int) -> dict[str, Any]:
    return {"sku": sku, "price_fen": fen}


def test_nine_prices_cost_the_queries_of_one(
    program: Program, mine: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for fen in (100, 200):  # the first request of a key keeps its day
        skus = [StockRecord.objects.get(product=make.product(mine)).partner_sku for _number in range(9)]
        program.put("/prices", {"prices": [_price(skus[0], fen)]})
    for number in (1, 9):
        with django_assert_num_queries(7):  # the key, a savepoint, the records, who and when, the change with its own
            program.put("/prices", {"prices": [_price(sku, 1000 + number) for sku in skus[:number]]})


def test_one_price_for_each_article(program: Program, mine: Any) -> None:
    sku = StockRecord.objects.get(product=make.product(mine)).partner_sku

    refusal = program.put("/prices", {"prices": [_price(sku, 1), _price(sku.lower(), 2)]}, status=422)

    assert "twice" in refusal["detail"]


def test_another_supplier_s_price_is_out_of_reach(program: Program) -> None:
    foreign = StockRecord.objects.get(product=make.product(make.partner(), price="10.00"))

    program.put("/prices", {"prices": [_price(foreign.partner_sku, 1)]}, status=422)

    foreign.refresh_from_db()
    assert foreign.price * 100 == 1000


@pytest.mark.parametrize("path", ["/articles", "/prices"])
def test_a_key_that_only_reads_changes_nothing(mine: Any, path: str) -> None:
    reader = Program(key_of(mine, Scope.PRODUCTS_READ, Scope.STOCK_READ))
    body = {"articles": [ARTICLE]} if path == "/articles" else {"prices": [_price("A-1", 1)]}

    refusal = reader.put(path, body, status=403)

    assert ":write" in refusal["detail"] and not Product.objects.exists()


# --- imports


def table(**cells: str) -> SimpleUploadedFile:
    text = io.StringIO()
    row = {"sku": "A-1", "title": "核桃", "category": "walnuts", "commodity": "walnut", "net_content_g": "500 g"}
    row |= {"origin": make.PISHAN, "price_fen": "29.80"} | cells
    writer = csv.writer(text)
    writer.writerow([columns.BY_KEY[key].zh for key in row])
    writer.writerow(row.values())
    return SimpleUploadedFile("goods.csv", text.getvalue().encode())


def send(program: Program, file: SimpleUploadedFile) -> Any:
    said = program.post("/imports", {"file": file})
    work.go_on(upload=said["id"], at=timezone.now())
    return program.get("/imports/{import_id}", import_id=said["id"])


@pytest.mark.django_db(transaction=True)
def test_a_table_is_looked_at_and_written_when_asked(program: Program) -> None:
    seen = send(program, table())
    assert (seen["state"], seen["new"], seen["problems"]) == ("ready", 1, 0) and not Product.objects.exists()

    program.post("/imports/{import_id}/write", {"digest": "0" * 64}, import_id=seen["id"], status=409)
    said = program.post("/imports/{import_id}/write", {"digest": seen["digest"]}, import_id=seen["id"])
    work.go_on(upload=said["id"], at=timezone.now())

    assert program.get("/imports/{import_id}", import_id=seen["id"])["state"] == "done"
    assert record().price * 100 == 2980


@pytest.mark.django_db(transaction=True)
def test_errors_of_a_table_are_told_by_row_and_column(program: Program) -> None:
    seen = send(program, table(price_fen="-1", origin="1"))

    told = program.get("/imports/{import_id}/problems", import_id=seen["id"])

    assert seen["problems"] == told["count"] == 2
    assert {(each["row"], each["column"]) for each in told["items"]} == {(2, "价格"), (2, "产地代码")}
    program.post("/imports/{import_id}/write", {"digest": seen["digest"]}, import_id=seen["id"], status=409)


def test_another_supplier_s_import_is_not_there(program: Program) -> None:
    theirs = Program(key_of(make.partner())).post("/imports", {"file": table()})

    for path in ("/imports/{import_id}", "/imports/{import_id}/problems"):
        program.get(path, import_id=theirs["id"], status=404)
    program.post("/imports/{import_id}/write", {"digest": "x"}, import_id=theirs["id"], status=404)

    assert Upload.objects.count() == 1
