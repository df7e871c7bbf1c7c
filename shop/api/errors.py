"""Every refusal of the API: a JSON object with one sentence that names the fact and the way on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

Run = Callable[..., HttpResponse]
elsewhere = Router()
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
RULES: dict[str, Promise] = {
    "page": gettext_lazy("a whole number from 1"),
    "query": gettext_lazy("at most 100 characters"),
    "county": gettext_lazy("the 6 digits of a county code (GB/T 2260)"),
    "product_id": gettext_lazy("the whole number of a product"),
    "number": gettext_lazy("at most 30 letters, digits, dots and dashes"),
    "sku": gettext_lazy("at most 200 signs"),
    "file": gettext_lazy("one file, sent as multipart/form-data"),
}


def in_the_program_s_language(run: Run) -> Run:
    """Answer in the language of Accept-Language: these addresses name none, and pages without one are Chinese."""

    @wraps(run)
    def spoken(request: HttpRequest, **named: Any) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            response = run(request, **named)
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return spoken


def not_found(message: str) -> HttpError:
    return HttpError(404, message)


def refused(message: str) -> HttpError:
    return HttpError(422, message)


def only(request: HttpRequest, *names: str) -> None:
    """Refuse a parameter that a list does not take, lest somebody believes in a filter that is none."""
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        raise refused(
            _("There is no parameter %(name)s. This list takes: %(names)s.")
            % {"name": unknown[0][:40], "names": ", ".join(names)}
        )


def unread(request: HttpRequest, error: ValidationError) -> str:
    """The words for parameters that cannot be read."""
    names = {problem["loc"][-1] for problem in error.errors}
    broken = ({"name": name, "rule": rule} for name, rule in RULES.items() if name in names)
    facts = [_("%(name)s takes %(rule)s") % each for each in broken]
    return _("Parameters cannot be read: %(facts)s. See /api/v1/openapi.json.") % {"facts": "; ".join(facts)}


def answer_for(api: NinjaAPI) -> None:
    """Let the API answer its own refusals."""

    def say(request: HttpRequest, status: int, message: str) -> HttpResponse:
        return api.create_response(request, {"detail": message}, status=status)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        return say(request, 422, unread(request, error))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: Any) -> HttpResponse:
        response = say(request, 401, str(error))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: Any) -> HttpResponse:
        return say(request, 413, _("The request is too large. Send it in several parts."))

    @api.exception_handler(SuspiciousOperation)
    def suspicious(request: HttpRequest, error: Any) -> HttpResponse:
        return say(request, 400, _("The request cannot be read: it has too many parameters. Send only those you need."))

    @api.exception_handler(Http404)
    def nothing(request: HttpRequest, error: Any) -> HttpResponse:
        return say(request, 404, _("Nothing is at this address. The addresses are listed in /api/v1/openapi.json."))


@elsewhere.api_operation(EVERY_METHOD, "", include_in_schema=False)
def root(request: HttpRequest) -> HttpResponse:
    raise Http404


@elsewhere.api_operation(EVERY_METHOD, "/{path:rest}", include_in_schema=False)
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Mounted last: what no other address took."""
    raise Http404
