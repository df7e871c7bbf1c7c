"""The way back from a lot: which households are behind it, and what a buyer may read about its journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from catalogue.models import Place
from certification.provenance.models import Lot


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
    return _weights(sums)


def weights_of_lots(lots: Collection[int]) -> dict[int, list[Weight]]:
    """The households behind each of several lots, each as `household_weights` gives them for it alone; one query."""
    chain = _chain(lots)
    known: dict[int, dict[_Party, Fraction]] = {}
    return {lot: _weights(_delivered(lot, chain, known)) for lot in lots}


def _weights(sums: dict[_Party, Fraction]) -> list[Weight]:
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


# All inputs of some lots and of every lot before them. `chain` holds each lot once, however many ways lead to it.
CHAIN = """
WITH RECURSIVE chain(lot_id) AS (
    SELECT unnest(%(lots)s::bigint[])
    UNION
    SELECT input.source_id FROM provenance_lotinput input JOIN chain USING (lot_id) WHERE input.source_id IS NOT NULL
)
"""
INPUTS = f"""{CHAIN}
SELECT lot_id, input.grams, input.source_id, source.grams,
       household.reference, slip.agreement_id, slip.household_id, agreement.share_bp
FROM chain JOIN provenance_lotinput input USING (lot_id)
LEFT JOIN provenance_lot source ON source.id = input.source_id
LEFT JOIN provenance_intakeslip slip ON slip.id = input.slip_id
LEFT JOIN households_household household ON household.id = slip.household_id
LEFT JOIN households_agreement agreement ON agreement.id = slip.agreement_id
ORDER BY input.id
"""  # noqa: S608  fixed words
STEPS = f"""{CHAIN}
SELECT lot.kind, lot.made_date, left(lot.origin_id, 6),
       (SELECT max(slip.delivered_date) FROM provenance_lotinput input JOIN provenance_intakeslip slip
        ON slip.id = input.slip_id WHERE input.lot_id = lot.id)
FROM chain JOIN provenance_lot lot ON lot.id = lot_id
ORDER BY lot.made_date, lot.id
"""  # noqa: S608  fixed words


def _chain(lots: Collection[int]) -> dict[int, list[_Input]]:
    """All inputs of the lots and of the lots before them, in one query."""
    found: defaultdict[int, list[_Input]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(INPUTS, {"lots": list(lots)})
        for lot, grams, source, source_g, reference, agreement, household, share_bp in cursor.fetchall():
            party = None if reference is None else _Party(reference, agreement, household, share_bp)
            found[lot].append(_Input(grams, party, source, source_g or 0))
    return found


def journey(lot: Lot) -> list[Step]:
    """What happened to a lot's goods, oldest first, for a buyer: counties and days, no household and no village."""
    with connection.cursor() as cursor:
        cursor.execute(STEPS, {"lots": [lot.pk]})
        rows: list[tuple[str, date, str, date | None]] = cursor.fetchall()
    counties = Place.objects.in_bulk({lot.origin_id[:6], *(row[3] for row in rows)})
    words = {"bulk": _("brought together"), "graded": _("sorted and graded"), "packed": _("packed")}
    steps = {(lot.harvest_date, 0, _("harvested, as the supplier says"), lot.origin_id[:6])}
    for place, (kind, made, county, arrived) in enumerate(rows, start=1):
        if arrived is not None:
            steps.add((arrived, place, _("weighed at the cooperative"), county))
        steps.add((made, len(rows) + place, words[kind], county))
    return [Step(counties[county], what, day) for day, _order, what, county in sorted(steps)]
