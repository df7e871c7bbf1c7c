"""What stands on a division that is no more, and waits for a person to say where it stands now.

A model names its foreign keys to places that speak of today in `stands_on`. The others are records: an address, a lot,
a posting mean the place of their day and stay there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db.models import ManyToOneRel, Model

from catalogue.models import Place

SHOWN_MOST = 5


class Waiting(NamedTuple):
    """place: the division that is no more; what: their model and field; number: how many; some: a few"""

    place: Place
    what: str
    number: int
    some: list[str]


def relations() -> Iterator[tuple[type[Model], str]]:
    """Every model and field that stands on a place."""
    for relation in Place._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if isinstance(relation, ManyToOneRel) and relation.field.name in getattr(model, "stands_on", ()):
            yield model, relation.field.name


def waiting(*, leaving: Collection[str] = ()) -> list[Waiting]:
    """By place. leaving: keys of divisions that a load would end"""
    gone = {place.pk: place for place in Place.objects.exclude(valid_to=None) | Place.objects.filter(pk__in=leaving)}
    found = []
    for model, field in relations():
        rows: dict[str, list[str]] = {}
        for row in model._default_manager.filter(**{f"{field}__in": gone}).order_by("pk"):
            rows.setdefault(getattr(row, f"{field}_id"), []).append(str(row))
        what = f"{model._meta.model_name}.{field}"
        found += [Waiting(gone[key], what, len(names), names[:SHOWN_MOST]) for key, names in rows.items()]
    return sorted(found, key=lambda each: (each.place.pk, each.what))
