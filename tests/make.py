"""The smallest valid row of each kind. Every function takes what a test wants to say and fills in the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from catalogue.models import Commodity, FormerName, Place, Product
from catalogue.partner.models import Partner, PartnerStep, StockRecord
from certification.households.models import Agreement, ConsentText, Household
from certification.models import Application, Certificate, Officer, Role, Scheme, SchemeStep
from certification.provenance.models import IntakeSlip, Lot, LotInput
from logistics.models import Leg, LotStock, Node, Operator, StockMove
from shop.accounts.models import User

NOW = datetime(2026, 9, 10, 4, 0, tzinfo=UTC)  # noon in Shanghai
TODAY = date(2026, 9, 10)
PISHAN, YECHENG, SHANGHAI_HUANGPU = "653223", "653126", "310101"
NAMES = {"65": "新疆维吾尔自治区", "6532": "和田地区", "6531": "喀什地区", PISHAN: "皮山县", YECHENG: "叶城县"}
NAMES |= {"31": "上海市", "3101": "市辖区", SHANGHAI_HUANGPU: "黄浦区"}
LEVELS = {2: "province", 4: "prefecture", 6: "county", 9: "township", 12: "village"}
ALL_CLASSES = ["ambient", "cool", "chilled", "frozen"]
numbers = count(1)


def place(code: str = PISHAN, **fields: Any) -> Place:
    parent = {2: None, 4: code[:2], 6: code[:4], 9: code[:6], 12: code[:9]}[len(code)]
    if parent:
        place(parent)
    defaults = {"level": LEVELS[len(code)], "name": NAMES.get(code, f"地{code}"), "name_en": f"Place {code}"}
    defaults |= {"parent_id": parent, "edition": "2023", "valid_from": date(2023, 1, 1)} | fields
    return Place.objects.get_or_create(code=code, defaults=defaults)[0]


def rename(code: str, name: str, *, on: date = TODAY, at: datetime = NOW) -> None:
    """Give a county, or what is above it, another name."""
    held = Place.objects.get(code=code)
    FormerName.objects.create(place=held, name=held.name, valid_from=held.valid_from, valid_to=on, known_until=at)
    held.name = name
    held.save(update_fields=["name"])


def user(email: str = "", **fields: Any) -> User:
    return User.objects.create_user(email or f"person{next(numbers)}@example.org", "a long password", **fields)


def member(supplier: Partner) -> User:
    person = user()
    supplier.users.add(person)
    return person


def reviewer() -> User:
    """Who runs the platform, and belongs to no supplier."""
    person = user()
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    return person


@transaction.atomic
def partner(code: str = "", county: str = PISHAN, **fields: Any) -> Partner:
    """An approved supplier without people."""
    code = code or f"PS-{next(numbers)}"
    names = {"name": f"合作社{code}", "name_en": f"Cooperative {code}"}
    made = Partner.objects.create(**({"code": code, "county": place(county), "state": "approved"} | names | fields))
    if made.state == "approved":
        PartnerStep.objects.create(partner=made, action="approve", from_state="applying", to_state="approved", at=NOW)
    return made


def commodity(code: str = "walnut", **fields: Any) -> Commodity:
    defaults = {"name": "核桃", "name_en": "walnut", "temperature": "ambient"} | fields
    return Commodity.objects.get_or_create(code=code, defaults=defaults)[0]


def product(supplier: Partner | None = None, price: str = "39.90", **fields: Any) -> Product:
    """A public product with a price, not yet certified and without stock."""
    supplier = supplier or partner()
    number = next(numbers)
    defaults = {"title": f"核桃{number}", "title_en": f"Walnuts {number}", "net_content_g": 500, "shelf_life_days": 300}
    defaults |= {
        "commodity": commodity(),
        "origin": supplier.county,
        "product_class": product_class(),
        "slug": f"walnuts-{number}",
    }
    made = Product.objects.create(**(defaults | fields))
    StockRecord.objects.create(
        product=made,
        partner=supplier,
        partner_sku=f"SKU-{number}",
        price=Decimal(price),
        price_currency="CNY",
        num_in_stock=0,
        num_allocated=0,
    )
    return made


def product_class() -> Any:
    from catalogue.models import ProductClass

    return ProductClass.objects.get_or_create(slug="food", defaults={"name": "food", "track_stock": True})[0]


def supplier_of(product: Product) -> Partner:
    return product.stockrecords.get().partner  # type: ignore[no-any-return]


def scheme(steps: tuple[str, ...] = ("township", "county"), **fields: Any) -> Scheme:
    defaults: dict[str, Any] = {
        "code": f"scheme-{next(numbers)}",
        "version": 1,
        "name": "县级认定",
        "name_en": "County scheme",
    }
    defaults |= {"issuer": "皮山县", "issuer_en": "Pishan County", "basis": "demo", "valid_from": date(2026, 1, 1)}
    made = Scheme.objects.create(**(defaults | {"notice_days": 7, "validity_days": 365} | fields))
    for position, role in enumerate(steps, start=1):
        SchemeStep.objects.create(scheme=made, position=position, role=role)
    return made


def officer(role: str = Role.COUNTY, area: str = PISHAN) -> User:
    person = user()
    Officer.objects.create(user=person, role=role, area=place(area))
    return person


def certificate(
    of: Product, *, cap_g: int = 1_000_000, until: datetime | None = None, at: datetime = NOW, **fields: Any
) -> Certificate:
    """A certificate as row, and the product marked as certified, without walking the application."""
    until = until or at + timedelta(days=365)
    supplier = supplier_of(of)
    used = fields.pop("scheme", None) or scheme()
    application = Application.objects.create(
        scheme=used, product=of, partner=supplier, season="2026", quantity_g=cap_g, state="certified"
    )
    made = Certificate.objects.create(
        number=f"C-{next(numbers):05d}",
        application=application,
        scheme=used,
        product=of,
        partner=supplier,
        season="2026",
        cap_g=cap_g,
        valid_from=at - timedelta(days=1),
        valid_until=until,
        state_at=at,
        issued_by=user(),
        issued_at=at,
        **fields,
    )
    Product.objects.filter(pk=of.pk).update(certified_until=until)
    of.refresh_from_db()
    return made


def household(county: str = PISHAN, **fields: Any) -> Household:
    reference = fields.pop("reference", f"H-{next(numbers):05d}")
    return Household.objects.create(
        reference=reference, county=place(county), joined_at=NOW - timedelta(days=30), **fields
    )


def consent_text(purpose: str = "settlement", language: str = "zh-hans") -> ConsentText:
    return ConsentText.objects.create(
        purpose=purpose, version=next(numbers), language=language, text="同意", sha256="0" * 64
    )


def agreement(of: Household, supplier: Partner, share_bp: int = 6000, **fields: Any) -> Agreement:
    defaults = {"valid_from": date(2026, 1, 1)} | fields
    return Agreement.objects.create(household=of, partner=supplier, share_bp=share_bp, **defaults)


def packed_lot(
    of: Product,
    *,
    units: int = 100,
    deliveries: dict[Household, int] | None = None,
    expires: date | None = None,
    share_bp: int = 6000,
) -> Lot:
    """A packed lot whose grams come from the households' slips through one bulk lot.

    deliveries: grams by household; None: three new households deliver in the proportion 1 : 2 : 3
    """
    supplier = supplier_of(of)
    grams = units * of.net_content_g
    if deliveries is None:
        deliveries = {household(): grams // 6 + 1, household(): grams // 3 + 1, household(): grams // 2 + 1}
    common = {"partner": supplier, "commodity": of.commodity, "origin": of.origin}
    common |= {"harvest_date": TODAY - timedelta(days=20), "made_date": TODAY - timedelta(days=10)}
    bulk = Lot.objects.create(
        code=f"B-{next(numbers)}", kind="bulk", grams=sum(deliveries.values()), used_g=grams, **common
    )
    for who, delivered in deliveries.items():
        deal = who.agreements.filter(partner=supplier).first() or agreement(who, supplier, share_bp)
        slip = IntakeSlip.objects.create(
            number=f"S-{next(numbers)}",
            household=who,
            agreement=deal,
            partner=supplier,
            commodity=of.commodity,
            grade="一级",
            grams=delivered,
            delivered_date=TODAY - timedelta(days=20),
        )
        LotInput.objects.create(lot=bulk, slip=slip, grams=delivered)
    packed = Lot.objects.create(
        code=f"P-{next(numbers)}",
        kind="packed",
        product=of,
        grams=grams,
        units=units,
        expires_date=expires or TODAY + timedelta(days=300),
        **common,
    )
    LotInput.objects.create(lot=packed, source=bulk, grams=grams)
    return packed


def node(code: str, tier: str, at: str = PISHAN, **fields: Any) -> Node:
    defaults: dict[str, Any] = {
        "name": f"点{code}",
        "name_en": code,
        "temperatures": ALL_CLASSES,
        "cut_off_minute": 960,
        "handling_minutes": 60,
    }
    return Node.objects.create(code=code, tier=tier, place=place(at), **(defaults | fields))


def leg(origin: Node, destination: Node, **fields: Any) -> Leg:
    defaults: dict[str, Any] = {
        "distance_km": 50,
        "basis": "test",
        "as_of": date(2026, 1, 1),
        "minutes": 120,
        "fixed_fen": 100,
    }
    defaults |= {
        "fen_per_kg": 50,
        "temperatures": ALL_CLASSES,
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "depart_minute": 1080,
    }
    return Leg.objects.create(
        code=f"{origin.code}-{destination.code}", origin=origin, destination=destination, **(defaults | fields)
    )


def network() -> dict[str, Node]:
    """village -> township -> county -> hub -> Shanghai warehouse -> Shanghai door, from 皮山."""
    nodes = {
        "village": node("village", "village", "653223100"),
        "township": node("township", "township", "653223100"),
        "county": node("county", "county"),
        "hub": node("hub", "hub", "6532"),
        "warehouse": node("warehouse", "warehouse", "3101"),
        "door": node("door-31", "door", "31"),
    }
    chain = list(nodes.values())
    for origin, destination in zip(chain, chain[1:], strict=False):
        leg(origin, destination)
    place(SHANGHAI_HUANGPU)
    return nodes


def operator(at: Node) -> User:
    person = user()
    Operator.objects.create(user=person, node=at)
    return person


def stock(lot: Lot, at: Node, units: int | None = None) -> LotStock:
    """The lot's packs at a node, with the move and the stock record's total that belong to them."""
    units = lot.units if units is None else units
    StockMove.objects.create(lot=lot, node=at, units=units, kind="packed", reference=f"lot {lot.code}", at=NOW)
    record = lot.product.stockrecords.get()
    StockRecord.objects.filter(pk=record.pk).update(num_in_stock=(record.num_in_stock or 0) + units)
    return LotStock.objects.create(lot=lot, node=at, units=units)
