"""A real Chromium on a real server. Without one these tests are skipped, loudly; REQUIRE_CHROMIUM=1 forbids that."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.browser import demo, stops, walker
from tests.browser.steps import press
from tests.walk import world

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in this thread


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests run last: Playwright keeps an event loop in this thread, and others would meet its state."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: "tests/browser/" in item.nodeid)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        words = "NO CHROMIUM FOUND: the browser tests did not run. Install it (Debian: apt-get install chromium)."
        if os.environ.get("REQUIRE_CHROMIUM") == "1":
            pytest.fail(words)
        warnings.warn(words, stacklevel=1)
        pytest.skip(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tour(chromium: Browser, postgres: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[walker.Notes]:
    """What was found at every stop of the tour; it is walked once, however many tests read its notes."""
    try:
        with django_db_blocker.unblock(), demo.served(tmp_path_factory.mktemp("tour")) as made:
            notes = walker.walk(chromium, made, list(stops.every(made)))
        yield notes
    finally:
        with django_db_blocker.unblock():
            postgres.renew()


class Visitor:
    """One person's browser window. It keeps what went wrong: foreign requests, script errors, server errors."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.trouble: list[str] = []
        context.route("**/*", self._only_here)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        self.page.on("response", self._note)

    def _only_here(self, route: Route) -> None:
        host = urlsplit(route.request.url).hostname
        if host in ("127.0.0.1", "localhost", None):
            route.continue_()
        else:
            self.trouble.append(f"foreign host: {route.request.url}")
            route.abort()

    def _note(self, response: Any) -> None:
        if response.status >= 500:
            self.trouble.append(f"{response.status}: {response.url}")


@pytest.fixture
def visitors(chromium: Browser) -> Iterator[Any]:
    """Opens browser windows: visitors(width=360, locale="zh-CN"). No one may meet trouble."""
    opened: list[Visitor] = []

    def visitor(width: int = 1280, **options: Any) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", **options)
        context.set_default_timeout(20_000)
        opened.append(Visitor(context))
        return opened[-1]

    yield visitor
    trouble = [words for one in opened for words in one.trouble]
    for one in opened:
        one.context.close()
    assert trouble == []


@pytest.fixture
def basket(live_server: Any, visitors: Any) -> Page:
    """A phone on the basket page with one pack."""
    made = world.build(timezone.now())
    world.certify(made, timezone.now())
    page: Page = visitors(width=360).page
    page.goto(f"{live_server.url}/en/products/")
    press(page.get_by_role("link", name=made.suppliers[0].product.title_en))
    press(page.get_by_role("button", name="Put in the basket"))
    return page
