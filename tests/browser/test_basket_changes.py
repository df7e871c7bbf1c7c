"""A change in the basket is sent once, the head of the page counts with it, and a lost network is said."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.steps import press
from tests.walk import world

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_typed_number_and_its_button_send_one_change_and_the_head_counts_with_it(basket: Page) -> None:
    sent: list[str] = []
    basket.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    basket.locator(".basket__quantity").fill("2")
    basket.get_by_role("button", name="Change").click()

    expect(basket.locator("[data-visitor-basket]").first).to_have_text("2")
    basket.wait_for_timeout(500)  # longer than a second change would wait

    assert len(sent) == 1
    expect(basket.get_by_role("button", name="Change")).to_be_focused()


def test_a_lost_network_is_said_until_a_change_succeeds(basket: Page) -> None:
    said = basket.locator("[data-offline-words]")
    expect(said).to_be_hidden()
    basket.context.set_offline(True)
    basket.locator(".basket__quantity").fill("2")
    basket.get_by_role("button", name="Change").click()
    expect(said).to_contain_text("Nothing was changed; press Change again.")
    expect(basket.locator(".basket__quantity")).to_have_value("2")

    basket.context.set_offline(False)
    basket.get_by_role("button", name="Change").click()

    expect(basket.locator("[data-visitor-basket]").first).to_have_text("2")
    expect(said).to_be_hidden()


def test_the_button_that_puts_in_the_basket_keeps_its_words_on_one_line(live_server: Any, visitors: Any) -> None:
    made = world.build(timezone.now())
    world.certify(made, timezone.now())
    page: Page = visitors(width=360).page
    page.goto(f"{live_server.url}/products/")
    press(page.get_by_role("link", name=made.suppliers[0].product.title))

    lines = page.locator("#buy .button").evaluate(
        "button => { const words = document.createRange(); words.selectNodeContents(button);"
        " return new Set([...words.getClientRects()].filter(box => box.width).map(box => box.top)).size }"
    )

    assert lines == 1
