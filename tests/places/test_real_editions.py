"""The shipped table, and published tables of 2026 over it where they lie at hand."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from catalogue.models import Pairing, Place
from catalogue.places import editions, shipped
from catalogue.places.plan import Plan
from shop.reports import selfcheck
from tests.places.tables import LOADED, NEW_YEAR

pytestmark = pytest.mark.django_db
TABLES = Path(__file__).parents[3] / "shared" / "data"


def load(path: Path, edition: str = "2026") -> Plan:
    outcome = editions.load(file=io.BytesIO(path.read_bytes()), edition=edition, on=NEW_YEAR, at=LOADED)
    assert outcome.plan is not None, [str(each.refusal) for each in outcome.table.problems.kept]
    return outcome.plan


def test_the_shipped_places_are_loaded_once_with_english_names_and_pairs() -> None:
    first, second = shipped.load(at=LOADED), shipped.load(at=LOADED)

    assert first.written and not second.written
    assert Place.objects.count() == first.plan.kept + len(first.plan.new) == second.plan.kept  # type: ignore[union-attr]
    assert Place.objects.get(pk="653223").name_en == "Pishan County (Guma)"
    assert Pairing.objects.filter(donor="34", county="653223").count() == 1
    assert {place.valid_from for place in Place.objects.all()} == {date(2023, 1, 1)}


def test_a_dry_run_of_the_shipped_places_writes_nothing() -> None:
    shipped.load(at=LOADED, dry_run=True)

    assert not Place.objects.exists() and not Pairing.objects.exists()


@pytest.mark.skipif(not TABLES.is_dir(), reason=f"SKIPPED: no published tables in {TABLES}")
def test_the_tables_of_2026_over_those_of_2023() -> None:
    shipped.load(at=LOADED)

    counties = load(TABLES / "divisions_2026_xinjiang" / "counties_2026.csv")
    townships = load(TABLES / "divisions_2026_xinjiang" / "townships_2026.csv")
    again = load(TABLES / "divisions_2026_xinjiang" / "townships_2026.csv")

    assert [each.key for each in counties.new] == ["653132", "653228", "653229", "659013"]
    assert (counties.kept, counties.ended, counties.renamed) == (108, [], [])
    assert len(townships.other) == 25 and again.is_empty
    assert len([each for each in townships.ended if each.level == "township"]) == 22
    former, now = (editions.bearer(digits="653221103", on=day) for day in (date(2025, 12, 31), NEW_YEAR))
    assert (str(former), str(now)) == ("红柳镇", "百和镇")
    assert selfcheck.run(at=LOADED) == []


@pytest.mark.skipif(not TABLES.is_dir(), reason=f"SKIPPED: no published tables in {TABLES}")
@pytest.mark.parametrize("name", ["provinces.csv", "cities.csv"])
def test_the_tables_of_the_package_itself_can_be_read_and_change_nothing(name: str) -> None:
    shipped.load(at=LOADED)

    plan = load(TABLES / "divisions_2023" / name)

    assert plan.is_empty and plan.kept in (31, 342)
