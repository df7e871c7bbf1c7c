"""The tables of places that come with the shop (catalogue/data/README.md)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from catalogue.models import Pairing
from catalogue.places import editions
from catalogue.places.editions import Outcome

DATA = Path(__file__).resolve().parent.parent / "data"
EDITION = "2023"
FIRST_DAY = date(2023, 1, 1)


@transaction.atomic
def load(*, at: datetime, dry_run: bool = False) -> Outcome:
    """Divisions with their English names, and the pairs of the pairing aid. Raises plan.TooOld where a newer edition
    stands.
    """
    outcome = editions.load(file=_named_in_english(), edition=EDITION, on=FIRST_DAY, at=at, dry_run=dry_run)
    if outcome.plan is not None and not dry_run:
        Pairing.objects.bulk_create(_pairings(), ignore_conflicts=True)
    return outcome


def _named_in_english() -> BinaryIO:
    """The table with a column more. The English names were written for this very edition, so they go by its codes."""
    english = {row["code"]: row["name_en"] for row in _rows("names-en.csv")}
    text = io.StringIO()
    writer = csv.DictWriter(text, ["code", "level", "name", "parent", "name_en"])
    writer.writeheader()
    for row in _rows("divisions-2023.csv"):
        writer.writerow(row | {"name_en": english.get(row["code"], "")})
    return io.BytesIO(text.getvalue().encode())


def _pairings() -> Iterator[Pairing]:
    for row in _rows("pairings.csv"):
        yield Pairing(donor_id=row["donor"], county_id=row["county"], valid_from=date.fromisoformat(row["valid_from"]))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
