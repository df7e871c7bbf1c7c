"""Barriers: axe-core finds none by any of its rules on any page, and whoever asks for less motion gets none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import eyes
from tests.browser.walker import Notes, found

MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none" ||
    style.scrollBehavior === "smooth";
}).length"""


def test_no_page_of_the_tour_has_a_barrier(tour: Notes) -> None:
    assert found(tour, "barriers") == {}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<main><h1>x</h1><img src='data:,'></main>", "image-alt"),
        ("<main><h1>x</h1><p style='color: #aaa; background: #fff'>pale words</p></main>", "color-contrast"),
        ("<main><h1>x</h1><input></main>", "label"),
        ("<main><h1>x</h1><h3>y</h3></main>", "heading-order"),
        ("<main><h1>x</h1></main><p>beside every landmark</p>", "region"),
    ],
)
def test_a_barrier_is_found(visitors: Any, body: str, rule: str) -> None:
    page = visitors().page
    page.set_content(f"<!doctype html><html lang=en><title>x</title><body>{body}")

    assert [words.split(":")[0] for words in eyes.barriers(page)] == [rule]


@pytest.mark.django_db(transaction=True)
def test_nothing_moves_for_those_who_ask_for_no_motion(visitors: Any, live_server: Any) -> None:
    moving = {}
    for wish in ("no-preference", "reduce"):
        page = visitors(reduced_motion=wish).page
        page.goto(f"{live_server.url}/styleguide/")
        moving[wish] = page.evaluate(MOVING)

    assert moving["reduce"] == 0
    assert moving["no-preference"] > 0
