"""A parcel moves hop by hop with both scans, ships its stock as it leaves, and is delivered once, at the door."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from certification.provenance.models import Lot
from logistics import hops, quotes, shipments, signals, stock, waybills
from logistics.models import LotStock, Node, Shipment
from shop.accounts.models import User
from tests import make
from tests.logistics.test_stock_reservations import assert_totals_equal_rows
from tests.make import NOW

pytestmark = pytest.mark.django_db

LINE, CONSIGNMENT = "order 1 line 1", "order 1 consignment 1"
FREE = waybills.LETTERS + "1234567890" + waybills.check_digit("1234567890")  # no parcel's number
HOUR = timedelta(hours=1)
STOPS = ["village", "township", "county", "hub", "warehouse", "door"]


@dataclass
class World:
    """A paid order of 4 packs in the village, planned; one operator at each node."""

    nodes: dict[str, Node]
    lot: Lot
    way: list[dict[str, Any]]
    people: dict[str, User]
    sent: list[str] = field(default_factory=list)
    at: Any = NOW

    def plan(self, **fields: Any) -> Shipment:
        asked: dict[str, Any] = {"reference": CONSIGNMENT, "quote_way": self.way, "temperature": "ambient"}
        asked |= {"contents": [(self.lot, 4, LINE)], "promised_at": NOW + timedelta(days=9), "at": NOW}
        return shipments.plan(**(asked | fields))

    def act(self, verb: str, parcel: Shipment | str, node: str, **fields: Any) -> Shipment:
        self.at += HOUR
        asked = {"waybill": str(parcel), "node": self.nodes[node], "by": self.people[node], "at": self.at}
        return getattr(shipments, verb)(**(asked | fields))  # type: ignore[no-any-return]

    def move_to_door(self, parcel: Shipment) -> None:
        for origin, destination in zip(STOPS, STOPS[1:], strict=False):
            self.act("scan_out", parcel, origin)
            if destination != "door":
                self.act("scan_in", parcel, destination)

    def deliver(self, parcel: Shipment, by: str = "door", proof: str = "signed: Li") -> Shipment:
        self.at += HOUR
        return shipments.deliver(waybill=str(parcel), proof=proof, by=self.people[by], at=self.at)


def make_world() -> World:
    nodes = make.network()
    lot = make.packed_lot(make.product(), units=10)
    make.stock(lot, nodes["village"])
    stock.reserve(product=lot.product, units=4, reference=LINE, at=NOW, expires_at=NOW + HOUR)
    stock.keep(reference=LINE, at=NOW)
    offer = quotes.quote(
        origin=nodes["village"], division=nodes["door"].place, grams=2000, temperature="ambient", at=NOW
    )
    return World(nodes, lot, offer.hops, {name: make.operator(node) for name, node in nodes.items()})


@pytest.fixture
def world(db: None) -> Iterator[World]:
    made = make_world()

    def left(shipment: Shipment, **_fields: Any) -> None:
        made.sent.append(f"left {shipment.state}")

    def delivered(shipment: Shipment, **_fields: Any) -> None:
        made.sent.append(f"delivered {shipment.state} {shipment.proof}")

    signals.shipment_left.connect(left)
    signals.shipment_delivered.connect(delivered)
    yield made
    signals.shipment_left.disconnect(left)
    signals.shipment_delivered.disconnect(delivered)


def facts(parcel: Shipment) -> tuple[Any, ...]:
    """Everything a scan may change."""
    parcel.refresh_from_db()
    scans = parcel.hops.values_list("out_at", "out_by", "in_at", "in_by")
    units = LotStock.objects.values_list("units", "reserved_units")
    return parcel.state, parcel.delivered_at, parcel.proof, list(scans), list(units)


def test_a_plan_has_a_waybill_its_hops_contents_and_weight(world: World) -> None:
    parcel = world.plan()

    assert waybills.read(parcel.waybill) == parcel.waybill
    assert (parcel.origin, parcel.destination) == (world.nodes["village"], world.nodes["door"])
    assert [hop.destination.code for hop in parcel.hops.all()] == [hop["destination"] for hop in world.way]
    assert (parcel.grams, parcel.state) == (2000, "ready")
    assert [(row.lot, row.units, row.reference) for row in parcel.contents.all()] == [(world.lot, 4, LINE)]


def test_the_same_plan_twice_is_one_parcel(world: World) -> None:
    first = world.plan()

    assert world.plan() == first
    assert Shipment.objects.count() == 1


def test_a_plan_with_other_contents_under_the_same_reference_is_refused(world: World) -> None:
    first = world.plan()

    with pytest.raises(shipments.ReferenceReused, match=first.waybill):
        world.plan(contents=[(world.lot, 5, LINE)])

    assert first.contents.get().units == 4


def test_a_waybill_number_that_is_taken_is_drawn_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.plan()
    numbers = iter([first.waybill, FREE])
    monkeypatch.setattr(waybills, "draw", lambda: next(numbers))

    second = world.plan(reference="order 2 consignment 1")

    assert second.waybill == FREE
    assert second.hops.count() == first.hops.count()


@pytest.mark.parametrize("cut", [slice(0, 0), slice(0, -1), slice(0, None, 2)], ids=["empty", "no door", "gaps"])
def test_a_way_that_does_not_lead_to_a_door_is_refused(world: World, cut: slice) -> None:
    with pytest.raises(hops.BrokenWay):
        world.plan(quote_way=world.way[cut])

    assert not Shipment.objects.exists()


def test_a_way_whose_leg_leads_elsewhere_is_refused(world: World) -> None:
    way = [row | {"leg": "county-hub"} if row["leg"] == "village-township" else row for row in world.way]

    with pytest.raises(hops.BrokenWay, match="county-hub does not lead from village to township"):
        world.plan(quote_way=way)


def test_the_first_scan_out_ships_the_stock_and_says_so_once(world: World) -> None:
    parcel = world.plan()

    world.act("scan_out", parcel, "village")

    parcel.refresh_from_db()
    assert parcel.state == "moving"
    row = LotStock.objects.get()
    assert (row.units, row.reserved_units) == (6, 0)
    assert world.sent == ["left moving"]
    assert_totals_equal_rows(world.lot.product)


def test_a_parcel_walks_its_whole_way_and_is_delivered(world: World) -> None:
    parcel = world.plan()
    world.move_to_door(parcel)

    world.deliver(parcel)

    state, delivered_at, proof, scans, units = facts(parcel)
    assert (state, delivered_at, proof) == ("delivered", world.at, "signed: Li")
    assert all(None not in scan for scan in scans)
    assert units == [(6, 0)]
    assert world.sent == ["left moving", "delivered delivered signed: Li"]
    assert_totals_equal_rows(world.lot.product)


def test_the_same_scan_twice_changes_nothing(world: World) -> None:
    parcel = world.plan()
    for verb, node in (("scan_out", "village"), ("scan_in", "township"), ("scan_out", "township")):
        world.act(verb, parcel, node)
        before = facts(parcel)

        world.act(verb, parcel, node)

        assert facts(parcel) == before
    assert world.sent == ["left moving"]


def test_the_same_delivery_twice_changes_nothing_and_another_proof_is_refused(world: World) -> None:
    parcel = world.plan()
    world.move_to_door(parcel)
    world.deliver(parcel)
    before = facts(parcel)

    world.deliver(parcel)
    with pytest.raises(shipments.WrongOrder, match=parcel.waybill):
        world.deliver(parcel, proof="another")

    assert facts(parcel) == before
    assert len(world.sent) == 2


@pytest.mark.parametrize(
    ("before", "verb", "node"),
    [
        ([], "scan_in", "township"),
        ([], "scan_in", "village"),
        ([], "scan_out", "township"),
        ([("scan_out", "village")], "scan_in", "county"),
        ([("scan_out", "village")], "scan_in", "village"),
        ([("scan_out", "village")], "scan_out", "township"),
        ([("scan_out", "village"), ("scan_in", "township")], "scan_out", "village"),
        ([("scan_out", "village"), ("scan_in", "township")], "scan_out", "county"),
    ],
)
def test_a_scan_out_of_its_order_is_refused_and_names_where_the_parcel_is(
    world: World, before: list[tuple[str, str]], verb: str, node: str
) -> None:
    parcel = world.plan()
    for step in before:
        world.act(step[0], parcel, step[1])
    facts_before = facts(parcel)

    with pytest.raises(shipments.WrongOrder) as refused:
        world.act(verb, parcel, node)

    where = world.nodes["township" if len(before) == 2 else "village"]
    assert parcel.waybill in str(refused.value) and str(where) in str(refused.value)
    assert facts(parcel) == facts_before


def test_the_door_is_reached_by_delivery_not_by_a_scan(world: World) -> None:
    parcel = world.plan()
    world.move_to_door(parcel)

    with pytest.raises(shipments.WrongOrder):
        world.act("scan_in", parcel, "door")

    assert world.deliver(parcel, by="warehouse").state == "delivered"


@pytest.mark.parametrize("moved", [0, 1, 8])
def test_nothing_is_delivered_before_it_left_for_the_door(world: World, moved: int) -> None:
    parcel = world.plan()
    steps = [step for a, b in zip(STOPS, STOPS[1:], strict=False) for step in (("scan_out", a), ("scan_in", b))]
    for verb, node in steps[:moved]:
        world.act(verb, parcel, node)

    with pytest.raises(shipments.WrongOrder):
        world.deliver(parcel)

    parcel.refresh_from_db()
    assert parcel.delivered_at is None


def test_only_the_ends_of_the_last_hop_deliver(world: World) -> None:
    parcel = world.plan()
    world.move_to_door(parcel)

    with pytest.raises(shipments.NotYourNode):
        world.deliver(parcel, by="county")

    assert world.deliver(parcel, by="door").state == "delivered"


@pytest.mark.parametrize("proof", ["", "  ", "x" * 201])
def test_a_delivery_needs_a_proof(world: World, proof: str) -> None:
    parcel = world.plan()
    world.move_to_door(parcel)

    with pytest.raises(ValueError, match="200"):
        world.deliver(parcel, proof=proof)

    assert world.deliver(parcel, proof="x" * 200).state == "delivered"


def test_a_foreign_parcel_is_refused_in_the_words_for_one_that_does_not_exist(world: World) -> None:
    parcel = world.plan()
    elsewhere = make.node("county-2", "county", make.YECHENG)
    stranger = make.operator(elsewhere)

    words = []
    for number in (parcel.waybill, FREE):
        for call in (
            lambda n=number: shipments.scan_in(waybill=n, node=elsewhere, by=stranger, at=NOW),
            lambda n=number: shipments.scan_out(waybill=n, node=elsewhere, by=stranger, at=NOW),
            lambda n=number: shipments.scan(waybill=n, by=stranger, at=NOW),
            lambda n=number: shipments.deliver(waybill=n, proof="me", by=stranger, at=NOW),
        ):
            with pytest.raises(shipments.NotHere) as refused:
                call()
            words.append(str(refused.value).replace(number, ""))

    assert len(words) == 8 and len(set(words)) == 1
    assert not shipments.visible_to(stranger).exists()
    assert all(shipments.visible_to(person).get() == parcel for person in world.people.values())


def test_nobody_scans_for_a_node_where_they_do_not_work(world: World) -> None:
    parcel = world.plan()

    with pytest.raises(shipments.NotYourNode):
        world.act("scan_out", parcel, "village", by=world.people["township"])

    assert facts(parcel)[0] == "ready"


@pytest.mark.parametrize("text", ["", "LZ1", "LZ12345678901", "XX12345678901", "\x00", "LZ" + "1" * 400])
def test_a_misread_number_is_refused_as_such(world: World, text: str) -> None:
    with pytest.raises(shipments.Misread):
        world.act("scan_out", text, "village")


def test_a_number_typed_by_hand_is_understood(world: World) -> None:
    parcel = world.plan()
    typed = f" {parcel.waybill[:2].lower()} {parcel.waybill[2:7]}-{parcel.waybill[7:]}".replace("0", "０")

    assert world.act("scan_out", typed, "village").state == "moving"


def test_goods_that_are_not_paid_for_do_not_leave(world: World) -> None:
    stock.reserve(product=world.lot.product, units=1, reference="unpaid", at=NOW, expires_at=NOW + HOUR)
    parcel = world.plan(contents=[(world.lot, 4, LINE), (world.lot, 1, "unpaid")])
    before = facts(parcel)

    with pytest.raises(shipments.NotReserved, match=parcel.waybill):
        world.act("scan_out", parcel, "village")

    assert facts(parcel) == before
    assert world.sent == []
    assert_totals_equal_rows(world.lot.product)


def test_a_parcel_whose_contents_differ_from_what_is_kept_does_not_leave(world: World) -> None:
    parcel = world.plan(contents=[(world.lot, 3, LINE)])
    before = facts(parcel)

    with pytest.raises(shipments.NotReserved):
        world.act("scan_out", parcel, "village")

    assert facts(parcel) == before


@pytest.mark.parametrize("signal", ["shipment_left", "shipment_delivered"])
def test_when_a_receiver_fails_the_scan_is_undone(world: World, signal: str) -> None:
    parcel = world.plan()
    if signal == "shipment_delivered":
        world.move_to_door(parcel)
    before = facts(parcel)

    def fail(**_fields: Any) -> None:
        raise RuntimeError("the receiver fails")

    getattr(signals, signal).connect(fail)
    try:
        with pytest.raises(RuntimeError):
            world.deliver(parcel) if signal == "shipment_delivered" else world.act("scan_out", parcel, "village")
    finally:
        getattr(signals, signal).disconnect(fail)

    assert facts(parcel) == before
    assert_totals_equal_rows(world.lot.product)


def test_a_parcel_is_cancelled_only_before_it_leaves(world: World) -> None:
    parcel, second = world.plan(), world.plan(reference="order 2 consignment 1", contents=[(world.lot, 1, "x")])
    world.act("scan_out", parcel, "village")

    for _twice in range(2):
        shipments.cancel(reference=second.reference, at=NOW)
    with pytest.raises(shipments.WrongOrder, match=parcel.waybill):
        shipments.cancel(reference=parcel.reference, at=NOW)

    second.refresh_from_db()
    assert (second.state, second.cancelled_at) == ("cancelled", NOW)
    assert shipments.cancel(reference="never planned", at=NOW) is None
    with pytest.raises(shipments.WrongOrder, match=second.waybill):
        world.act("scan_out", second, "village")


def test_a_parcel_lies_where_it_was_last_taken_in(world: World) -> None:
    parcel = world.plan()

    def where() -> list[str]:
        return [name for name, node in world.nodes.items() if parcel in shipments.at_node(node)]

    seen = [where()]
    for verb, node in (("scan_out", "village"), ("scan_in", "township"), ("scan_out", "township")):
        world.act(verb, parcel, node)
        seen.append(where())

    assert seen == [["village"], [], ["township"], []]


def test_one_scanner_books_in_and_out_by_where_the_parcel_is(world: World) -> None:
    parcel = world.plan()

    def beep(node: str) -> tuple[str, bool]:
        world.at += HOUR
        done = shipments.scan(waybill=parcel.waybill, by=world.people[node], at=world.at)
        return done.done, done.repeated

    booked = [beep(node) for node in ("village", "township", "township", "county")]

    assert booked == [("out", False), ("in", False), ("out", False), ("in", False)]
    with pytest.raises(shipments.WrongOrder):
        beep("hub")


@pytest.mark.parametrize(("seconds", "again"), [(59, ("in", True)), (60, ("out", False))])
def test_a_second_beep_within_a_minute_is_the_same_scan(world: World, seconds: int, again: tuple[str, bool]) -> None:
    parcel = world.plan()
    world.act("scan_out", parcel, "village")
    world.act("scan_in", parcel, "township")

    done = shipments.scan(waybill=parcel.waybill, by=world.people["township"], at=world.at + timedelta(seconds=seconds))

    assert (done.done, done.repeated) == again


@pytest.mark.django_db(transaction=True)
def test_two_scanners_at_once_ship_the_stock_once() -> None:
    world = make_world()
    parcel = world.plan()
    start = Barrier(8)
    left = []

    def count(**_fields: Any) -> None:
        left.append(1)

    def beep(_number: int) -> str:
        try:
            start.wait(timeout=60)
            by = world.people["village"]
            return shipments.scan_out(waybill=parcel.waybill, node=world.nodes["village"], by=by, at=NOW).state
        finally:
            connections.close_all()

    signals.shipment_left.connect(count)
    try:
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(beep, range(8)))
    finally:
        signals.shipment_left.disconnect(count)

    assert results == ["moving"] * 8
    assert left == [1]
    assert_totals_equal_rows(world.lot.product)


@pytest.mark.django_db(transaction=True)
def test_the_same_plan_on_8_threads_is_one_parcel() -> None:
    world = make_world()
    start = Barrier(8)

    def plan(_number: int) -> str:
        try:
            start.wait(timeout=60)
            return world.plan().waybill
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(plan, range(8)))

    assert len(results) == 1
    assert Shipment.objects.get().hops.count() == 5
