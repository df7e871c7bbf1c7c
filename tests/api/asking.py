"""Programs that ask the supplier's part of the API; every answer is held against the OpenAPI file."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from catalogue.partner.models import Partner
from shop.api import tokens
from shop.api.models import Scope

SUPPLIER = "/api/v1/supplier"


@cache
def document() -> dict[str, Any]:
    from shop.api.api import api

    return json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))  # type: ignore[no-any-return]


def key_of(partner: Partner, *scopes: Scope, days: int = 30) -> str:
    from tests import make

    scopes = scopes or tuple(Scope)
    at = timezone.now()
    return tokens.make(partner=partner, name="a test", scopes=scopes, days=days, by=make.user(), at=at).key


class Program:
    """Software of a supplier that holds a key."""

    def __init__(self, key: str) -> None:
        self.client = Client(headers={"authorization": f"Bearer {key}", "accept-language": "en"})

    def get(self, path: str, *, status: int = 200, **inside: Any) -> Any:
        return self._held(self.client.get(SUPPLIER + path.format(**inside)), "get", path, status)

    def put(self, path: str, body: Any, *, status: int = 200) -> Any:
        return self._held(self.client.put(SUPPLIER + path, body, "application/json"), "put", path, status)

    def post(self, path: str, data: Any, *, status: int = 200, **inside: Any) -> Any:
        """data: a form with files, or what is sent as JSON"""
        kind = {} if any(hasattr(value, "read") for value in data.values()) else {"content_type": "application/json"}
        if path.endswith("/photos"):
            kind = {}
        answer = self.client.post(SUPPLIER + path.format(**inside), data, **kind)  # type: ignore[arg-type]
        return self._held(answer, "post", path, status)

    def _held(self, answer: Any, method: str, path: str, status: int) -> Any:
        assert answer.status_code == status, answer.content[:300]
        promised = document()["paths"][SUPPLIER + path][method]["responses"][str(status)]
        schema = promised["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": document()["components"]}).validate(answer.json())
        return answer.json()
