"""Shared pages see no visitor and say nothing to one.

On a shared route the request is made nobody's before the view runs: no account, session, basket, message or cookie can
be read, so nothing of one visitor can stand on a page that another gets. An answer that would set a cookie all the same
is not shared, and the error log says so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from catalogue.models import Product
from certification.models import Certificate
from shop.pagecache import pages, watch
from shop.pagecache.wsgi import MARK

logger = logging.getLogger(__name__)

SHANGHAI = ZoneInfo("Asia/Shanghai")
CACHE_CONTROL = "public, max-age=0, must-revalidate"  # anyone may keep it, nobody shows it without asking again
LANGUAGES = ("en/",)
MOST_S = 600  # nothing is older, whatever was forgotten in the table of pages
_kept: dict[str, tuple[int, float]] = {}  # the clock's reading when it was asked, and the answer


@dataclass(frozen=True)
class Mark:
    """An answer may be shared by all until something says one of these tags, or the clock reaches `until`."""

    tags: tuple[str, ...]
    until: float


class SharePages:
    """Blindfolds requests for shared pages, and marks their answers for the page cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        tags = getattr(request, "shared_tags", None)
        if tags is None or response.status_code != 200:
            return response
        if response.cookies:
            logger.error("%s sets %s; it is not shared.", request.resolver_match, ", ".join(response.cookies))
            add_never_cache_headers(response)
            return response
        response.headers.pop("Vary", None)
        response.headers["Cache-Control"] = CACHE_CONTROL
        request.META[MARK] = Mark(tags, min(time.time() + MOST_S, _next_change()))
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        match = request.resolver_match
        if match is None or request.method not in ("GET", "HEAD"):
            return
        route = match.route
        for language in LANGUAGES:
            route = route.removeprefix(language)
        tags = pages.tags_of(route, kwargs)
        if tags is not None:
            request.shared_tags = tags  # type: ignore[attr-defined]
            blindfold(request)


def blindfold(request: HttpRequest) -> None:
    """Take from a request everything that says who asks; what is left of the visitor is that somebody asked."""
    request.user = AnonymousUser()
    request.COOKIES = {}
    for name in ("session", "basket", "basket_hash", "_messages"):
        if name in request.__dict__:
            delattr(request, name)
    for name in ("CSRF_COOKIE", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE"):
        request.META.pop(name, None)


def _next_change() -> float:
    """The Unix time at which the clock alone changes a page: a new day in Shanghai, or a certificate's end."""
    at = timezone.now()
    clock = watch.clock("register")
    if clock is None:
        return at.timestamp()  # nothing is kept now
    kept_clock, kept_until = _kept.get("next", (None, 0.0))
    if kept_clock == clock and kept_until > at.timestamp():
        return kept_until
    midnight = datetime.combine(timezone.localdate(at, SHANGHAI) + timedelta(days=1), datetime.min.time(), SHANGHAI)
    ends = [
        Product.objects.filter(certified_until__gt=at).order_by("certified_until").values_list("certified_until"),
        Certificate.objects.filter(valid_until__gt=at).order_by("valid_until").values_list("valid_until"),
        Certificate.objects.filter(valid_from__gt=at).order_by("valid_from").values_list("valid_from"),
    ]
    moments = [row[0] for rows in ends if (row := rows.first())]
    _kept["next"] = (clock, min([midnight, *moments]).timestamp())
    return _kept["next"][1]
