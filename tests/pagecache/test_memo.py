"""What is kept is given again only while nothing has changed and the changes are heard."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shop.pagecache import memo, watch


class Clock:
    reading: int | None = 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    held = Clock()
    monkeypatch.setattr(watch, "clock", lambda tag: held.reading)
    monkeypatch.setattr(memo, "_kept", type(memo._kept)())
    yield held


def counter() -> Any:
    return iter(range(100)).__next__


def test_a_thing_is_made_once_until_it_changes(clock: Clock) -> None:
    make = counter()

    first, again = memo.keep("a", make), memo.keep("a", make)
    clock.reading = 2
    later = memo.keep("a", make)

    assert (first, again, later) == (0, 0, 1)


def test_nothing_is_kept_while_no_change_can_be_heard(clock: Clock) -> None:
    make, clock.reading = counter(), None

    assert [memo.keep("a", make), memo.keep("a", make)] == [0, 1]


def test_what_is_no_longer_good_is_made_anew(clock: Clock) -> None:
    make = counter()

    made = [memo.keep("a", make, good=lambda kept: kept > 0) for _time in range(3)]

    assert made == [0, 1, 1]


def test_a_change_while_it_is_made_makes_it_anew(clock: Clock) -> None:
    make = counter()

    def slow() -> int:
        clock.reading = (clock.reading or 0) + 1
        return int(make())

    assert [memo.keep("a", slow), memo.keep("a", make)] == [0, 1]


def test_no_more_than_a_number_of_things_is_kept(clock: Clock) -> None:
    for number in range(memo.MOST + 5):
        memo.keep(str(number), object)

    assert len(memo._kept) == memo.MOST


def test_what_was_asked_for_lately_stays(clock: Clock) -> None:
    make = counter()
    memo.keep("a", make)
    for number in range(memo.MOST):
        memo.keep(str(number), object)
        memo.keep("a", make)

    assert memo.keep("a", make) == 0


def test_what_is_dear_is_made_by_one_thread_while_the_others_wait(clock: Clock) -> None:
    make, begun = counter(), threading.Barrier(4)

    def slow() -> int:
        time.sleep(0.05)
        return int(make())

    def ask(_number: int) -> int:
        begun.wait()
        return memo.keep("a", slow, alone=True)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(4))) == [0, 0, 0, 0]


def test_what_is_cheap_is_made_by_whoever_asks(clock: Clock) -> None:
    make, begun = counter(), threading.Barrier(4)

    def slow() -> int:
        time.sleep(0.05)
        return int(make())

    def ask(_number: int) -> int:
        begun.wait()
        return memo.keep("a", slow)

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(ask, range(4)))) > 1
