"""Schemes, officers of every role, and applications walked through review to certificates in every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from catalogue.models import Product
from certification import applications, certificates
from certification.models import Application, Certificate, Officer, Role, Scheme, SchemeStep
from shop import money
from shop.demo import people, source
from shop.demo.moments import Calendar, moment

PISHAN = "653223"
PISHAN_OUTPUT_FEN = 4_014_240_000  # 4014.24 ten thousand yuan, declared for 19 applications
REGION = "65"
STEP_DAYS = 3  # between two reviews
SPARE_UNITS = 600  # certified beyond what the demo sells


@dataclass(frozen=True)
class Fate:
    """What becomes of a product's application.

    days_ago: when it was submitted; end: what happens to its certificate, end_days_ago
    """

    state: str
    days_ago: int
    end: str = ""
    end_days_ago: int = 0

    @property
    def is_certified(self) -> bool:
        return self.state == Application.State.CERTIFIED


CERTIFIED = Fate("certified", 190)
# The product's place in its group decides; whoever is not named here is certified.
IN_PISHAN = {
    16: Fate("certified", 190, "suspend", 12),
    17: Fate("public_notice", 14),
    18: Fate("in_review", 9),
}
ELSEWHERE = {
    5: Fate("certified", 190, "revoke", 20),
    11: Fate("certified", 190, "suspend", 30),
    17: Fate("certified", 420, "expire", 0),
    23: Fate("certified", 410, "expire", 0),
    29: Fate("public_notice", 15),
    33: Fate("in_review", 8),
    37: Fate("submitted", 2),
    40: Fate("refused", 40),
    42: Fate("withdrawn", 35),
    44: Fate("draft", 1),
}
SCHEMES: dict[str, dict[str, Any]] = {
    "national": {
        "name": "消费帮扶产品认定（全国流程）", "name_en": "Consumption assistance product, national procedure",
        "issuer": "国家级认定机构（演示）", "issuer_en": "National certifying body (demo)",
        "basis": "2020年公开的认定流程：乡镇初审、部门审核、县级审定、地区、自治区，公示后备案",
        "notice_days": 7, "validity_days": 365,
        "roles": [Role.TOWNSHIP, Role.SECTOR, Role.COUNTY, Role.PREFECTURE, Role.PROVINCE],
    },
    "county": {
        "name": "县级产地认定", "name_en": "County certificate of origin",
        "issuer": "县级认定机构（演示）", "issuer_en": "County certifying body (demo)",
        "basis": "县级产地认定办法（演示）：乡镇初审、部门审核、县级审定，公示后发证",
        "notice_days": 5, "validity_days": 365,
        "roles": [Role.TOWNSHIP, Role.SECTOR, Role.COUNTY],
    },
}  # fmt: skip


@cache
def fates() -> dict[str, Fate]:
    """Which products apply and how it ends, by SKU. The five enterprises of Pishan have 19 applications in all."""
    suppliers = {item["code"]: item for item in source.items("suppliers.json")}
    products = source.items("products.json")
    last_of = {item["supplier"]: item["sku"] for item in products}
    enterprises = {code for code, item in suppliers.items() if (item["county"], item["kind"]) == (PISHAN, "enterprise")}
    inside = [item["sku"] for item in products if item["supplier"] in enterprises]
    applying = [sku for sku in inside if sku not in last_of.values()]
    outside = [item["sku"] for item in products if item["supplier"] not in enterprises]
    found = {sku: IN_PISHAN.get(place, CERTIFIED) for place, sku in enumerate(applying)}
    return found | {sku: ELSEWHERE.get(place, CERTIFIED) for place, sku in enumerate(outside)}


def sold_until(calendar: Calendar) -> dict[str, datetime]:
    """Until when each product may be sold; products that never get a certificate are absent."""
    found = {}
    for sku, fate in fates().items():
        if fate.is_certified:
            found[sku] = _ends_at(sku, fate, calendar) if fate.end else calendar.now + timedelta(days=1)
    return found


def build(calendar: Calendar, grams: dict[str, int]) -> None:
    """Schemes, officers, applications and the certificates they led to. grams: what the demo sells, by SKU."""
    schemes = _schemes(calendar)
    desk = _desk()
    products = {product.upc: product for product in Product.objects.select_related("commodity")}
    values = _declared(products, grams)
    for sku, fate in fates().items():
        product = products[sku]
        quantity = grams.get(sku, 0) * 3 // 2 + SPARE_UNITS * product.net_content_g
        _walk(product, schemes[_scheme_of(sku)], fate, quantity, values[sku], calendar, desk)


def changes(calendar: Calendar) -> Iterator[tuple[datetime, Any]]:
    """Suspensions, revocations and expiries: when, and what to call with that moment."""
    for sku, fate in fates().items():
        if fate.end:
            yield _ends_at(sku, fate, calendar), lambda at, sku=sku, fate=fate: _end(sku, fate, at)


def _end(sku: str, fate: Fate, at: datetime) -> None:
    if fate.end == "expire":
        certificates.expire_due(at=at)
        return
    certificate = Certificate.objects.select_related("product").get(product__upc=sku)
    officer = people.get(people.officer_email(Role.COUNTY, certificate.product.origin_id[:6], 2))
    reasons = {"suspend": "抽检的水分超出标准，复检前停止使用证书", "revoke": "产品不再使用本县原料"}
    act = {"suspend": certificates.suspend, "revoke": certificates.revoke}[fate.end]
    act(certificate=certificate, reason=reasons[fate.end], by=officer, at=at)


def _ends_at(sku: str, fate: Fate, calendar: Calendar) -> datetime:
    if fate.end != "expire":
        return calendar.at(fate.end_days_ago, 9)
    scheme = SCHEMES[_scheme_of(sku)]
    issued = _submitted_on(fate, calendar) + timedelta(days=_days_to_issue(scheme))
    return moment(issued + timedelta(days=scheme["validity_days"]), 0)


def _days_to_issue(scheme: dict[str, Any]) -> int:
    return STEP_DAYS * len(scheme["roles"]) + 1 + int(scheme["notice_days"])


def _submitted_on(fate: Fate, calendar: Calendar) -> date:
    return calendar.day(fate.days_ago)


def _scheme_of(sku: str) -> str:
    return "national" if int(sku[-2:]) % 2 else "county"


def _schemes(calendar: Calendar) -> dict[str, Scheme]:
    made = {}
    for code, facts in SCHEMES.items():
        fields = {name: value for name, value in facts.items() if name != "roles"}
        made[code] = Scheme.objects.create(code=code, version=1, valid_from=calendar.day(1000), **fields)
        SchemeStep.objects.bulk_create(
            SchemeStep(scheme=made[code], position=position, role=role)
            for position, role in enumerate(facts["roles"], start=1)
        )
    return made


def _desk() -> dict[str, Any]:
    """Officers: one for each township and sector, two in each county, one in each prefecture and in the region."""
    townships = {item["origin"] for item in source.items("products.json")}
    counties, prefectures = ({code[:size] for code in townships} for size in (6, 4))
    offices = [(Role.TOWNSHIP, area, 1) for area in sorted(townships)]
    offices += [(Role.SECTOR, area, 1) for area in sorted(counties)]
    offices += [(Role.COUNTY, area, number) for area in sorted(counties) for number in (1, 2)]
    offices += [(Role.PREFECTURE, area, 1) for area in sorted(prefectures)]
    offices.append((Role.PROVINCE, REGION, 1))
    users = people.add(people.officer_email(*office) for office in offices)
    Officer.objects.bulk_create(
        Officer(user=users[people.officer_email(role, area, number)], role=role, area_id=area)
        for role, area, number in offices
    )
    return users


def _declared(products: dict[str, Product], grams: dict[str, int]) -> dict[str, int]:
    """Output values as applicants declare them; those of Pishan's enterprises add up to the published figure."""
    worth = {sku: max(1, grams.get(sku, 0)) + products[sku].net_content_g * 1000 for sku in fates()}
    inside = [sku for sku in worth if sku.startswith("PS-")]
    parts = money.split(PISHAN_OUTPUT_FEN, [worth[sku] for sku in inside])
    return {sku: value * 2 for sku, value in worth.items()} | dict(zip(inside, parts, strict=True))


