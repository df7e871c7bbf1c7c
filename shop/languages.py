"""Which languages a page is offered in, and the addresses of the same page in them.

Chinese stands unmarked and English under /en/, complete for everybody. Uyghur stands under /ug/ and is offered where it
is complete: on the household's own pages. Any other address under /ug/ leads to the same page in Chinese.
"""

from __future__ import annotations

import re
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

NAMES = {"zh-hans": "中文", "en": "English", "ug": "ئۇيغۇرچە"}
HOUSEHOLD = "/household/"
# What stands under /ug/ and is no household page, as a route.
ELSEWHERE = r"^ug/(?!household(?:/|$)).*$"
PREFIX = re.compile(r"^/(en|ug)(?=/|$)")
ROUTE_PREFIX = re.compile(r"^(en|ug)/")


class Link(TypedDict):
    code: str
    name: str
    url: str
    current: bool


def plain(path: str) -> str:
    """The Chinese address of a page; never one of another host, whatever follows the language.

    path: with its query, as `HttpRequest.get_full_path` writes it
    """
    return "/" + PREFIX.sub("", path).lstrip("/")


def plain_route(route: str) -> str:
    """A route as Django's resolver writes it, without its language."""
    return ROUTE_PREFIX.sub("", route)


def links(path: str) -> list[Link]:
    """The language switch of a page: its own language, marked, and the others it is offered in.

    path: as for `plain`
    """
    chinese = plain(path)
    addresses = {"zh-hans": chinese, "en": f"/en{chinese}"}
    if chinese.startswith(HOUSEHOLD):
        addresses["ug"] = f"/ug{chinese}"
    current = get_language() or settings.LANGUAGE_CODE
    return [
        {"code": code, "name": NAMES[code], "url": url, "current": code == current} for code, url in addresses.items()
    ]


def in_chinese(request: HttpRequest) -> HttpResponse:
    """A page that is not offered in Uyghur leads to itself in Chinese."""
    return HttpResponseRedirect(plain(request.get_full_path()))
