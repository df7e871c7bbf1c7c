"""A supplier's people, invitations and their history, as components take them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.partner.models import Invitation, Membership, StaffStep
from shop.templatetags.shop_format import shanghai


def people(rows: Iterable[Membership], *, may_change: bool) -> dict[str, Any]:
    """rows: with their users"""
    return {
        "columns": [{"label": label} for label in (_("E-mail"), _("Role"), _("Joined"))],
        "rows": [
            [
                {"text": row.user.email, "url": reverse("supplier:person", args=[row.pk]) if may_change else ""},
                {"text": row.get_role_display()},
                {"text": shanghai(row.joined_at, "day") if row.joined_at else ""},
            ]
            for row in rows
        ],
    }


def invitations(rows: Iterable[Invitation]) -> list[dict[str, Any]]:
    return [
        {
            "pk": row.pk,
            "text": _("%(email)s, as %(role)s; the link works until %(until)s")
            % {"email": row.email, "role": row.get_role_display(), "until": shanghai(row.expires_at)},
        }
        for row in rows
    ]


def history(rows: Iterable[StaffStep]) -> list[dict[str, Any]]:
    """rows: with person, invitation and by"""
    return [
        {
            "at": row.at,
            "title": f"{row.person.email if row.person else row.invitation.email}: {row.get_action_display()}",  # type: ignore[union-attr]
            "text": row.get_role_display(),
            "by": row.by.email if row.by != row.person else "",
        }
        for row in rows
    ]
