"""How far an import is, told to whoever listens. Plain Python, no Django."""

from __future__ import annotations

from collections.abc import Callable

Hear = Callable[[int, int], None]  # done, total; total is 0 while it is not known
EVERY = 250


def nobody(done: int, total: int) -> None:
    """Listens to nothing."""


class Steps:
    """Rows are read, nobody knows how many; then each is compared with what there is, and written."""

    def __init__(self, hear: Hear = nobody) -> None:
        self._hear, self._done, self._total = hear, 0, 0

    def read(self, rows: int) -> None:
        if rows % EVERY == 0:
            self._hear(rows, 0)

    def begin(self, total: int) -> None:
        self._done, self._total = 0, total
        self._hear(0, total)

    def add(self, rows: int) -> None:
        self._done = min(self._done + rows, self._total)
        self._hear(self._done, self._total)
