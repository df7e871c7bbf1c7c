"""Reading settings from the environment, loudly.

A missing or senseless value raises ImproperlyConfigured with the variable's name and where to set it.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

WHERE = "Set it in the environment of the process (docs/running.md lists all variables)."


def refuse(name: str, fact: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {fact}. {WHERE}")


def text(name: str, *, default: str | None) -> str:
    """The variable's value without surrounding blanks; default None means it must be set."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise refuse(name, "is missing")
    return default


def flag(name: str, *, default: bool) -> bool:
    value = text(name, default="1" if default else "0").lower()
    if value not in ("0", "1", "true", "false", "yes", "no"):
        raise refuse(name, f"is {value!r}; it takes 1 or 0")
    return value in ("1", "true", "yes")


def choice(name: str, values: Sequence[str], *, default: str) -> str:
    value = text(name, default=default)
    if value not in values:
        raise refuse(name, f"is {value!r}; it takes one of {', '.join(values)}")
    return value


def number(name: str, *, default: int | None, least: int, most: int) -> int:
    """A whole number in plain digits; default None means it must be set."""
    value = text(name, default=None if default is None else str(default))
    if not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
        raise refuse(name, f"is {value!r}; it takes a whole number from {least} to {most}")
    return int(value)


def url(name: str, *, default: str | None) -> str:
    """An http(s) address without a trailing slash."""
    value = text(name, default=default)
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise refuse(name, f"is {value!r}; it takes an address such as https://shop.example.org")
    return value.rstrip("/")


def words(name: str, *, default: list[str] | None) -> list[str]:
    """A comma-separated list; default None means it must be set."""
    value = text(name, default=None if default is None else ",".join(default))
    return [word.strip() for word in value.split(",") if word.strip()]


def secret(name: str, file: Path | None) -> str:
    """The variable's value; in the demo a random one kept in `file` (readable by its owner only)."""
    if file is None or os.environ.get(name, "").strip():
        value = text(name, default=None)
        if len(value) < 32:
            raise refuse(name, f"has {len(value)} characters; a secret needs at least 32")
        return value
    if not file.exists():
        fresh = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, file)  # whole or not at all, and the first process wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text().strip()
