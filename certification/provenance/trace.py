"""The way back from a lot: which households are behind it, and what a buyer may read about its journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from math import gcd, lcm
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from catalogue import prepared
from catalogue.models import Place


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
    """grams that went in; from a household (party, on a day), or from an earlier lot (source)."""

    grams: int
    source_id: int | None
    delivered_date: date | None
    party: _Party | None


class _Lot(NamedTuple):
    """county: its code; grams: what it held when it was made"""

    kind: str
    harvest_date: date
    made_date: date
    county: str
    grams: int
    inputs: list[_Input]


Past = dict[int, _Lot]  # some lots and every lot before them, by key, in the order they were made


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
    behind = past({lot for lot, _grams in portions})
    known: dict[int, _Delivered] = {}
    shares = []
    for lot, grams in portions:
        parts = _delivered(lot, behind, known).parts
        shares.append(_Delivered({party: part * grams for party, part in parts.items()}, sum(parts.values())))
    return _weights(_added(shares))


def weights_of_lots(lots: Collection[int]) -> dict[int, list[Weight]]:
    """The households behind each of several lots, each as `household_weights` gives them for it alone; one query."""
    behind = past(lots)
    return {lot: weights(lot, behind) for lot in lots}


def weights(lot: int, behind: Past) -> list[Weight]:
    """The households behind a lot of which the past is known."""
    return _weights(_delivered(lot, behind, {}))


class _Delivered(NamedTuple):
    """Grams by party, each as a numerator over one denominator."""

    parts: dict[_Party, int]
    over: int


def _delivered(lot: int, behind: Past, known: dict[int, _Delivered]) -> _Delivered:
    """Grams each party delivered into a lot, walked back through its inputs: a lot that gave half gave half of each."""
    if lot not in known:
        known[lot] = _added([_brought(each, behind, known) for each in behind[lot].inputs] if lot in behind else [])
    return known[lot]


def _brought(part: _Input, behind: Past, known: dict[int, _Delivered]) -> _Delivered:
    if part.party is not None:
        return _Delivered({part.party: part.grams}, 1)
    if part.source_id is None:
        return _Delivered({}, 1)
    parts, over = _delivered(part.source_id, behind, known)
    grams = {party: theirs * part.grams for party, theirs in parts.items()}
    return _Delivered(grams, over * behind[part.source_id].grams)


def _added(several: Collection[_Delivered]) -> _Delivered:
    over = lcm(*(each.over for each in several if each.parts))
    sums: defaultdict[_Party, int] = defaultdict(int)
    for each in several:
        for party, part in each.parts.items():
            sums[party] += part * (over // each.over)
    return _Delivered(dict(sums), over)


def _weights(delivered: _Delivered) -> list[Weight]:
    """The same proportions in the smallest whole numbers."""
    divisor = gcd(*delivered.parts.values())
    return [
        Weight(party.household_id, party.agreement_id, part // divisor, party.share_bp)
        for party, part in sorted(delivered.parts.items())
    ]


LOT = "lot.id, lot.kind, lot.harvest_date, lot.made_date, lot.origin_id, lot.grams"


def past_sql(lots: str) -> str:
    """A value for a larger statement: the past of some lots as JSON, which `read` takes.

    lots: an array of their keys, as SQL says it

    `chain` holds each lot once, however many ways lead to it.
    """
    return f"""(
        WITH RECURSIVE chain AS (
            SELECT {LOT} FROM provenance_lot lot WHERE lot.id = ANY ({lots})
            UNION
            SELECT {LOT} FROM chain JOIN provenance_lotinput input ON input.lot_id = chain.id
            JOIN provenance_lot lot ON lot.id = input.source_id
        )
        SELECT json_agg(json_build_array(id, kind, harvest_date, made_date, left(origin_id, 6), grams, (
            SELECT json_agg(json_build_array(
                input.grams, input.source_id, slip.delivered_date,
                household.reference, slip.agreement_id, slip.household_id, agreement.share_bp
            ))
            FROM provenance_lotinput input
            LEFT JOIN provenance_intakeslip slip ON slip.id = input.slip_id
            LEFT JOIN households_household household ON household.id = slip.household_id
            LEFT JOIN households_agreement agreement ON agreement.id = slip.agreement_id
            WHERE input.lot_id = chain.id
        )) ORDER BY made_date, id) FROM chain
    )"""  # noqa: S608  fixed words


PAST = f"SELECT {past_sql('%(lots)s::bigint[]')}"


def past(lots: Collection[int]) -> Past:
    """Some lots and every lot before them, in one query."""
    [[found]] = prepared.rows(PAST, {"lots": list(lots)})
    return read(found)


def read(found: list[list[Any]] | None) -> Past:
    """found: as `past_sql` gives it; None: no lot"""
    return {
        key: _Lot(
            kind, date.fromisoformat(harvested), date.fromisoformat(made), county, grams,
            [_input(*each) for each in inputs or ()],
        )
        for key, kind, harvested, made, county, grams, inputs in found or ()
    }  # fmt: skip


def _input(grams: int, source: int | None, delivered: str | None, reference: str | None, *rest: int) -> _Input:
    if delivered is None or reference is None:
        return _Input(grams, source, None, None)
    return _Input(grams, source, date.fromisoformat(delivered), _Party(reference, *rest))


def journey(lot: int, behind: Past, place: Callable[[str], Place]) -> list[Step]:
    """What happened to a lot's goods, oldest first, for a buyer: counties and days, no household and no village.

    place: the county of a code
    """
    words = {"bulk": _("brought together"), "graded": _("sorted and graded"), "packed": _("packed")}
    last = behind[lot]
    steps = {(last.harvest_date, 0, _("harvested, as the supplier says"), last.county)}
    for position, each in enumerate(behind.values(), start=1):
        if arrived := [part.delivered_date for part in each.inputs if part.delivered_date is not None]:
            steps.add((max(arrived), position, _("weighed at the cooperative"), each.county))
        steps.add((each.made_date, len(behind) + position, words[each.kind], each.county))
    return [Step(place(county), what, day) for day, _order, what, county in sorted(steps)]
