"""The way back from a lot: which households are behind it, and what a buyer may read about its journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from django.db.models import Max
from django.utils.translation import gettext as _

from catalogue.models import Place
from certification.provenance.models import IntakeSlip, Lot, LotInput


class Weight(NamedTuple):
    """One household's weight under one agreement; weights of one answer have no common divisor.

    share_bp: what the agreement promises of the supplier part, in basis points
    """

    household_id: int
    agreement_id: int
    weight: int
    share_bp: int


class Step(NamedTuple):
    """One step as the buyer reads it. place: a county, never anything finer"""

    place: Place
    what: str
    date: date


class _Party(NamedTuple):
    reference: str
    agreement_id: int
    household_id: int
    share_bp: int


class _Input(NamedTuple):
    """grams that went in; from a household (party), or from a source lot that held source_g when it was made."""

    grams: int
    party: _Party | None
    source_id: int | None
    source_g: int


def household_weights(portions: Sequence[tuple[int, int]]) -> list[Weight]:
    """Share out portions of lots over the households that delivered to them, exactly.

    portions: (lot id, grams above zero), in any order, a lot more than once if need be

    A portion counts with its grams, divided like the grams the households delivered into its lot. The parts are
    rational; they are brought to one denominator and divided by their common divisor. Sorted by household reference,
    then agreement. A lot without intake slips behind it adds nothing.
    Source: docs/domain.md, the money of a line.
    """
    if any(grams <= 0 for _lot, grams in portions):
        raise ValueError("A portion of a lot weighs more than 0 g.")
    chain = _chain({lot for lot, _grams in portions})
    known: dict[int, dict[_Party, Fraction]] = {}
    sums: defaultdict[_Party, Fraction] = defaultdict(Fraction)
    for lot, grams in portions:
        delivered = _delivered(lot, chain, known)
        total = sum(delivered.values(), Fraction())
        for party, part in delivered.items():
            sums[party] += grams * part / total
    whole = _whole(sums)
    return [Weight(party.household_id, party.agreement_id, whole[party], party.share_bp) for party in sorted(whole)]


def _delivered(
    lot: int, chain: dict[int, list[_Input]], known: dict[int, dict[_Party, Fraction]]
) -> dict[_Party, Fraction]:
    """Grams each party delivered into a lot, walked back through its inputs: a lot that gave half gave half of each."""
    if lot not in known:
        parts: defaultdict[_Party, Fraction] = defaultdict(Fraction)
        for part in chain.get(lot, ()):
            if part.party is not None:
                parts[part.party] += part.grams
            elif part.source_id is not None:
                for party, grams in _delivered(part.source_id, chain, known).items():
                    parts[party] += grams * Fraction(part.grams, part.source_g)
        known[lot] = dict(parts)
    return known[lot]


def _whole(sums: dict[_Party, Fraction]) -> dict[_Party, int]:
    """The same proportions in the smallest whole numbers."""
    if not sums:
        return {}
    scale = lcm(*(part.denominator for part in sums.values()))
    scaled = {party: int(part * scale) for party, part in sums.items()}
    divisor = gcd(*scaled.values())
    return {party: weight // divisor for party, weight in scaled.items()}


def _chain(lots: Collection[int]) -> dict[int, list[_Input]]:
    """All inputs of the lots and of the lots before them; one query for each generation."""
    found: dict[int, list[_Input]] = {}
    wanted = set(lots)
    while wanted:
        found |= {lot: [] for lot in wanted}
        rows = LotInput.objects.filter(lot__in=wanted).select_related("source", "slip__household", "slip__agreement")
        for row in rows:
            found[row.lot_id].append(_input(row))
        wanted = {part.source_id for lot in wanted for part in found[lot] if part.source_id is not None} - set(found)
    return found


def _input(row: LotInput) -> _Input:
    if row.slip is None:
        return _Input(row.grams, None, row.source_id, row.source.grams if row.source else 0)
    slip = row.slip
    party = _Party(slip.household.reference, slip.agreement_id, slip.household_id, slip.agreement.share_bp)
    return _Input(row.grams, party, None, 0)


def journey(lot: Lot) -> list[Step]:
    """What happened to a lot's goods, oldest first, for a buyer: counties and days, no household and no village."""
    lots = Lot.objects.filter(pk__in=_chain([lot.pk])).order_by("made_date", "pk")
    arrivals = dict(
        IntakeSlip.objects.filter(input__lot__in=lots).values_list("input__lot").annotate(Max("delivered_date"))
    )
    counties = Place.objects.in_bulk({one.origin_id[:6] for one in lots})
    words = {"bulk": _("brought together"), "graded": _("sorted and graded"), "packed": _("packed")}
    steps = {(lot.harvest_date, 0, _("harvested"), lot.origin_id[:6])}
    for place, one in enumerate(lots, start=1):
        if one.pk in arrivals:
            steps.add((arrivals[one.pk], place, _("weighed at the cooperative"), one.origin_id[:6]))
        steps.add((one.made_date, len(lots) + place, words[one.kind], one.origin_id[:6]))
    return [Step(counties[county], what, day) for day, _order, what, county in sorted(steps)]
