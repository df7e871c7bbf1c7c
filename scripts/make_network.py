"""Write shop/demo/data/legs.csv, the transport legs of the demo network, from nodes.csv and the pairings.

Goods move village -> township -> county -> hub -> province warehouse; a village whose township has no sorting centre
goes straight to its county. Every leg exists once for each service both of its ends can carry: ambient, cooled (cool
and chilled goods), frozen. Counties also send lorries straight to the warehouse of their partner province and to
Urumqi, dearer and sooner; one weekly train leaves Hotan.

Distances are differences of a published road table where both ends stand on it, otherwise 1.2 times the great circle.
Times and rates are a plausible invention for the demonstration: whole minutes, whole fen.

Run: python scripts/make_network.py   (no network needed; the same file every time)
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
NODES = ROOT / "shop" / "demo" / "data" / "nodes.csv"
LEGS = ROOT / "shop" / "demo" / "data" / "legs.csv"
PAIRINGS = ROOT / "catalogue" / "data" / "pairings.csv"

AS_OF = "2026-01-01"
PUBLISHED = "published road table"
ESTIMATE = "estimate: 1.2 x great circle"

# Kilometres along G315 from Xining, by county (published road table).
G315_KM = {
    "653226": 2357, "653225": 2440, "653224": 2509, "653201": 2528, "653222": 2554, "653223": 2719,
    "653126": 2807, "653125": 2871, "653123": 2994, "653101": 3063,
}  # fmt: skip
KASHGAR_URUMQI_KM = 1480
HUB_COUNTY = {"6528": "652801", "6530": "653001", "6531": "653101", "6532": "653201"}
SECOND_HUB = {"653022": "6531", "653223": "6531"}  # Aketao and Pishan also feed Kashgar
URUMQI = "65"
RAIL_FROM = "H6532"
RAIL_TO = ("P11", "P12", "P34", "P41", "P51", "P61", "P62")

DAILY = "1234567"


class Service(NamedTuple):
    """What a vehicle carries, and its price in percent of the ambient one."""

    temperatures: tuple[str, ...]
    price_percent: int
    weekdays: str  # of long hauls; short ones run daily


SERVICES = (
    Service(("ambient",), 100, DAILY),
    Service(("cool", "chilled"), 150, "1357"),
    Service(("frozen",), 180, "246"),
)


class Haul(NamedTuple):
    """How one kind of leg runs. rate: fen per kilogram and 1,000 km; extra_minutes: loading and rests."""

    mode: str
    km_per_hour: int
    extra_minutes: int
    fixed_fen: int
    rate: int
    depart_minute: int
    long: bool


FROM_VILLAGE = Haul("road", 30, 15, 20, 400, 660, False)
TO_COUNTY = Haul("road", 45, 20, 30, 250, 1080, False)
TO_HUB = Haul("road", 60, 30, 50, 80, 1320, False)
LINE_HAUL = Haul("road", 60, 240, 200, 50, 570, True)
DIRECT = Haul("road", 65, 120, 350, 75, 1380, True)
RAIL = Haul("rail", 45, 1440, 150, 32, 720, True)


@dataclass(frozen=True)
class Node:
    code: str
    tier: str
    place: str
    lat: float
    lon: float
    temperatures: tuple[str, ...]

    @property
    def county(self) -> str:
        """The county a node stands in; a hub stands in its prefecture's seat, a warehouse in none of ours."""
        return HUB_COUNTY.get(self.place, self.place[:6])


class Leg(NamedTuple):
    origin: str
    destination: str
    mode: str
    distance_km: int
    basis: str
    as_of: str
    minutes: int
    fixed_fen: int
    fen_per_kg: int
    temperatures: str
    weekdays: str
    depart_minute: int


def read_nodes() -> dict[str, Node]:
    with NODES.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Node(
                code=row["code"],
                tier=row["tier"],
                place=row["place"],
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                temperatures=tuple(row["temperatures"].split()),
            )
            for row in csv.DictReader(file)
        }


