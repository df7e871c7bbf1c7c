"""Small cells stay hidden from a reader who subtracts whatever is shown."""

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from shop.reports.disclosure import Hidden, hide

CODES = [f"65{prefecture}{county}" for prefecture in (30, 31, 32) for county in (21, 22, 23, 24)]
SIZES = st.sampled_from([0, 1, 2, 4, 5, 6, 9, 40])
WORLDS = st.dictionaries(st.sampled_from(CODES), st.tuples(SIZES, st.sampled_from([0, 0, 0, 1, 5]), SIZES), min_size=1)


def equations(world: dict[str, tuple[int, ...]], hidden: Hidden) -> list[list[str]]:
    """The sums of hidden counties a reader gets by subtracting shown figures from shown totals.

    Known counties drop out. The grand total minus the shown prefecture totals leaves the hidden prefectures.
    """
    found = []
    for prefecture in {code[:4] for code in world} - hidden.prefectures:
        found.append([code for code in world if code[:4] == prefecture and code in hidden.counties])
    if not hidden.total:
        found.append([code for code in world if code in hidden.counties])
    return [codes for codes in found if codes]


def determined(rows: list[list[str]], unknowns: list[str]) -> set[str]:
    """The unknowns that have one solution only: Gauss over fractions, then rows with a single entry."""
    matrix = [[Fraction(code in row) for code in unknowns] for row in rows]
    done = 0
    for column in range(len(unknowns)):
        pivot = next((i for i in range(done, len(matrix)) if matrix[i][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        matrix[done] = [value / matrix[done][column] for value in matrix[done]]
        for i, row in enumerate(matrix):
            if i != done and row[column]:
                matrix[i] = [a - row[column] * b for a, b in zip(row, matrix[done], strict=True)]
        done += 1
    return {unknowns[row.index(1)] for row in matrix if sum(1 for value in row if value) == 1}


@given(WORLDS)
@example({"653021": (1, 0, 1)})
@example({"653021": (9, 0, 9), "653022": (1, 0, 1), "653121": (40, 0, 40)})
def test_no_hidden_county_follows_by_subtraction(world: dict[str, tuple[int, ...]]) -> None:
    hidden = hide(world)

    unknowns = sorted(hidden.counties)
    telling = {code for code in unknowns if any(world[code])}

    assert not determined(equations(world, hidden), unknowns) & telling


@given(WORLDS)
def test_no_sum_that_follows_rests_on_one_to_four_households(world: dict[str, tuple[int, ...]]) -> None:
    hidden = hide(world)
    rows = equations(world, hidden)
    shown = {prefecture: [c for c in rows_of if c in hidden.counties] for prefecture, rows_of in by(world).items()}
    rest = [code for prefecture in hidden.prefectures for code in shown[prefecture]]

    sums = [*rows, *([rest] if not hidden.total and rest else [])]

    for codes in sums:
        totals = [sum(world[code][group] for code in codes) for group in range(3)]
        assert all(total == 0 or total >= 5 for total in totals), (codes, totals)


def by(world: dict[str, tuple[int, ...]]) -> dict[str, list[str]]:
    return {prefecture: [c for c in world if c[:4] == prefecture] for prefecture in {code[:4] for code in world}}


@given(WORLDS)
def test_every_small_county_is_hidden(world: dict[str, tuple[int, ...]]) -> None:
    hidden = hide(world)

    assert {code for code, sizes in world.items() if any(1 <= size <= 4 for size in sizes)} <= hidden.counties


@given(st.dictionaries(st.sampled_from(CODES), st.tuples(st.sampled_from([0, 5, 6, 40]))))
def test_nothing_is_hidden_where_nothing_is_small(world: dict[str, tuple[int, ...]]) -> None:
    assert hide(world) == Hidden(frozenset(), frozenset(), False)


def test_the_smallest_other_county_covers_a_small_one() -> None:
    hidden = hide({"653221": (3,), "653222": (30,), "653223": (7,), "653121": (12,)})

    assert hidden == Hidden(frozenset({"653221", "653223"}), frozenset(), False)


def test_a_prefecture_of_one_small_county_needs_another_prefecture() -> None:
    hidden = hide({"653021": (3,), "653121": (30,), "653122": (9,), "653221": (40,)})

    assert hidden.prefectures == {"6530", "6531"}
    assert hidden.counties == {"653021", "653122"}
    assert not hidden.total


def test_where_nothing_can_cover_it_the_total_is_hidden_too() -> None:
    assert hide({"653021": (3,)}) == Hidden(frozenset({"653021"}), frozenset({"6530"}), True)


def test_five_households_are_shown_and_four_are_not() -> None:
    assert not hide({"653021": (5,), "653022": (50,), "653023": (60,)}).counties
    assert "653021" in hide({"653021": (4,), "653022": (50,), "653023": (60,)}).counties
