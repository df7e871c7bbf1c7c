"""Pages kept in memory by key, dropped by tag. Plain Python: it knows neither Django nor the database.

Every page is stored with the clock's reading from before it was made. A tag's clock moves when it is dropped, so a page
that was being made while something it shows changed is never kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ALL = "all"
MOST_CLOCKS = 100_000

Key = tuple[str, ...]
Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Page:
    """One answer, ready to be sent: plain and, once somebody has asked for that, gzipped."""

    etag: str  # of the plain body, quoted
    body: bytes
    headers: Headers  # of every form of it
    tags: frozenset[str]
    until: float  # Unix time from which it is no longer shown
    gzipped: bytes | None = None  # None: not asked for yet; empty: it would be no shorter
    asked: bool = False  # since the last search for room

    @property
    def size(self) -> int:
        """Bytes in memory, about: text gzipped is a quarter of itself."""
        return len(self.body) + len(self.body) // 4 + 1_000


class Store:
    """At most so many bytes of pages; those not asked for go first.

    Answers nothing unless somebody said `hear` within the last `deaf_after_s` seconds: a store that cannot hear of
    changes must not speak.
    """

    def __init__(
        self, *, most_bytes: int, deaf_after_s: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.most_bytes, self.deaf_after_s, self._monotonic = most_bytes, deaf_after_s, monotonic
        self._lock = threading.Lock()
        self._pages: dict[Key, Page] = {}
        self._keys: dict[str, set[Key]] = {}
        self._bytes = 0
        self._clock = 1
        self._clocks: dict[str, int] = {}
        self._heard_until = 0.0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key, now: float) -> Page | None:
        """The page, unless its time has come or nothing was heard lately. Takes no lock: this is the hot way."""
        page = self._pages.get(key)
        if page is None or now >= page.until or self._monotonic() >= self._heard_until:
            return None
        page.asked = True
        return page

    def now(self) -> int:
        """The clock's reading, to be remembered before a page is made."""
        return self._clock

    def clock(self, *tags: str) -> int:
        """The reading at which one of these tags, or everything, was last dropped."""
        clocks = self._clocks
        return max(clocks.get(tag, 0) for tag in (ALL, *tags))

    def hears(self) -> bool:
        return self._monotonic() < self._heard_until

    def put(self, key: Key, page: Page, *, began: int) -> bool:
        """Keep a page that was made after the clock read `began`; False when one of its tags has been dropped since."""
        with self._lock:
            if not self.hears() or self.clock(*page.tags) > began or page.size > self.most_bytes // 4:
                return False
            self._forget(key)
            self._pages[key] = page
            self._bytes += page.size
            for tag in page.tags:
                self._keys.setdefault(tag, set()).add(key)
            self._make_room()
            return True

    def drop(self, tags: Iterable[str]) -> None:
        """Forget every page with one of these tags."""
        with self._lock:
            self._clock += 1
            for tag in tags:
                self._clocks[tag] = self._clock
                for key in list(self._pages) if tag == ALL else list(self._keys.get(tag, ())):
                    self._forget(key)
            if len(self._clocks) > MOST_CLOCKS:  # whatever is being made now is not kept, which costs little
                self._clocks = {ALL: self._clock}

    def hear(self, at: float) -> None:
        """Everything that had been said by `at` (of the monotonic clock) has been dropped."""
        self._heard_until = at + self.deaf_after_s

    def _forget(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is None:
            return
        self._bytes -= page.size
        for tag in page.tags:
            keys = self._keys[tag]
            keys.discard(key)
            if not keys:
                del self._keys[tag]

    def _make_room(self) -> None:
        """The oldest goes, unless it was asked for: then it gets another turn."""
        while self._bytes > self.most_bytes:
            key = next(iter(self._pages))
            page = self._pages[key]
            if page.asked:
                page.asked = False
                self._pages[key] = self._pages.pop(key)
            else:
                self._forget(key)
