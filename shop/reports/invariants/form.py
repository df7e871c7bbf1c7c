"""The form of one invariant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """One thing that holds for all rows.

    name: short and stable; words: what holds
    sql: two columns, the row that breaks it and what is wrong there; it may ask for %(at)s, the moment of the check
    """

    name: str
    words: str
    sql: str
