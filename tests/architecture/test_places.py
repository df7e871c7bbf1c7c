"""What points at a place either speaks of today and is looked at when the place ends, or is a record of its day."""

from __future__ import annotations

import re
from pathlib import Path

from django.db.models import ManyToOneRel

from catalogue.models import Place
from catalogue.places import standing

ROOT = Path(__file__).resolve().parents[2]
RECORDS = {
    "catalogue.FormerName.place",
    "catalogue.Place.parent",
    "order.ShippingAddress.division",
    "provenance.Lot.origin",
    "revenue.Posting.county",
}
BY_CODE = re.compile(r"\b(\w+)\.digits\s*=\s*\w|digits__(in|startswith)")
MAY_COMPARE = {"shop/reports/invariants/places.py"}  # looks for codes with two bearers


def test_every_foreign_key_to_a_place_says_which_it_is() -> None:
    keys = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in Place._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel)
    }
    stands = {f"{model._meta.label}.{field}" for model, field in standing.relations()}

    assert "logistics.Node.place" in stands and stands.isdisjoint(RECORDS)
    assert keys == stands | RECORDS


def test_no_two_tables_are_joined_by_published_codes() -> None:
    joined = {
        str(path.relative_to(ROOT))
        for part in ("catalogue", "certification", "logistics", "shop")
        for path in (ROOT / part).rglob("*.py")
        if BY_CODE.search(path.read_text("utf-8"))
    }

    assert joined == MAY_COMPARE  # one that may is found, so the search is alive