def _walk(
    product: Product, scheme: Scheme, fate: Fate, grams: int, value: int, calendar: Calendar, desk: dict[str, Any]
) -> None:
    """Submit and review one application on its days, each step by another officer, as far as its fate says."""
    day = _submitted_on(fate, calendar)
    partner = product.stockrecords.get().partner
    season = str(day.year)
    if fate.state == Application.State.DRAFT:
        Application.objects.create(
            scheme=scheme, product=product, partner=partner, season=season, quantity_g=grams, output_value_fen=value
        )
        return
    supplier = people.manager_of(partner)
    application = applications.submit(
        product=product, partner=partner, scheme=scheme, season=season, quantity_g=grams, output_value_fen=value,
        by=supplier, at=moment(day, 9),
    )  # fmt: skip
    for role in _passed(scheme, fate):
        day += timedelta(days=STEP_DAYS)
        applications.review(application=application, by=desk[_officer(role, product)], at=moment(day, 11))
    _decide(application, fate, day, supplier, desk)


def _passed(scheme: Scheme, fate: Fate) -> list[str]:
    """The steps an application has behind it."""
    roles = list(scheme.steps.values_list("role", flat=True))
    early = {"submitted": 0, "withdrawn": 1, "in_review": 2, "refused": 2}
    return roles[: early.get(fate.state, len(roles))]


def _decide(application: Application, fate: Fate, day: date, supplier: Any, desk: dict[str, Any]) -> None:
    product = application.product
    later = day + timedelta(days=1)
    if fate.is_certified:
        later += timedelta(days=application.scheme.notice_days)
        issuer = desk[people.officer_email(Role.COUNTY, product.origin_id[:6], 2)]
        certificates.issue(application=application, by=issuer, at=moment(later, 10))
    elif fate.state == Application.State.REFUSED:
        role = application.scheme.steps.get(position=3).role
        applications.refuse(
            application=application, by=desk[_officer(role, product)], at=moment(later, 10),
            reason="没有说明农户如何分享销售收入",
        )  # fmt: skip
    elif fate.state == Application.State.WITHDRAWN:
        applications.withdraw(application=application, by=supplier, at=moment(later, 10), reason="改为下一季申请")


def _officer(role: str, product: Product) -> str:
    origin = str(product.origin_id)
    area = {Role.TOWNSHIP: origin, Role.PREFECTURE: origin[:4], Role.PROVINCE: REGION}.get(Role(role), origin[:6])
    return people.officer_email(role, area)
