"""What a new edition changes of the places that stand. Plain Python, no Django.

Codes of provinces, prefectures and counties are never given again: another name is the same division, renamed.
Codes of townships and villages are: under the same code another name, or the same in another township, is another
division. It gets a key of its own, and what stood on the former stays there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from catalogue.imports.refusals import Refused, gettext_noop
from catalogue.places.reading import ABOVE, LENGTHS, LEVELS, Division, Table

LASTING = 6  # digits of the longest code that is never given again
PREFECTURE = LENGTHS["prefecture"]
LATER = "bcdefghijklmnopqrstuvwxyz"  # the second bearer of a code, the third...


class Standing(NamedTuple):
    """A division as kept. key: what rows point at; code: as published; named_from: since when it bears its name"""

    key: str
    code: str
    level: str
    name: str
    name_en: str
    parent: str
    valid_from: date
    valid_to: date | None
    named_from: date


class New(NamedTuple):
    key: str
    division: Division
    parent: str


class Change(NamedTuple):
    """A division that stood, and its row in the new edition."""

    before: Standing
    after: Division


class TooOld(Exception):
    """The edition begins before something it would change."""

    def __init__(self, place: Standing, since: date, on: date) -> None:
        super().__init__(
            f"The edition begins on {on}, and {place.code} {place.name} stands as it is since {since}. Load an edition "
            "that is newer, or give a later first day with --from."
        )


@dataclass
class Plan:
    """new: every row to write, also those of `other` and `moved`; other: a code that another division bears now;
    moved: its name stayed, the division above it did not; translated: another English name; area: what the file speaks
    of, as numbers of divisions by their level
    """

    new: list[New] = field(default_factory=list)
    renamed: list[Change] = field(default_factory=list)
    translated: list[Change] = field(default_factory=list)
    other: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    back: list[Change] = field(default_factory=list)
    ended: list[Standing] = field(default_factory=list)
    kept: int = 0
    area: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.renamed or self.translated or self.back or self.ended)

    @property
    def leaving(self) -> list[Standing]:
        """All that may no longer be chosen."""
        return [*self.ended, *(change.before for change in (*self.other, *self.moved))]


def make(table: Table, standing: Sequence[Standing], *, on: date) -> Plan:
    """on: the first day of the edition; problems go to those of the table

    Raises TooOld.
    """
    maker = _Maker(table, standing)
    for division in table.divisions.values():
        maker.take(division)
    maker.end()
    if not table.problems.count:
        _refuse_too_old(maker.plan, standing, on)
    return maker.plan


class _Maker:
    def __init__(self, table: Table, standing: Sequence[Standing]) -> None:
        self.table, self.plan = table, Plan()
        self.current = {each.code: each for each in standing if each.valid_to is None}
        self.keys = {each.key: each for each in standing}
        self.bearers = {code: each.key for code, each in self.current.items()}
        self.taken = set(self.keys)
        self.gone: set[str] = set()  # keys
        # Divisions of which the file lists what lies in them. Provinces and prefectures often stand there for those
        # below alone, so their lists end none of them: such an end has to be written (`Table.abolished`).
        self.listed = {each.parent for each in table.divisions.values() if len(each.parent) >= PREFECTURE}

    def take(self, division: Division) -> None:
        parent = self._parent(division)
        if parent is None:
            return
        old = self.current.get(division.code)
        if old is None:
            self._add(division, parent)
        elif len(division.code) <= LASTING:
            self._rename(old, division)
        elif (old.name, old.parent) == (division.name, parent):
            self._keep(old, division)
        else:
            self.gone.add(old.key)
            (self.plan.moved if old.name == division.name else self.plan.other).append(Change(old, division))
            self._add(division, parent)

    def _parent(self, division: Division) -> str | None:
        """The key of what it lies in, empty for a province; None: a problem"""
        if not division.parent:
            return ""
        key = self.bearers.get(division.parent)
        if key is None:
            self._refuse(
                division, gettext_noop("%(parent)s, in which it lies, is neither in the file nor kept; load it first.")
            )
        elif division.parent not in self.table.divisions and self._leaves(division.parent):
            self._refuse(division, gettext_noop("%(parent)s, in which it lies, is missing in the file's own list."))
            return None
        return key

    def _refuse(self, division: Division, text: str) -> None:
        row = self.table.lines[division.code]
        self.table.problems.add(row, "parent", division.parent, Refused(text, parent=division.parent))

    def _add(self, division: Division, parent: str) -> None:
        former = self.keys.get(division.code) if len(division.code) <= LASTING else None
        if former is not None:
            self.plan.back.append(Change(former, division))
            if former.name != division.name:
                self.plan.renamed.append(Change(former, division))
            key = former.key
        else:
            key = _free(parent, division.code, self.taken)
            self.plan.new.append(New(key, division, parent))
        self.taken.add(key)
        self.bearers[division.code] = key

    def _rename(self, old: Standing, division: Division) -> None:
        if old.name != division.name:
            self.plan.renamed.append(Change(old, division))
        else:
            self._keep(old, division)

    def _keep(self, old: Standing, division: Division) -> None:
        self.plan.kept += 1
        if division.name_en not in ("", old.name_en):
            self.plan.translated.append(Change(old, division))

    def end(self) -> None:
        """End what the file's own lists leave out, and what lies in anything that ends."""
        for each in sorted(self.current.values(), key=lambda each: len(each.code)):
            if each.key not in self.gone and (self._leaves(each.code) or each.parent in self.gone):
                self.gone.add(each.key)
                self.plan.ended.append(each)
        self.plan.area = _counted(sorted(self.listed, key=len))

    def _leaves(self, code: str) -> bool:
        """Whether the file says that a division is no more, or lists what lies beside it and not the division."""
        listed = code[: ABOVE.get(len(code), 0)] in self.listed
        return code in self.table.abolished or (listed and code not in self.table.divisions)


def _free(parent: str, code: str, taken: set[str]) -> str:
    """A key that begins with that of what it lies in, so that no part of a key ever names another division."""
    own = code[len(code) - 3 :] if len(code) > LASTING else code[len(parent) :]
    for later in ("", *LATER):
        if (key := f"{parent}{later}{own}") not in taken:
            return key
    raise ValueError(f"{code} has had {len(LATER) + 1} bearers; no key is left for one more.")


def _counted(codes: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in codes:
        level = LEVELS[len(code)]
        found[level] = found.get(level, 0) + 1
    return found


def _refuse_too_old(plan: Plan, standing: Sequence[Standing], on: date) -> None:
    """Nothing ends before it began, bears two names on a day, or shares a code with another on a day."""
    again = {each.division.code for each in plan.new} | {change.after.code for change in plan.back}
    named = {change.before.key for change in plan.renamed}
    leaving = {each.key for each in plan.leaving}
    for each in standing:
        since = each.named_from if each.key in named else each.valid_from
        if each.key in named | leaving and since >= on:
            raise TooOld(each, since, on)
        if each.code in again and each.valid_to is not None and each.valid_to > on:
            raise TooOld(each, each.valid_to, on)
