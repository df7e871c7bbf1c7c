"""Every answer of the site carries one strict policy; only where paying leads elsewhere does a page say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from shop import security
from shop.accounts.models import User
from tests.order import world

pytestmark = pytest.mark.django_db

HEADER = "Content-Security-Policy"
ANSWERS = {
    "/": 200,
    "/en/products/": 200,
    "/certificates/": 200,
    "/basket/": 200,
    "/account/sign-in/": 200,
    "/nowhere-at-all/": 404,
    "/products/?query=%00": 400,
    "/favicon.ico": 302,
    "/healthz": 200,
    "/api/v1/products": 200,
    "/media/none.jpg": 404,
    "/dashboard/": 302,
    "/cms/": 302,
}


def policy(answer: Any) -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in (part.split() for part in answer[HEADER].split(";"))}


@pytest.mark.parametrize("address", ANSWERS)
def test_every_kind_of_answer_carries_the_policy(address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == ANSWERS[address]
    assert policy(answer)["default-src"] == ["'none'"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("address", ANSWERS)
def test_nothing_inline_and_nothing_foreign_is_allowed_anywhere(address: str) -> None:
    found = policy(Client().get(address))

    assert set(found.get("script-src", [])) <= {"'self'"}
    assert set(found.get("style-src", [])) <= {"'self'"}
    assert "unsafe" not in str(found)


def test_a_page_that_breaks_carries_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.health.connection.cursor", lambda: 1 / 0)

    answer = Client(raise_request_exception=False).get("/healthz")

    assert answer.status_code == 500
    assert policy(answer)["script-src"] == ["'self'"]


def test_static_files_carry_the_policy(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "a.css").write_text("a {}")
    served = security.ContentSecurity(WhiteNoiseMiddleware(lambda request: HttpResponse(status=404)))

    answer = served(RequestFactory().get("/static/a.css"))

    assert answer.status_code == 200
    assert policy(answer)["default-src"] == ["'none'"]


def test_no_middleware_answers_before_the_policy_is_set() -> None:
    assert site.MIDDLEWARE[0] == "shop.security.ContentSecurity"


def test_what_people_uploaded_may_do_nothing() -> None:
    found = policy(Client().get("/media/none.jpg"))

    assert "sandbox" in found
    assert "script-src" not in found


def test_an_order_page_may_send_its_form_to_the_gateway_of_the_settings(settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:12345/v1"
    world.open_network()

    answer = Client().get("/en/orders/no-such-token/")

    assert policy(answer)["form-action"] == ["'self'", "http://127.0.0.1:12345"]


def test_in_production_paying_leads_to_stripe_and_the_wallets_page(settings: Any) -> None:
    settings.STRIPE_API_BASE = ""

    answer = Client().get("/orders/no-such-token/")

    assert policy(answer)["form-action"] == ["'self'", "https://*.stripe.com", "https://*.alipay.com"]


@pytest.mark.parametrize("address", ["/", "/products/", "/account/sign-in/", "/cms/", "/dashboard/"])
def test_other_pages_send_their_forms_to_nobody_else(address: str) -> None:
    assert policy(Client().get(address))["form-action"] == ["'self'"]


def framed(path: str, **headers: str) -> list[str]:
    def view(request: HttpRequest) -> HttpResponse:
        request.resolver_match = None  # type: ignore[assignment]
        return HttpResponse(headers=headers)

    return policy(security.ContentSecurity(view)(RequestFactory().get(path)))["frame-ancestors"]


def test_only_what_wagtail_relaxes_may_be_framed_and_only_by_us() -> None:
    assert framed("/cms/pages/3/edit/preview/", **{"X-Frame-Options": "SAMEORIGIN"}) == ["'self'"]
    assert framed("/cms/pages/3/edit/", **{"X-Frame-Options": "DENY"}) == ["'none'"]
    assert framed("/") == ["'none'"]


def test_an_answer_cannot_loosen_its_own_policy() -> None:
    loose = security.ContentSecurity(lambda request: HttpResponse(headers={HEADER: "script-src *"}))
    request = RequestFactory().get("/")
    request.resolver_match = None  # type: ignore[assignment]

    assert policy(loose(request))["script-src"] == ["'self'"]


@pytest.mark.parametrize("language", ["", "/en"])
def test_no_language_of_the_dashboard_lets_an_order_be_moved_by_hand(language: str) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.org", "a long password"))

    assert client.get(f"{language}/dashboard/orders/").status_code == 200
    assert client.post(f"{language}/dashboard/orders/X1/", {"order_action": "change_order_status"}).status_code == 403
