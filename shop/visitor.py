"""The visitor's own bits of a page that everyone shares: one small answer, asked for once a page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET
from oscar.core.loading import get_model

BASKET_COOKIE: str = getattr(settings, "OSCAR_BASKET_COOKIE_OPEN")  # noqa: B009  a setting of Oscar's


@require_GET
def bits(request: HttpRequest) -> HttpResponse:
    """Packs in the basket, the name to greet, and what the site still has to say to this visitor.

    Without a cookie nothing is asked of the database; with one at most three rows.
    """
    answer: dict[str, Any] = {"basket": _packs(request), "name": "", "messages": []}
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        answer["name"] = _name(request)
    if request.COOKIES:
        answer["messages"] = [{"level": said.level_tag, "text": str(said)} for said in get_messages(request)]
    response = JsonResponse(answer)
    add_never_cache_headers(response)
    return response


def _name(request: HttpRequest) -> str:
    person: Any = request.user
    return person.get_short_name() or person.email if person.is_authenticated else ""


def _packs(request: HttpRequest) -> int:
    """How many packs lie in the visitor's open basket: counted, not loaded; it merges and prices nothing."""
    baskets: QuerySet[Any] = get_model("basket", "Basket").open.all()
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        mine = baskets.filter(owner=request.user)
    elif key := request.COOKIES.get(BASKET_COOKIE):
        try:
            mine = baskets.filter(pk=Signer().unsign(key), owner=None)
        except (BadSignature, ValueError):
            return 0
    else:
        return 0
    return mine.aggregate(packs=Sum("lines__quantity"))["packs"] or 0
