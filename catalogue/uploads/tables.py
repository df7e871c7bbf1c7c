"""A table of goods that was uploaded: looked at, shown, and written as it was shown or not at all.

Lines of a problem say {"value", "reason", "facts"}, the reason in English with places for its facts, translated when
shown; lines of a change say {"sku", "differences": [[key, column, before, after, reviewed], ...]}.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from catalogue.imports import goods, values
from catalogue.imports.goods import Outcome
from catalogue.imports.progress import Hear
from catalogue.imports.refusals import Refused
from catalogue.imports.rows import Problem
from catalogue.uploads import files
from catalogue.uploads.models import Upload, UploadLine

LINES_AT_ONCE = 1000
COLUMN_MOST = 200
LOST = "\ufffd"


class Different(Exception):
    """Writing came to something else than what was shown; nothing is kept of it."""


def look(upload: Upload, hear: Hear, at: datetime, *, again: bool = False) -> None:
    """Find every problem and difference, and write nothing.

    again: somebody wanted to import it, and it would not have come to what they saw
    """
    with upload.file.open("rb") as file:
        outcome = goods.load(file=file, supplier=upload.supplier, at=at, dry_run=True, progress=hear)
    with transaction.atomic():
        upload.lines.all().delete()
        _keep_lines(upload, outcome)
        upload.state = Upload.State.READY
        upload.outcome = counted(outcome) | {"again": again}
        upload.save(update_fields=["state", "outcome"])


def write(upload: Upload, hear: Hear, at: datetime) -> None:
    """Write what was shown; where it would come to something else by now, show that instead and write nothing."""
    try:
        with transaction.atomic():
            with upload.file.open("rb") as file:
                if files.sha256_of(file) != upload.sha256:
                    raise RuntimeError(f"The file of upload {upload.pk} is not the one that was sent.")
                outcome = goods.load(file=file, supplier=upload.supplier, by=upload.by, at=at, progress=hear)
            if counted(outcome)["digest"] != upload.outcome["digest"]:
                raise Different
            upload.state = Upload.State.DONE
            upload.save(update_fields=["state"])
    except Different:
        look(upload, hear, at, again=True)


def counted(outcome: Outcome) -> dict[str, Any]:
    """The answer in figures. digest: equal for equal answers, all differences included"""
    changes = [[change.sku, change.differences] for change in outcome.changed]
    said = [outcome.rows, outcome.new, outcome.unchanged, outcome.problems.count, changes]
    sound = not outcome.problems.count
    return {
        "source": clean(outcome.source),
        "rows": outcome.rows,
        "new": outcome.new,
        "changed": len(outcome.changed),
        "unchanged": outcome.unchanged,
        "waiting": outcome.waiting,
        "problems": outcome.problems.count,
        "may_be_written": sound and bool(outcome.new or outcome.changed),
        "digest": hashlib.sha256(json.dumps(said).encode()).hexdigest(),
    }


def problems_of(upload: Upload, column: str | None = None) -> Any:
    """The lines of its problems; of one column, where it is given."""
    found = upload.lines.filter(kind=UploadLine.Kind.PROBLEM)
    return found if column is None else found.filter(column=column)


def problem(line: UploadLine) -> Problem:
    return Problem(line.row, line.column, line.said["value"], Refused(line.said["reason"], **line.said["facts"]))


def _keep_lines(upload: Upload, outcome: Outcome) -> None:
    made = _lines(outcome)
    while batch := [line for _place, line in zip(range(LINES_AT_ONCE), made, strict=False)]:
        for line in batch:
            line.upload = upload
        UploadLine.objects.bulk_create(batch)


def _lines(outcome: Outcome) -> Iterator[UploadLine]:
    for place, (row, column, value, refusal) in enumerate(sorted(outcome.problems.kept, key=lambda each: each.row)):
        facts = {name: clean(fact) if isinstance(fact, str) else fact for name, fact in refusal.facts.items()}
        said: dict[str, Any] = {"value": clean(value), "reason": refusal.text, "facts": facts}
        yield UploadLine(
            kind=UploadLine.Kind.PROBLEM, position=place, row=row, column=clean(column)[:COLUMN_MOST], said=said
        )
    for place, change in enumerate(outcome.changed):
        differences = [
            [key, clean(outcome.names[key]), clean(before), after, reviewed]
            for key, before, after, reviewed in change.differences
        ]
        said = {"sku": change.sku, "differences": differences}
        yield UploadLine(kind=UploadLine.Kind.CHANGE, position=place, row=change.number, said=said)


def clean(text: str) -> str:
    """The text with a mark for each sign that PostgreSQL or a page cannot hold."""
    return "".join(LOST if values.unprintable(sign) else sign for sign in text)
