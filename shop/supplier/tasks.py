"""The worker's part of suppliers: letters to their people."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from catalogue.partner import staff
from catalogue.partner.models import Invitation
from shop.supplier import letters

PATIENCE = RetryStrategy(max_attempts=10, exponential_wait=3)


@app.task(name=staff.LETTER, retry=PATIENCE)
def invitation(invitation_id: int) -> None:
    """Write to an invited address; not if the invitation has ended meanwhile."""
    found = Invitation.objects.select_related("partner", "invited_by").get(pk=invitation_id)
    if found.is_open(timezone.now()):
        letters.invite(invitation=found)
