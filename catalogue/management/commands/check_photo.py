"""Say of picture files what an upload would say, and keep nothing."""

import json
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalogue import photos

NOTHING: dict[str, Any] = {"metadata_bytes": 0, "sizes": []}


class Command(BaseCommand):
    help = "Whether each file is taken as a product's picture, what would be served of it, or why not. Keeps nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        warnings.filterwarnings("ignore", module="PIL")  # what Pillow murmurs about odd metadata, which is dropped
        refused = False
        for name in options["files"]:
            told = verdict(name)
            refused = refused or told["outcome"] == "refused"
            self.stdout.write(json.dumps(told, ensure_ascii=False) if options["as_json"] else _readable(told))
        if refused:
            raise SystemExit(1)


def verdict(name: str) -> dict[str, Any]:
    """What becomes of one file; a file that cannot be read is refused too."""
    try:
        with Path(name).open("rb") as file:
            photo = photos.made(BytesIO(file.read(photos.MOST_BYTES + 1)))
    except (OSError, photos.PictureRefused) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        return {"file": name, "outcome": "refused", "reason": reason, **NOTHING}
    sizes = [
        {"width": file.width, "height": file.height, "format": file.format, "bytes": len(file.data)}
        for file in photo.sizes
    ]
    return {
        "file": name,
        "outcome": "accepted",
        "reason": photo.advice,
        "metadata_bytes": photo.metadata_bytes,
        "sizes": sizes,
    }


def _readable(told: dict[str, Any]) -> str:
    sizes = [f"{size['width']} x {size['height']} {size['format']} {size['bytes']} B" for size in told["sizes"]]
    return "; ".join([f"{told['file']}: {told['outcome']}", *filter(None, [told["reason"]]), *sizes])
