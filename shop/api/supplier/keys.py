"""The key that a request carries, and what it opens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, AuthorizationError
from ninja.security import HttpBearer

from catalogue.partner.models import Partner
from shop.api import tokens
from shop.api.models import Scope, Token


class SupplierKey(HttpBearer):
    """`Authorization: Bearer oasis_…`, of a supplier's key with a scope. scope: None, any key will do"""

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Token:
        scheme, _blank, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.openapi_scheme:
            raise AuthenticationError(
                401, _("This address needs a key: send the header “Authorization: Bearer”, a blank, and the key.")
            )
        return self.authenticate(request, key.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        found = tokens.of(token, at=timezone.now())
        if found is None:
            raise AuthenticationError(
                401,
                _("This key opens nothing: it is unknown, was ended, or has run out. Make a new one under API keys."),
            )
        if self.scope is not None and self.scope not in found.scopes:
            raise AuthorizationError(
                403,
                _("The key “%(name)s” does not have the scope %(scope)s. Make one that has it under API keys.")
                % {"name": found, "scope": self.scope.value},
            )
        return found


def token_of(request: HttpRequest) -> Token:
    """The key the request carries."""
    carried: Any = request
    token: Token = carried.auth
    return token


def supplier_of(request: HttpRequest) -> Partner:
    """Whose key the request carries."""
    return token_of(request).partner
