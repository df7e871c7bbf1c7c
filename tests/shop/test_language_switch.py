"""Changing the language loses nothing: not the page, not what somebody has typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.order import world

pytestmark = pytest.mark.django_db
TYPED = {
    "email": "buyer@example.org", "name": "收件人", "phone": "13800000000", "street": "人民路1号",
    "province": "31", "city": "3101", "county": "310101", "choice": "fastest", "method": "card",
}  # fmt: skip


def in_basket() -> Client:
    nodes = world.open_network()
    client = Client()
    product = world.on_sale(nodes["village"])
    sent_from = {"Sec-Fetch-Site": "same-origin"}
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": "1"}, headers=sent_from)
    return client


def buttons(page: Any) -> list[str]:
    """The buttons that send the form of the checkout, in the order of the page."""
    inside = page.content.decode().partition('<form id="checkout"')
    before = re.findall(r'<button[^>]*form="checkout"[^>]*>', inside[0])
    return before + re.findall(r"<button[^>]*>", inside[2].partition("</form>")[0])


def test_the_language_of_the_checkout_is_a_button_that_takes_the_answers_along() -> None:
    page = in_basket().get("/checkout/")

    [english] = [button for button in buttons(page) if "formaction" in button]
    assert 'formaction="/en/checkout/"' in english and 'name="step" value="places"' in english


def test_the_answers_stand_in_the_form_of_the_other_language() -> None:
    client = in_basket()
    submission = client.get("/checkout/").context["form"]["submission"].value()

    page = client.post("/en/checkout/", TYPED | {"submission": submission, "step": "places"})

    form = page.context["form"]
    assert '<html lang="en"' in page.content.decode()
    assert {name: form[name].value() for name in TYPED} == TYPED
    assert form["submission"].value() == submission
    assert page.context["preview"] is not None and not form.errors


def test_half_an_answer_is_no_mistake_when_the_language_changes() -> None:
    page = in_basket().post("/en/checkout/", {"email": "buyer@", "step": "places"})

    assert page.status_code == 200
    assert page.context["form"]["email"].value() == "buyer@"
    assert "field__errors" not in page.content.decode()


def test_the_enter_key_does_not_change_the_language() -> None:
    """A browser presses the first button of a form for the Enter key."""
    first, *others = buttons(in_basket().get("/checkout/"))

    assert "formaction" not in first and 'value="places"' in first
    assert any("formaction" in button for button in others)


def test_elsewhere_the_language_is_a_link() -> None:
    text = Client().get("/basket/").content.decode()

    assert '<a href="/en/basket/" lang="en" hreflang="en">English</a>' in text
    assert "formaction" not in text
