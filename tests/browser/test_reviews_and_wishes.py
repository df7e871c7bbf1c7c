"""In a browser: a buyer writes, an operator publishes, everybody reads; a wish is kept through signing in."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shop.order import numbers
from tests import make
from tests.browser.test_walk import press
from tests.reviews.conftest import Shop

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long password"


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in"))


def english(path: str) -> str:
    return path if path.startswith("/en/") else f"/en{path}"


def test_a_review_is_written_read_and_published(live_server: Any, visitors: Any) -> None:
    shop = Shop()
    line = shop.received()
    product = live_server.url + english(shop.product.get_absolute_url())
    buyer, operator = visitors(width=360), visitors(width=1280)

    buyer.page.goto(live_server.url + english(numbers.link_for(line.order)))
    press(buyer.page.get_by_role("link", name="Write about Walnuts"))
    buyer.page.get_by_label("4 · good").check()
    buyer.page.get_by_label("In one line").fill("Fine nuts")
    buyer.page.get_by_label("What would you tell").fill("Thin shells, well packed.")
    buyer.page.get_by_label("王**").check()
    press(buyer.page.get_by_role("button", name="Send it"))
    expect(buyer.page.get_by_text("waiting to be read")).to_be_visible()

    operator.page.goto(f"{live_server.url}/en/dashboard/reviews/")
    sign_in(operator.page, shop.reader.email)
    press(operator.page.get_by_role("link", name="4 · Fine nuts"))
    press(operator.page.get_by_role("button", name="Publish"))

    buyer.page.goto(product)
    expect(buyer.page.get_by_role("heading", name="Fine nuts")).to_be_visible()
    expect(buyer.page.get_by_text("the mean of 1 review")).to_be_visible()
    assert buyer.trouble == operator.trouble == []


def test_a_wish_is_kept_through_signing_in_and_its_button_turns_round(live_server: Any, visitors: Any) -> None:
    shop = Shop()
    make.user("li@example.org")
    visitor = visitors(width=360)
    page = visitor.page

    page.goto(live_server.url + english(shop.product.get_absolute_url()))
    press(page.get_by_role("button", name="Put on my wish list"))
    sign_in(page, "li@example.org")
    expect(page.get_by_text("Walnuts is on your wish list.")).to_be_visible()
    press(page.get_by_role("button", name="Take off my wish list"))
    expect(page.get_by_role("button", name="Put on my wish list")).to_be_visible()
    press(page.get_by_role("button", name="Put on my wish list"))

    page.goto(f"{live_server.url}/en/account/wish-list/")
    press(page.get_by_role("button", name="Move to the basket Walnuts"))
    expect(page.get_by_role("link", name="Walnuts").first).to_be_visible()
    assert visitor.trouble == []
