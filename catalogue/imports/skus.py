"""Article numbers (SKU) compared as people mean them: case, width, blanks and invisible signs make no difference."""

import unicodedata


def normalised(text: str) -> str:
    """The form in which two article numbers are equal: "ＰＳ-ｅ01 -01" and "PS-E01-01" both give "ps-e01-01".

    NFKC, case folding, then no blanks and no invisible formatting characters. Given its own result, it changes nothing.
    """
    before, now = "", text
    while now != before:  # folding can make what NFKC composes once more
        before, now = now, _once(now)
    return now


def _once(text: str) -> str:
    return bare(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))


def bare(text: str) -> str:
    """The text without blanks and invisible formatting characters."""
    return "".join(sign for sign in text if not (sign.isspace() or unicodedata.category(sign) == "Cf"))
