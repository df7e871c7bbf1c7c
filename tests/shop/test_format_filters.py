"""What money, weight, rates and moments look like on a page."""

from datetime import UTC, date, datetime

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shop.order.models import Consignment, Order
from shop.templatetags.shop_format import (
    BreakdownPart,
    bar_segments,
    consignment,
    kilograms,
    page_numbers,
    percent_bp,
    shanghai,
    thousands,
    yuan,
)

LATE_EVENING_UTC = datetime(2026, 7, 3, 16, 5, tzinfo=UTC)


def part(fen: int, kind: str = "household") -> BreakdownPart:
    return {"label": kind, "fen": fen, "kind": kind}


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥0.00"), (5, "¥0.05"), (1234, "¥12.34"), (123450, "¥1,234.50"), (-5, "-¥0.05"), (-123450, "-¥1,234.50")],
)
def test_fen_are_written_as_yuan_with_two_decimals(fen: int, text: str) -> None:
    assert yuan(fen) == text


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_every_written_amount_reads_back_to_the_same_fen(fen: int) -> None:
    digits = yuan(fen).replace("¥", "").replace(",", "").replace(".", "")

    assert int(digits) == fen


@pytest.mark.parametrize("value", [12.34, "1234", "", True])
def test_an_amount_that_is_not_whole_fen_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="whole fen"):
        yuan(value)  # type: ignore[arg-type]


def test_an_amount_missing_from_the_context_stops_the_page() -> None:
    page = Template("{% load shop_format %}{{ price_fen|yuan }}")

    assert page.render(Context({"price_fen": 1234})) == "¥12.34"
    with pytest.raises(TypeError):
        page.render(Context({}))


def test_an_amount_not_known_is_written_as_nothing() -> None:
    assert (yuan(None), kilograms(None), percent_bp(None), shanghai(None)) == ("", "", "", "")


@pytest.mark.parametrize(
    ("grams", "text"),
    [(0, "0 g"), (999, "999 g"), (1000, "1 kg"), (2500, "2.5 kg"), (1_234_567, "1,234.567 kg"), (-2050, "-2.05 kg")],
)
def test_grams_are_written_without_rounding(grams: int, text: str) -> None:
    with translation.override("en"):
        assert kilograms(grams) == text


@pytest.mark.parametrize(
    ("rate_bp", "text"),
    [(0, "0%"), (1, "0.01%"), (833, "8.33%"), (6150, "61.5%"), (10_000, "100%"), (-250, "-2.5%")],
)
def test_basis_points_are_written_as_per_cent(rate_bp: int, text: str) -> None:
    assert percent_bp(rate_bp) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-hans", "2026年7月4日 00:05"),
        ("en", "4 July 2026, 00:05"),
        ("ug", "2026-يىلى 7-ئاينىڭ 4-كۈنى، 00:05"),
        ("de", "2026-07-04 00:05"),
    ],
)
def test_a_moment_is_written_in_shanghai_time_and_the_pages_language(language: str, text: str) -> None:
    with translation.override(language):
        assert shanghai(LATE_EVENING_UTC) == text


@pytest.mark.parametrize(("language", "weights"), [("zh-hans", ["2.5 公斤", "500 克"]), ("en", ["2.5 kg", "500 g"])])
def test_money_and_rates_are_alike_in_chinese_and_english_and_weights_but_for_their_unit(
    language: str, weights: list[str]
) -> None:
    with translation.override(language):
        assert (yuan(-123450), percent_bp(6150), thousands(4123)) == ("-¥1,234.50", "61.5%", "4,123")
        assert [kilograms(2500), kilograms(500)] == weights


def test_money_weight_and_rates_keep_their_order_in_a_language_that_reads_from_right_to_left() -> None:
    with translation.override("ug"):
        written = [yuan(-123450), kilograms(2500), kilograms(500), percent_bp(6150)]

    assert written == [f"\u2066{text}\u2069" for text in ("-¥1,234.50", "2.5 kg", "500 g", "61.5%")]


def test_a_moment_can_be_written_as_its_day_or_its_time_alone() -> None:
    with translation.override("en"):
        assert shanghai(LATE_EVENING_UTC, "day") == "4 July 2026"
        assert shanghai(LATE_EVENING_UTC, "time") == "00:05"


def test_a_day_is_written_as_it_stands() -> None:
    with translation.override("zh-hans"):
        assert shanghai(date(2026, 7, 3)) == "2026年7月3日"


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("order F0HYP consignment 2", "Order F0HYP, consignment 2"),
        ("transfer of 12 packs", "transfer of 12 packs"),
        ("my order F0HYP consignment 2", "my order F0HYP consignment 2"),
    ],
)
def test_what_a_parcel_is_sent_for_is_said_in_words(reference: str, text: str) -> None:
    with translation.override("en"):
        assert consignment(reference) == text


def test_the_words_for_a_parcel_know_what_orders_call_their_consignments() -> None:
    of = Consignment(order=Order(number="F0HYP"), position=2)

    with translation.override("en"):
        assert consignment(of.reference) == "Order F0HYP, consignment 2"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="names no time zone"):
        shanghai(LATE_EVENING_UTC.replace(tzinfo=None))


def test_an_unknown_part_of_a_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="century"):
        shanghai(LATE_EVENING_UTC, "century")


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=12))
def test_the_segments_of_a_bar_meet_and_fill_it(amounts: list[int]) -> None:
    segments = bar_segments([part(fen) for fen in amounts])

    if sum(amounts) == 0:
        assert segments == []
        return
    assert sum(segment.width for segment in segments) == 10_000
    assert [segment.x for segment in segments[1:]] == [segment.x + segment.width for segment in segments[:-1]]
    assert [segment.fen for segment in segments] == amounts


def test_a_segment_is_as_wide_as_its_share_of_the_price() -> None:
    segments = bar_segments([part(6200), part(1800, "supplier"), part(2000, "transport")])

    assert [(segment.x, segment.width) for segment in segments] == [(0, 6200), (6200, 1800), (8000, 2000)]


def test_a_part_below_zero_is_refused_by_name_and_amount() -> None:
    with pytest.raises(ValueError, match="platform is -¥1.00"):
        bar_segments([part(6200), part(-100, "platform")])


def test_a_long_list_links_its_ends_and_the_neighbours_of_the_page() -> None:
    pages = Paginator(range(200), per_page=10)

    assert page_numbers(pages.page(9)) == [1, None, 8, 9, 10, None, 20]


def test_a_short_list_links_every_page() -> None:
    pages = Paginator(range(30), per_page=10)

    assert page_numbers(pages.page(2)) == [1, 2, 3]
