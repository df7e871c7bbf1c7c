"""When the soak and the look through a phone's browser pass, and when they do not."""

from __future__ import annotations

import pytest

from bench.paint import Seen, middle, missed
from bench.soak import Changes, Soak

HOST = "127.0.0.1:8000"
MB = 1_000_000


def soak(*megabytes: int, late: int = 0) -> Soak:
    changes = Changes(made=10, late=["/products/a_1/ did not show 1.01"] * late)
    return Soak(requests=100, seconds=10, p95_ms=5, rss_bytes=[each * MB for each in megabytes], changes=changes)


def seen(**figures: object) -> Seen:
    good: dict[str, object] = {"lcp_ms": 900, "cls": 0.01, "longest_task_ms": 60, "bytes": 900_000}
    good |= {"bytes_but_pictures": 90_000, "requests": 20, "hosts": (HOST,)}
    return Seen(**(good | figures))  # type: ignore[arg-type]


def test_memory_that_grows_only_at_first_passes() -> None:
    done = soak(100, 150, 190, 200, 200, 200, 201, 200, 201, 200)

    assert done.passed
    assert done.told().endswith("passed")


def test_memory_that_still_grows_in_the_second_half_does_not_pass() -> None:
    done = soak(100, 100, 100, 100, 100, 100, 102, 104, 106, 108)

    assert done.growth == pytest.approx(0.08)
    assert done.told().endswith("NOT PASSED")


def test_a_price_that_came_late_does_not_pass() -> None:
    assert not soak(100, 100, 100, 100, late=1).passed


def test_a_page_within_every_goal_misses_none() -> None:
    assert missed("home", seen(), HOST) == []


def test_each_goal_that_is_missed_is_named() -> None:
    found = missed("home", seen(lcp_ms=1500, cls=0.05, longest_task_ms=100, bytes_but_pictures=300_000), HOST)

    assert [words.split(": ")[1].split()[0] for words in found] == ["lcp_ms", "cls", "longest_task_ms", "300,000"]


def test_only_the_home_page_has_a_goal_for_bytes() -> None:
    assert missed("list", seen(bytes_but_pictures=400_000), HOST) == []


def test_another_host_is_missed() -> None:
    assert missed("list", seen(hosts=(HOST, "fonts.example")), HOST) == [
        f"list: asks {HOST}, fonts.example, goal {HOST} alone"
    ]


def test_several_looks_become_their_medians_and_all_their_hosts() -> None:
    whole = middle([seen(lcp_ms=100), seen(lcp_ms=900, hosts=(HOST, "b")), seen(lcp_ms=200, hosts=("a", HOST))])

    assert whole.lcp_ms == 200
    assert whole.hosts == (HOST, "a", "b")
