"""What is somebody's own is kept by no cache; passwords cannot be guessed at speed; orders are not moved by hand."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.accounts.models import User
from shop.household.tries import MOST
from tests import make

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"


def sign_in(email: str, password: str, address: str = "127.0.0.1") -> int:
    form = {"email": email, "password": password}
    return Client(REMOTE_ADDR=address).post(reverse("customer:login"), form).status_code


def test_ten_wrong_passwords_are_the_most_and_the_right_one_must_wait() -> None:
    user = make.user()

    wrong = {sign_in(user.email, f"wrong {number}", f"10.0.0.{number}") for number in range(MOST)}

    assert wrong == {422}
    assert sign_in(user.email, PASSWORD, "10.0.1.1") == 422
    later = timezone.now() + timedelta(minutes=16)
    with mock.patch("django.utils.timezone.now", lambda: later):
        assert sign_in(user.email, PASSWORD, "10.0.1.1") == 302


def test_one_address_cannot_try_many_accounts() -> None:
    victim = make.user()

    for number in range(MOST):
        sign_in(f"somebody{number}@example.org", "wrong", "10.0.0.9")

    assert sign_in(victim.email, PASSWORD, "10.0.0.9") == 422
    assert sign_in(victim.email, PASSWORD, "10.0.0.10") == 302  # the owner elsewhere is not locked out


def test_right_passwords_are_not_counted() -> None:
    user = make.user()

    assert {sign_in(user.email, PASSWORD) for _ in range(MOST + 5)} == {302}


@pytest.mark.parametrize("address", ["/account/", "/basket/", "/en/basket/", "/account/sign-in/", "/household/enter/"])
def test_pages_with_somebodys_own_things_are_not_cached(address: str) -> None:
    client = Client()
    client.force_login(make.user())

    answer = client.get(address)

    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_the_shelf_may_be_cached() -> None:
    assert "no-store" not in Client().get("/products/").get("Cache-Control", "")


def test_the_dashboard_shows_orders_and_moves_none() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.org", PASSWORD))

    assert client.get("/dashboard/orders/").status_code == 200
    assert client.post("/dashboard/orders/X1/", {"order_action": "change_order_status"}).status_code == 403


def test_the_language_link_never_leaves_the_site() -> None:
    answer = Client().get("/en//evil.example/")

    assert 'href="//evil.example' not in answer.content.decode()


def test_a_form_without_its_token_gets_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/sign-in/", {"email": "a@example.org"})

    assert answer.status_code == 403
    assert "表单已过期" in answer.content.decode()
    assert "DEBUG" not in answer.content.decode()
