"""Texts as cells of files that people open in a spreadsheet. Plain Python, no Django."""

from __future__ import annotations

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula and run it."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text
