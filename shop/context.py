"""What every page of the site knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from shop import languages


def site(request: HttpRequest) -> dict[str, Any]:
    """The language switch, and whether payments here are a test. A page that stands elsewhere in another language, as
    what editors publish may, gives its own `language_links`.
    """
    return {
        "language_links": languages.links(request.get_full_path()),
        "test_gateway": settings.TEST_GATEWAY,
        "contact": settings.DEFAULT_FROM_EMAIL,
    }
