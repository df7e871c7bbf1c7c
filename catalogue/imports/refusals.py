"""Refusals in words: English here, translated by whoever shows them."""


def gettext_noop(text: str) -> str:
    """Mark a text for the translators and give it back as it is."""
    return text


class Refused(ValueError):
    """Why a cell, a row or a file is not taken.

    text: English, with a place such as %(most)s for each fact
    """

    def __init__(self, text: str, **facts: str | int) -> None:
        super().__init__(text, facts)
        self.text = text
        self.facts = facts

    def __str__(self) -> str:
        return self.text % self.facts
