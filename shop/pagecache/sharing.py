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

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from catalogue import days
from catalogue.models import Product
from certification.models import Certificate
from shop import languages
from shop.pagecache import memo, pages
from shop.pagecache.wsgi import MARK

logger = logging.getLogger(__name__)

CACHE_CONTROL = "public, max-age=0, must-revalidate"  # anyone may keep it, nobody shows it without asking again
MOST_S = 600  # nothing is older, whatever was forgotten in the table of pages


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
        request.META[MARK] = Mark(tags, min(time.time() + MOST_S, _next_change(timezone.now())))
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        match = request.resolver_match
        if match is None or request.method not in ("GET", "HEAD"):
            return
        tags = pages.tags_of(languages.plain_route(match.route), kwargs)
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


def _next_change(at: datetime) -> float:
    """The Unix time at which the clock alone changes a page: a new day in Shanghai, or a certificate's end."""
    return memo.keep(
        "next change of pages", lambda: _asked(at), tag="register", good=lambda until: at.timestamp() < until
    )


def _asked(at: datetime) -> float:
    moments = [days.start_of(days.day_of(at) + timedelta(days=1))]
    for rows, name in (
        (Product.objects.all(), "certified_until"),
        (Certificate.objects.all(), "valid_until"),
        (Certificate.objects.all(), "valid_from"),
    ):
        moments += rows.filter(**{f"{name}__gt": at}).order_by(name).values_list(name, flat=True)[:1]
    return min(moments).timestamp()
