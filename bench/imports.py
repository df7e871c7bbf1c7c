"""Seconds and memory of importing a table of goods: new, unchanged, and every row changed.

python -m bench.imports [--rows 10000] [--format csv|xlsx|both]

Each table is imported by a process of its own, as `manage.py import_products` would, into whatever world the database
holds (migrated; it starts the private PostgreSQL when the site does not run); its transaction is rolled back, so
nothing stays. Memory is the process's peak with Django and openpyxl in it, and what it was before the import began.
PostgreSQL works beside it and is counted in the seconds alone. Goals: 60 s and 300 MiB for 10,000 rows.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SECONDS_MOST = 60
MIB_MOST = 300
SUPPLIER = "bench-imports"
PASSES = ("new", "unchanged", "changed")


def lines(rows: int, *, raised_fen: int = 0) -> Iterator[list[str]]:
    """A header in both languages, then rows with every column filled, each text of its own."""
    from catalogue.imports.columns import COLUMNS
    from catalogue.imports.values import check_digit, yuan

    yield [column.header for column in COLUMNS]
    samples = {column.key: column.sample for column in COLUMNS}
    samples |= {"category": "bench-imports-nuts", "commodity": "bench-imports-walnut", "origin": "999999"}
    for number in range(rows):
        digits = f"290{number:09d}"
        own = {
            "sku": f"BENCH-{number:06d}",
            "gtin": digits + str(check_digit(digits)),
            "title": f"薄皮核桃 第{number}号 500克",
            "title_en": f"Thin-shelled walnuts number {number}, 500 g",
            "description": f"第{number}号。" + samples["description"] * 8,
            "description_en": f"Number {number}. " + samples["description_en"] * 4,
            "price_fen": str(yuan(1000 + number + raised_fen)),
        }
        yield [own.get(column.key, samples[column.key]) for column in COLUMNS]


def written(kind: str, rows: int, *, raised_fen: int = 0) -> bytes:
    """The table as a file."""
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(lines(rows, raised_fen=raised_fen))
        return text.getvalue().encode("utf-8-sig")
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("goods")
    for line in lines(rows, raised_fen=raised_fen):
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def measure(folder: Path) -> Iterator[dict[str, Any]]:
    """In this process: the files of a folder, in the order of PASSES, and nothing kept."""
    from django.db import transaction
    from django.utils import timezone

    from catalogue.imports import goods

    with transaction.atomic():
        supplier = _world()
        for name in PASSES:
            before = _peak_mib()
            began, began_cpu = time.perf_counter(), time.process_time()
            with (folder / name).open("rb") as file:
                outcome = goods.load(file=file, supplier=supplier, at=timezone.now())
            if outcome.problems.count:
                raise SystemExit(f"The import found {outcome.problems.count} problems: {outcome.problems.kept[0]}.")
            yield {
                "pass": name,
                "rows": outcome.rows,
                "did": {"new": outcome.new, "changed": len(outcome.changed), "unchanged": outcome.unchanged},
                "seconds": round(time.perf_counter() - began, 1),
                "cpu_s": round(time.process_time() - began_cpu, 1),
                "mib_before": before,
                "mib_peak": _peak_mib(),
            }
        transaction.set_rollback(True)


def _world() -> Any:
    """A supplier and what its table chooses from."""
    from datetime import date

    from catalogue.models import Category, Commodity, Place
    from catalogue.partner.models import Partner

    Commodity.objects.create(
        code="bench-imports-walnut", name="基准核桃", name_en="Bench walnut", temperature="ambient"
    )
    Category.add_root(name="基准坚果", name_en="Bench nuts", slug="bench-imports-nuts")
    Place.objects.create(code="999999", level="county", name="基准县", edition="bench", valid_from=date(2000, 1, 1))
    return Partner.objects.create(
        code=SUPPLIER, name="基准合作社", name_en="Bench Cooperative", state=Partner.State.APPROVED
    )


def _peak_mib() -> int:
    """The most memory this program has held (not `getrusage`, which counts the process that started it)."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


def _report(kind: str, rows: int) -> list[dict[str, Any]]:
    """The measurements of a process that imports the three tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in PASSES:
            (folder / each).write_bytes(written(kind, rows, raised_fen=100 if each == "changed" else 0))
        size = (folder / "new").stat().st_size
        command = [sys.executable, "-m", "bench.imports", "--measure", name]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [{"format": kind, "file_mib": round(size / 2**20, 1), **each} for each in json.loads(told)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--format", choices=["csv", "xlsx", "both"], default="both")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from shop import database

    with database.running_for(["bench"]):
        import django

        django.setup()
        if options.measure:
            print(json.dumps(list(measure(options.measure))))
            return 0
        return _print(("csv", "xlsx") if options.format == "both" else (options.format,), options.rows)


def _print(kinds: tuple[str, ...], rows: int) -> int:
    """The process's exit code: 0 when every import kept the goals."""
    good = True
    for kind in kinds:
        for each in _report(kind, rows):
            good = good and each["seconds"] <= SECONDS_MOST and each["mib_peak"] <= MIB_MOST
            print(
                f"{kind:4} {each['file_mib']:5} MiB  {each['rows']} rows, {each['pass']:9} {each['seconds']:5} s"
                f" (CPU {each['cpu_s']:5} s)  peak {each['mib_peak']} MiB (before {each['mib_before']})",
                flush=True,
            )
    print(f"at most {SECONDS_MOST} s and {MIB_MOST} MiB each: {'kept' if good else 'NOT KEPT'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
