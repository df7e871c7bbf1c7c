"""An article by hand, from the clerk's draft over the reviewer's question to the pages; then a change that waits."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalogue.models import Category, Product
from tests import make
from tests.browser.test_walk import press, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def write(page: Page, **said: str) -> None:
    for key, text in said.items():
        page.locator(f"#id_{key}").fill(text)


def test_a_clerk_drafts_a_reviewer_asks_and_accepts_and_a_later_change_waits(live_server: Any, visitors: Any) -> None:
    Category.add_root(name="坚果", name_en="Nuts", slug="nuts")
    make.commodity()
    supplier = make.partner()
    clerk, reviewer = visitors(width=360).page, visitors(width=1280).page
    sign_in(clerk, live_server.url, make.member(supplier), "/supplier/articles/")
    press(clerk.get_by_role("link", name="New article"))
    write(clerk, sku="N-1", title="核桃 250克", title_en="Walnuts", net_content_g="250", price_fen="9.90")
    press(clerk.get_by_role("button", name="Keep"))
    expect(clerk.get_by_text("The unit is missing")).to_be_visible()
    write(clerk, net_content_g="250 g")
    press(clerk.get_by_role("button", name="Keep"))
    press(clerk.get_by_role("button", name="Submit for review"))

    sign_in(reviewer, live_server.url, make.reviewer(), "/listings/")
    press(reviewer.get_by_role("link", name="Walnuts"))
    write(reviewer, **{"ask-text": "Which harvest?"})
    press(reviewer.get_by_role("button", name="Send the question"))
    clerk.reload()
    write(clerk, text="Of 2026.")
    press(clerk.get_by_role("button", name="Answer and submit again"))
    reviewer.reload()
    reviewer.get_by_label("Choose Walnuts").check()
    press(reviewer.get_by_role("button", name="List the chosen new articles"))
    expect(reviewer.get_by_text("1 article is listed.")).to_be_visible()

    clerk.reload()
    press(clerk.get_by_role("link", name="Change the article"))
    write(clerk, title_en="Thin-shelled walnuts", price_fen="10.50")
    press(clerk.get_by_role("button", name="Keep"))

    expect(clerk.get_by_role("heading", level=1)).to_contain_text("Walnuts")
    expect(clerk.locator("table[aria-labelledby=proposal-caption] td").last).to_have_text("Thin-shelled walnuts")
    product = Product.objects.get()
    assert (product.title_en, product.is_public) == ("Walnuts", True)
    assert str(product.stockrecords.get().price) == "10.50"
