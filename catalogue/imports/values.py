"""What a cell says: amounts, weights, days, barcode numbers, codes and texts. Plain Python, no Django, no float.

Every reader takes the trimmed text of a cell that is not empty and raises Refused.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from catalogue.imports import skus
from catalogue.imports.refusals import Refused, gettext_noop

FEN_MOST = 10**12 - 1  # ten digits of yuan, as the price of a stock record has
GRAMS_MOST = 1_000_000
DAYS_MOST = 3650
SKU_MOST = 64

FULL_WIDTH = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
NUMBER = r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?"
PRICE = re.compile(rf"(?:¥|rmb|cny)?\s*{NUMBER}\s*(?:元|rmb|cny)?", re.IGNORECASE)
EXPONENT = re.compile(r"[0-9.]+e[+-]?[0-9]+", re.IGNORECASE)
WEIGHT = re.compile(rf"{NUMBER}\s*(?P<unit>kg|g|千克|公斤|克)", re.IGNORECASE)
GRAMS_OF = {"g": 1, "克": 1, "kg": 1000, "千克": 1000, "公斤": 1000}
DAYS = re.compile(r"([0-9]{1,6})\s*(?:天|日|days?|d)?", re.IGNORECASE)
CODE = re.compile(r"[0-9]+")
SKU = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._-]*")
LICENCE = re.compile(r"SC[0-9]{14}")
GTIN_LENGTHS = (8, 12, 13, 14)
YES, NO = ("是", "yes", "y", "true", "1"), ("否", "no", "n", "false", "0")
TURNED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # signs that turn the direction of writing


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as a Latin keyboard writes them; nothing else changes."""
    return text.translate(FULL_WIDTH).strip()


def price_fen(text: str) -> int:
    """ "12.5", "12.50", "¥1,234.50" or "１２.５０元" in whole fen, above zero."""
    said = half_width(text)
    if said.startswith(("-", "−", "¥-")):
        raise Refused(gettext_noop("A price is above zero."))
    if EXPONENT.fullmatch(said):
        raise Refused(gettext_noop("A price is written out, without an exponent: 1200, not 1.2E3."))
    found = PRICE.fullmatch(said)
    if not found:
        raise Refused(gettext_noop("This is no price in yuan; write one such as 12.50 or 1,234.50."))
    part = found["part"] or ""
    if len(part) > 2:
        raise Refused(gettext_noop("A price has whole fen: two decimals at most."))
    fen = _whole(found["whole"]) * 100 + int(part.ljust(2, "0"))
    if fen == 0:
        raise Refused(gettext_noop("A price is above zero."))
    if fen > FEN_MOST:
        raise Refused(gettext_noop("A price is %(most)s yuan at most."), most=str(yuan(FEN_MOST)))
    return fen


def yuan(fen: int) -> Decimal:
    """1250 fen -> Decimal("12.50"), as stock records keep it."""
    return Decimal(fen).scaleb(-2)


