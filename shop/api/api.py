"""The public API, version 1, mounted at /api/v1/; its own description is at /api/v1/openapi.json."""

from __future__ import annotations

from ninja import NinjaAPI

from shop.api import certificates, errors, products
from shop.api.supplier import router as supplier

ABOUT = """Certified farm products of southern Xinjiang: what is on sale now, and what each certificate says.

What is public needs no key. Under /supplier a supplier's own software reads and changes what is that supplier's, by a
key that its people make in their room under API keys; a key has scopes, and runs out.

Amounts are whole fen, weights whole grams, moments ISO 8601 in UTC, places divisions of GB/T 2260. Names come in
Chinese and in English. A refusal is a JSON object whose `detail` says what is wrong and the way on.
"""

# No docs page: Ninja's loads its scripts from a foreign host.
api = NinjaAPI(title="Oasis Market", version="1", description=ABOUT, docs_url=None, openapi_url="/openapi.json")
api.add_router("/products", products.router)
api.add_router("/certificates", certificates.router)
api.add_router("/supplier", supplier)
api.add_router("", errors.elsewhere)
errors.answer_for(api)
api.add_decorator(errors.in_the_program_s_language, mode="view")
