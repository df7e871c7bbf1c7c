"""The table to begin with."""

import csv
import io

import pytest
from openpyxl import load_workbook

from catalogue.imports import columns, template
from catalogue.imports.columns import COLUMNS
from catalogue.models import Category
from catalogue.partner.models import Partner
from tests import make


def goods_sheet() -> object:
    return load_workbook(io.BytesIO(template.as_xlsx()))[template.GOODS]


def test_the_header_names_every_column_in_both_languages(supplier: Partner) -> None:
    header = next(goods_sheet().iter_rows(values_only=True))  # type: ignore[attr-defined]

    assert list(header) == [f"{column.zh} / {column.en}" for column in COLUMNS]
    assert template.as_csv().decode("utf-8-sig").splitlines()[0].split(",") == list(header)


def test_code_columns_are_kept_as_texts(supplier: Partner) -> None:
    sheet = goods_sheet()

    for column, cell in zip(COLUMNS, sheet[2], strict=True):  # type: ignore[index]
        whole = sheet.column_dimensions[cell.column_letter].number_format  # type: ignore[attr-defined]
        assert (cell.number_format == "@", whole == "@") == (column.is_code, column.is_code)


def test_closed_lists_have_drop_downs_that_lead_to_the_hidden_sheet(supplier: Partner) -> None:
    book = load_workbook(io.BytesIO(template.as_xlsx()))
    choices = book[template.CHOICES]
    found = {}
    for validation in book[template.GOODS].data_validations.dataValidation:
        column = COLUMNS[next(iter(validation.cells.ranges)).min_col - 1].key
        area = validation.formula1.partition("!")[2].replace("$", "")
        found[column] = [cell.value for (cell,) in choices[area]]

    assert choices.sheet_state == "hidden"
    assert found["commodity"] == ["冷冻鹅", "核桃"]
    assert found["category"] == ["坚果", "核桃", "禽肉"]
    assert found["temperature"] == [names[0] for names in columns.TEMPERATURES.values()]
    assert found["is_fresh"] == ["是", "否"]


def test_a_name_that_two_categories_share_is_chosen_by_its_short_name(supplier: Partner) -> None:
    Category.add_root(name="核桃", name_en="Other walnuts", slug="other-walnuts")

    assert dict(template._choices("category"))["other-walnuts"] == "other-walnuts"
    assert dict(template._choices("category"))["nuts"] == "坚果"


def test_notes_tell_each_column_in_both_languages(supplier: Partner) -> None:
    notes = load_workbook(io.BytesIO(template.as_xlsx()))[template.NOTES]

    rows = list(notes.iter_rows(min_row=2, values_only=True))

    assert [row[0] for row in rows] == [column.header for column in COLUMNS]
    assert [row[2] for row in rows] == [column.holds for column in COLUMNS]
    assert [bool(row[4]) for row in rows] == [column.required for column in COLUMNS]


@pytest.mark.django_db
def test_the_sample_comes_from_the_shops_own_lists() -> None:
    make.commodity("goose", name="冷冻鹅")
    make.place("653126")
    Category.add_root(name="禽肉", slug="poultry")

    header, sample = csv.reader(io.StringIO(template.as_csv().decode("utf-8-sig"), newline=""))
    said = {name.split(" / ")[1]: cell for name, cell in zip(header, sample, strict=True)}

    assert (said["Commodity"], said["Category"], said["Origin code"]) == ("冷冻鹅", "禽肉", "653126")
