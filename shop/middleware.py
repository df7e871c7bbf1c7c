"""What is refused before any page sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from shop import access, languages
from shop.access import Access

NUL = "\x00"
# Oscar's dashboard shows orders; what would change them there knows nothing of money, stock and parcels.
SHOWN_ONLY = "/dashboard/orders/"
API = "/api/"


class RefuseNul:
    """No text holds a NUL: PostgreSQL cannot keep one and nobody types one. Answers 400 with words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API):  # answers in its own words, and in JSON
            return self.get_response(request)
        if NUL in request.path_info or NUL in unquote(request.META.get("QUERY_STRING", "")):
            return render(request, "400.html", {"nul": True}, status=400)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Forms are read here, after the check of their CSRF token, which has read them already."""
        if request.path_info.startswith(API):
            return None
        if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            for name, values in request.POST.lists():
                if NUL in name or any(NUL in value for value in values if isinstance(value, str)):
                    return render(request, "400.html", {"nul": True}, status=400)
        return None


class KeepPrivate:
    """Pages that show somebody's own things are kept by no cache, and orders are only looked at in the dashboard."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        shown_only = languages.plain(request.path_info).startswith(SHOWN_ONLY)
        if shown_only and request.method not in ("GET", "HEAD", "OPTIONS"):
            words = _("Orders are moved by their payment and their parcels; refunds are made in the settlement room.")
            return render(request, "403.html", {"exception": words}, status=403)
        response = self.get_response(request)
        match = request.resolver_match
        kind = access.of(languages.plain_route(match.route)) if match else None
        if kind not in (None, Access.PUBLIC) and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
