"""The managers of a supplier hear 30, 7 and 1 days before that a document ends: once each, however often we ask."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from procrastinate.contrib.django import app

from catalogue.days import day_of
from catalogue.partner.models import Document, DocumentAlert, Partner

DAYS = (30, 7, 1)
LETTER = "supplier.document_ends"  # the job that writes to the managers


@transaction.atomic
def raise_due(*, at: datetime) -> list[DocumentAlert]:
    """Enqueue the letters that are due and were not written. Days that were missed count: the nearest step is told."""
    today = day_of(at)
    made = []
    for document in ending(on=today).select_for_update(of=("self",), no_key=True).order_by("pk"):
        alert, is_new = DocumentAlert.objects.get_or_create(
            document=document, days=step(document, on=today), defaults={"at": at}
        )
        if is_new:
            app.configure_task(LETTER).defer(alert_id=alert.pk)
            made.append(alert)
    return made


def step(document: Document, *, on: date) -> int:
    """Which of DAYS a document that ends within the first of them has reached."""
    assert document.expires_date is not None
    left = (document.expires_date - on).days
    return min(days for days in DAYS if left <= days)


def ending(*, on: date) -> QuerySet[Document]:
    """Accepted documents that end within 30 days and are followed by none that lasts longer."""
    later = Q(expires_date=None) | Q(expires_date__gt=OuterRef("expires_date"))
    followed = Document.objects.filter(
        later, partner=OuterRef("partner"), kind=OuterRef("kind"), state=Document.State.ACCEPTED
    )
    accepted = Document.objects.filter(state=Document.State.ACCEPTED, expires_date__gte=on)
    soon = accepted.filter(expires_date__lte=on + timedelta(days=DAYS[0]))
    return soon.exclude(partner__state=Partner.State.CLOSED).exclude(Exists(followed))
