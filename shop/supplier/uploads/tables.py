"""Rows of uploads as the components take them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import photos
from catalogue.imports import problems_file
from catalogue.uploads import pictures
from catalogue.uploads import tables as uploaded
from catalogue.uploads.models import Upload, UploadLine
from shop.templatetags.shop_format import shanghai

Table = dict[str, Any]
State = Upload.State
PILLS = {
    State.WAITING: "now", State.READING: "now", State.WRITING: "now", State.READY: "wait", State.DONE: "done",
    State.FAILED: "stop",
}  # fmt: skip
SHOWN_MOST = 160  # signs of a long text, around what is different
BEFORE_MOST = 40
NAME_MOST = 60


def history(rows: Iterable[Upload]) -> Table:
    labels = (_("File"), _("State"), _("What came of it"), _("Kind"), _("Sent"))
    return {
        "columns": [{"label": label} for label in labels],
        "rows": [
            [
                {"text": shortened(row.name), "url": reverse("supplier:upload", args=[row.pk])},
                {"text": row.get_state_display(), "pill": PILLS[State(row.state)]},
                {"text": came_of(row)},
                {"text": row.get_kind_display()},
                {"text": shanghai(row.at)},
            ]
            for row in rows
        ],
    }


def shortened(name: str) -> str:
    return name if len(name) <= NAME_MOST else f"{name[:NAME_MOST]}…"


def came_of(row: Upload) -> str:
    said = row.outcome
    if row.state == State.FAILED:
        return str(said.get("reason", ""))
    if "taken" in said:
        return _("%(taken)d taken, %(refused)d refused") % said
    if row.is_at_work or "problems" not in said:
        return ""
    if said["problems"]:
        return ngettext("%(problems)d error", "%(problems)d errors", said["problems"]) % said
    return _("%(new)d new, %(changed)d changed, %(unchanged)d unchanged") % said


def columns(counts: Sequence[tuple[str, int]], chosen: str | None) -> list[Table]:
    """The choice between the errors of all columns and those of one; nothing where there is but one column."""
    if len(counts) < 2:
        return []
    every = {"label": _("All"), "url": "?", "current": chosen is None, "count": sum(count for _name, count in counts)}
    return [
        every,
        *(
            {
                "label": name or _("The file"),
                "url": f"?{urlencode({'column': name})}",
                "current": name == chosen,
                "count": count,
            }
            for name, count in counts
        ),
    ]


def problems(lines: Iterable[UploadLine]) -> list[Table]:
    return [
        {
            "row": line.row or "",
            "column": line.column,
            "value": line.said["value"],
            "reason": problems_file.in_words(uploaded.problem(line).refusal),
        }
        for line in lines
    ]


def changes(lines: Iterable[UploadLine]) -> list[Table]:
    """Articles with what is different about each."""
    return [
        {
            "row": line.row,
            "sku": line.said["sku"],
            "differences": [
                (column, *around(before, after), reviewed)
                for _key, column, before, after, reviewed in line.said["differences"]
            ],
        }
        for line in lines
    ]


def around(before: str, after: str) -> tuple[str, str]:
    """Both texts, long ones cut to the part that begins to be different."""
    same = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), None)
    start = max(0, (min(len(before), len(after)) if same is None else same) - BEFORE_MOST)
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    if len(text) <= SHOWN_MOST:
        return text
    end = start + SHOWN_MOST
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def refused(lines: Iterable[UploadLine]) -> list[Table]:
    return [{"file": line.said["file"], "reason": line.said["reason"]} for line in lines]


def taken(lines: Iterable[UploadLine]) -> list[Table]:
    """Pictures beside their articles; of one that was deleted since, its file alone."""
    rows = list(lines)
    kept = pictures.shown(rows)
    return [_taken(line.said, kept.get(line.said["picture"])) for line in rows]


def _taken(said: dict[str, Any], picture: Any) -> Table:
    return {
        "file": said["file"],
        "sku": said["sku"],
        "advice": said["reason"],
        "article": picture.product.name if picture else "",
        "thumbnail": photos.url(picture, photos.SMALLER[0]) if picture else "",
    }
