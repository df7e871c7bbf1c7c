"""Refunds at the desk: by whoever may, once per form, never more than is left."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Client:
    person = make.user()
    person.user_permissions.add(Permission.objects.get(codename="add_refund"))
    client = Client()
    client.force_login(person)
    return client


def test_an_order_nobody_placed_is_named_with_the_way_on(officer: Client) -> None:
    answer = officer.get(reverse("settlement:find"), {"number": "NOSUCHORDER1"})

    assert answer.status_code == 404
    assert "NOSUCHORDER1" in answer.content.decode()


def test_a_colleague_without_the_permission_is_refused() -> None:
    person = make.user()
    person.user_permissions.add(Permission.objects.get(codename="draft_payout"))
    client = Client()
    client.force_login(person)

    assert client.get(reverse("settlement:find")).status_code == 403


def test_a_stranger_finds_no_such_page() -> None:
    client = Client()
    client.force_login(make.user())

    assert client.get(reverse("settlement:find")).status_code == 404
