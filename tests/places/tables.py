"""Small tables of divisions as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from catalogue.places import editions
from catalogue.places.editions import Outcome

LOADED = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
NEW_YEAR = date(2026, 1, 1)
PROVINCE, PREFECTURE, COUNTY = ("65", "新疆维吾尔自治区"), ("6532", "和田地区"), ("653223", "皮山县")
ABOVE = (PROVINCE, PREFECTURE, COUNTY)
OLD = (*ABOVE, ("653223100", "固玛镇"), ("653223101", "杜瓦镇"), ("653223102", "赛图拉镇"), ("653223101200", "一村"))


def file(
    rows: Iterable[Sequence[str]], header: Sequence[str] = ("code", "name"), encoding: str = "utf-8"
) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return io.BytesIO(text.getvalue().encode(encoding))


def load(
    *rows: Sequence[str],
    edition: str = "2026",
    on: date = NEW_YEAR,
    at: datetime = LOADED,
    dry_run: bool = False,
) -> Outcome:
    return editions.load(file=file(rows), edition=edition, on=on, at=at, dry_run=dry_run)


def load_old() -> None:
    load(*OLD, edition="2023", on=date(2023, 1, 1))
