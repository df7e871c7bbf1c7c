"""The tour: every kind of page at four widths, in each language, light and dark; nothing runs over or is missing."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import eyes
from tests.browser.walker import Notes, Window, found

SHEET = "<!doctype html><html lang=en><title>Sheet · Oasis Market</title><body><h1>Sheet</h1>"


@pytest.fixture
def page(visitors: Any) -> Page:
    return visitors(width=360).page  # type: ignore[no-any-return]


def test_nothing_scrolls_sideways_is_cut_or_lies_under_the_header(tour: Notes) -> None:
    assert found(tour, "layout") == {}


def test_text_at_200_percent_still_fits(tour: Notes) -> None:
    assert found(tour, "large text") == {}


def test_every_page_has_one_h1_a_title_said_once_and_whole_pictures(tour: Notes) -> None:
    assert found(tour, "faults") == {}


def test_the_browser_complains_about_nothing(tour: Notes) -> None:
    assert found(tour, "trouble") == {}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p><span style='display: block; width: 900px'>wide</span>", "at 360: scrolls sideways by"),
        ("<p style='overflow: hidden; width: 40px; white-space: nowrap'>too long for this", "cut off: p."),
        ("<header class=work-header style='height: 200px'></header><main style='margin-top: -50px'><p>up", "under the"),
        ("<header class=work-header><a class=brand>Oasis</a><a class=brand style='margin-left: -20px'>two", "lies on"),
    ],
)
def test_what_does_not_fit_is_seen(page: Page, body: str, said: str) -> None:
    page.set_content(SHEET + body)

    assert any(said in words for words in eyes.layout(page, (360,)))


def test_large_text_that_does_not_fit_is_seen(page: Page) -> None:
    page.set_content(SHEET + "<p style='white-space: nowrap'>These words fit on a sheet of 360.")

    assert eyes.layout(page, (360,)) == []
    assert eyes.layout_of_large_text(page, 360) != []
    assert eyes.layout(page, (360,)) == []  # the text is as large as it was


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<title>Sheet · Sheet</title><h1>Sheet</h1>", "title is doubled"),
        ("<title> · Oasis Market</title><h1>Sheet</h1>", "title says nothing"),
        ("<title>Sheet</title><h1>Sheet</h1><h1>Sheet</h1>", "2 h1"),
        ("<title>Sheet</title><h1>Sheet</h1><img src='data:,' alt='' width=1 height=1>", "is broken"),
        ("<title>Sheet</title><h1>Sheet</h1><img src='data:,' width=1 height=1>", "has no alt"),
        ("<title>Sheet</title><h1>Sheet</h1><img src='data:,' alt=''>", "has no width and height"),
    ],
)
def test_a_fault_of_the_outline_or_of_a_picture_is_seen(page: Page, html: str, said: str) -> None:
    page.set_content(f"<!doctype html>{html}")

    assert any(said in words for words in eyes.faults(page))


@pytest.mark.django_db(transaction=True)
def test_what_the_browser_complains_about_is_noted(visitors: Any, live_server: Any) -> None:
    window = Window(visitors().context)
    page = window.page
    page.route("**/lost", lambda route: route.abort())
    page.goto(f"{live_server.url}/en/account/sign-in/")

    page.evaluate("() => { setTimeout(() => { throw new Error('x') }); console.error('x'); }")
    page.evaluate("() => Promise.allSettled(['/no-such-page/', '/lost'].map((path) => fetch(path)))")
    page.evaluate("() => fetch('https://evil.example/').catch(() => null)")
    page.wait_for_timeout(300)  # the browser's words come by themselves

    noted = [words.split(":")[0] for words in window.trouble]
    assert set(noted) == {"script", "console", "404", "not loaded", "another host"}
    assert any("refused by the policy: connect-src" in words for words in window.trouble)
