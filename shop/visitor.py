"""The visitor's own bits of a page that everyone shares: one small answer, asked for once a page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET
from oscar.core.loading import get_model

from catalogue.compiled import compiled
from shop.basket.cookie import basket_of
from shop.wishes import wishes

BASKET_COOKIE: str = getattr(settings, "OSCAR_BASKET_COOKIE_OPEN")  # noqa: B009  a setting of Oscar's


@require_GET
def bits(request: HttpRequest) -> HttpResponse:
    """Packs in the basket, the name to greet, and what the site still has to say to this visitor.

    Without a cookie nothing is asked of the database; with one at most three rows, and one more for `?wished=7`:
    whether that product stands on the visitor's wish list.
    """
    answer: dict[str, Any] = known(request) | {"messages": []} | _wished(request)
    if request.COOKIES:
        answer["messages"] = [{"level": said.level_tag, "text": str(said)} for said in get_messages(request)]
    response = JsonResponse(answer)
    add_never_cache_headers(response)
    return response


def known(request: HttpRequest, *, packs: int | None = None) -> dict[str, Any]:
    """The same without what is to be said, for the frame of a page that is this visitor's alone.

    packs: in the basket, where the page has counted them
    """
    return {"basket": _packs(request) if packs is None else packs, "name": _name(request)}


def _name(request: HttpRequest) -> str:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    person: Any = request.user
    return person.get_short_name() or person.email if person.is_authenticated else ""


def _wished(request: HttpRequest) -> dict[str, bool]:
    product = request.GET.get("wished", "")
    if not (product.isascii() and product.isdecimal() and len(product) < 19):
        return {}
    known_here = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    return {"wished": known_here and wishes.holds(int(product), of=request.user)}


def _packs(request: HttpRequest) -> int:
    """How many packs lie in the visitor's open basket: counted, not loaded; it merges and prices nothing."""
    person: Any = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if person is not None and person.is_authenticated:
        return sum(_of_account(person.pk))
    key = basket_of(request.COOKIES.get(BASKET_COOKIE))
    return 0 if key is None else sum(_of_guest(key))


@compiled
def _of_account(person: int) -> QuerySet[Any, int]:
    return _open_lines().filter(basket__owner=person).values_list("quantity", flat=True)


@compiled
def _of_guest(basket: int) -> QuerySet[Any, int]:
    return _open_lines().filter(basket=basket, basket__owner=None).values_list("quantity", flat=True)


def _open_lines() -> QuerySet[Any]:
    lines: QuerySet[Any] = get_model("basket", "Line").objects.filter(basket__status="Open")
    return lines.order_by()
