"""CSV: UTF-8 with or without its mark, or GB18030, by strict decoding; comma, semicolon or tab, by the header."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from catalogue.imports import columns
from catalogue.imports.reading import Line, Table, text_cell
from catalogue.imports.refusals import Refused, gettext_noop

CHUNK = 2**16
ENCODINGS = {"utf-8-sig": "UTF-8 with BOM", "utf-8": "UTF-8", "gb18030": "GB18030"}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
HEADER_MOST = 2**14  # signs of the line in which the delimiter is looked for


def table(file: BinaryIO) -> Table:
    """Raises Refused, also while the lines are read."""
    encoding = _encoding(file)
    with _text(file, encoding) as text:
        delimiter = _delimiter(text)
    return Table(f"CSV, {ENCODINGS[encoding]}, {DELIMITERS[delimiter]}", _lines(file, encoding, delimiter))


def _encoding(file: BinaryIO) -> str:
    """The first encoding in which every byte has its meaning; the mark decides alone."""
    start = file.read(3)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise Refused(gettext_noop("The file is in UTF-16; save it as “CSV UTF-8” or as XLSX."))
    tried = ("utf-8-sig",) if start == codecs.BOM_UTF8 else ("utf-8", "gb18030")
    for encoding in tried:
        if _decodes(file, encoding):
            return encoding
    raise Refused(gettext_noop("The text is neither UTF-8 nor GB18030; save it as “CSV UTF-8” or as XLSX."))


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Whether all of it does. A zero byte is no text in any encoding."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk).encode("utf-8")  # halves of pairs are no text either
            if b"\0" in chunk:
                raise Refused(gettext_noop("The file is no table; give a CSV or an XLSX file."))
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


@contextmanager
def _text(file: BinaryIO, encoding: str) -> Iterator[TextIO]:
    """The file as text from its start; it stays open when its reader goes."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield text
    finally:
        text.detach()


def _delimiter(text: TextIO) -> str:
    """The sign that makes most names of columns out of the first line that is not empty; the comma if none does."""
    header = ""
    while not header.strip(" ,;\t\r\n") and (header := text.readline(HEADER_MOST)):
        pass
    return max(DELIMITERS, key=lambda sign: columns.known(next(csv.reader([header], delimiter=sign), [])))


def _lines(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[Line]:
    number = 0
    try:
        with _text(file, encoding) as text:
            for number, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
                yield number, [text_cell(cell) for cell in cells]
    except csv.Error:
        raise Refused(
            gettext_noop("Row %(row)s cannot be read; look for a quotation mark that is open or stands inside a cell."),
            row=number + 1,
        ) from None