def read_donors() -> set[tuple[str, str]]:
    """Pairs (province of the donor, county) from the pairings."""
    with PAIRINGS.open(encoding="utf-8", newline="") as file:
        return {(row["donor"][:2], row["county"]) for row in csv.DictReader(file)}


def great_circle_km(a: Node, b: Node) -> float:
    """Haversine distance on a sphere of 6,371 km."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * 6371 * asin(sqrt(h))


def distance(a: Node, b: Node) -> tuple[int, str]:
    """Kilometres by road and the basis of the figure; the published figure wins where there is one."""
    on_the_road = a.tier == "county" and b.tier == "hub" and {a.county, b.county} <= G315_KM.keys()
    if on_the_road and a.county != b.county:
        return abs(G315_KM[a.county] - G315_KM[b.county]), PUBLISHED
    if a.county == "653101" and b.place == URUMQI:
        return KASHGAR_URUMQI_KM, PUBLISHED
    return max(3, round(1.2 * great_circle_km(a, b))), ESTIMATE


def legs_between(a: Node, b: Node, haul: Haul, services: tuple[Service, ...] = SERVICES) -> Iterator[Leg]:
    """One leg for each service that both ends can carry."""
    km, basis = distance(a, b)
    minutes = km * 60 // haul.km_per_hour + haul.extra_minutes
    for service in services:
        carried = [t for t in service.temperatures if t in a.temperatures and t in b.temperatures]
        if carried:
            yield Leg(
                a.code, b.code, haul.mode, km, basis, AS_OF, minutes,
                haul.fixed_fen * service.price_percent // 100,
                max(1, km * haul.rate * service.price_percent // 100_000),
                " ".join(carried),
                service.weekdays if haul.long else DAILY,
                haul.depart_minute,
            )  # fmt: skip


def collection_legs(nodes: dict[str, Node]) -> Iterator[Leg]:
    """Village to township to county; a village without a sorting centre in its township goes to the county."""
    for node in nodes.values():
        county = nodes.get(f"C{node.county}")
        if node.tier == "village" and county:
            township = nodes.get(f"T{node.place[:9]}")
            yield from legs_between(node, township or county, FROM_VILLAGE)
        if node.tier == "township" and county:
            yield from legs_between(node, county, TO_COUNTY)


def hub_legs(nodes: dict[str, Node]) -> Iterator[Leg]:
    """County to the hub of its prefecture, and to a second hub where that is the shorter way east or west."""
    for node in nodes.values():
        if node.tier == "county":
            for hub in filter(None, (node.place[:4], SECOND_HUB.get(node.place))):
                yield from legs_between(node, nodes[f"H{hub}"], TO_HUB)


def long_legs(nodes: dict[str, Node], donors: set[tuple[str, str]]) -> Iterator[Leg]:
    """Hub to every warehouse, county straight to its partner's warehouse and Urumqi, and the train."""
    warehouses = [node for node in nodes.values() if node.tier == "province"]
    for node in nodes.values():
        for warehouse in warehouses:
            if node.tier == "hub":
                yield from legs_between(node, warehouse, LINE_HAUL)
            paired = {(warehouse.place, node.place), (warehouse.place, node.place[:4])} & donors
            if node.tier == "county" and (paired or warehouse.place == URUMQI):
                yield from legs_between(node, warehouse, DIRECT, SERVICES[:2])
    for code in RAIL_TO:
        for leg in legs_between(nodes[RAIL_FROM], nodes[code], RAIL, SERVICES[:1]):
            yield leg._replace(weekdays="3")


def make_legs() -> list[Leg]:
    """All legs, sorted by origin, destination, mode and temperatures."""
    nodes = read_nodes()
    return sorted([*collection_legs(nodes), *hub_legs(nodes), *long_legs(nodes, read_donors())])


def write(legs: list[Leg]) -> None:
    with LEGS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Leg._fields)
        writer.writerows(legs)


if __name__ == "__main__":
    made = make_legs()
    write(made)
    print(f"{LEGS.name}: {len(made)} legs")
