"""Divisions of the 2023 edition and the pairs of the pairing aid."""

from __future__ import annotations

from datetime import date

from catalogue.models import Pairing, Place
from shop.demo import source

EDITION = "2023"
VALID_FROM = date(2023, 1, 1)


def build() -> None:
    english = {row["code"]: row["name_en"] for row in source.rows("names-en.csv", source.PLACES)}
    Place.objects.bulk_create(
        (
            Place(
                code=row["code"],
                level=row["level"],
                name=row["name"],
                name_en=english.get(row["code"], ""),
                parent_id=row["parent"] or None,
                edition=EDITION,
                valid_from=VALID_FROM,
            )
            for row in source.rows("divisions-2023.csv", source.PLACES)
        ),
        batch_size=2000,
    )
    Pairing.objects.bulk_create(
        Pairing(donor_id=row["donor"], county_id=row["county"], valid_from=date.fromisoformat(row["valid_from"]))
        for row in source.rows("pairings.csv", source.PLACES)
    )
