"""A shop that was running before: its suppliers' people stay and manage, and its suppliers are approved."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from catalogue.partner.models import DocumentKind, Partner
from tests import make


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_people_and_suppliers_of_before_are_kept() -> None:
    person, place = make.user(), make.place()
    call_command("migrate", "partner", "0009", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partner_partner (code, name, name_en, kind, county_id)"
            " VALUES ('old', '老合作社', '', 'cooperative', %s) RETURNING id",
            [place.pk],
        )
        (key,) = cursor.fetchone()
        cursor.execute("INSERT INTO partner_partner_users (partner_id, user_id) VALUES (%s, %s)", [key, person.pk])
    before = rows("SELECT id, partner_id, user_id FROM partner_partner_users")

    call_command("migrate", "partner", verbosity=0)

    partner = Partner.objects.get(code="old")
    membership = partner.memberships.get()
    assert rows("SELECT id, partner_id, user_id FROM partner_partner_users") == before
    assert (membership.user, membership.role, membership.joined_at) == (person, "manager", None)
    assert (partner.state, partner.steps.get().to_state, partner.steps.get().by) == ("approved", "approved", None)
    assert DocumentKind.objects.filter(required_of__contains=["cooperative"]).count() == 2
