"""The basket's form stands on a shared page without a token: who may send it, and what strangers' sites get."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from tests import make

pytestmark = pytest.mark.django_db
Line = get_model("basket", "Line")


@pytest.fixture
def product(db: None) -> Any:
    made = make.product()
    make.certificate(made, at=timezone.now())
    lot = make.packed_lot(made, units=50, expires=timezone.localdate() + timezone.timedelta(days=100))
    make.stock(lot, make.node("county", "county"))
    return made


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def put(browser: Client, product: Any, answers: dict[str, Any] | None = None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.post(f"/basket/add/{product.pk}/", {"quantity": 2} | (answers or {}), headers=named)


@pytest.mark.parametrize(
    "headers", [{"Sec_Fetch_Site": "same-origin"}, {"Origin": "http://testserver"}], ids=["fetch metadata", "origin"]
)
def test_a_form_sent_from_this_site_is_taken(browser: Client, product: Any, headers: dict[str, str]) -> None:
    answer = put(browser, product, **headers)

    assert answer.status_code == 302
    assert Line.objects.get().quantity == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
    ],
    ids=str,
)
def test_a_form_sent_from_another_site_is_refused(browser: Client, product: Any, headers: dict[str, str]) -> None:
    answer = put(browser, product, **headers)

    assert answer.status_code == 403
    assert not Line.objects.exists()


def test_an_old_browser_is_asked_once_more_with_a_token(browser: Client, product: Any) -> None:
    asked = put(browser, product)

    assert asked.status_code == 200
    assert not Line.objects.exists()
    token = asked.context["csrf_token"]
    assert 'name="quantity" value="2"' in asked.content.decode()

    answer = put(browser, product, {"csrfmiddlewaretoken": str(token)})

    assert answer.status_code == 302
    assert Line.objects.get().quantity == 2


def test_a_made_up_token_proves_nothing(browser: Client, product: Any) -> None:
    answer = put(browser, product, {"csrfmiddlewaretoken": "x" * 64}, Sec_Fetch_Site="cross-site")

    assert answer.status_code == 403
    assert not Line.objects.exists()


def test_every_other_form_still_needs_its_token(browser: Client, product: Any) -> None:
    put(browser, product, Sec_Fetch_Site="same-origin")
    line = Line.objects.get()

    answer = browser.post(f"/basket/lines/{line.pk}/", {"quantity": 1}, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 403
    assert Line.objects.get().quantity == 2
