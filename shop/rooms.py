"""Which rooms a signed-in person may enter; each room's own functions decide what is seen there."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.partner.models import Partner
from certification.models import Officer
from logistics.models import Operator
from shop.accounts.models import User
from shop.reports.models import Official

SETTLEMENT_PERMISSIONS = (
    "revenue.draft_payout",
    "revenue.approve_payout",
    "revenue.release_payout",
    "revenue.evidence_payout",
    "revenue.decide_dispute",
    "payments.add_refund",
)


def may(user: User, permission: str) -> bool:
    """Granted to this person by name or group. Running the shop (a superuser) is no office in settlement."""
    return not user.is_superuser and user.has_perm(permission)


def works_in_settlement(user: User) -> bool:
    return any(may(user, permission) for permission in SETTLEMENT_PERMISSIONS)


def of(user: Any) -> list[dict[str, str]]:
    """label and url of every room this person has work in, for a signed-in user."""
    found = []
    if Partner.objects.filter(users=user).exists():
        found.append({"label": _("Supplier's room"), "url": reverse("supplier:home")})
    if Officer.objects.filter(user=user).exists():
        found.append({"label": _("Certifier's room"), "url": reverse("certificates:queue")})
    if Operator.objects.filter(user=user).exists():
        found.append({"label": _("Centre's room"), "url": reverse("centre:home")})
    if works_in_settlement(user):
        found.append({"label": _("Settlement room"), "url": reverse("settlement:home")})
    if Official.objects.filter(user=user).exists():
        found.append({"label": _("Official's room"), "url": reverse("official:income")})
    if user.is_staff:
        found.append({"label": _("Shop administration"), "url": reverse("dashboard:index")})
        found.append({"label": _("Suppliers"), "url": reverse("dashboard:partner-list")})
        found.append({"label": _("Review of articles"), "url": reverse("listings:queue")})
        found.append({"label": _("Webhooks"), "url": reverse("webhooks:index")})
    if user.is_staff or user.has_perm("wagtailadmin.access_admin"):
        found.append({"label": _("Pages"), "url": reverse("wagtailadmin_home")})
    return found
