"""The signature a receiver checks: HMAC-SHA256 over the moment, a dot and the exact bytes of the body.

docs/integrations.md says how to check it in a few lines.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime


def header(*, body: str, secrets: Sequence[str], at: datetime) -> str:
    """The value of `Oasis-Signature`: "t=1789012345,v1=<hex>", with one v1 for each secret that stands now."""
    moment = str(int(at.timestamp()))
    return ",".join([f"t={moment}", *(f"v1={_mark(secret, moment, body)}" for secret in secrets)])


def _mark(secret: str, moment: str, body: str) -> str:
    return hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
