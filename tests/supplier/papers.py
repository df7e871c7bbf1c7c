"""Documents for tests: a small PDF, handed in by a manager, decided by an operator."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from catalogue.partner import documents, papers
from catalogue.partner.models import Document, DocumentKind, Membership, Partner
from shop.accounts.models import User
from tests import make
from tests.make import NOW

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LICENCE, FOOD, BANK = "business-licence", "food-licence", "bank-account"


def manager_of(partner: Partner) -> User:
    found = Membership.objects.filter(partner=partner, role="manager").select_related("user").first()
    return found.user if found else Membership.objects.create(partner=partner, user=make.user()).user


def operator() -> User:
    made = make.user()
    made.is_staff = True
    made.save(update_fields=["is_staff"])
    return made


def given(partner: Partner, kind: str = LICENCE, *, until: date | None = None, **changes: Any) -> Document:
    said = {
        "kind": DocumentKind.objects.get(pk=kind),
        "number": "653223-1",
        "issuer": "皮山县",
        "issued_date": date(2024, 1, 1),
        "expires_date": until,
        "paper": papers.read(BytesIO(PDF)),
        "by": manager_of(partner),
        "at": NOW,
    }
    return documents.give(partner=partner, **(said | changes))


def accepted(partner: Partner, kind: str = LICENCE, *, until: date | None = None, **changes: Any) -> Document:
    return documents.accept(document=given(partner, kind, until=until, **changes), by=operator(), at=NOW)
