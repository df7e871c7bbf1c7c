"""What every page of the site knows."""

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info

from shop import languages


def site(request: HttpRequest) -> dict[str, Any]:
    """The language switch, and whether payments here are a test. A page that stands elsewhere in another language, as
    what editors publish may, gives its own `language_links`.
    """
    return {
        "frame": frame_of(get_language() or settings.LANGUAGE_CODE),
        "language_links": languages.links(request.get_full_path()),
        "test_gateway": settings.TEST_GATEWAY,
        "contact": settings.DEFAULT_FROM_EMAIL,
        "searched": _searched(request),
    }


def _searched(request: HttpRequest) -> str:
    """What the field of the search holds; nothing for a request that cannot be read, which gets a page too."""
    try:
        return request.GET.get("query", "")
    except SuspiciousOperation:
        return ""


class Frame(NamedTuple):
    """The frame around a page: its language, the direction that is written in, and the addresses of the main pages."""

    language: str
    direction: str
    home: str
    products: str
    suggestions: str
    verify: str
    basket: str
    account: str
    visitor: str


@cache
def frame_of(language: str) -> Frame:
    """language: the one that is active now"""
    return Frame(
        language=language,
        direction="rtl" if get_language_info(language)["bidi"] else "ltr",
        home=_address("home"),
        products=_address("catalogue:index"),
        suggestions=_address("catalogue:suggestions"),
        verify=_address("certificates:index"),
        basket=_address("basket:summary"),
        account=_address("customer:login"),
        visitor=_address("visitor"),
    )


def _address(name: str) -> str:
    """Of a main page in the language that is active; the front page where it has none, as what editors publish."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return "/"
