"""The bits count and page exactly as plain lists and sets would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shop.storefront.bitmap import Index

COLOURS, SIZES = ["red", "green", "blue"], ["small", "large"]
Thing = tuple[frozenset[str], str, int]  # colours, size, price

things = st.lists(st.tuples(st.frozensets(st.sampled_from(COLOURS)), st.sampled_from(SIZES), st.integers(0, 9)))
chosen = st.fixed_dictionaries(
    {}, optional={"colour": st.sampled_from([*COLOURS, "grey"]), "size": st.sampled_from(SIZES)}
)


def index_of(rows: list[Thing]) -> Index:
    """Keys are 100, 101, ... in the order of the rows."""
    index = Index(range(100, 100 + len(rows)))
    index.mark("colour", ((100 + at, colour) for at, row in enumerate(rows) for colour in row[0]))
    index.mark("size", ((100 + at, row[1]) for at, row in enumerate(rows)))
    index.sort("cheapest", (100 + at for at in sorted(range(len(rows)), key=lambda at: rows[at][2])))
    return index


def carries(row: Thing, chosen: dict[str, str], but: str = "") -> bool:
    return all(
        value in row[0] if trait == "colour" else value == row[1] for trait, value in chosen.items() if trait != but
    )


@given(things, chosen, st.integers(0, 5), st.integers(1, 5), st.sampled_from(["", "cheapest"]))
def test_a_page_holds_what_a_plain_list_would(
    rows: list[Thing], chosen: dict[str, str], start: int, number: int, order: str
) -> None:
    index = index_of(rows)
    plain = sorted(range(len(rows)), key=lambda at: rows[at][2]) if order else range(len(rows))

    keys = index.keys(index.matching(chosen, index.everything), start=start, number=number, order=order)

    assert keys == [100 + at for at in plain if carries(rows[at], chosen)][start : start + number]


@given(things, chosen)
def test_a_count_is_what_choosing_that_value_shows(rows: list[Thing], chosen: dict[str, str]) -> None:
    index = index_of(rows)

    counts = index.counts("colour", chosen, index.everything)

    shown = {colour: sum(carries(row, chosen | {"colour": colour}) for row in rows) for colour in COLOURS}
    assert counts == {colour: number for colour, number in shown.items() if number}


def test_unknown_keys_and_values_are_nothing() -> None:
    index = Index([7, 8])
    index.mark("size", [(7, "small"), (99, "large")])

    assert index.of([99]) == 0
    assert index.counts("size", {}, index.everything) == {"small": 1}
    assert index.matching({"weight": "heavy"}, index.everything) == 0


def test_what_an_order_leaves_out_comes_last() -> None:
    index = Index([7, 8, 9])

    index.sort("cheapest", [9])

    assert index.keys(index.everything, start=0, number=9, order="cheapest") == [9, 7, 8]


def test_a_value_above_holds_all_below_it() -> None:
    index = Index([7, 8, 9])
    index.mark("kind", [(7, "walnuts"), (8, "almonds"), (9, "naan")])

    index.widen("kind", {"walnuts": ["nuts"], "almonds": ["nuts"], "naan": []})

    assert index.counts("kind", {}, index.everything) == {"walnuts": 1, "almonds": 1, "naan": 1, "nuts": 2}
