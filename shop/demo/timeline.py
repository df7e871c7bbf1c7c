"""Things that happen one after another: a queue of moments, worked off up to now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from shop.demo.progress import Progress

Act = Callable[[datetime], object]


class Timeline:
    """What is due later than `now` never happens. Equal moments keep the order in which they were added."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._due: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def add(self, at: datetime, act: Act) -> None:
        """act: called with the moment; it may add further ones, at that moment or later"""
        if at <= self.now:
            heappush(self._due, (at, next(self._numbers), act))

    def extend(self, due: Iterable[tuple[datetime, Act]]) -> None:
        for at, act in due:
            self.add(at, act)

    def run(self, progress: Progress, name: str) -> None:
        start = self._due[0][0] if self._due else self.now
        progress.begin(name)
        whole = int((self.now - start).total_seconds()) or 1
        while self._due:
            at, _number, act = heappop(self._due)
            progress.show(name, int((at - start).total_seconds()), whole)
            act(at)
        progress.show(name, whole, whole)
