"""Reads the files of the demo world."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

DEMO = Path(__file__).resolve().parent / "data"
PLACES = Path(settings.BASE_DIR) / "catalogue" / "data"


@cache
def rows(name: str, folder: Path = DEMO) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file by column name. Do not change them: they are kept."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def items(name: str) -> Any:
    """The content of a JSON file. Do not change it: it is kept."""
    return json.loads((DEMO / name).read_text(encoding="utf-8"))
