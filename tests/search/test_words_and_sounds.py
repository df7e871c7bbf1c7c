"""Chinese words, how they sound, and what stands one slip away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalogue.search import fields, plans, segmenter, sounds, words


@pytest.mark.parametrize(
    ("said", "phrases"),
    [
        ("和田红枣", ["和田", "红枣"]),
        ("皮山县薄皮核桃", ["皮山县", "薄皮核桃"]),
        ("原味带壳巴旦木", ["原味", "带壳", "巴旦木"]),
        ("石榴石", ["石榴石"]),
        ("㐀㐁", ["㐀㐁"]),
        ("500克 核桃", ["500克", "核桃"]),
        ("thin-shelled walnuts", ["thin shelled", "walnuts"]),
    ],
)
def test_a_question_is_cut_into_words(said: str, phrases: list[str]) -> None:
    assert ["".join(phrase) for phrase in words.question(said)] == [phrase.replace(" ", "") for phrase in phrases]


def test_our_words_hold_smaller_ones_and_words_for_other_things_do_not() -> None:
    assert {"核桃", "核桃仁"} <= set(segmenter.parts("核桃仁"))
    assert "石榴" not in segmenter.parts("石榴石手链")
    assert "鹅" in segmenter.parts("白条鹅")


def test_a_thing_is_meant_by_its_name_as_a_word_only() -> None:
    assert words.meant(words.tokens("枣木梳 石榴石 胡桃木")) == set()
    assert words.meant(words.tokens("Red dates and walnuts")) == {
        *words.called(("red", "dates")),
        *words.called(("walnuts",)),
    }


def test_every_word_of_the_list_is_cut_as_one() -> None:
    listed = [line.partition(",")[0] for line in segmenter.WORDS.read_text(encoding="utf-8").splitlines()[1:]]

    assert len(listed) == len(set(listed))
    assert [word for word in listed if segmenter.words(word) != (word,)] == []


def test_an_edition_changes_with_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = segmenter.edition()
    other = tmp_path / "words.csv"
    other.write_text(segmenter.WORDS.read_text(encoding="utf-8") + "新词,product\n", encoding="utf-8")

    monkeypatch.setattr(segmenter, "WORDS", other)

    assert segmenter.edition.__wrapped__() != before
    assert segmenter.edition() == before


def test_words_are_spelled_as_they_sound() -> None:
    assert (sounds.full("红枣"), sounds.initials("红枣")) == ("hongzao", "hz")
    assert (sounds.full("驴奶"), sounds.initials("枣")) == ("lvnai", "")


@given(st.text("abcdefg", min_size=5, max_size=12), st.integers(0, 11), st.sampled_from("abcdefg"), st.integers(0, 3))
def test_every_single_slip_is_near(word: str, place: int, letter: str, kind: int) -> None:
    assume(place < len(word) - 1)
    left_out = word[:place] + word[place + 1 :]
    put_in = word[:place] + letter + word[place:]
    instead = word[:place] + letter + word[place + 1 :]
    about = word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    slip = (left_out, put_in, instead, about)[kind]

    assert sounds.near_letters(word) & sounds.near_letters(slip)


def test_what_differs_by_more_is_not_near() -> None:
    assert not sounds.near_letters("hongzao") & sounds.near_letters("hetao")
    assert not sounds.near_characters("巴旦木") & sounds.near_characters("核桃仁")
    assert sounds.near_letters("abc") == frozenset()


@given(st.text(max_size=60))
def test_any_question_makes_plans_of_tokens_without_blanks(said: str) -> None:
    phrases = words.question(said)
    if not phrases:
        return

    for plan in plans.attempts(phrases):
        assert plan.required
        for condition, weight in plan.scored:
            assert isinstance(condition, plans.AnyOf) and weight > 0
            assert all(token and not set(token) & set(" |\t\n") for token in condition.tokens)


def test_fields_hold_beginnings_and_known_things() -> None:
    held = fields.document(fields.Names(title=("薄皮核桃", "Paper-shelled"), commodity=("核桃", "Walnuts")))

    assert {"p", "paper", "paper_she", "shelled"} <= set(held["begin"].split())
    assert held["known"] == fields.KNOWN
    assert "hetao" in held["near"].split()
    assert fields.document(fields.Names(title=("核桃木", ""), commodity=("饰品", "")))["known"] == ""
