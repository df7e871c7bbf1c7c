"""The worker's part of suppliers: letters to their people."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from catalogue import days
from catalogue.partner import alerts, staff
from catalogue.partner.models import DocumentAlert, Invitation
from shop.supplier import letters

PATIENCE = RetryStrategy(max_attempts=10, exponential_wait=3)


@app.task(name=staff.LETTER, retry=PATIENCE)
def invitation(invitation_id: int) -> None:
    """Write to an invited address; not if the invitation has ended meanwhile."""
    found = Invitation.objects.select_related("partner", "invited_by").get(pk=invitation_id)
    if found.is_open(timezone.now()):
        letters.invite(invitation=found)


@app.periodic(cron="30 22 * * *")  # 6:30 in Shanghai
@app.task(name="supplier.documents_end", queueing_lock="supplier.documents_end")
def documents_end(timestamp: int) -> None:
    """Tell managers of documents that end soon. A missed or repeated run tells nobody twice."""
    alerts.raise_due(at=timezone.now())


@app.task(name=alerts.LETTER, retry=PATIENCE)
def document_ends(alert_id: int) -> None:
    rows = DocumentAlert.objects.select_related("document__partner", "document__kind")
    letters.document_ends(alert=rows.get(pk=alert_id), on=days.day_of(timezone.now()))
