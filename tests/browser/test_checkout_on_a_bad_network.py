"""What a buyer types or chooses while prices load, or while the network is gone, is never thrown away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.steps import press

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def checkout(basket: Page) -> Page:
    """The same phone on the checkout page."""
    press(basket.get_by_role("link", name="Go to checkout"))
    return basket


def choose_shanghai(page: Page) -> None:
    for label, code in (("Province", "31"), ("City", "3101"), ("County or district", "310101")):
        page.get_by_label(label, exact=True).select_option(code)


def test_late_answers_take_nothing_back(checkout: Page) -> None:
    waiting: list[Route] = []
    checkout.route("**/checkout/", lambda route: waiting.append(route))
    checkout.get_by_label("Province", exact=True).select_option("65")
    checkout.get_by_label("Province", exact=True).select_option("31")
    checkout.get_by_label("bank card").check()
    checkout.get_by_label("Fastest way").check()
    checkout.get_by_label("Street").fill("人民路1号")
    for _turn in range(100):
        if len(waiting) == 3:
            break
        checkout.wait_for_timeout(50)
    assert len(waiting) == 3  # two provinces and a way
    for route in reversed(waiting):  # the newest answer first, the oldest last
        route.continue_()

    expect(checkout.locator("#id_city option[value='3101']")).to_be_attached()
    expect(checkout.get_by_label("Province", exact=True)).to_have_value("31")
    expect(checkout.get_by_label("bank card")).to_be_checked()
    expect(checkout.get_by_label("Fastest way")).to_be_checked()
    expect(checkout.get_by_label("Street")).to_have_value("人民路1号")


def test_without_a_network_the_form_stays_and_says_so(checkout: Page) -> None:
    choose_shanghai(checkout)
    expect(checkout.get_by_text("At your door by")).to_be_visible()
    checkout.get_by_label("Street").fill("人民路1号")
    checkout.context.set_offline(True)

    checkout.get_by_label("Fastest way").check()

    expect(checkout.get_by_text("The network did not answer")).to_be_visible()
    expect(checkout.get_by_label("Street")).to_have_value("人民路1号")
    checkout.context.set_offline(False)
    checkout.get_by_label("Cheapest way").check()
    expect(checkout.get_by_text("At your door by")).to_be_visible()
