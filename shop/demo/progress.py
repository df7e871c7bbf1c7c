"""What a long command is doing: a bar on a terminal, a line per step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import IO, TypeVar

T = TypeVar("T")
CELLS = 30


class Progress:
    """Writes to stderr, or to the given stream; None says nothing."""

    def __init__(self, stream: IO[str] | None = sys.stderr) -> None:
        self.stream = stream
        self.is_terminal = stream is not None and stream.isatty()
        self.shown = -1

    def over(self, name: str, things: Iterable[T]) -> Iterator[T]:
        """Hand the things on, showing how many are done."""
        known = list(things)
        self.begin(name)
        for done, thing in enumerate(known):
            self.show(name, done, len(known))
            yield thing
        self.show(name, len(known), len(known))

    def begin(self, name: str) -> None:
        self.shown = -1
        if not self.is_terminal:
            self._say(f"  {name} ...\n")

    def show(self, name: str, done: int, total: int) -> None:
        """Draw the bar; only when a whole percent has changed."""
        percent = 100 * done // max(1, total)
        if not self.is_terminal or percent == self.shown:
            return
        self.shown = percent
        bar = "#" * (CELLS * percent // 100)
        self._say(f"\r  {name:<12} [{bar:<{CELLS}}] {percent:3d} %" + ("\n" if done >= total else ""))

    def _say(self, text: str) -> None:
        if self.stream is not None and text:
            self.stream.write(text)
            self.stream.flush()
