"""Without a mouse: from the home page to a paid order by Tab, arrows, letters and Enter; the focus is always seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser import eyes
from tests.browser.stops import settled
from tests.browser.test_walk import gateway  # noqa: F401  a fixture
from tests.pages import site
from tests.walk import world

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STOPS = 60
# Where the focus stands: in the window, with a ring of 2 px or more that differs 3:1 from what lies around it.
SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  let style = getComputedStyle(one);
  if (one === document.body) return "nothing has the focus";
  const name = `${one.localName} “${one.textContent.trim().slice(0, 30) || one.name || one.id}”`;
  if (!box.width || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
    return `${name} is out of sight`;
  if (one.tabIndex > 0) return `${name} breaks the order`;
  if (style.outlineStyle === "none") style = getComputedStyle(one, "::after");  // of a card, whose link covers it
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return `${name} shows no ring`;
  const clear = (colour) => colour === "transparent" || colour.endsWith(", 0)");
  let ground = one.parentElement;
  while (ground.parentElement && clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const around = getComputedStyle(ground).backgroundColor;
  const pair = [light(style.outlineColor), light(clear(around) ? "rgb(255, 255, 255)" : around)].sort((a, b) => b - a);
  return pair[0] / pair[1] < 3 ? `the ring of ${name} is pale: ${style.outlineColor} on ${around}` : "";
}"""
FOLLOWS = """(before) => !before.isConnected ||
  Boolean(before.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"""


class Keyboard:
    """A person's hands on one page; every stop of the focus is looked at."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> None:
        before = self.page.evaluate_handle("document.activeElement")
        self.page.keyboard.press("Tab")
        assert self.page.evaluate(SEEN) == ""
        assert self.page.evaluate(FOLLOWS, before), "the focus goes back instead of on"

    def to(self, target: Locator) -> None:
        for _stop in range(MOST_STOPS):
            self.tab()
            if self.has(target):
                return
        raise AssertionError(f"{target} is not reached by {MOST_STOPS} stops")

    def has(self, target: Locator) -> bool:
        return bool(target.evaluate("(one) => one === document.activeElement"))

    def press(self, target: Locator) -> None:
        """Go there, press Enter, wait for the page it leads to."""
        self.to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type_in(self, label: str, words: str) -> None:
        self.to(self.page.get_by_label(label))
        self.page.keyboard.type(words)

    def choose(self, label: str, code: str) -> None:
        """With the arrows, one choice after the other, until this one is there; the list keeps the focus meanwhile."""
        choices = self.page.get_by_label(label, exact=True)
        self.to(choices)
        for _turn in range(40):
            self.page.keyboard.press("ArrowDown")
            settled(self.page)
            assert self.has(choices), f"{label} lost the focus"
            if choices.input_value() == code:
                return
        raise AssertionError(f"{label} has no {code}")


@pytest.fixture
def keyboard(visitors: Any, live_server: Any) -> Keyboard:
    made = world.build(timezone.now())
    world.certify(made, timezone.now())
    site.home()
    page: Page = visitors(width=1280).page
    page.goto(f"{live_server.url}/en/")
    return Keyboard(page)


def test_the_first_stop_leads_past_the_header(visitors: Any, live_server: Any) -> None:
    keyboard = Keyboard(visitors(width=1280).page)
    keyboard.page.goto(f"{live_server.url}/en/products/")

    keyboard.tab()
    assert keyboard.has(keyboard.page.get_by_role("link", name="Skip to the content"))
    keyboard.page.keyboard.press("Enter")
    assert keyboard.has(keyboard.page.locator("#content"))
    keyboard.tab()

    assert keyboard.page.evaluate("document.activeElement.closest('.site-header') === null")


def test_from_the_home_page_to_a_paid_order(keyboard: Keyboard, gateway: Any) -> None:  # noqa: F811
    page = keyboard.page

    keyboard.press(page.get_by_role("link", name="Products", exact=True))
    sort_the_list(keyboard)
    keyboard.press(page.get_by_role("link", name="Goods of 653223"))
    keyboard.to(page.get_by_label("Quantity"))
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Quantity")).to_have_value("2")
    keyboard.press(page.get_by_role("button", name="Put in the basket"))
    one_more(keyboard)
    keyboard.press(page.get_by_role("link", name="Go to checkout"))
    fill_in(keyboard)
    keyboard.press(page.get_by_role("button", name="Place the order and pay"))
    assert eyes.barriers(page) == []
    keyboard.press(page.get_by_role("button", name="Pay", exact=False).first)

    expect(page.get_by_text("paid", exact=True).first).to_be_visible()


def sort_the_list(keyboard: Keyboard) -> None:
    """Another order brings another list; the focus stays where the person is."""
    keyboard.choose("Sort by", "cheapest")
    expect(keyboard.page).to_have_url(re.compile("order=cheapest"))


def one_more(keyboard: Keyboard) -> None:
    """In the basket the sum follows the number, and the number keeps the focus."""
    packs = keyboard.page.get_by_label("Packs of Goods of 653223")
    keyboard.to(packs)
    keyboard.page.keyboard.press("ArrowUp")
    settled(keyboard.page)
    expect(keyboard.page.locator("#basket-said")).to_contain_text("3 packs")
    assert keyboard.has(packs)


def fill_in(keyboard: Keyboard) -> None:
    keyboard.type_in("E-mail", "buyer@example.org")
    keyboard.type_in("Recipient", "收件人")
    keyboard.type_in("Mobile number", "13800000000")
    for label, code in (("Province", "31"), ("City", "3101"), ("County or district", "310101")):
        keyboard.choose(label, code)
    keyboard.type_in("Street", "人民路1号")
    expect(keyboard.page.get_by_text("At your door by").first).to_be_visible()
    keyboard.to(keyboard.page.get_by_label("Cheapest way"))
    keyboard.page.keyboard.press("ArrowDown")
    settled(keyboard.page)
    assert keyboard.has(keyboard.page.get_by_label("Fastest way"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<a href=# style='outline: none'>x</a>", "shows no ring"),
        ("<a href=# style='outline: 3px solid #ddd'>x</a>", "is pale"),
        ("<a href=# style='position: fixed; left: -900px'>x</a>", "out of sight"),
        ("<p>x</p><a href=# tabindex=5>x</a>", "breaks the order"),
    ],
)
def test_a_focus_that_is_not_seen_is_noticed(visitors: Any, body: str, said: str) -> None:
    page = visitors().page
    page.set_content(f"<!doctype html><style>:focus {{ outline: 3px solid #17657c }}</style>{body}")

    page.keyboard.press("Tab")

    assert said in page.evaluate(SEEN)
