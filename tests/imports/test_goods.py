"""A table becomes articles: all of it or nothing, and twice is as good as once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from catalogue import search
from catalogue.imports import goods, skus
from catalogue.imports.goods import Outcome
from catalogue.listings import reviews, revisions
from catalogue.listings.models import Revision
from catalogue.models import Category, Product, SearchText
from catalogue.partner.models import Partner, StockRecord
from tests import make
from tests.imports import tables
from tests.supplier.papers import accepted

GTIN, OTHER_GTIN = "6901234567892", "6901234567908"


def load(supplier: Partner, *said: Mapping[str, str], dry_run: bool = False) -> Outcome:
    return goods.load(file=io.BytesIO(tables.as_csv(tables.of(*said))), supplier=supplier, at=make.NOW, dry_run=dry_run)


def product(sku: str = "A-1") -> Product:
    return Product.objects.get(stockrecords__partner_sku=sku)


def list_all(supplier: Partner) -> None:
    revisions.submit(
        products=Product.objects.values_list("pk", flat=True), partner=supplier, by=make.member(supplier), at=make.NOW
    )
    reviews.accept(seen=dict(Revision.objects.values_list("pk", "edition")), by=make.reviewer(), at=make.NOW)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    assert tables.told(outcome.problems) == []
    return outcome.new, len(outcome.changed), outcome.unchanged


def differences(outcome: Outcome) -> list[tuple[str, str, str]]:
    [change] = outcome.changed
    return [(each.key, each.before, each.after) for each in change.differences]


def test_a_new_row_becomes_an_article_with_its_price_and_category(supplier: Partner) -> None:
    outcome = load(
        supplier, {"sku": "Ａ-1", "gtin": GTIN, "title_en": "Walnuts", "is_fresh": "是", "shelf_life_days": "9"}
    )

    assert counts(outcome) == (1, 0, 0) and outcome.written
    made = product("A-1")
    assert (made.title, made.title_en, made.net_content_g, made.origin_id) == ("核桃 500克", "Walnuts", 500, "653223")
    assert (made.commodity_id, made.upc, made.is_fresh, made.shelf_life_days) == ("walnut", GTIN, True, 9)
    assert [category.slug for category in made.categories.all()] == ["walnuts"]
    record = made.stockrecords.get()
    assert (record.partner, record.price, record.price_currency) == (supplier, Decimal("29.80"), "CNY")
    assert (record.num_in_stock, record.num_allocated) == (0, 0)


def test_a_new_article_is_offered_to_nobody_before_it_is_listed_and_certified(supplier: Partner) -> None:
    load(supplier, {})
    make.certificate(product())

    assert not Product.objects.on_sale(make.NOW).exists()

    list_all(supplier)
    assert Product.objects.on_sale(make.NOW).exists()


def test_an_article_is_stored_as_warm_as_its_commodity_unless_the_row_says_otherwise(supplier: Partner) -> None:
    load(
        supplier, {"commodity": "goose", "temperature": ""}, {"sku": "A-2", "commodity": "goose", "temperature": "冷藏"}
    )

    assert (product("A-1").temperature, product("A-2").temperature) == ("frozen", "chilled")


def test_a_second_import_of_the_same_file_changes_nothing(supplier: Partner) -> None:
    rows = [{"temperature": "", "gtin": GTIN}, {"sku": "A-2", "temperature": "", "commodity": "goose"}]
    load(supplier, *rows)
    before = list(Product.objects.order_by("pk").values())

    outcome = load(supplier, *rows)

    assert counts(outcome) == (0, 0, 2) and not outcome.written
    assert list(Product.objects.order_by("pk").values()) == before


def test_a_changed_row_shows_before_and_after(supplier: Partner) -> None:
    load(supplier, {"grade": "一级"}, {"sku": "A-2"})
    changes = {"grade": "特级", "category": "poultry", "price_fen": "31", "net_content_g": "1 kg", "sku": "a-1"}

    outcome = load(supplier, changes)

    assert counts(outcome) == (0, 1, 0)
    assert sorted(differences(outcome)) == [
        ("category", "walnuts", "poultry"),
        ("grade", "一级", "特级"),
        ("net_content_g", "500 g", "1000 g"),
        ("price_fen", "29.80", "31.00"),
    ]
    made = product("A-1")
    assert (made.grade, made.net_content_g, made.stockrecords.get().price) == ("特级", 1000, Decimal("31.00"))
    assert [category.slug for category in made.categories.all()] == ["poultry"]
    assert counts(load(supplier, changes)) == (0, 0, 1)


def test_a_column_that_is_not_there_leaves_its_field_alone_and_an_empty_cell_empties_it(supplier: Partner) -> None:
    load(supplier, {"grade": "一级", "spec": "500克/袋", "shelf_life_days": "270"})

    load(supplier, {"spec": "", "shelf_life_days": ""})

    assert (product().grade, product().spec, product().shelf_life_days) == ("一级", "", 0)


def test_the_order_of_columns_does_not_matter_to_what_follows_from_another(supplier: Partner) -> None:
    load(supplier, {"commodity": "walnut", "temperature": ""})
    backwards = [line[::-1] for line in tables.of({"commodity": "goose", "temperature": ""})]

    for _time in range(2):
        last = goods.load(file=io.BytesIO(tables.as_csv(backwards)), supplier=supplier, at=make.NOW)

    assert product().temperature == "frozen"
    assert counts(last) == (0, 0, 1)


def test_one_wrong_row_keeps_all_others_out(supplier: Partner) -> None:
    outcome = load(supplier, {"sku": "A-1"}, {"sku": "A-2", "price_fen": "-1"}, {"sku": "A-3"})

    assert [(row, column) for row, column, _value, _reason in tables.told(outcome.problems)] == [(3, "Price")]
    assert not outcome.written and not Product.objects.exists()


def test_a_dry_run_tells_the_same_and_writes_nothing(supplier: Partner) -> None:
    load(supplier, {"sku": "A-1"})

    outcome = load(supplier, {"sku": "A-1", "price_fen": "31"}, {"sku": "A-2"}, dry_run=True)

    assert counts(outcome) == (1, 1, 0) and not outcome.written
    assert Product.objects.count() == 1 and StockRecord.objects.get().price == Decimal("29.80")


def test_when_the_last_step_fails_nothing_is_kept(supplier: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    load(supplier, {"sku": "A-1"})

    def fail(made: Any, *, at: Any) -> None:
        raise RuntimeError("the last step")

    monkeypatch.setattr(goods, "_price", fail)
    with pytest.raises(RuntimeError):
        load(supplier, {"sku": "A-1", "grade": "特级"}, {"sku": "A-2"})

    assert Product.objects.count() == 1 and product().grade == ""


def test_an_article_of_another_supplier_with_the_same_sku_stays_as_it_is(supplier: Partner) -> None:
    other = make.partner("other")
    load(other, {"sku": "A-1", "title": "杏干"})

    outcome = load(supplier, {"sku": "A-1"})

    assert counts(outcome) == (1, 0, 0)
    assert list(Product.objects.filter(stockrecords__partner=other).values_list("title", flat=True)) == ["杏干"]


def test_price_and_other_facts_of_a_certified_article_can_be_changed(supplier: Partner) -> None:
    load(supplier, {})
    make.certificate(product())
    list_all(supplier)

    outcome = load(supplier, {"price_fen": "31", "storage": "阴凉干燥处"})

    assert counts(outcome) == (0, 1, 0)
    assert Product.objects.on_sale(make.NOW).get().storage == "阴凉干燥处"


def test_a_barcode_of_another_article_is_refused(supplier: Partner) -> None:
    load(make.partner("other"), {"sku": "B-1", "gtin": GTIN})

    outcome = load(supplier, {"gtin": GTIN})

    [(row, column, value, reason)] = tables.told(outcome.problems)
    assert (row, column, value) == (2, "GTIN", GTIN) and "Another article" in reason


def test_two_articles_may_exchange_their_barcodes(supplier: Partner) -> None:
    load(supplier, {"sku": "A-1", "gtin": GTIN}, {"sku": "A-2", "gtin": OTHER_GTIN})

    outcome = load(supplier, {"sku": "A-1", "gtin": OTHER_GTIN}, {"sku": "A-2", "gtin": GTIN})

    assert counts(outcome) == (0, 2, 0)
    assert (product("A-1").upc, product("A-2").upc) == (OTHER_GTIN, GTIN)


def test_a_number_that_is_no_barcode_stays_when_the_cell_is_empty(supplier: Partner) -> None:
    load(supplier, {})
    Product.objects.update(upc="PS-E01-01")

    assert counts(load(supplier, {"gtin": ""})) == (0, 0, 1)
    assert counts(load(supplier, {"gtin": GTIN})) == (0, 1, 0)
    assert product().upc == GTIN


def test_of_an_article_that_another_supplier_offers_too_only_the_price_changes(supplier: Partner) -> None:
    load(supplier, {})
    other = make.partner("other")
    StockRecord.objects.create(product=product(), partner=other, partner_sku="B-1", price=Decimal("1"))

    refused = load(supplier, {"spec": "新"})
    taken = load(supplier, {"price_fen": "31"})

    assert [column for _row, column, _value, _reason in tables.told(refused.problems)] == ["Specification"]
    assert counts(taken) == (0, 1, 0)


def test_of_an_article_with_variants_only_the_price_changes(supplier: Partner) -> None:
    load(supplier, {})
    Product.objects.update(structure=Product.PARENT)

    assert load(supplier, {"spec": "新"}).problems.count == 1
    assert counts(load(supplier, {"price_fen": "31"})) == (0, 1, 0)


def test_search_hears_of_what_was_written(supplier: Partner) -> None:
    load(supplier, {"title": "红枣"})
    assert product().pk in search.keys("红枣")

    load(supplier, {"title": "石榴"})

    assert product().pk in search.keys("石榴") and product().pk not in search.keys("红枣")
    assert SearchText.objects.count() == 1


def test_an_article_in_several_categories_stays_in_all_of_them(supplier: Partner) -> None:
    load(supplier, {})
    product().categories.add(Category.objects.get(slug="poultry"))

    assert counts(load(supplier, {"category": "walnuts"})) == (0, 0, 1)
    assert product().categories.count() == 2


def test_a_file_that_cannot_be_read_is_a_problem_of_the_file(supplier: Partner) -> None:
    outcome = goods.load(file=io.BytesIO(b"\xff\xfe"), supplier=supplier, at=make.NOW)

    [(row, column, _value, reason)] = tables.told(outcome.problems)
    assert (row, column) == (0, "") and "UTF-16" in reason


def test_a_place_that_is_no_more_is_no_origin(supplier: Partner) -> None:
    make.place("653224", valid_to=make.TODAY)

    outcome = load(supplier, {"origin": "653224"})

    assert [column for _row, column, _value, _reason in tables.told(outcome.problems)] == ["Origin code"]


def test_a_slug_in_two_branches_is_chosen_by_its_branch(supplier: Partner) -> None:
    Category.objects.get(slug="poultry").add_child(name="核桃鹅", slug="walnuts")

    refused = load(supplier, {"category": "walnuts"})
    taken = load(supplier, {"category": "nuts/walnuts"})

    assert "2 entries" in tables.told(refused.problems)[0][3]
    assert counts(taken) == (1, 0, 0)
    assert product().categories.get().name == "核桃"


@pytest.mark.parametrize("sku", ["a-1", "Ａ-1", "A-1\u200b", " A -1"])
def test_postgresql_keeps_one_sku_once_for_each_supplier(supplier: Partner, sku: str) -> None:
    load(supplier, {"sku": "A-1"})

    with pytest.raises(IntegrityError, match="stockrecord_sku_once"), transaction.atomic():
        StockRecord.objects.create(product=product(), partner=supplier, partner_sku=sku, price=Decimal("1"))


@pytest.mark.parametrize("sku", ["PS-e01.01", "Ａ－1", "核桃\u200b 01", "Ｋ\u3000ｋ", "A\ufeff\u2060_-.\t9"])
def test_postgresql_normalises_a_sku_as_we_do(supplier: Partner, sku: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'stockrecord_sku_once'")
        expression = cursor.fetchone()[0].partition("partner_id, ")[2][:-1].replace("partner_sku", "%s::text")
        cursor.execute(f"SELECT {expression}", [sku])

        assert cursor.fetchone() == (skus.normalised(sku),)


@pytest.mark.parametrize("price", ["0", "-1"])
def test_postgresql_keeps_prices_above_zero(supplier: Partner, price: str) -> None:
    load(supplier, {})

    with pytest.raises(IntegrityError, match="stockrecord_price_above_zero"), transaction.atomic():
        StockRecord.objects.update(price=Decimal(price))


@pytest.mark.parametrize("upc", [GTIN, "96385074", "036000291452", "16901234567899", "PS-E01-01", "12345"])
def test_postgresql_takes_right_barcodes_and_other_numbers(supplier: Partner, upc: str) -> None:
    load(supplier, {})

    assert Product.objects.update(upc=upc) == 1


@pytest.mark.parametrize("upc", ["6901234567893", "96385075", "036000291453", "16901234567890"])
def test_postgresql_refuses_a_barcode_with_a_wrong_check_digit(supplier: Partner, upc: str) -> None:
    load(supplier, {})

    with pytest.raises(IntegrityError, match="product_barcode_number_is_right"), transaction.atomic():
        Product.objects.update(upc=upc)


def test_new_articles_wait_while_a_required_document_has_ended(supplier: Partner) -> None:
    """What there is may be left as it is or changed; each new row names the document and its last day."""
    load(supplier, {})
    accepted(supplier, until=make.TODAY - timedelta(days=1), at=make.NOW - timedelta(days=30))

    same = load(supplier, {})
    changed = load(supplier, {"price_fen": "12.50"})
    more = load(supplier, {"price_fen": "13.50"}, {"sku": "B-2"})

    assert (same.unchanged, same.problems.count) == (1, 0)
    assert changed.written and len(changed.changed) == 1
    ((row, column, value, refusal),) = more.problems.kept
    assert (row, value, more.written) == (3, "B-2", False)
    assert "营业执照" in str(refusal) and "2026-09-09" in str(refusal)
