"""A small true world for the walk: two suppliers of two counties, made by the same functions that people's pages call.

Nothing is certified or in stock by row alone: applications are reviewed by distinct officers, households join by
consent, deliveries are weighed, lots are packed and received.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission

from catalogue.models import Product
from catalogue.partner.models import Partner
from certification import applications, certificates
from certification.households import registry
from certification.households.models import ConsentText, Household
from certification.models import Application, Certificate, Scheme
from certification.provenance import intake, lots
from certification.provenance.models import Lot
from logistics import stock
from logistics.models import Node
from shop.accounts.models import User
from shop.reports.models import Official
from shop.revenue.models import FeeRule
from tests import make

PASSWORD = "a long password"


@dataclass
class Supplier:
    partner: Partner
    manager: User
    product: Product
    households: list[Household]
    application: Application
    lot: Lot
    certificate: Certificate | None = None


@dataclass
class World:
    nodes: dict[str, Node]
    receiving: dict[int, User]  # by node key: who scans in there
    sending: dict[int, User]  # and who scans out: the same person's quick second scan would count as one
    suppliers: list[Supplier]
    decider: User
    people: dict[str, User] = field(default_factory=dict)


def build(at: datetime) -> World:
    """Everything up to the end of the public notice; the certificates are still to be issued.

    at: the moment of the walk; the applications began three weeks earlier
    """
    early = at - timedelta(days=21)
    nodes = roads()
    FeeRule.objects.create(
        version=1, platform_bp=200, transport_bp=300, tax_bp=0, valid_from=early, basis="agreed for the walk"
    )
    scheme = make.scheme(("township", "county"))
    text = make.consent_text()
    township = {"653223": make.officer("township", "653223"), "653126": make.officer("township", "653126")}
    county = {"653223": make.officer("county", "653223"), "653126": make.officer("county", "653126")}
    decider = make.officer("prefecture", "65")
    found = [
        supplier(
            "653223",
            nodes["village"],
            scheme,
            text,
            [township["653223"], county["653223"]],
            early,
            "皮山核桃",
            "29.87",
            3,
        ),
        supplier(
            "653126",
            nodes["yecheng"],
            scheme,
            text,
            [township["653126"], county["653126"]],
            early,
            "叶城杏干",
            "19.93",
            5,
        ),
    ]
    receiving = {node.pk: make.operator(node) for node in nodes.values()}
    sending = {node.pk: make.operator(node) for node in nodes.values()}
    return World(nodes, receiving, sending, found, decider, people())


def roads() -> dict[str, Node]:
    """皮山: village, township, county, hub, Shanghai; 叶城: its county centre, another hub, Shanghai."""
    nodes = make.network()
    nodes["yecheng"] = make.node("yecheng", "county", "653126")
    nodes["kashgar"] = make.node("kashgar", "hub", "6531")
    make.leg(nodes["yecheng"], nodes["kashgar"])
    make.leg(nodes["kashgar"], nodes["warehouse"])
    return nodes


def supplier(
    county: str,
    node: Node,
    scheme: Scheme,
    text: ConsentText,
    reviewers: list[User],
    early: datetime,
    title: str,
    price: str,
    households: int,
) -> Supplier:
    partner = make.partner(county=county)
    manager = make.user()
    partner.users.add(manager)
    product = make.product(partner, price, title=title, title_en=f"Goods of {county}")
    joined = [_household(county, text, early, partner, number) for number in range(households)]
    application = applications.submit(
        product=product, partner=partner, scheme=scheme, season="2026", quantity_g=2_000_000,
        output_value_fen=50_000_000, by=manager, at=early,
    )  # fmt: skip
    for days, reviewer in enumerate(reviewers, start=1):
        application = applications.review(application=application, by=reviewer, at=early + timedelta(days=days))
    return Supplier(partner, manager, product, joined, application, _lot(product, partner, joined, node, early))


def _household(county: str, text: ConsentText, early: datetime, partner: Partner, number: int) -> Household:
    household = registry.join(
        reference=f"H-{county}-{number}", county=make.place(county), language="zh-hans", texts=[text],
        how="on paper at the cooperative", at=early,
    )  # fmt: skip
    make.agreement(household, partner, share_bp=6_100 + 150 * number)
    return household


def _lot(product: Product, partner: Partner, households: list[Household], node: Node, early: datetime) -> Lot:
    on = (early + timedelta(days=4)).date()
    common: dict[str, Any] = {"by": None}
    slips = [
        intake.record(
            number=f"slip {household.reference}",
            agreement=household.agreements.get(),
            commodity=product.commodity,
            grade="一级",
            grams=17_000 + 3_331 * number,
            delivered_on=on,
            **common,
        )  # fmt: skip
        for number, household in enumerate(households)
    ]
    bulk = lots.pool(
        code=f"B-{product.pk}", partner=partner, commodity=product.commodity, origin=product.origin, slips=slips,
        harvest_on=on, on=on, **common,
    )  # fmt: skip
    graded = lots.grade(
        code=f"G-{product.pk}", source=bulk, input_g=bulk.grams, output_g=bulk.grams - 900, on=on, **common
    )
    packed = lots.pack(
        code=f"P-{product.pk}", product=product, source=graded, input_g=50_000, units=98, on=on,
        expires_on=on + timedelta(days=300), **common,
    )  # fmt: skip
    stock.receive(lot=packed, node=node, units=98, reference=f"lot {packed.code}", at=early + timedelta(days=5))
    return packed


def certify(world: World, at: datetime) -> None:
    for one in world.suppliers:
        one.certificate = certificates.issue(application=one.application, by=world.decider, at=at)


def people() -> dict[str, User]:
    """Settlement staff by what they may do, and an official of the region."""
    staff = {}
    for what in ("draft_payout", "approve_payout", "release_payout", "evidence_payout", "decide_dispute", "add_refund"):
        staff[what] = make.user(f"{what}@example.org")
        staff[what].user_permissions.add(Permission.objects.get(codename=what))
    staff["official"] = make.user("official@example.org")
    staff["official"].user_permissions.add(Permission.objects.get(codename="close_month"))
    Official.objects.create(user=staff["official"], area=make.place("65"))
    return staff


def month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
