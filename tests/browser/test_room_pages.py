"""The pages of a room on a phone stand in a row wider than the screen; the one that is open is in sight."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests import make
from tests.rooms import client_of, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_open_page_is_brought_into_sight(live_server: Any, visitors: Any, scripts: bool) -> None:
    visitor = visitors(width=360, java_script_enabled=scripts)
    session = client_of(person(partner=make.partner())).cookies[settings.SESSION_COOKIE_NAME].value
    visitor.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page: Page = visitor.page

    page.goto(f"{live_server.url}/supplier/keys/")

    current = page.locator(".room-nav [aria-current]")
    expect(current).to_have_text("接口密钥")
    if scripts:
        expect(current).to_be_in_viewport(ratio=0.95)
    else:  # the control
        expect(current).not_to_be_in_viewport()
