"""Every address of the site has a written class, and strangers get from each what its class says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

from shop import access
from shop.access import Access
from tests import make

WAGTAIL_PAGES = {"home", "wagtail_serve"}  # whatever editors publish: public
CLOSED = {Access.SIGNED_IN, Access.ROLE, Access.HOUSEHOLD, Access.STAFF, Access.KEY}
SIGN_IN = ("/account/sign-in/", "/en/account/sign-in/", "/household/enter/", "/cms/login/", "/dashboard/login/")
# Staff systems let people in by their own sign-in and sign-out pages.
DOORS = {"cms/login/", "cms/logout/", "cms/jsi18n/", "cms/sprite/", "dashboard/login/", "dashboard/logout/"}


def routes() -> Iterator[tuple[str, str | None]]:
    """(route as written, name) of every address, without the language prefix."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str | None]]:
        for pattern in patterns:
            here = "" if isinstance(pattern.pattern, LocalePrefixPattern) else str(pattern.pattern).lstrip("^")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, before + here)
            else:
                yield before + here, pattern.name

    return walk(get_resolver().url_patterns, "")


ALL = sorted(set(routes()), key=str)
LOCKED = [
    route for route, name in ALL if access.of(route) in CLOSED and not any(route.startswith(door) for door in DOORS)
]


def address(route: str) -> str | None:
    """An address of the route with made-up values; None where a regular expression cannot be filled in simply."""
    plain = route.rstrip("$").removesuffix("\\Z")
    plain = re.sub(r"<int:[^>]+>|\(\?P<\w+>(\\d\+|\[0-9\]\+)\)", "987654", plain)
    plain = re.sub(r"<[^>]+>|\(\?P<\w+>[^()]*\)|\.\*", "x1", plain).replace("\\.", ".")
    return None if re.search(r"[\\^$()\[\]?+*]", plain) else "/" + plain


def test_every_address_has_a_written_class() -> None:
    unwritten = [route for route, name in ALL if access.of(route) is None and name not in WAGTAIL_PAGES]

    assert len(ALL) > 150
    assert unwritten == []


def test_an_address_nobody_wrote_down_is_noticed() -> None:
    assert access.of("secret-export/") is None


@pytest.mark.django_db
@pytest.mark.parametrize("route", LOCKED)
def test_a_stranger_is_stopped(route: str) -> None:
    url = address(route)
    if url is None:
        pytest.fail(f"no address could be made of {route}: extend `address`")

    for method in ("get", "post"):
        answer = getattr(Client(), method)(url)
        stopped = answer.status_code in (401, 403, 404, 405) or (
            answer.status_code == 302 and answer["Location"].startswith(SIGN_IN)
        )
        assert stopped, f"{method} {url}: {answer.status_code} {answer.get('Location', '')}"


@pytest.mark.django_db
def test_a_buyer_with_an_account_has_no_role() -> None:
    client = Client()
    client.force_login(make.user())
    roles = [route for route in LOCKED if access.of(route) in (Access.ROLE, Access.STAFF, Access.HOUSEHOLD)]

    let_in = []
    for route in roles:
        answer = client.get(address(route) or "/")
        if answer.status_code == 200 or (answer.status_code == 302 and not answer["Location"].startswith(SIGN_IN)):
            let_in.append((route, answer.status_code, answer.get("Location")))

    assert len(roles) > 100
    assert let_in == []


@pytest.mark.django_db
def test_somebody_with_the_role_is_let_in() -> None:
    """The control: the same request with the role succeeds, so the refusals above are about the role."""
    client = Client()
    client.force_login(make.officer())

    assert client.get("/certificates/room/").status_code == 200
