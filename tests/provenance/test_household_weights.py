"""Who is behind a portion of a lot: exact, whatever the order, equal to a slow second way of reckoning."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalogue.models import Place
from certification.households.models import Agreement
from certification.provenance.models import IntakeSlip, Lot, LotInput
from certification.provenance.trace import Weight, household_weights, journey, past
from tests import make
from tests.make import TODAY


class Book:
    """Lots written as rows, and what each household delivered, kept apart from them."""

    def __init__(self, households: int) -> None:
        self.supplier = make.partner()
        self.product = make.product(self.supplier)
        references = [f"H-{(7 * place) % households:03d}" for place in range(households)]  # not in the order of keys
        self.households = [make.household(reference=reference) for reference in references]
        self.deals = [make.agreement(one, self.supplier, 1000 + one.pk % 9000) for one in self.households]
        self.deals += [make.agreement(self.households[0], self.supplier, 1, version=2)]
        self.behind: dict[int, list[tuple[Agreement, Fraction]]] = {}  # lot -> delivered grams in the whole lot
        self.number = 0

    def lot(self, kind: str, grams: int, **fields: Any) -> Lot:
        self.number += 1
        facts = {"partner": self.supplier, "commodity": self.product.commodity, "origin": make.place("653223100")}
        facts |= {"harvest_date": TODAY, "made_date": TODAY}
        return Lot.objects.create(code=f"L-{self.number}", kind=kind, grams=grams, **(facts | fields))

    def bulk(self, deliveries: list[tuple[int, int]]) -> Lot:
        """deliveries: (which agreement, grams)"""
        lot = self.lot("bulk", sum(grams for _who, grams in deliveries))
        for who, grams in deliveries:
            deal = self.deals[who % len(self.deals)]
            self.number += 1
            slip = IntakeSlip.objects.create(
                number=f"S-{self.number}",
                household=deal.household,
                agreement=deal,
                partner=self.supplier,
                commodity=self.product.commodity,
                grade="一级",
                grams=grams,
                delivered_date=TODAY,
            )
            LotInput.objects.create(lot=lot, slip=slip, grams=grams)
            self.behind.setdefault(lot.pk, []).append((deal, Fraction(grams)))
        return lot

    def mix(self, sources: list[tuple[Lot, int]], grams: int) -> Lot:
        """A lot of some grams out of parts of earlier ones."""
        lot = self.lot("graded", grams)
        for source, input_g in sources:
            LotInput.objects.create(lot=lot, source=source, grams=input_g)
            part = Fraction(input_g, source.grams)
            self.behind.setdefault(lot.pk, []).extend((deal, one * part) for deal, one in self.behind[source.pk])
        return lot

    def oracle(self, portions: list[tuple[int, int]]) -> dict[tuple[int, int], Fraction]:
        """Grams of the portions by household and agreement, slip by slip."""
        owed: dict[tuple[int, int], Fraction] = {}
        for lot, grams in portions:
            total = sum((one for _deal, one in self.behind[lot]), Fraction())
            for deal, one in self.behind[lot]:
                key = (deal.household_id, deal.pk)
                owed[key] = owed.get(key, Fraction()) + grams * one / total
        return owed


deliveries = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 10**9)), min_size=1, max_size=6)
portion = st.tuples(st.integers(0, 9), st.integers(1, 10**7))
chains = st.tuples(st.lists(deliveries, min_size=1, max_size=3), st.lists(portion, min_size=1, max_size=5))


@st.composite
def mixes(draw: st.DrawFn) -> list[tuple[list[tuple[int, int]], int]]:
    """Later lots: from which earlier ones, how many tenths of thousandths of each, and how much is left after it."""
    source = st.tuples(st.integers(0, 9), st.integers(1, 10_000))
    return draw(st.lists(st.tuples(st.lists(source, min_size=1, max_size=3), st.integers(1, 10**6)), max_size=4))


class TestAnyChain(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(chain=chains, later=mixes(), factor=st.integers(2, 1000), data=st.data())
    def test_weights_equal_the_oracle_in_smallest_numbers_and_do_not_depend_on_order_or_scale(
        self, chain: Any, later: Any, factor: int, data: st.DataObject
    ) -> None:
        book = Book(5)
        made = [book.bulk(one) for one in chain[0]]
        for sources, grams in later:
            picked = [(made[which % len(made)], tenths) for which, tenths in sources]
            made.append(book.mix([(lot, max(1, lot.grams * tenths // 10_000)) for lot, tenths in picked], grams))
        portions = [(made[which % len(made)].pk, grams) for which, grams in chain[1]]

        weights = household_weights(portions)

        owed = book.oracle(portions)
        total = sum(weight.weight for weight in weights)
        assert {(one.household_id, one.agreement_id) for one in weights} == set(owed)
        assert sum(owed.values()) == sum(grams for _lot, grams in portions)
        for one in weights:
            exact = owed[one.household_id, one.agreement_id] / sum(owed.values())
            assert Fraction(one.weight, total) == exact
        assert gcd(*(one.weight for one in weights)) == 1
        assert all(one.weight > 0 for one in weights)
        assert household_weights(data.draw(st.permutations(portions))) == weights
        assert household_weights([(lot, grams * factor) for lot, grams in portions]) == weights
        split = [
            part for lot, grams in portions for part in ([(lot, 1), (lot, grams - 1)] if grams > 1 else [(lot, 1)])
        ]
        assert household_weights(split) == weights


@pytest.mark.django_db
def test_two_lots_share_by_their_portions_and_households_come_by_reference() -> None:
    supplier = make.partner()
    product = make.product(supplier)
    a, b = make.household(reference="H-2"), make.household(reference="H-1")
    first = make.packed_lot(product, units=10, deliveries={a: 9_000, b: 3_000}, share_bp=6000)
    second = make.packed_lot(product, units=10, deliveries={b: 5_000})

    weights = household_weights([(first.pk, 1_000), (second.pk, 500)])

    # of 1 000 g: a 750, b 250; of 500 g: b 500
    deal_a, deal_b = (Agreement.objects.get(household=one) for one in (a, b))
    assert weights == [Weight(b.pk, deal_b.pk, 1, 6000), Weight(a.pk, deal_a.pk, 1, 6000)]


@pytest.mark.django_db
def test_two_agreements_of_one_household_stay_apart() -> None:
    book = Book(3)
    old, new = book.deals[0], book.deals[-1]
    lot = book.bulk([(0, 2_000), (3, 1_000)])

    weights = household_weights([(lot.pk, 300)])

    assert weights == [
        Weight(old.household_id, old.pk, 2, old.share_bp),
        Weight(old.household_id, new.pk, 1, 1),
    ]


@pytest.mark.django_db
def test_a_lot_without_slips_has_nobody_behind_it() -> None:
    assert household_weights([(Book(1).lot("bulk", 1_000).pk, 500)]) == []
    assert household_weights([]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("grams", [0, -5])
def test_a_portion_weighs_something(grams: int) -> None:
    with pytest.raises(ValueError, match="portion"):
        household_weights([(1, grams)])


@pytest.mark.django_db
def test_a_hundred_households_cost_as_many_queries_as_one() -> None:
    product = make.product()
    small = make.packed_lot(product, deliveries={make.household(): 60_000})
    large = make.packed_lot(product, deliveries={make.household(): 600 for _place in range(100)})
    counts = []

    for lot in (small, large):
        with CaptureQueriesContext(connection) as asked:
            weights = household_weights([(lot.pk, 500)])
        counts.append((len(weights), len(asked)))

    assert counts == [(1, 1), (100, 1)]


@pytest.mark.django_db
def test_a_buyer_reads_the_journey_by_county_and_day_and_of_no_household() -> None:
    book = Book(3)
    bulk = book.bulk([(0, 2_000), (1, 1_000)])
    packed = book.lot("packed", 500, product=book.product, units=1, expires_date=TODAY, made_date=TODAY)
    LotInput.objects.create(lot=packed, source=bulk, grams=500)

    counties = Place.objects.in_bulk()

    with CaptureQueriesContext(connection) as asked:
        steps = journey(packed.pk, past([packed.pk]), counties.__getitem__)

    assert [step.date for step in steps] == [TODAY] * 4
    assert {step.place.code for step in steps} == {make.PISHAN}
    assert len({step.what for step in steps}) == 4
    assert len(asked) == 1
