"""What is worked out once and kept in this process until something that it was made of changes.

The page cache hears of every such change (`shop.pagecache.watch`); while it hears nothing, nothing is kept here either.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar, cast

from shop.pagecache import watch
from shop.pagecache.store import ALL

MOST = 2_000  # things; those not asked for the longest go first

Kept = TypeVar("Kept")
_kept: OrderedDict[str, tuple[int, object]] = OrderedDict()
_making: dict[str, threading.Lock] = {}


def keep(
    name: str,
    make: Callable[[], Kept],
    *,
    tag: str = ALL,
    good: Callable[[Kept], bool] = lambda kept: True,
    alone: bool = False,
) -> Kept:
    """What `make` gives, made anew when the tag was said, or when what is kept is no longer `good`.

    name: one name always stands for one kind of thing
    tag: of `shop.pagecache.pages`; the plain one stands for names of places, suppliers and the like
    alone: only one thread makes it and the others wait for it, because it is dear
    """
    clock = watch.clock(tag)  # read first: a change while `make` runs makes it anew the next time
    if clock is None:
        return make()
    if (found := _found(name, clock, good)) is not None:
        return found
    if not alone:
        return _made(name, clock, make)
    with _making.setdefault(name, threading.Lock()):
        found = _found(name, clock, good)
        return _made(name, clock, make) if found is None else found


def _found(name: str, clock: int, good: Callable[[Kept], bool]) -> Kept | None:
    kept_at, thing = _kept.get(name, (-1, None))
    if kept_at != clock or not good(kept := cast(Kept, thing)):
        return None
    with contextlib.suppress(KeyError):  # another thread may just have made room
        _kept.move_to_end(name)
    return kept


def _made(name: str, clock: int, make: Callable[[], Kept]) -> Kept:
    made = make()
    _kept[name] = (clock, made)
    while len(_kept) > MOST:
        _kept.popitem(last=False)
    return made
