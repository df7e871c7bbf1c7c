"""A quote follows the rows as they stand: temperatures, closures, the county centre; no process keeps old ones."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from catalogue.models import Place
from logistics import network, quotes, routing
from logistics.models import Leg, NetworkStamp, Node
from tests import make
from tests.make import NOW, TODAY

DRY = ["ambient", "cool", "chilled"]


@pytest.fixture
def nodes(db: None) -> dict[str, Node]:
    return make.network()


def quote(origin: Node, *, to: str = make.SHANGHAI_HUANGPU, **fields: Any) -> quotes.Quote:
    asked: dict[str, Any] = {"grams": 2500, "temperature": "ambient", "at": NOW} | fields
    return quotes.quote(origin=origin, division=Place.objects.get(pk=to), **asked)


def county_centres(offer: quotes.Quote) -> list[str]:
    stops = [offer.hops[0]["origin"], *(hop["destination"] for hop in offer.hops)]
    return list(Node.objects.filter(code__in=stops, tier="county").values_list("code", flat=True))


def test_a_quote_leads_to_the_door_of_the_buyers_province_with_price_and_promise(nodes: dict[str, Node]) -> None:
    offer = quote(nodes["village"])

    assert offer.destination == nodes["door"]
    assert [hop["destination"] for hop in offer.hops] == ["township", "county", "hub", "warehouse", "door-31"]
    assert offer.freight_fen == 5 * (100 + 125) == sum(hop["cost_fen"] for hop in offer.hops)
    assert offer.promised_at == offer.way.arrive_at > NOW
    assert offer.hops[-1]["arrive_at"] == offer.promised_at.isoformat()
    assert offer.hops[0].keys() == {
        "leg", "origin", "destination", "depart_at", "arrive_at", "cost_fen", "distance_km",
    }  # fmt: skip


@pytest.mark.parametrize("to", ["31", "310101"])
def test_the_division_may_be_of_any_level(nodes: dict[str, Node], to: str) -> None:
    assert quote(nodes["village"], to=to).destination == nodes["door"]


def test_cheapest_and_fastest_differ_where_the_network_offers_both(nodes: dict[str, Node]) -> None:
    make.leg(nodes["county"], nodes["warehouse"], fixed_fen=5000, minutes=60)

    cheapest, fastest = (quote(nodes["village"], choice=choice) for choice in ("cheapest", "fastest"))

    assert cheapest.freight_fen < fastest.freight_fen
    assert cheapest.promised_at > fastest.promised_at


def test_every_way_passes_exactly_one_county_centre_even_past_cheaper_ones(nodes: dict[str, Node]) -> None:
    second = make.node("county-2", "county", make.YECHENG)
    make.leg(nodes["county"], second, fixed_fen=0, fen_per_kg=0, minutes=1)
    make.leg(second, nodes["door"], fixed_fen=0, fen_per_kg=0, minutes=1)
    make.leg(nodes["village"], nodes["hub"], fixed_fen=0, fen_per_kg=0, minutes=1)

    for choice in ("cheapest", "fastest"):
        assert county_centres(quote(nodes["village"], choice=choice)) == ["county"]


@pytest.mark.parametrize("blocked", ["leg county-hub", "stop hub", "stop village"])
def test_frozen_goods_go_only_over_what_can_hold_them_frozen(nodes: dict[str, Node], blocked: str) -> None:
    kind, code = blocked.split()
    (Leg if kind == "leg" else Node).objects.filter(code=code).update(temperatures=DRY)

    with pytest.raises(routing.NoWay, match=f"{blocked} cannot hold the temperature class"):
        quote(nodes["village"], temperature="frozen")

    assert quote(nodes["village"], temperature="chilled")


def test_frozen_goods_take_the_detour_that_can_hold_them(nodes: dict[str, Node]) -> None:
    Leg.objects.filter(code="county-hub").update(temperatures=DRY)
    make.leg(nodes["county"], nodes["warehouse"], fixed_fen=9000, temperatures=["frozen"])

    frozen, dry = quote(nodes["village"], temperature="frozen"), quote(nodes["village"])

    assert "county-warehouse" in [hop["leg"] for hop in frozen.hops]
    assert "county-hub" in [hop["leg"] for hop in dry.hops]


def test_a_province_without_a_door_is_refused_by_name(nodes: dict[str, Node]) -> None:
    make.place("540102", name="城关区", name_en="Chengguan")

    with pytest.raises(quotes.NoDoor, match=r"(城关区|Chengguan).*54"):
        quote(nodes["village"], to="540102")

    assert issubclass(quotes.NoDoor, routing.NoWay)


def test_a_closed_node_is_named_and_open_again_lets_goods_through(nodes: dict[str, Node]) -> None:
    before = quote(nodes["village"])

    network.close_node(node=nodes["hub"], reason="flood", at=NOW)
    with pytest.raises(routing.NoWay, match="hub is closed"):
        quote(nodes["village"])
    network.open_node(node=nodes["hub"])

    assert quote(nodes["village"]).hops == before.hops
    assert Node.objects.get(pk=nodes["hub"].pk).closed_reason == ""


def test_closing_names_its_reason(nodes: dict[str, Node]) -> None:
    with pytest.raises(ValueError, match="with a reason"):
        network.close_node(node=nodes["hub"], reason=" ", at=NOW)

    assert quote(nodes["village"])


@pytest.mark.parametrize(
    ("season", "closed_from"),
    [
        ({}, TODAY),
        ({"open_until": date(2026, 12, 1)}, TODAY),
        ({"open_until": date(2026, 8, 1)}, date(2026, 8, 1)),
        ({"open_from": date(2026, 10, 1)}, date(2026, 10, 1)),
    ],
)
def test_closing_never_lengthens_a_season_nor_breaks_the_network(
    nodes: dict[str, Node], season: dict[str, date], closed_from: date
) -> None:
    Node.objects.filter(pk=nodes["hub"].pk).update(**season)

    network.close_node(node=nodes["hub"], reason="flood", at=NOW)

    assert Node.objects.get(pk=nodes["hub"].pk).open_until == closed_from
    assert network.load()


def test_one_query_once_the_network_is_loaded_whatever_its_size(
    nodes: dict[str, Node], django_assert_num_queries: Any
) -> None:
    division = Place.objects.get(pk=make.SHANGHAI_HUANGPU)
    asked: dict[str, Any] = {"origin": nodes["village"], "division": division, "grams": 1, "temperature": "ambient"}
    with django_assert_num_queries(4):  # stamp, nodes, legs, stamp
        quotes.quote(**asked, at=NOW)

    with django_assert_num_queries(1):
        quotes.quote(**asked, at=NOW)

    for number in range(5):
        make.leg(make.node(f"village-{number}", "village"), nodes["township"])
    with django_assert_num_queries(4):
        quotes.quote(**asked, at=NOW)


def test_an_unchanged_network_is_the_same_object(nodes: dict[str, Node]) -> None:
    assert network.load() is network.load()


@pytest.mark.parametrize(
    "change",
    [
        lambda: Node.objects.filter(code="hub").update(handling_minutes=61),
        lambda: Leg.objects.filter(code="county-hub").update(minutes=121),
        lambda: Leg.objects.filter(code="county-hub").delete(),
        lambda: connection.cursor().execute("UPDATE logistics_leg SET fixed_fen = 1 WHERE code = 'county-hub'"),
        lambda: Leg.objects.bulk_create([replace_leg()]),
    ],
    ids=["node", "leg", "deleted", "raw SQL", "bulk"],
)
def test_any_change_of_a_node_or_leg_is_seen(nodes: dict[str, Node], change: Any) -> None:
    before = network.load()

    change()

    after = network.load()
    assert after is not before
    assert (after.legs, after.stops) != (before.legs, before.stops)


def replace_leg() -> Leg:
    leg = Leg.objects.get(code="county-hub")
    leg.pk, leg.code = None, "county-hub-2"
    return leg


def test_a_change_that_was_rolled_back_is_not_kept(nodes: dict[str, Node]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        network.close_node(node=nodes["hub"], reason="flood", at=NOW)
        assert network.load().stops["hub"].open_until == TODAY
        raise RuntimeError("the transaction fails")

    assert network.load().stops["hub"].open_until is None


@pytest.mark.django_db(transaction=True)
def test_a_closing_is_seen_at_once_by_another_connection() -> None:
    nodes = make.network()

    with ThreadPoolExecutor(1) as other:

        def elsewhere(task: Any) -> Any:
            return other.submit(task).result(timeout=60)

        assert elsewhere(lambda: network.load().stops["hub"].open_until) is None
        with transaction.atomic():
            network.close_node(node=nodes["hub"], reason="flood", at=NOW)
            network.load()
            unseen = elsewhere(lambda: network.load().stops["hub"].open_until)
        seen = elsewhere(lambda: network.load().stops["hub"].open_until)
        elsewhere(connections.close_all)

    assert (unseen, seen) == (None, TODAY)
    assert network.load().stops["hub"].open_until == TODAY


ANOTHER_PROCESS = """
import sys
import django
django.setup()
from django.db import connections
from django.conf import settings
host, name = sys.argv[1:]
connections["default"].settings_dict.update({"HOST": host, "NAME": name})
from logistics import network
for _line in sys.stdin:
    print(network.load().stops["hub"].open_until, flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_a_closing_is_seen_at_once_by_another_process() -> None:
    nodes = make.network()
    where = connection.settings_dict
    process = subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS, str(where["HOST"]), str(where["NAME"])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "shop.settings"},
    )
    assert process.stdin and process.stdout

    def ask() -> str:
        assert process.stdin and process.stdout
        process.stdin.write("\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    try:
        before = [ask(), ask()]
        network.close_node(node=nodes["hub"], reason="flood", at=NOW)
        after = ask()
    finally:
        process.stdin.close()
        process.wait(timeout=30)

    assert before == ["None", "None"]
    assert after == TODAY.isoformat()


@pytest.mark.parametrize(
    ("model", "code", "fields"),
    [
        (Node, "hub", {"cut_off_minute": 0}),
        (Node, "hub", {"cut_off_minute": 1441}),
        (Node, "hub", {"open_from": TODAY, "open_until": TODAY - timedelta(days=1)}),
        (Leg, "county-hub", {"depart_minute": 1440}),
        (Leg, "county-hub", {"weekdays": [0, 7]}),
        (Leg, "county-hub", {"open_from": TODAY, "open_until": TODAY - timedelta(days=1)}),
    ],
)
def test_a_row_that_would_break_the_network_is_refused_by_the_database(
    nodes: dict[str, Node], model: Any, code: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(code=code).update(**fields)

    assert network.load()


def test_there_is_one_stamp_and_no_second(nodes: dict[str, Node]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkStamp.objects.create(id=2)

    assert NetworkStamp.objects.count() == 1


def test_every_field_of_the_rows_reaches_the_search(nodes: dict[str, Node]) -> None:
    season = {"open_from": TODAY, "open_until": TODAY + timedelta(days=9), "temperatures": ["frozen"]}
    stop = {"cut_off_minute": 700, "handling_minutes": 77, "closed_dates": [TODAY]}
    leg = {"distance_km": 3, "minutes": 4, "fixed_fen": 5, "fen_per_kg": 6, "weekdays": [1, 3], "depart_minute": 8}
    Node.objects.filter(code="hub").update(**season, **stop)
    Leg.objects.filter(code="county-hub").update(**season, **leg)

    loaded = network.load()

    season["temperatures"], stop["closed_dates"] = frozenset({"frozen"}), frozenset({TODAY})
    leg["weekdays"] = frozenset({1, 3})
    assert loaded.stops["hub"] == routing.Stop(code="hub", tier=routing.Tier.HUB, **season, **stop)
    assert loaded.legs["county-hub"] == routing.Leg(
        code="county-hub", origin="county", destination="hub", **season, **leg
    )
