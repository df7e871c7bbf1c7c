"""CPU seconds of process trees, read from /proc: a site's own processes, and PostgreSQL's on its behalf."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
PROC = Path("/proc")


class Process(NamedTuple):
    """ticks: its own and those of its ended children; rss: bytes in memory now"""

    parent: int
    ticks: int
    rss: int


def processes() -> dict[int, Process]:
    """Every process of this machine."""
    found = {}
    for path in PROC.iterdir():
        if path.name.isdigit():
            try:
                stat = (path / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended meanwhile
            fields = stat[stat.rindex(")") + 2 :].split()
            ticks = sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
            found[int(path.name)] = Process(int(fields[1]), ticks, int(fields[21]) * PAGE_BYTES)
    return found


def tree(root: int, known: dict[int, Process]) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for number, process in known.items():
        children[process.parent].append(number)
    found, waiting = [], [root] if root in known else []
    while waiting:
        found.append(waiting.pop())
        waiting += children[found[-1]]
    return found


def seconds(*roots: int, but: Collection[str] = ()) -> float:
    """CPU seconds used so far by these process trees.

    but: processes whose title holds one of these words are left out (the other site's connections at one PostgreSQL)
    """
    known = processes()
    numbers = {number for root in roots for number in tree(root, known)}
    return sum(known[number].ticks for number in numbers if not _is_named(number, but)) / TICKS_PER_S


def rss_bytes(root: int) -> int:
    """Memory of a process tree; what its processes share is counted in each."""
    known = processes()
    return sum(known[number].rss for number in tree(root, known))


def _is_named(number: int, words: Collection[str]) -> bool:
    if not words:
        return False
    try:
        title = (PROC / str(number) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(word in title for word in words)
