"""`manage.py load_places`: what it says and how it ends."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Place
from tests import make
from tests.places import tables

pytestmark = pytest.mark.django_db
NEW = (*tables.ABOVE, ("653223100", "固玛镇"), ("653223101", "新镇"), ("653223103", "昆仑镇"))


def run(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command("load_places", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    tables.load_old()
    path = tmp_path / "places.csv"
    path.write_bytes(tables.file(NEW).getvalue())
    return path


def test_it_names_what_is_new_another_and_ended_the_area_and_what_waits_for_a_person(newer: Path) -> None:
    make.product(origin=Place.objects.get(pk="653223101"), title="核桃")

    said = run(newer, edition="2026")

    for line in (
        "new: 1\n  653223103 昆仑镇",
        "another division under the same code: 1\n  653223101 杜瓦镇 -> 新镇",
        "ended: 2\n  653223102 赛图拉镇\n  653223101200 一村",
        "653223101 杜瓦镇: 1 x product.origin: 核桃",
        "1 x prefecture, 1 x county, of 65. All else is left as it is.",
        "1 new, 0 renamed, 1 another under the same code, 0 elsewhere, 2 ended, 4 unchanged.",
    ):
        assert line in said


def test_a_dry_run_says_what_would_wait_and_writes_nothing(newer: Path) -> None:
    make.product(origin=Place.objects.get(pk="653223101"), title="核桃")

    said = run(newer, edition="2026", dry_run=True)

    assert "These would stand on a division that is no more" in said and "Dry run: nothing was written." in said
    assert Place.objects.current().filter(pk="653223101").exists()


def test_a_second_load_says_that_nothing_was_changed(newer: Path) -> None:
    run(newer, edition="2026")

    assert "Nothing was changed." in run(newer, edition="2026")


def test_without_a_file_it_loads_the_places_of_the_shop() -> None:
    said = run()

    assert "6457 new" in said and Place.objects.filter(pk="653223", name="皮山县").exists()


def test_errors_are_listed_and_end_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("code,name\n65,新疆\n65322,x\n", encoding="utf-8")

    with pytest.raises(CommandError, match="1 errors; nothing was written"):
        call_command("load_places", path, edition="2026")

    assert "row 3, code “65322”" in capsys.readouterr().out and not Place.objects.exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "Give --edition"),
        ({"edition": "x" * 11}, "1 to 10 signs"),
        ({"edition": "spring"}, "Give --from"),
        ({"edition": "2999"}, "load it on that day"),
        ({"edition": "2020"}, "Nothing was written"),
    ],
    ids=lambda case: str(case)[:30],
)
def test_what_it_cannot_do_it_refuses_with_the_way_on(newer: Path, options: dict[str, str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        run(newer, **options)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be opened"):
        run(tmp_path / "nowhere.csv", edition="2026")


def test_another_edition_than_the_shops_own_needs_its_file() -> None:
    with pytest.raises(CommandError, match="needs its FILE"):
        run(edition="2026")
