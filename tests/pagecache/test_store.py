"""The store by itself: what it keeps, what it drops, and that it does not speak while it cannot hear."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shop.pagecache.store import ALL, Key, Page, Store

NOW = 1_000_000.0


class Clock:
    """A monotonic clock that a test turns by hand."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def page(*tags: str, until: float = NOW + 100, body: bytes = b"words") -> Page:
    return Page(etag='"e"', body=body, headers=[], tags=frozenset(tags), until=until)


def listening(most_bytes: int = 1_000_000) -> tuple[Store, Clock]:
    clock = Clock()
    store = Store(most_bytes=most_bytes, deaf_after_s=1.0, monotonic=clock)
    store.hear(clock.now)
    return store, clock


def key(name: str) -> Key:
    return (name,)


def test_a_kept_page_is_found_until_its_time_comes() -> None:
    store, _ = listening()

    kept = store.put(key("/"), page("shelf", until=NOW + 10), began=store.now())

    assert kept
    assert store.get(key("/"), NOW + 9) is not None
    assert store.get(key("/"), NOW + 10) is None
    assert store.get(key("/other"), NOW) is None


def test_dropping_a_tag_drops_its_pages_and_no_other() -> None:
    store, _ = listening()
    for name, tag in (("/a", "product:1"), ("/b", "product:2"), ("/c", "product:1")):
        store.put(key(name), page(tag), began=store.now())

    store.drop(["product:1"])

    assert [name for name in ("/a", "/b", "/c") if store.get(key(name), NOW)] == ["/b"]


def test_dropping_everything_drops_everything() -> None:
    store, _ = listening()
    store.put(key("/a"), page("product:1"), began=store.now())
    store.put(key("/b"), page("shelf"), began=store.now())

    store.drop([ALL])

    assert len(store) == 0


def test_a_page_made_while_something_it_shows_changed_is_not_kept() -> None:
    store, _ = listening()
    began = store.now()
    store.drop(["product:1"])

    assert not store.put(key("/a"), page("product:1"), began=began)
    assert store.put(key("/b"), page("product:2"), began=began)
    assert store.put(key("/a"), page("product:1"), began=store.now())


def test_a_page_made_while_everything_changed_is_not_kept() -> None:
    store, _ = listening()
    began = store.now()
    store.drop([ALL])

    assert not store.put(key("/a"), page("product:1"), began=began)


def test_a_store_that_heard_nothing_for_a_second_says_nothing() -> None:
    store, clock = listening()
    store.put(key("/"), page("shelf"), began=store.now())

    clock.now += 0.99
    before = store.get(key("/"), NOW)
    clock.now += 0.02
    deaf = store.get(key("/"), NOW)
    kept_while_deaf = store.put(key("/new"), page("shelf"), began=store.now())
    store.hear(clock.now)
    again = store.get(key("/"), NOW)

    assert before is not None
    assert deaf is None
    assert not kept_while_deaf
    assert again is not None


def test_a_page_asked_for_outlives_one_that_nobody_asks_for() -> None:
    store, _ = listening(most_bytes=8 * 1_625)
    for number in range(8):
        store.put(key(f"/{number}"), page("shelf", body=b"x" * 500), began=store.now())
    store.get(key("/0"), NOW)

    for number in range(8, 12):
        store.put(key(f"/{number}"), page("shelf", body=b"x" * 500), began=store.now())

    assert store.get(key("/0"), NOW) is not None
    assert store.get(key("/1"), NOW) is None
    assert len(store) == 8


def test_a_store_of_no_bytes_keeps_nothing() -> None:
    store, _ = listening(most_bytes=0)

    assert not store.put(key("/"), page("shelf"), began=store.now())


def test_clocks_do_not_pile_up() -> None:
    from shop.pagecache import store as module

    store, _ = listening()
    began = store.now()
    for number in range(module.MOST_CLOCKS + 1):
        store.drop([f"product:{number}"])

    assert len(store._clocks) <= module.MOST_CLOCKS
    assert not store.put(key("/"), page("product:999999999"), began=began)


TAGS = [f"product:{number}" for number in range(4)]
ACTS = st.one_of(
    st.tuples(st.just("begin"), st.integers(0, 5), st.sets(st.sampled_from(TAGS), min_size=1)),
    st.tuples(st.just("finish"), st.integers(0, 5), st.none()),
    st.tuples(st.just("change"), st.sampled_from([*TAGS, ALL]), st.none()),
)


@given(st.lists(ACTS, max_size=60))
def test_in_whatever_order_things_happen_no_page_shows_what_has_changed(acts: list[Any]) -> None:
    """A page carries the versions of its tags read after it was begun: today's whenever it is got."""
    store, _ = listening()
    versions = dict.fromkeys(TAGS, 0)
    making: dict[object, tuple[int, frozenset[str], dict[str, int]]] = {}
    shown: dict[int, dict[str, int]] = {}

    for act, what, tags in acts:
        if act == "begin":
            chosen = frozenset(tags)  # type: ignore[call-overload]
            making[what] = (store.now(), chosen, {tag: versions[tag] for tag in chosen})
        elif act == "finish" and what in making:
            began, chosen, read = making.pop(what)
            made = page(*chosen)
            shown[id(made)] = read
            making_key = key(str(what))
            if store.put(making_key, made, began=began):
                shown[id(store.get(making_key, NOW))] = read
        elif act == "change":
            changed = TAGS if what == ALL else [what]
            for tag in changed:
                versions[tag] += 1  # type: ignore[index]
            store.drop([what])  # type: ignore[list-item]
        for number in range(6):
            got = store.get(key(str(number)), NOW)
            if got is not None:
                assert shown[id(got)] == {tag: versions[tag] for tag in got.tags}
