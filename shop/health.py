"""Whether this process can serve: the database answers.

python -m shop.health ADDRESS asks a running process, for container health checks (exit 0 when it can serve).
"""

import sys
import urllib.request

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read is not read again to say so: too many fields, a host that is not ours."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return HttpResponse(get_template("413.html").render(), status=413)
    return HttpResponse(get_template("400.html").render(), status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """What a visitor reads when a request failed: 503 when the database did not answer, else 500."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        answer = HttpResponse(get_template("503.html").render(), status=503)
        answer["Retry-After"] = "30"
        return answer
    return HttpResponse(get_template("500.html").render(), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old: in words, with the way on; why in detail stands in the log only."""
    return render(request, "csrf.html", status=403)


def healthz(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)
    return JsonResponse({"status": "ok", "database": "answers"})


if __name__ == "__main__":
    asked = urllib.request.Request(sys.argv[1], headers={"X-Forwarded-Proto": "https", "Host": "localhost"})  # noqa: S310
    urllib.request.urlopen(asked, timeout=4).close()  # noqa: S310  the address is on the command line
