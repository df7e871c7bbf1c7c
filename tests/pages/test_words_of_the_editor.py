"""Editors read Chinese where the package they write in has none."""

from __future__ import annotations

from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

from shop.messages import CHINESE, OF_PACKAGES, current

FILE = OF_PACKAGES / CHINESE / "LC_MESSAGES" / "django.po"


def test_words_of_the_package_are_said_in_our_chinese() -> None:
    said = {}
    with FILE.open("rb") as source, override("zh-hans"):
        for message in read_po(source):
            if message.id:
                said[message.id] = (message.string, gettext(message.id))

    assert len(said) > 15
    assert [each for each, (ours, shown) in said.items() if ours != shown] == []


def test_no_word_stands_both_among_ours_and_among_those_of_the_package() -> None:
    with FILE.open("rb") as source:
        theirs = {message.id for message in read_po(source) if message.id}

    assert theirs & {message.id for message in current()} == set()
