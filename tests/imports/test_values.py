"""What a cell says: exact amounts, or words about what is wrong."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.imports import values
from catalogue.imports.refusals import Refused

WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("12.5", 1250), ("12.50", 1250), ("12", 1200), ("¥1,234.50", 123450), ("￥1,234.50", 123450), ("12.50元", 1250),
        ("１２．５０", 1250), ("0.01", 1), ("1,234,567.89", 123456789), ("CNY 8", 800), ("0012.50", 1250),
        ("9999999999.99", 999999999999),
    ],
)  # fmt: skip
def test_a_price_is_read_to_the_fen(cell: str, fen: int) -> None:
    assert values.price_fen(cell) == fen


@pytest.mark.parametrize(
    "cell",
    ["-1", "−1", "－１", "¥-1", "0", "0.00", "12.345", "1.005", "1e3", "1E3", "12,50", "1,23", "1,2345", "1_000", "NaN",
     "inf", "12.", ".5", "+5", "12.50.1", "$5", "about 5", "٣", "²", "½", "10000000000", "9" * 5000, "1 234", "5/kg",
     "--5"],
)  # fmt: skip
def test_what_is_no_price_is_refused(cell: str) -> None:
    with pytest.raises(Refused):
        values.price_fen(cell)


def test_a_refusal_says_what_is_wrong() -> None:
    with pytest.raises(Refused, match="two decimals"):
        values.price_fen("12.345")
    with pytest.raises(Refused, match="exponent"):
        values.price_fen("1E3")
    with pytest.raises(Refused, match="above zero"):
        values.price_fen("-3")


@given(st.integers(1, values.FEN_MOST), st.booleans(), st.booleans(), st.booleans())
def test_every_price_comes_back_however_it_is_written(fen: int, grouped: bool, wide: bool, sign: bool) -> None:
    written = f"{values.yuan(fen):,.2f}" if grouped else str(values.yuan(fen))
    written = ("¥" if sign else "") + (written.translate(WIDE) if wide else written)

    assert values.price_fen(written) == fen


@given(st.one_of(st.text(alphabet="0123456789.,-+eE¥元 _０９．", max_size=14), st.text(max_size=10)))
def test_a_price_is_what_decimal_says_or_refused(cell: str) -> None:
    try:
        fen = values.price_fen(cell)
    except Refused:
        return

    plain = values.half_width(cell).lower().strip("¥元 ").removeprefix("cny").removesuffix("cny").strip("rmb ")
    try:
        assert Decimal(plain.replace(",", "")) * 100 == fen
    except InvalidOperation:
        pytest.fail(f"{cell!r} was read as {fen} fen, and Decimal knows no such number.")


@pytest.mark.parametrize(
    ("cell", "grams"),
    [("500 g", 500), ("500g", 500), ("0.5 kg", 500), ("0.5KG", 500), ("500克", 500), ("1.5公斤", 1500), ("2千克", 2000),
     ("１．２５ｋｇ", 1250), ("1,000 g", 1000), ("1.0 g", 1), ("0.0010 kg", 1), ("1000 kg", 1_000_000)],
)  # fmt: skip
def test_a_weight_is_read_to_the_gram(cell: str, grams: int) -> None:
    assert values.weight_g(cell) == grams


@pytest.mark.parametrize(
    "cell",
    ["500", "0 g", "-5 g", "0.5 g", "0.0005 kg", "5斤", "1 lb", "1e3 g", "g", "500 ml", "1000.001 kg", "9" * 99 + "g"],
)
def test_what_is_no_weight_is_refused(cell: str) -> None:
    with pytest.raises(Refused):
        values.weight_g(cell)


def test_a_weight_without_unit_is_told_which_to_write() -> None:
    with pytest.raises(Refused, match="g or kg"):
        values.weight_g("500")


@given(st.integers(1, values.GRAMS_MOST), st.sampled_from(["kg", "公斤", "千克", "KG"]))
def test_every_weight_comes_back_in_kilograms(grams: int, unit: str) -> None:
    assert values.weight_g(f"{Decimal(grams).scaleb(-3)} {unit}") == grams


@given(st.text(alphabet="0123456789", min_size=7, max_size=13).filter(lambda digits: len(digits) in (7, 11, 12, 13)))
def test_of_ten_last_digits_one_is_right(digits: str) -> None:
    taken = []
    for last in "0123456789":
        try:
            taken.append(values.gtin(digits + last))
        except Refused:
            continue

    assert len(taken) == 1
    assert taken[0].endswith(str(values.check_digit(digits)))


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, more: int) -> None:
    right = digits + str(values.check_digit(digits))
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]

    with pytest.raises(Refused, match="last digit"):
        values.gtin(wrong)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("6901234567892", "6901234567892"), ("06901234567892", "6901234567892"), ("690-1234 567892", "6901234567892"),
     ("036000291452", "0036000291452"), ("96385074", "96385074"), ("16901234567899", "16901234567899")],
)  # fmt: skip
def test_one_barcode_number_is_kept_in_one_way(cell: str, kept: str) -> None:
    assert values.gtin(cell) == kept


@pytest.mark.parametrize("cell", ["690123456789", "690123456789X", "123", "6.90123E+12", "²" * 13])
def test_what_is_no_barcode_number_is_refused(cell: str) -> None:
    with pytest.raises(Refused):
        values.gtin(cell)


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (values.days, "270", 270), (values.days, "270天", 270), (values.days, "270 Days", 270),
        (values.yes_or_no, "是", True), (values.yes_or_no, "No", False), (values.yes_or_no, "TRUE", True),
        (values.code, "６５３２２３", "653223"), (values.code, "653223100", "653223100"),
        (values.licence, "sc11765322390014", "SC11765322390014"),
        (values.sku, " ＰＳ-e01\u200b", "PS-e01"), (values.sku, "核桃-01", "核桃-01"),
    ],
)  # fmt: skip
def test_other_cells_are_read(read: Callable[[str], Any], cell: str, value: Any) -> None:
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (values.days, "0"), (values.days, "9 months"), (values.days, "9.5"), (values.days, "99999"),
        (values.yes_or_no, "maybe"), (values.code, "65"), (values.code, "65322X"), (values.licence, "SC123"),
        (values.sku, "A/1"), (values.sku, "-1"), (values.sku, "é"), (values.sku, "A" * 65), (values.sku, "\u200b"),
    ],
)  # fmt: skip
def test_other_cells_are_refused(read: Callable[[str], Any], cell: str) -> None:
    with pytest.raises(Refused):
        read(cell)


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\x85", "\u202e", "\ufffd", "\uffff", "\U0001ffff", "\ud800"])
def test_a_sign_that_cannot_be_shown_is_named(sign: str) -> None:
    with pytest.raises(Refused, match=r"U\+"):
        values.line(f"核桃{sign}", most=255)


@pytest.mark.parametrize("text", ["ياڭاق", "核桃 🥜", "<b>核桃</b>", "O'Neil; DROP TABLE", "﷽", "\u3400", "a\u0301"])
def test_strange_but_honest_texts_are_kept_as_they_are(text: str) -> None:
    assert values.line(text, most=255) == text


def test_a_title_stands_in_one_line() -> None:
    with pytest.raises(Refused, match="one line"):
        values.line("核桃\n500克", most=255)

    assert values.paragraph("核桃\n500克", most=255) == "核桃\n500克"


def test_a_text_has_its_most_signs_and_no_more() -> None:
    assert values.line("枣" * 30, most=30) == "枣" * 30

    with pytest.raises(Refused, match="31"):
        values.line("枣" * 31, most=30)
