"""Purchasing units, each with one member, and the officials."""

from __future__ import annotations

from shop.buyers.models import Member, Unit
from shop.demo import people, source
from shop.reports.models import Official


def build() -> None:
    users = people.add(people.unit_email(row["code"]) for row in source.rows("units.csv"))
    for row in source.rows("units.csv"):
        unit = Unit.objects.create(
            code=row["code"].lower(), name=row["name"], name_en=row["name_en"], kind=row["kind"],
            county_id=row["county"], has_canteen=row["canteen"] == "true",
        )  # fmt: skip
        Member.objects.create(unit=unit, user=users[people.unit_email(row["code"])])
    people.add(people.OFFICIALS)
    for address, area in people.OFFICIALS.items():
        Official.objects.create(user=people.get(address), area_id=area)
    Official.objects.create(user=people.get(people.CLOSER), area_id="65")
