"""XML as text: elements whose words cannot break out of them, and whole addresses."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings

# What no XML 1.0 document may hold, escaped or not. Source: w3.org/TR/xml, section 2.2, Char.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, text: str, **attributes: str) -> str:
    return f"<{name}{_written(attributes)}>{escape(_clean(text))}</{name}>"


def empty(name: str, **attributes: str) -> str:
    return f"<{name}{_written(attributes)}/>"


def absolute(path: str) -> str:
    """The whole address of a path of this site; one that is whole already stays itself."""
    return f"{settings.SITE_URL}{path}" if path.startswith("/") and not path.startswith("//") else path


def _written(attributes: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(_clean(value))}" for name, value in attributes.items())


def _clean(text: str) -> str:
    return NOT_XML.sub("", text)
