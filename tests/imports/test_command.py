"""`manage.py import_products`: what it says, what it writes, how it ends."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from catalogue import spreadsheets
from catalogue.imports import problems_file, template
from catalogue.imports.columns import COLUMNS
from catalogue.imports.refusals import Refused
from catalogue.imports.rows import Problem
from catalogue.models import Product
from catalogue.partner.models import Partner
from tests import make
from tests.imports import tables


def run(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("import_products", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "goods.csv"
    path.write_bytes(tables.as_csv(tables.of({"sku": "A-1"}, {"sku": "A-2"})))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csv"
    path.write_bytes(tables.as_csv(tables.of({"sku": "A-1", "price_fen": "-5"}, {"sku": "A-2", "title": "=1+1"})))
    return path


def test_an_import_tells_what_it_did_and_a_second_one_that_it_did_nothing(supplier: Partner, good: Path) -> None:
    assert run(good, supplier=supplier.code) == "CSV, UTF-8, comma: 2 rows, 2 new, 0 changed, 0 unchanged.\n"

    again = run(good, supplier=supplier.code)

    assert again == "CSV, UTF-8, comma: 2 rows, 0 new, 0 changed, 2 unchanged. Nothing was changed.\n"
    assert Product.objects.count() == 2


def test_a_changed_row_is_shown_with_before_and_after(supplier: Partner, good: Path) -> None:
    run(good, supplier=supplier.code)
    good.write_bytes(tables.as_csv(tables.of({"sku": "A-1", "price_fen": "31"}, {"sku": "A-2"})))

    said = run(good, supplier=supplier.code)

    assert said.splitlines()[0] == "row 2, A-1: Price: 29.80 -> 31.00"


def test_a_dry_run_says_so_and_writes_nothing(supplier: Partner, good: Path) -> None:
    said = run(good, supplier=supplier.code, dry_run=True)

    assert said.endswith("2 new, 0 changed, 0 unchanged. Dry run: nothing was written.\n")
    assert not Product.objects.exists()


def test_errors_are_told_and_the_command_fails(supplier: Partner, bad: Path) -> None:
    out = io.StringIO()

    with pytest.raises(CommandError, match="2 errors; nothing was written") as failure, translation.override("en"):
        call_command("import_products", bad, supplier=supplier.code, stdout=out)

    assert failure.value.returncode == 1
    assert out.getvalue().splitlines() == [
        "row 2, Price “-5”: A price is above zero.",
        "row 3, Title “=1+1”: This is a formula; write its value (copy, then paste values only).",
    ]
    assert not Product.objects.exists()


def test_errors_stand_in_a_file_that_opens_in_a_spreadsheet_and_runs_nothing(
    supplier: Partner, bad: Path, tmp_path: Path
) -> None:
    errors = tmp_path / "errors.csv"

    with pytest.raises(CommandError):
        run(bad, supplier=supplier.code, errors=errors)

    assert errors.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(errors.read_text("utf-8-sig"), newline="")))
    assert lines == [
        ["row", "column", "value", "reason"],
        ["2", "Price", "'-5", "A price is above zero."],
        ["3", "Title", "'=1+1", "This is a formula; write its value (copy, then paste values only)."],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_the_errors_begins_as_a_formula(start: str) -> None:
    out = io.StringIO()

    problems_file.write(out, [Problem(2, f"{start}A", f"{start}B", Refused("%(word)s", word=f"{start}C"))])

    cells = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1]
    assert cells == ["2", f"'{start}A", f"'{start}B", f"'{start}C"]


def test_a_file_without_errors_leaves_an_empty_list_of_them(supplier: Partner, good: Path, tmp_path: Path) -> None:
    errors = tmp_path / "errors.csv"
    errors.write_text("of yesterday")

    run(good, supplier=supplier.code, errors=errors)

    assert errors.read_text("utf-8-sig") == "row,column,value,reason\n"


def test_a_supplier_is_found_whatever_the_case_of_its_code(supplier: Partner, good: Path) -> None:
    run(good, supplier="PS-E01")

    assert Product.objects.filter(stockrecords__partner=supplier).count() == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [({"supplier": "nobody"}, "No supplier has the code nobody"), ({}, "Say which FILE")],
)
def test_a_command_that_lacks_something_says_what(good: Path, options: dict[str, Any], words: str, db: None) -> None:
    with pytest.raises(CommandError, match=words):
        run(good, **options)


def test_a_file_that_is_not_there_is_named(supplier: Partner, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="none.csv cannot be opened"):
        run(tmp_path / "none.csv", supplier=supplier.code)


def test_nothing_is_imported_when_errors_could_not_be_written(supplier: Partner, good: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere/errors.csv cannot be opened"):
        run(good, supplier=supplier.code, errors=tmp_path / "nowhere" / "errors.csv")

    assert not Product.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_goes_to_standard_output_and_imports_cleanly(
    supplier: Partner, kind: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    call_command("import_products", template=kind)
    path = tmp_path / f"template.{kind}"
    path.write_bytes(capfdbinary.readouterr().out)

    assert "1 rows, 1 new, 0 changed, 0 unchanged." in run(path, supplier=supplier.code)
    assert "1 rows, 0 new, 0 changed, 1 unchanged. Nothing was changed." in run(path, supplier=supplier.code)


def test_two_suppliers_can_both_import_the_template(supplier: Partner, tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    path.write_bytes(template.as_csv())

    for code in (supplier.code, make.partner("other").code):
        run(path, supplier=code)

    assert Product.objects.count() == 2


def test_no_name_of_a_column_begins_as_a_formula() -> None:
    assert [column.key for column in COLUMNS if spreadsheets.harmless(column.header) != column.header] == []


def test_the_command_ends_with_1_for_a_shell() -> None:
    """Wrong use is tried, which needs no database and ends the same way as errors do."""
    root = Path(__file__).resolve().parents[2]

    ended = subprocess.run([sys.executable, "-c", SHELL], cwd=root, capture_output=True, text=True)

    assert ended.returncode == 1 and "Say which FILE" in ended.stderr


SHELL = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "import_products", "--skip-checks"])
"""
