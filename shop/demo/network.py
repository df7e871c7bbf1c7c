"""Nodes and legs from their files, a door in every province, and one operator at each node."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from catalogue.models import Place, Temperature
from logistics.models import Leg, Node, Operator
from shop.demo import people, source

TIERS = {"province": Node.Tier.WAREHOUSE}  # the file's word for what the network calls a warehouse
ESTIMATE = "estimate"


def build() -> None:
    nodes = {node.code: node for node in Node.objects.bulk_create([*_nodes(), *_doors()])}
    Leg.objects.bulk_create([*_legs(nodes), *_last_mile(nodes)])
    users = people.add([people.operator_email(code) for code in nodes])
    Operator.objects.bulk_create(
        Operator(user=users[people.operator_email(code)], node=node) for code, node in nodes.items()
    )


def _nodes() -> Iterator[Node]:
    for row in source.rows("nodes.csv"):
        yield Node(
            code=row["code"], tier=TIERS.get(row["tier"], row["tier"]), name=row["name"], name_en=row["name_en"],
            place_id=row["place"], latitude=row["lat"], longitude=row["lon"], position_basis=row["position_basis"],
            temperatures=row["temperatures"].split(), cut_off_minute=int(row["cut_off_minute"]),
            handling_minutes=int(row["handling_minutes"]),
        )  # fmt: skip


def _doors() -> Iterator[Node]:
    """One node stands for all doors of a province; it lies where the province's warehouse lies."""
    provinces = Place.objects.in_bulk([row["place"] for row in _warehouses()])
    for row in _warehouses():
        province = provinces[row["place"]]
        yield Node(
            code=f"door-{province.code}", tier=Node.Tier.DOOR, name=f"{province.name}收货地址",
            name_en=f"Addresses in {province.name_en}", place=province, latitude=row["lat"], longitude=row["lon"],
            position_basis=ESTIMATE, temperatures=list(Temperature.values), cut_off_minute=1440, handling_minutes=0,
        )  # fmt: skip


def _warehouses() -> list[dict[str, str]]:
    return [row for row in source.rows("nodes.csv") if row["tier"] == "province"]


def _legs(nodes: dict[str, Node]) -> Iterator[Leg]:
    for row in source.rows("legs.csv"):
        yield _leg(row, nodes[row["origin"]], nodes[row["destination"]], row["mode"])


def _last_mile(nodes: dict[str, Node]) -> Iterator[Leg]:
    """From every warehouse to the doors of its province, at rates that are an estimate and say so."""
    for warehouse in _warehouses():
        for row in source.rows("last_mile.csv"):
            yield _leg(row, nodes[warehouse["code"]], nodes[f"door-{warehouse['place']}"], "courier")


def _leg(row: dict[str, str], origin: Node, destination: Node, mode: str) -> Leg:
    classes = row["temperatures"].split()
    return Leg(
        code=f"{origin.code}-{destination.code}-{mode}-{'-'.join(classes)}", origin=origin, destination=destination,
        distance_km=int(row["distance_km"]), basis=row["basis"], as_of=date.fromisoformat(row["as_of"]),
        minutes=int(row["minutes"]), fixed_fen=int(row["fixed_fen"]), fen_per_kg=int(row["fen_per_kg"]),
        temperatures=classes, weekdays=[int(day) - 1 for day in row["weekdays"]],
        depart_minute=int(row["depart_minute"]),
    )  # fmt: skip
