"""Addresses that machines read. They are shared by all: nothing here may ask who is looking."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from shop.feeds import merchant, robots, sitemap

XML = "application/xml; charset=utf-8"


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemap.index(at=timezone.now()), content_type=XML)


@require_safe
def sitemap_part(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    try:
        return HttpResponse(sitemap.part(kind, number, at=timezone.now()), content_type=XML)
    except sitemap.NoSuchPart as problem:
        raise Http404(str(problem)) from problem


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    return HttpResponse(robots.text(), content_type="text/plain; charset=utf-8")


@require_safe
def products(request: HttpRequest) -> StreamingHttpResponse:
    """The merchant feed in the language of the address."""
    pieces = merchant.pieces(language=get_language() or "", at=timezone.now())
    return StreamingHttpResponse((piece.encode() for piece in pieces), content_type=XML)
