"""Walks the tour once in each language and notes what is wrong at every stop; the tests read its notes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.browser import eyes
from tests.browser.demo import Demo
from tests.browser.stops import HOUSEHOLD, Stop, settled

REFUSED = """document.addEventListener("securitypolicyviolation", (event) => console.error(
    `refused by the policy: ${event.effectiveDirective} ${event.blockedURI}`));"""
LOOKS = {"": (360, "dark"), "/en": (1280, "light"), "/ug": (360, "light")}
LARGE_TEXT_AT = 640
MANY = 70

Notes = dict[str, dict[str, list[str]]]


class Window:
    """One browser window. It notes what the browser complains about while a page is open.

    expected: the answer the page itself may give; any other answer above 399 is trouble
    """

    def __init__(self, context: BrowserContext) -> None:
        self.trouble: list[str] = []
        self.expected = 200
        context.add_init_script(REFUSED)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        self.page.on("console", self._console)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)
        self.page.on("request", lambda request: self._host(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.trouble.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the browser gives up what a page that it leaves still waits for
            self.trouble.append(f"not loaded: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status != self.expected:
            self.trouble.append(f"{response.status}: {response.url}")

    def _host(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "about:")):
            self.trouble.append(f"another host: {url}")


def walk(browser: Browser, demo: Demo, stops: list[Stop]) -> Notes:
    """By kind of finding ("barriers", "layout", "large text", "faults", "trouble"), then by page."""
    notes: Notes = defaultdict(dict)
    for language, (width, scheme) in LOOKS.items():
        windows: dict[str, Window] = {}
        for stop in stops:
            if language not in stop.languages:
                continue
            if stop.who not in windows:
                windows[stop.who] = _window(browser, demo, stop.who, width, scheme)
            for kind, found in _look(windows[stop.who], demo.url + language, stop, width).items():
                notes[kind][f"{stop.name} ({language or 'zh'}, {width}, {scheme})"] = found
        for window in windows.values():
            window.page.context.close()
    return dict(notes)


def _window(browser: Browser, demo: Demo, who: str, width: int, scheme: Any) -> Window:
    size = {"width": width, "height": eyes.HEIGHT}
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
    if who:
        session = demo.household() if who == HOUSEHOLD else demo.session(who)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": demo.url}])
    return Window(context)


def _look(window: Window, root: str, stop: Stop, width: int) -> dict[str, list[str]]:
    page, window.expected = window.page, stop.status
    page.set_viewport_size({"width": width, "height": eyes.HEIGHT})
    answer = page.goto(root + stop.path)
    if answer is None or (stop.steps is None and answer.status != stop.status):
        window.trouble.append(f"answered {answer and answer.status} instead of {stop.status}")
    if stop.steps is not None:
        stop.steps(page)
    settled(page)
    found = {
        "barriers": eyes.barriers(page),
        "faults": eyes.faults(page),
        "layout": eyes.layout(page),
        "large text": eyes.layout_of_large_text(page, LARGE_TEXT_AT),
        "trouble": [*window.trouble],
    }
    window.trouble.clear()
    return found


def found(notes: Notes, kind: str) -> dict[str, list[str]]:
    """The pages on which something of a kind was found, and what; the walk has been to many pages."""
    assert len(notes[kind]) > MANY
    return {page: words for page, words in notes[kind].items() if words}
