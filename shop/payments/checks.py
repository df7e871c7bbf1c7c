"""What `manage.py check --deploy` says about payments."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def secrets_are_set(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Without a secret every webhook is refused; without a key nothing can be paid."""
    found: list[CheckMessage] = []
    for number, name in enumerate(("STRIPE_WEBHOOK_SECRET", "STRIPE_SECRET_KEY"), start=1):
        if not getattr(settings, name, "").strip():
            found.append(Error(f"{name} is empty.", hint="Set it in the environment.", id=f"payments.E00{number}"))
    return found
