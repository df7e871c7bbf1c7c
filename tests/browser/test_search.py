"""Search as a person does it: type, take a suggestion by the keyboard, filter, sort, turn the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue import search
from shop.storefront import listing
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
WALNUTS = listing.PAGE_SIZE + 6


@pytest.fixture
def goods(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.ELASTICSEARCH_URL = tmp_path, ""
    at = timezone.now()
    for number in range(WALNUTS):
        price = "25.00" if number else "250.00"
        make.certificate(make.product(title=f"核桃 {number}", title_en=f"Walnuts {number}", price=price), at=at)
    dates = make.commodity("grey-jujube", name="灰枣", name_en="Grey jujubes")
    make.certificate(make.product(title="灰枣", title_en="Grey jujubes", price="30.00", commodity=dates), at=at)
    search.rebuild()


def typed(page: Page, words: str) -> None:
    page.get_by_label("Search products").press_sequentially(words)
    expect(page.get_by_role("option").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_from_a_few_letters_to_the_second_page(goods: None, visitors: Any, live_server: Any, width: int) -> None:
    page: Page = visitors(width=width).page
    page.goto(f"{live_server.url}/en/products/")
    field = page.get_by_label("Search products")

    typed(page, "hetao")
    expect(page.locator("#suggestions-said")).to_have_text("8 suggestions")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    expect(page.locator("[aria-selected=true]")).to_contain_text(f"{WALNUTS} products")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Products for “walnut”")
    page.wait_for_load_state()  # until its scripts listen to the filters
    if width < 700:
        page.get_by_text("Filter and sort").click()
    page.get_by_label("Price").select_option("20-30")
    expect(page.locator("#count")).to_contain_text(f"{WALNUTS - 1} products")
    page.get_by_label("Sort by").select_option("cheapest")
    page.wait_for_url("**order=cheapest**")
    page.get_by_role("link", name="Next").click()

    page.wait_for_url("**page=2**")
    expect(page.locator("#results .card")).to_have_count(WALNUTS - 1 - listing.PAGE_SIZE)


def test_escape_closes_and_leaves_what_was_typed(goods: None, visitors: Any, live_server: Any) -> None:
    page: Page = visitors(width=1280).page
    page.goto(f"{live_server.url}/en/products/")
    field = page.get_by_label("Search products")
    typed(page, "grey")

    page.keyboard.press("Escape")

    expect(page.locator("#suggestions")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("grey")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_count(1)


def test_a_product_is_reached_from_a_slip_of_the_pen(goods: None, visitors: Any, live_server: Any) -> None:
    page: Page = visitors(width=360).page
    page.goto(f"{live_server.url}/en/products/")
    typed(page, "gery")

    page.get_by_role("option", name="Grey jujubes", exact=True).last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Grey jujubes")


def test_without_scripts_the_field_is_a_plain_form(goods: None, visitors: Any, live_server: Any) -> None:
    page: Page = visitors(width=360, java_script_enabled=False).page
    page.goto(f"{live_server.url}/en/products/")

    page.get_by_label("Search products").fill("hongzao")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Products for “hongzao”")
    expect(page.locator("#results .card")).to_have_count(1)
