"""Import a supplier's articles from a table, or write the table to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalogue.imports import goods, problems_file, template
from catalogue.imports.goods import Outcome
from catalogue.imports.plan import Difference
from catalogue.imports.rows import Problem, Problems
from catalogue.partner.models import Partner

SHOWN_MOST = 50


class Command(BaseCommand):
    help = (
        "Articles of one supplier from CSV or XLSX: all rows or none. New ones are drafts; of listed ones, what a "
        "certificate speaks of waits for a reviewer. A second import of the same file changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV (UTF-8 or GB18030) or XLSX")
        parser.add_argument("--supplier", metavar="CODE", help="whose articles they are")
        parser.add_argument("--dry-run", action="store_true", help="find errors and differences, write nothing")
        parser.add_argument("--errors", type=Path, metavar="CSV", help="write every error there, for a spreadsheet")
        parser.add_argument(
            "--template", choices=["csv", "xlsx"], help="write a table to begin with to standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            self._write_template(options["template"])
            return
        if options["file"] is None or not options["supplier"]:
            raise CommandError("Say which FILE to import and whose it is (--supplier CODE), or ask for a --template.")
        supplier = _supplier(options["supplier"])
        try:
            if options["errors"]:
                _write_errors(options["errors"], Problems())  # before anything is imported, lest it cannot be told
            with options["file"].open("rb") as file:
                outcome = goods.load(file=file, supplier=supplier, at=timezone.now(), dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be opened: {error.strerror}.") from error
        if options["errors"]:
            _write_errors(options["errors"], outcome.problems)

        if outcome.problems.count:
            self._tell_problems(outcome)
        self._tell(outcome, dry_run=options["dry_run"])

    def _write_template(self, kind: str) -> None:
        made = template.as_csv() if kind == "csv" else template.as_xlsx()
        stream = getattr(self.stdout, "buffer", None)
        if stream is None:
            raise CommandError("A template is bytes, and this standard output takes texts alone; send it to a file.")
        stream.write(made)
        stream.flush()

    def _tell(self, outcome: Outcome, *, dry_run: bool) -> None:
        for change in outcome.changed[:SHOWN_MOST]:
            said = "; ".join(_difference(outcome, each) for each in change.differences)
            self.stdout.write(f"row {change.number}, {change.sku}: {said}")
        if len(outcome.changed) > SHOWN_MOST:
            self.stdout.write(f"... and {len(outcome.changed) - SHOWN_MOST} more changed rows")
        ending = "Dry run: nothing was written." if dry_run else "" if outcome.written else "Nothing was changed."
        self.stdout.write(f"{_counted(outcome)} {ending}".strip())

    def _tell_problems(self, outcome: Outcome) -> None:
        for problem in outcome.problems.kept[:SHOWN_MOST]:
            self.stdout.write(_line(problem))
        if outcome.problems.count > SHOWN_MOST:
            self.stdout.write(f"... and {outcome.problems.count - SHOWN_MOST} more errors")
        raise CommandError(f"{outcome.problems.count} errors; nothing was written. {outcome.source}".strip())


def _supplier(code: str) -> Partner:
    exact = Partner.objects.filter(code=code).first()
    alike = list(Partner.objects.filter(code__iexact=code)[:2])
    found = exact or (alike[0] if len(alike) == 1 else None)
    if found is None:
        raise CommandError(f"No supplier has the code {code}; `manage.py list_suppliers` lists them.")
    return found


def _difference(outcome: Outcome, each: Difference) -> str:
    review = " (to be reviewed)" if each.reviewed else ""
    return f"{outcome.names[each.key]}: {each.before or '-'} -> {each.after or '-'}{review}"


def _counted(outcome: Outcome) -> str:
    waiting = f" ({outcome.waiting} of them waiting for review)" if outcome.waiting else ""
    return (
        f"{outcome.source}: {outcome.rows} rows, {outcome.new} new, {len(outcome.changed)} changed, "
        f"{outcome.unchanged} unchanged{waiting}."
    )


def _line(problem: Problem) -> str:
    where = f"row {problem.row}" if problem.row else "file"
    what = f"{problem.column} “{problem.value}”" if problem.value else problem.column
    return ", ".join(part for part in (where, what) if part) + f": {problems_file.in_words(problem.refusal)}"


def _write_errors(path: Path, problems: Problems) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        problems_file.write(file, problems.kept)
