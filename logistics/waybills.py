"""Waybill numbers: LZ, ten digits, one check digit. Plain Python.

The check digit is that of ISO/IEC 7064, MOD 11,10: every single wrong digit is found, and so are nearly all pairs of
neighbours typed the wrong way round. The ten digits are drawn, not counted, so a number cannot be guessed and a
misread one is hardly ever another parcel's.
"""

from __future__ import annotations

import re
from secrets import randbelow
from typing import Final
from unicodedata import normalize

LETTERS: Final = "LZ"
_FORM: Final = re.compile(rf"{LETTERS}[0-9]{{11}}")


class Misread(ValueError):
    """What was read cannot be a waybill number."""


def draw() -> str:
    """A new waybill number."""
    digits = f"{randbelow(10**10):010d}"
    return f"{LETTERS}{digits}{check_digit(digits)}"


def read(text: str) -> str:
    """The waybill number in what a scanner or a person typed: spaces, dashes, case and full-width forms do not matter.

    Raises Misread.
    """
    number = re.sub(r"[\s-]", "", normalize("NFKC", text)).upper()
    if not _FORM.fullmatch(number) or check_digit(number[2:-1]) != number[-1]:
        raise Misread(number)
    return number


def check_digit(digits: str) -> str:
    """ISO/IEC 7064, MOD 11,10."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
