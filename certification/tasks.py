"""Jobs of certification."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from certification import certificates


@app.periodic(cron="5 * * * *")
@app.task(name="certification.expire_due", queueing_lock="certification.expire_due")
def expire_due(timestamp: int) -> None:
    """Write down what has expired. Nothing waits for it: every sale compares the dates itself."""
    certificates.expire_due(at=timezone.now())
