"""What each role of a supplier's people may do: one table, asked by every page of the room."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import QuerySet

from catalogue.partner.models import Membership, Partner, StaffRole
from shop.accounts.models import User


class Duty(StrEnum):
    ORDERS = "orders"  # to look at what was ordered and is to be sent
    GOODS = "goods"  # products, uploads, photos, prices
    APPLICATIONS = "applications"  # for certificates
    EARNINGS = "earnings"
    PAPERS = "papers"  # documents of the supplier, and its registration
    STAFF = "staff"
    MACHINES = "machines"  # webhooks and keys of the supplier's own software


MAY = {
    StaffRole.MANAGER: frozenset(Duty),
    StaffRole.CLERK: frozenset({Duty.ORDERS, Duty.GOODS, Duty.APPLICATIONS}),
    StaffRole.ACCOUNTANT: frozenset({Duty.ORDERS, Duty.EARNINGS}),
}


def roles(duty: Duty) -> list[StaffRole]:
    return [role for role, duties in MAY.items() if duty in duties]


def partners(user: User, duty: Duty) -> QuerySet[Partner]:
    """The suppliers for which a person has a duty, by name."""
    mine = Membership.objects.filter(user=user, role__in=roles(duty))
    return Partner.objects.filter(memberships__in=mine).order_by("name", "pk")


def of(user: User) -> frozenset[Duty]:
    """All duties a person has, for one supplier or another."""
    held = Membership.objects.filter(user=user).values_list("role", flat=True)
    return frozenset[Duty]().union(*(MAY[StaffRole(role)] for role in held))


def who_can_help(user: User) -> list[str]:
    """The addresses of the managers of the person's suppliers."""
    managers = Membership.objects.filter(partner__users=user, role=StaffRole.MANAGER)
    return list(managers.order_by("user__email").values_list("user__email", flat=True).distinct())
