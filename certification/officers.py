"""Who may act on an application: the right role, the right area, and no hand in it before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils.translation import gettext as _

from catalogue.models import Place
from certification.models import Application, ApplicationMove, Officer, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from catalogue.partner.models import Partner

DECIDING = (Role.COUNTY, Role.PREFECTURE, Role.PROVINCE)
SUPPLIER = "supplier"  # the role written into a move made by the supplier


class WrongStep(Exception):
    """The application waits for something else, or for another role."""


class NotYourArea(Exception):
    """The product comes from outside the officer's area."""


class SeparationOfDuties(Exception):
    """Nobody decides what they submitted or reviewed before, nor what their own supplier sells."""


def place_code(application: Application) -> str:
    """The finest place known: the product's origin, or the supplier's township where that lies in it."""
    origin: str = application.product.origin_id or ""
    township: str = application.partner.township_id or ""
    return township if origin and township.startswith(origin) else origin


def lies_in(area: str) -> Q:
    """Applications whose `place_code` lies in an area."""
    township_in_origin = Q(partner__township__code__startswith=F("product__origin__code"))
    return Q(product__origin__code__startswith=area) | (
        Q(partner__township__code__startswith=area) & township_in_origin
    )


def office_for(application: Application, *, by: AbstractUser, roles: Iterable[str]) -> Officer:
    """The office in which a person may act on an application now.

    roles: any one of them will do

    Raises WrongStep without such an office, NotYourArea when the product comes from outside its area.
    """
    wanted = list(roles)
    held = list(Officer.objects.filter(user_id=by.pk, role__in=wanted).order_by("role", "area_id"))
    place = place_code(application)
    names = {"application": application, "roles": ", ".join(str(Role(role).label) for role in wanted)}
    names["place"] = Place.published(place)
    if not held:
        raise WrongStep(_("“%(application)s” waits for: %(roles)s. You hold no such office; leave it to them.") % names)
    for office in held:
        if place.startswith(office.area_id):
            return office
    raise NotYourArea(
        _("“%(application)s” comes from %(place)s, outside your area; leave it to an officer of that area.") % names
    )


def keep_apart(application: Application, *, by: AbstractUser) -> None:
    """Raise SeparationOfDuties when the person acted on the application before or belongs to its supplier."""
    if ApplicationMove.objects.filter(application=application, by_id=by.pk).exists():
        raise SeparationOfDuties(
            _("You submitted or reviewed “%(application)s” before; another officer has to decide it.")
            % {"application": application}
        )
    keep_out_supplier(application.partner, by=by)


def keep_out_supplier(partner: Partner, *, by: AbstractUser) -> None:
    """Raise SeparationOfDuties when the person belongs to the supplier."""
    if partner.users.filter(pk=by.pk).exists():
        raise SeparationOfDuties(
            _("You belong to %(supplier)s; an officer independent of it has to decide.") % {"supplier": partner.label}
        )