def weight_g(text: str) -> int:
    """ "500 g", "0.5kg", "500克" or "1.5公斤" in whole grams."""
    said = half_width(text)
    found = WEIGHT.fullmatch(said)
    if not found:
        if re.fullmatch(NUMBER, said):
            raise Refused(gettext_noop("The unit is missing; write g or kg after the number, such as 500 g."))
        raise Refused(gettext_noop("This is no weight; write a number with g, kg, 克 or 公斤, such as 500 g."))
    part = (found["part"] or "").rstrip("0")
    unit_g = GRAMS_OF[found["unit"].lower()]
    if len(part) > (3 if unit_g == 1000 else 0):
        raise Refused(gettext_noop("A weight is a whole number of grams."))
    grams = _whole(found["whole"]) * unit_g + int(part.ljust(3, "0")) * unit_g // 1000
    if not 0 < grams <= GRAMS_MOST:
        raise Refused(gettext_noop("A weight is above zero and %(most)s kg at most."), most=GRAMS_MOST // 1000)
    return grams


def _whole(digits: str) -> int:
    """A run of digits with thousands marked or not; what has more than 30 is as good as 30 nines."""
    plain = digits.replace(",", "").lstrip("0")
    return int(plain[:30] or "0") if len(plain) <= 30 else 10**30


def days(text: str) -> int:
    """ "270", "270天" or "270 days"."""
    found = DAYS.fullmatch(half_width(text))
    if not found:
        raise Refused(gettext_noop("This is no number of days; write one such as 270."))
    number = int(found[1])
    if not 0 < number <= DAYS_MOST:
        raise Refused(gettext_noop("Days are from 1 to %(most)s."), most=DAYS_MOST)
    return number


def yes_or_no(text: str) -> bool:
    said = half_width(text).casefold()
    if said not in YES + NO:
        raise Refused(gettext_noop("Write 是 or 否 (yes or no)."))
    return said in YES


def sku(text: str) -> str:
    """The article number as it is kept: half width, without blanks and invisible signs, letters as they were typed."""
    said = skus.bare(unicodedata.normalize("NFKC", text))
    if not SKU.fullmatch(said):
        raise Refused(gettext_noop("An SKU has letters A to Z, digits, Chinese characters, dots and dashes."))
    if len(said) > SKU_MOST:
        raise Refused(gettext_noop("An SKU has %(most)s signs at most."), most=SKU_MOST)
    return said


def gtin(text: str) -> str:
    """A barcode number whose check digit is right. One thing has one number: GTIN-12, and GTIN-14 with a leading zero,
    are kept as the GTIN-13 they are.

    Source: GS1 General Specifications, section 7.9 (check digits), 3.3.2 (leading zeros).
    """
    digits = half_width(text).replace(" ", "").replace("-", "")
    if not CODE.fullmatch(digits) or len(digits) not in GTIN_LENGTHS:
        raise Refused(gettext_noop("A barcode number has 8, 12, 13 or 14 digits."))
    right = check_digit(digits[:-1])
    if int(digits[-1]) != right:
        raise Refused(
            gettext_noop(
                "The last digit of this barcode number is %(digit)s, but should be %(right)s; compare the pack."
            ),
            digit=digits[-1],
            right=right,
        )
    if len(digits) == 12:
        return f"0{digits}"
    return digits[1:] if len(digits) == 14 and digits[0] == "0" else digits


def is_gtin(text: str) -> bool:
    """Whether a number that is kept is a barcode's; articles may carry others in its place."""
    return len(text) in GTIN_LENGTHS and text.isascii() and text.isdecimal()


def check_digit(digits: str) -> int:
    """The last digit of a GTIN, from those before it."""
    weighed = (int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -sum(weighed) % 10


def code(text: str) -> str:
    """Digits of a place's code."""
    digits = half_width(text)
    if not CODE.fullmatch(digits) or len(digits) not in (6, 9):
        raise Refused(gettext_noop("A place has the 6 digits of its county or the 9 of its township, such as 653223."))
    return digits


def licence(text: str) -> str:
    said = half_width(text).replace(" ", "").upper()
    if not LICENCE.fullmatch(said):
        raise Refused(gettext_noop("A producer's licence is SC and 14 digits."))
    return said


def line(text: str, most: int) -> str:
    """A text in one line."""
    if "\n" in text or "\t" in text:
        raise Refused(gettext_noop("This text stands in one line; take the line breaks out."))
    return paragraph(text, most)


def paragraph(text: str, most: int) -> str:
    """A text that may have several lines, without signs that a page, a feed or PostgreSQL cannot hold."""
    for sign in text:
        if unprintable(sign):
            raise Refused(gettext_noop("It holds the invisible sign %(sign)s; type the text anew."), sign=named(sign))
    if len(text) > most:
        raise Refused(gettext_noop("It has %(length)s signs; %(most)s are the most."), length=len(text), most=most)
    return text


def unprintable(sign: str) -> bool:
    """Controls other than line breaks and tabs, halves of pairs, signs that are none, and U+FFFD for what was lost."""
    if sign.isascii():
        return (sign < " " and sign not in "\n\t") or sign == "\x7f"
    no_sign = sign == "\ufffd" or ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF
    return no_sign or sign in TURNED or unicodedata.category(sign) in ("Cc", "Cs")


def named(sign: str) -> str:
    return f"U+{ord(sign):04X}"
