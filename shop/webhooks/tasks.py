"""The worker's part of webhooks. What waits on other people's servers comes after everything of our own."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from shop.webhooks import deliveries

logger = logging.getLogger(__name__)
AFTER_EVERYTHING = -10


@app.task(name="webhooks.deliver", priority=AFTER_EVERYTHING)
def deliver(delivery_id: int) -> None:
    """Send one event; when it is not taken, the next try is enqueued for later."""
    deliveries.send(delivery_id=delivery_id, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="webhooks.wake", queueing_lock="webhooks.wake", priority=AFTER_EVERYTHING)
def wake(timestamp: int) -> None:
    """Find events whose job was lost."""
    found = deliveries.wake(at=timezone.now())
    if found:
        logger.warning("%d webhook events had lost their job and are sent again", found)


@app.periodic(cron="17 19 * * *")  # a quarter past three at night in Shanghai
@app.task(name="webhooks.forget", queueing_lock="webhooks.forget", priority=AFTER_EVERYTHING)
def forget(timestamp: int) -> None:
    """Keep the log of deliveries for 30 days."""
    deliveries.forget(at=timezone.now())
