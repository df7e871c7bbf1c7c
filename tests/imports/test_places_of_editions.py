"""A table of goods and a township's code that another bears now."""

from __future__ import annotations

import io

import pytest

from catalogue.imports import goods
from catalogue.imports.goods import Outcome
from catalogue.models import Place, Product
from catalogue.partner.models import Partner
from tests import make
from tests.imports import tables

CODE = "653223100"


@pytest.fixture
def article(supplier: Partner) -> Product:
    """From the township that bore the code until today."""
    load(supplier, CODE)
    held = Place.objects.get(pk=CODE)
    Place.objects.filter(pk=CODE).update(valid_to=make.TODAY)
    fields = {"level": "township", "name": "新镇", "parent": held.parent, "edition": "2026", "valid_from": make.TODAY}
    Place.objects.create(code="653223b100", **fields)
    return Product.objects.get()


def load(supplier: Partner, origin: str, sku: str = "A-1") -> Outcome:
    table = tables.as_csv(tables.of({"sku": sku, "origin": origin}))
    return goods.load(file=io.BytesIO(table), supplier=supplier, at=make.NOW)


def test_an_old_table_moves_no_article_to_the_township_that_bears_its_code_now(
    supplier: Partner, article: Product
) -> None:
    outcome = load(supplier, CODE)

    [(_row, column, value, reason)] = tables.told(outcome.problems)
    assert (column, value) == ("Origin code", CODE) and "another place bears it" in reason
    assert Product.objects.get().origin_id == CODE


def test_by_its_county_the_article_finds_a_place_of_today(supplier: Partner, article: Product) -> None:
    assert load(supplier, "653223").written

    assert load(supplier, CODE).written
    assert str(Product.objects.get().origin) == "新镇"


def test_a_new_article_comes_from_the_township_that_bears_the_code_now(supplier: Partner, article: Product) -> None:
    load(supplier, CODE, sku="A-2")

    assert Product.objects.get(stockrecords__partner_sku="A-2").origin_id == "653223b100"
