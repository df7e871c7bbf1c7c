"""Households by invented references, with what they consented to and what they agreed with suppliers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from catalogue.models import Place
from catalogue.partner.models import Partner
from certification.households import consents, registry
from certification.households.models import Agreement, ConsentEvent, ConsentText, Household, Purpose
from shop.demo import source
from shop.demo.moments import Calendar

COUNT = 300
LEAVERS = 4
LEFT_DAYS_AGO = 20
AGREED_DAYS_AGO = 720
PAPER = "signed on paper"


def build(calendar: Calendar, rng: Random) -> None:
    """Every supplier's county has households; some deliver to two suppliers, some refuse the story."""
    texts = _texts()
    suppliers = list(Partner.objects.select_related("county").order_by("code"))
    agreements = []
    for number in range(COUNT):
        partner = suppliers[number % len(suppliers)]
        household = _join(number, partner.county, texts, calendar, rng)
        neighbours = [other for other in suppliers if other.county_id == partner.county_id and other != partner]
        partners = [partner, *(rng.sample(neighbours, 1) if neighbours and number % 9 == 0 else [])]
        agreements += [
            Agreement(
                household=household, partner=each, share_bp=_share_bp(each), valid_from=calendar.day(AGREED_DAYS_AGO)
            )
            for each in partners
        ]
    Agreement.objects.bulk_create(agreements)


def members() -> dict[str, list[Agreement]]:
    """The agreements of each supplier by its code, in the order of the households' references."""
    found: dict[str, list[Agreement]] = defaultdict(list)
    for agreement in Agreement.objects.select_related("household", "partner").order_by("household__reference", "pk"):
        found[str(agreement.partner.code)].append(agreement)
    return found


def leavers() -> set[str]:
    """References of the households that leave towards the end."""
    return {reference(number) for number in range(40, COUNT, COUNT // LEAVERS)}


def departures(calendar: Calendar) -> Iterator[tuple[datetime, Any]]:
    """When each leaves, and what to call with that moment."""
    for place, who in enumerate(sorted(leavers())):
        at = calendar.at(LEFT_DAYS_AGO, 10) + timedelta(hours=place)
        yield at, lambda at, who=who: registry.leave(household=Household.objects.get(reference=who), how=PAPER, at=at)


def reference(number: int) -> str:
    """Invented and unordered, so that it says nothing about the people or about who joined when."""
    digits = (number * 7_919 + 1_234) % 100_000
    return f"H-{digits:05d}"


def _texts() -> dict[str, list[ConsentText]]:
    """The consent texts by language."""
    made: dict[str, list[ConsentText]] = defaultdict(list)
    for row in source.items("consent_texts.json"):
        digest = hashlib.sha256(row["text"].encode()).hexdigest()
        made[row["language"]].append(ConsentText.objects.create(**row, sha256=digest))
    return made


def _join(
    number: int, county: Place, texts: dict[str, list[ConsentText]], calendar: Calendar, rng: Random
) -> Household:
    at = calendar.at(rng.randrange(AGREED_DAYS_AGO + 5, AGREED_DAYS_AGO + 80), rng.randrange(9, 18))
    refuses_story, refuses_count = number % 6 == 0, number % 25 == 0
    refused = {Purpose.STORY} if refuses_story else set()
    refused |= {Purpose.AGGREGATE_COUNT} if refuses_count else set()
    household = registry.join(
        reference=reference(number), county=county, language="zh-hans", how=PAPER, at=at,
        texts=[text for text in texts["zh-hans"] if text.purpose not in refused],
        member_count=rng.randrange(2, 8) if number % 7 else None,
    )  # fmt: skip
    for text in texts["zh-hans"]:
        if text.purpose in refused:
            refusal = ConsentEvent.Decision.REFUSED
            consents.record(household=household, text=text, decision=refusal, how=PAPER, at=at)
    return household


def _share_bp(partner: Partner) -> int:
    """Basis points of the supplier part by kind and supplier: cooperatives return more than enterprises."""
    place = int(str(partner.code)[-2:])
    return 6000 + 500 * place if partner.kind == Partner.Kind.COOPERATIVE else 3000 + 400 * place
