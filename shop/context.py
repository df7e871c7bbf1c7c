"""What every page of the site knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

LANGUAGE_NAMES = {"zh-hans": "中文", "en": "English"}


def site(request: HttpRequest) -> dict[str, Any]:
    """The language switch, and whether payments here are a test."""
    path = request.get_full_path()
    plain = "/" + (path[3:] if path.startswith("/en/") else path).lstrip("/")  # never an address of another host
    current = get_language() or settings.LANGUAGE_CODE
    addresses = {"zh-hans": plain, "en": f"/en{plain}"}
    return {
        "language_links": [
            {"code": code, "name": name, "url": addresses[code], "current": code == current}
            for code, name in LANGUAGE_NAMES.items()
        ],
        "test_gateway": settings.TEST_GATEWAY,
        "contact": settings.DEFAULT_FROM_EMAIL,
    }
