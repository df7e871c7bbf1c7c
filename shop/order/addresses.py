"""Where an order may go: the mainland, down to a county by its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from oscar.core.loading import get_model

from catalogue.compiled import compiled
from catalogue.models import Place
from catalogue.places import names
from shop.order.models import ShippingAddress
from shop.pagecache import memo

NOT_MAINLAND = ("71", "81", "82")  # Taiwan, Hong Kong, Macao in GB/T 2260: another customs territory
COUNTRY = "CN"
NO_PLACE = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")  # names of codes that hold counties
NAME_MOST, STREET_MOST, POSTCODE_MOST = 100, 200, 10


@dataclass(frozen=True)
class Address:
    """As typed. division_code: the county or township in GB/T 2260; country: ISO 3166, two letters."""

    name: str
    phone: str
    division_code: str
    street: str
    postcode: str = ""
    country: str = COUNTRY


def division_of(address: Address) -> Place | None:
    """The county or township the address lies in, None when its code names none."""
    return next(iter(_divisions(address.division_code[:12])), None)


@compiled
def _divisions(code: str) -> QuerySet[Place]:
    return Place.objects.current().filter(digits=code, level__in=[Place.Level.COUNTY, Place.Level.TOWNSHIP])


def problems(address: Address, division: Place | None) -> list[str]:
    """Why nothing can be sent there; empty when it can. division: what `division_of` found."""
    found = place_problems(division, country=address.country, code=address.division_code)
    if not address.name.strip() or not address.street.strip():
        found.append(_("The address needs a recipient and a street with house number."))
    if not all(sign.isprintable() for sign in address.name + address.street + address.postcode):
        found.append(_("The address contains signs that cannot be printed."))
    if len(address.name) > NAME_MOST or len(address.street) > STREET_MOST or len(address.postcode) > POSTCODE_MOST:
        found.append(_("The address is too long: at most 100 letters for the recipient and 200 for the street."))
    if _phone(address.phone) is None:
        found.append(_("The telephone number is not complete; the courier calls before the delivery."))
    return found


def place_problems(division: Place | None, *, country: str = COUNTRY, code: str = "") -> list[str]:
    """Why a division is no destination."""
    if country != COUNTRY or code.startswith(NOT_MAINLAND) or (division and division.code.startswith(NOT_MAINLAND)):
        return [_("Orders are delivered to addresses on the Chinese mainland only.")]
    if division is None or division.level not in (Place.Level.COUNTY, Place.Level.TOWNSHIP):
        return [_("Choose the county or district of the address: the way of the goods is planned by its code.")]
    return []


def place_names(division: Place | None, *, at: datetime) -> list[str]:
    """From the province down to the division, as a letter is addressed, by the names known at that moment.

    What stands between a municipality and its districts in GB/T 2260 is no place's name and is left out.
    """
    upwards: list[Place] = []
    while division is not None:
        upwards.append(division)
        division = division.parent
    found: dict[str, None] = {}
    for place in names.known(upwards[::-1], at=at):
        if place.name not in NO_PLACE:
            found.setdefault(str(place))
    return list(found)


def save(address: Address, division: Place) -> ShippingAddress:
    """The row an order points at; ask `problems` first."""
    made: ShippingAddress = ShippingAddress.objects.create(
        first_name=address.name.strip(), line1=address.street.strip(), line4=division.name, postcode=address.postcode,
        country=memo.keep("the country", _country), phone_number=_phone(address.phone) or "", division=division,
    )  # fmt: skip
    return made


def _country() -> Any:
    """Oscar's row for the mainland, which no page changes."""
    return get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2=COUNTRY,
        defaults={"printable_name": "China", "name": "People's Republic of China", "is_shipping_country": True},
    )[0]


def _phone(typed: str) -> str | None:
    """The number in international form, None when it is no possible number; a number without +.. is Chinese."""
    if not typed.isascii():
        return None
    try:
        number = phonenumbers.parse(typed, COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
