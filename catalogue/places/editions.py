"""Puts an edition of the divisions over the one that stands; all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce

from catalogue.models import FormerName, Place
from catalogue.places import plan as plans
from catalogue.places import reading
from catalogue.places.plan import Plan, Standing
from catalogue.places.reading import Table

BATCH = 2000


@dataclass(frozen=True)
class Outcome:
    """plan: None where the table has problems; written: whether anything changed"""

    table: Table
    plan: Plan | None
    written: bool


def bearer(*, digits: str, on: date) -> Place | None:
    """The division that bears a published code on a day; None: no division does.

    The one way from a code to a place. Codes of different days are never compared: a township's may have changed hands.
    """
    return Place.objects.on(on).filter(digits=digits).first()


@transaction.atomic
def load(*, file: BinaryIO, edition: str, on: date, at: datetime, dry_run: bool = False) -> Outcome:
    """Read a table and put it over what stands. A second time it changes nothing.

    edition: its name, at most 10 signs; on: its first day; at: the moment of loading, in whose past `on` lies

    Raises plans.TooOld.
    """
    table = reading.read(file)
    if table.problems.count:
        return Outcome(table, None, written=False)
    with connection.cursor() as cursor:  # two loads wait for each other; orders go on
        cursor.execute("LOCK TABLE catalogue_place IN SHARE ROW EXCLUSIVE MODE")
    made = plans.make(table, _standing(), on=on)
    if table.problems.count:
        return Outcome(table, None, written=False)
    if not dry_run:
        _write(made, edition, on, at)
    return Outcome(table, made, written=not (dry_run or made.is_empty))


def _standing() -> Sequence[Standing]:
    rows = Place.objects.annotate(named_from=Coalesce(Max("former_names__valid_to"), F("valid_from"))).order_by("code")
    fields = ("code", "digits", "level", "name", "name_en", "parent_id", "valid_from", "valid_to", "named_from")
    return [Standing._make(row) for row in rows.values_list(*fields)]


def _write(made: Plan, edition: str, on: date, at: datetime) -> None:
    leaving = [each.key for each in made.leaving]
    Place.objects.filter(pk__in=leaving).update(valid_to=on)
    Place.objects.filter(pk__in=[change.before.key for change in made.back]).update(valid_to=None)
    Place.objects.bulk_create(
        (
            Place(
                code=new.key, level=new.division.level, name=new.division.name, name_en=new.division.name_en,
                parent_id=new.parent or None, edition=edition, valid_from=on,
            )
            for new in made.new
        ),
        batch_size=BATCH,
    )  # fmt: skip
    _rename(made, on, at)


def _rename(made: Plan, on: date, at: datetime) -> None:
    """One by one, as search listens for it; few are. A new Chinese name takes the English one away."""
    FormerName.objects.bulk_create(
        FormerName(
            place_id=old.key, name=old.name, name_en=old.name_en, valid_from=old.named_from, valid_to=on, known_until=at
        )
        for old, _new in made.renamed
    )
    for old, new in (*made.renamed, *made.translated):
        place = Place.objects.get(pk=old.key)
        place.name, place.name_en = new.name, new.name_en
        place.save(update_fields=["name", "name_en"])
