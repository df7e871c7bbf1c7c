"""What certification holds fast of an article: no fact changes that an officer signed for or is reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalogue.listings.holds import Hold
from certification import applications
from certification.models import Application, Certificate

READ = (*applications.IN_STEPS, Application.State.PUBLIC_NOTICE)


def of(*, products: Collection[int], at: datetime, **about: Any) -> dict[int, list[Hold]]:
    """By article: certificates that are valid or suspended, and applications that officers or the public read."""
    found: dict[int, list[Hold]] = defaultdict(list)
    standing = [Certificate.State.CERTIFIED, Certificate.State.SUSPENDED]
    held = Certificate.objects.filter(product__in=products, state__in=standing, valid_until__gt=at)
    for product, number, until in held.values_list("product", "number", "valid_until"):
        found[product].append(Hold(number, until))
    asked = Application.objects.filter(product__in=products, state__in=READ)
    for product, season in asked.values_list("product", "season"):
        found[product].append(Hold(_("application for a certificate, %(season)s") % {"season": season}, None))
    return dict(found)
