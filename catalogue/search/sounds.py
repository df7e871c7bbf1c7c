"""What a word sounds like, and what stands one slip away from it. Plain Python.

Two writings are taken for near when taking away at most one sign of each leaves the same: one letter or character left
out, put in, put in another's place, or two changed about. An index holds `near` of a product's words, a question asks
for any of its own, so no engine compares spellings itself.
"""

from __future__ import annotations

from functools import lru_cache

SHORTEST_SPELLING = 4  # letters; below that nearly everything is near
SHORTEST_WRITING = 3  # Chinese characters
LONGEST = 40  # signs; what is longer is no word that somebody mistypes


@lru_cache(maxsize=50_000)
def full(word: str) -> str:
    """红枣: hongzao."""
    from pypinyin import lazy_pinyin  # its tables take 55 MB, which few processes need

    return "".join(lazy_pinyin(word, errors="ignore", v_to_u=False)).replace("ü", "v")


@lru_cache(maxsize=50_000)
def initials(word: str) -> str:
    """红枣: hz; empty for a single character."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER, errors="ignore")) if len(word) > 1 else ""


def near_letters(spelling: str) -> frozenset[str]:
    return _with_one_less(spelling) if SHORTEST_SPELLING <= len(spelling) <= LONGEST else frozenset()


def near_characters(word: str) -> frozenset[str]:
    return _with_one_less(word) if SHORTEST_WRITING <= len(word) <= LONGEST else frozenset({word})


def _with_one_less(signs: str) -> frozenset[str]:
    return frozenset([signs, *(signs[:place] + signs[place + 1 :] for place in range(len(signs)))])
