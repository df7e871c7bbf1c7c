"""What people do on a page, waiting for what it leads to."""

from __future__ import annotations

from playwright.sync_api import Locator


def press(button: Locator) -> None:
    """Press a button or a link, and wait for the page it leads to before anything else is done."""
    with button.page.expect_navigation():
        button.click()
