"""What places were called when something was written: an order goes on saying what its buyer read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalogue.models import FormerName, Place


def known(places: Sequence[Place], *, at: datetime) -> list[Place | FormerName]:
    """Each place under the name by which the shop knew it at a moment: itself, or that former name. One query."""
    later = FormerName.objects.filter(place__in=places, known_until__gt=at).order_by("-known_until")
    former = {name.place_id: name for name in later}
    return [former.get(place.pk, place) for place in places]
