"""What a browser may do with our answers: one strict policy on every one of them.

Nothing inline and nothing foreign runs or paints, here or in Oscar's dashboard or Wagtail's admin: what somebody
smuggles into a title or a story stays text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Policy = dict[str, tuple[str, ...]]

PAGES: Policy = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
}
# Editors see a page beside its form (a frame of ours), and pictures before they are sent (blob:).
EDITORS: Policy = PAGES | {"img-src": ("'self'", "data:", "blob:"), "frame-src": ("'self'",)}
# What people uploaded is only looked at; as a page of its own it may do nothing.
UPLOADS: Policy = {"default-src": ("'none'",), "frame-ancestors": ("'none'",), "sandbox": ()}

# Chromium holds a form to form-action through every redirect that follows, so the pages with a button to pay name
# where paying leads: Stripe sends to the wallet's own page. With another base, all of it stays on that base.
STRIPE_PAGES = ("https://*.stripe.com", "https://*.alipay.com")
PAYING = {"checkout", "order"}  # namespaces of addresses

HEADERS = {
    "Permissions-Policy": ", ".join(
        f"{what}=()"
        for what in (
            "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation",
            "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip


class ContentSecurity:
    """Adds the policy to every answer: outermost, so that static files, redirects and failures carry it, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Set, not filled in: Wagtail sends a preview's inner request through all middleware, as a page of its own.
        response.headers["Content-Security-Policy"] = policy_for(request, response)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response


def policy_for(request: HttpRequest, response: HttpResponse) -> str:
    """The policy as the header says it.

    Who may frame an answer follows its X-Frame-Options, which Wagtail relaxes for its own previews alone.
    """
    policy = _area(request)
    framed = response.headers.get("X-Frame-Options") == "SAMEORIGIN"
    namespaces = request.resolver_match.namespaces if request.resolver_match else []
    pays = bool(PAYING & set(namespaces))
    return _written(tuple(policy.items()), framed, _payment_pages(settings.STRIPE_API_BASE) if pays else ())


def _area(request: HttpRequest) -> Policy:
    if request.path_info.startswith(settings.MEDIA_URL):
        return UPLOADS
    return EDITORS if request.path_info.startswith("/cms/") else PAGES


@cache
def _payment_pages(base: str) -> tuple[str, ...]:
    if not base:
        return STRIPE_PAGES
    parts = urlsplit(base)
    return (f"{parts.scheme}://{parts.netloc}",)


@cache
def _written(policy: tuple[tuple[str, tuple[str, ...]], ...], framed: bool, payment: tuple[str, ...]) -> str:
    sources = dict(policy)
    if framed:
        sources["frame-ancestors"] = ("'self'",)
    if payment:
        sources["form-action"] = (*sources["form-action"], *payment)
    return "; ".join(" ".join((name, *values)) for name, values in sources.items())
