"""What a key is, for the program that holds it."""

from __future__ import annotations

from datetime import UTC

from django.http import HttpRequest
from ninja import Router

from shop.api.schemas import Problem
from shop.api.supplier.keys import SupplierKey, token_of
from shop.api.supplier.schemas import KeyOut

router = Router(auth=SupplierKey())


@router.get("", response={200: KeyOut, 401: Problem}, operation_id="read_key", summary="Whose key this is")
def whose(request: HttpRequest) -> KeyOut:
    token = token_of(request)
    return KeyOut(
        supplier=token.partner.code, name=token.name, scopes=token.scopes, expires_at=token.expires_at.astimezone(UTC)
    )
