"""Mass balance: what comes out of a lot never exceeds what went in, whoever asks at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from certification.provenance import intake, lots
from certification.provenance.models import IntakeSlip, Lot, LotInput
from tests import make
from tests.certification.test_certificate_quantity import in_threads
from tests.make import TODAY

pytestmark = pytest.mark.django_db


class Coop:
    """One supplier with a product of 500 g packs, and households that deliver to it."""

    def __init__(self) -> None:
        self.supplier = make.partner()
        self.product = make.product(self.supplier)
        self.numbers = 0

    def slip(self, grams: int = 10_000, **fields: Any) -> IntakeSlip:
        self.numbers += 1
        agreement = make.agreement(make.household(), self.supplier)
        facts = {"household": agreement.household, "agreement": agreement, "partner": self.supplier}
        facts |= {"commodity": self.product.commodity, "grade": "一级", "grams": grams, "delivered_date": TODAY}
        return IntakeSlip.objects.create(**(facts | {"number": f"S-{self.numbers}"} | fields))

    def pool(self, slips: list[IntakeSlip], **fields: Any) -> Lot:
        facts = {"code": "B-1", "partner": self.supplier, "commodity": self.product.commodity}
        facts |= {"origin": make.place(), "slips": slips, "harvest_on": TODAY, "on": TODAY, "by": None}
        return lots.pool(**(facts | fields))

    def pack(self, source: Lot, **fields: Any) -> Lot:
        facts = {"code": "P-1", "product": self.product, "source": source, "input_g": 5_000, "units": 10}
        facts |= {"on": TODAY, "expires_on": TODAY + timedelta(days=300), "by": None, "test_report": "T-1"}
        return lots.pack(**(facts | fields))


def grade(source: Lot, **fields: Any) -> Lot:
    facts = {"code": "G-1", "source": source, "input_g": 10_000, "output_g": 9_000, "on": TODAY, "by": None}
    return lots.grade(**(facts | fields))


def test_whole_deliveries_become_a_bulk_lot() -> None:
    coop = Coop()
    slips = [coop.slip(10_000), coop.slip(2_500)]

    lot = coop.pool(slips)

    assert (lot.kind, lot.grams, lot.used_g) == ("bulk", 12_500, 0)
    assert set(lot.inputs.values_list("slip", "grams")) == {(slips[0].pk, 10_000), (slips[1].pk, 2_500)}


def test_sorting_keeps_both_weights() -> None:
    coop = Coop()
    bulk = coop.pool([coop.slip(10_000)])

    graded = grade(bulk, input_g=8_000, output_g=7_000)

    bulk.refresh_from_db()
    assert (graded.kind, graded.grams, graded.inputs.get().grams) == ("graded", 7_000, 8_000)
    assert bulk.used_g == 8_000


def test_packs_carry_product_dates_and_report() -> None:
    coop = Coop()

    packed = coop.pack(coop.pool([coop.slip()]), input_g=5_100)

    assert (packed.kind, packed.product, packed.units, packed.grams) == ("packed", coop.product, 10, 5_000)
    assert (packed.expires_date, packed.test_report) == (TODAY + timedelta(days=300), "T-1")
    assert packed.inputs.get().grams == 5_100


def test_a_lot_gives_its_last_gram_and_not_one_more() -> None:
    coop = Coop()
    bulk = coop.pool([coop.slip(10_000)])
    grade(bulk, input_g=9_999, output_g=9_000)

    with pytest.raises(lots.NotEnoughInLot, match="B-1.* 1 .* 2 "):
        grade(bulk, code="G-2", input_g=2, output_g=1)
    grade(bulk, code="G-3", input_g=1, output_g=1)

    bulk.refresh_from_db()
    assert bulk.used_g == bulk.grams
    assert not Lot.objects.filter(code="G-2").exists()


@pytest.mark.parametrize(("input_g", "output_g"), [(1_000, 1_001), (1_000, 0), (0, 0), (-1, -1)])
def test_more_never_comes_out_than_goes_in(input_g: int, output_g: int) -> None:
    coop = Coop()
    bulk = coop.pool([coop.slip()])

    with pytest.raises(lots.NotEnoughInLot):
        grade(bulk, input_g=input_g, output_g=output_g)

    assert Lot.objects.count() == 1


def test_packs_never_weigh_more_than_what_was_filled_in() -> None:
    coop = Coop()
    bulk = coop.pool([coop.slip()])

    with pytest.raises(lots.NotEnoughInLot):
        coop.pack(bulk, input_g=4_999, units=10)

    bulk.refresh_from_db()
    assert bulk.used_g == 0


@pytest.mark.django_db(transaction=True)
def test_64_packers_of_one_lot_take_exactly_what_it_holds() -> None:
    coop = Coop()
    bulk = coop.pool([coop.slip(3_499)])

    results = in_threads(lambda place: coop.pack(bulk, code=f"P-{place}", input_g=500, units=1))

    bulk.refresh_from_db()
    assert sum(isinstance(result, Lot) for result in results) == 6
    assert sum(isinstance(result, lots.NotEnoughInLot) for result in results) == 58
    assert bulk.used_g == 3_000
    assert LotInput.objects.filter(source=bulk).count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_slip_poured_into_two_lots_and_reversed_at_once_goes_one_way() -> None:
    coop = Coop()
    slip = coop.slip()

    def act(place: int) -> object:
        if place % 2:
            return intake.reverse(slip=slip, number=f"R-{place}", by=None, on=TODAY)
        return coop.pool([slip], code=f"B-{place}")

    results = in_threads(act, 16)

    assert sum(isinstance(result, Lot | IntakeSlip) for result in results) == 1, results
    refusals = [result for result in results if not isinstance(result, Lot | IntakeSlip)]
    assert all(isinstance(result, lots.SlipNotFree | intake.SlipSettled) for result in refusals), refusals


def test_the_database_refuses_a_lot_that_gave_more_than_it_held() -> None:
    coop = Coop()
    bulk = coop.pool([coop.slip(100)])

    with pytest.raises(IntegrityError, match="lot_mass_balance"):
        Lot.objects.filter(pk=bulk.pk).update(used_g=101)


def test_a_slip_goes_into_one_lot() -> None:
    coop = Coop()
    slip = coop.slip()
    coop.pool([slip])

    with pytest.raises(lots.SlipNotFree, match=slip.number):
        coop.pool([slip, coop.slip()], code="B-2")

    assert Lot.objects.count() == 1


def test_only_free_slips_of_the_same_supplier_and_commodity_are_poured_together() -> None:
    coop = Coop()
    good, gone = coop.slip(), coop.slip()
    reversal = intake.reverse(slip=gone, number="R-1", by=None, on=TODAY)
    wrong = [gone, reversal, coop.slip(partner=make.partner()), coop.slip(commodity=make.commodity("almond"))]
    wrong.append(coop.slip(delivered_date=TODAY + timedelta(days=1)))

    for slip in wrong:
        with pytest.raises(lots.SlipNotFree, match=slip.number):
            coop.pool([good, slip])
    with pytest.raises(lots.SlipNotFree, match="B-1"):
        coop.pool([])

    assert coop.pool([good]).grams == good.grams


def test_what_is_packed_stays_packed() -> None:
    coop = Coop()
    packed = coop.pack(coop.pool([coop.slip()]))

    with pytest.raises(lots.WrongSource, match="P-1"):
        grade(packed, input_g=500, output_g=500)


def test_a_lot_is_packed_as_a_product_of_its_own_supplier_and_commodity_with_time_left() -> None:
    coop = Coop()
    bulk = coop.pool([coop.slip()])
    almonds = make.product(coop.supplier, commodity=make.commodity("almond"))

    for wrong in ({"product": almonds}, {"product": make.product()}, {"expires_on": TODAY}):
        with pytest.raises(lots.WrongSource, match="B-1"):
            coop.pack(bulk, **wrong)

    assert coop.pack(bulk).product == coop.product


def test_the_same_lot_again_is_the_first_one_and_takes_nothing_more() -> None:
    coop = Coop()
    slips = [coop.slip(), coop.slip()]
    bulk = coop.pool(slips)
    graded, packed = grade(bulk), coop.pack(bulk)

    assert coop.pool(list(reversed(slips))) == bulk
    assert grade(bulk) == graded
    assert coop.pack(bulk) == packed

    bulk.refresh_from_db()
    assert bulk.used_g == 15_000


def test_a_code_belongs_to_one_lot() -> None:
    coop = Coop()
    slips = [coop.slip(), coop.slip()]
    bulk = coop.pool(slips)
    grade(bulk)
    coop.pack(bulk)

    changes: list[tuple[Any, Any, dict[str, Any]]] = [
        (coop.pool, slips[:1], {}),
        (coop.pool, slips, {"code": "G-1"}),
        (grade, bulk, {"input_g": 9_500}),
        (coop.pack, bulk, {"test_report": "T-2"}),
        (coop.pack, bulk, {"units": 9}),
    ]
    for act, thing, change in changes:
        with pytest.raises(lots.CodeReused):
            act(thing, **change)

    assert Lot.objects.count() == 3


@pytest.mark.parametrize("act", ["pool", "grade", "pack"])
def test_a_lot_whose_last_step_fails_keeps_nothing(monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    coop = Coop()
    slip, bulk = coop.slip(), coop.pool([coop.slip()])

    def fail(*_facts: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(*((LotInput.objects, "bulk_create", fail) if act == "pool" else (lots, "_draw", fail)))
    acts = {
        "pool": lambda: coop.pool([slip], code="B-2"),
        "grade": lambda: grade(bulk),
        "pack": lambda: coop.pack(bulk),
    }
    with pytest.raises(RuntimeError):
        acts[act]()

    bulk.refresh_from_db()
    assert list(Lot.objects.all()) == [bulk]
    assert LotInput.objects.count() == 1
    assert bulk.used_g == 0
