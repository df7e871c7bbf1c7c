"""What an engine answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """keys: of products, best first, the newest (largest key) first among equals; scores: theirs, in the same order"""

    keys: Sequence[int]
    scores: Sequence[float]
