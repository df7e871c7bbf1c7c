"""Problems of an import as a CSV that opens in a spreadsheet and runs nothing there."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from django.utils.translation import gettext

from catalogue.imports.refusals import Refused
from catalogue.imports.rows import Problem
from catalogue.spreadsheets import harmless

COLUMNS = ("row", "column", "value", "reason")


def in_words(refusal: Refused) -> str:
    """In the current language."""
    return gettext(refusal.text) % refusal.facts


def write(file: TextIO, problems: Iterable[Problem]) -> None:
    """file: open for UTF-8 with its mark (`utf-8-sig`) and newline="" """
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for problem in problems:
        words = in_words(problem.refusal)
        writer.writerow([problem.row, *map(harmless, (problem.column, problem.value, words))])
