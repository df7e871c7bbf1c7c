"""A form on a shared page carries no CSRF token; the browser itself says where it was sent from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field


def same_origin(request: HttpRequest) -> bool | None:
    """Whether the form was sent from this site; None when the browser does not say (before 2020)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return None


def same_origin_or_token(view: View) -> View:
    """For a view whose form stands on a shared page.

    A form sent from another site is refused. Where the browser says nothing, the visitor is asked once more, on a page
    of their own with a token. A form with a token is checked as everywhere else.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        proven = same_origin(request)
        if TOKEN in request.POST or proven is False:
            refusal = CsrfViewMiddleware(_anything).process_view(request, _anything, (), {})
            return refusal or view(request, *args, **kwargs)
        if proven is None:
            asked = [(name, value) for name, values in request.POST.lists() for value in values]
            return render(request, "confirm.html", {"answers": asked})
        return view(request, *args, **kwargs)

    return guarded


def _anything(request: HttpRequest) -> HttpResponse:
    """A view that is not exempt from Django's own check."""
    return HttpResponse()
