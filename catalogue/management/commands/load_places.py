"""Load the shop's own places, or put a newer edition over them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalogue.days import day_of
from catalogue.imports import problems_file
from catalogue.imports.rows import Problem
from catalogue.places import editions, plan, reading, shipped, standing
from catalogue.places.editions import Outcome
from catalogue.places.plan import Change, Plan, Standing
from catalogue.places.reading import Division

SHOWN_MOST = 50
EDITION_MOST = 10


class Command(BaseCommand):
    help = (
        "Without FILE: the places that come with the shop (edition 2023). With FILE: a newer edition, all rows or "
        "none. Old orders keep their places; a second load of the same file changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="CSV: code, name; level, parent, name_en"
        )
        parser.add_argument("--edition", help="what the edition is called, such as 2026")
        parser.add_argument(
            "--from",
            dest="on",
            type=date.fromisoformat,
            metavar="DATE",
            help="its first day; else 1 January of its year",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._load(**{key: options[key] for key in ("file", "edition", "on", "dry_run")})
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be opened: {error.strerror}.") from error
        except plan.TooOld as refusal:
            raise CommandError(f"{refusal} Nothing was written.") from refusal
        if outcome.plan is None:
            self._refuse(outcome)
        else:
            self._tell(outcome, outcome.plan, dry_run=options["dry_run"])

    def _load(self, *, file: Path | None, edition: str | None, on: date | None, dry_run: bool) -> Outcome:
        at = timezone.now()
        if file is None:
            if edition not in (None, shipped.EDITION) or on not in (None, shipped.FIRST_DAY):
                raise CommandError(f"Another edition than the shop's own ({shipped.EDITION}) needs its FILE.")
            return shipped.load(at=at, dry_run=dry_run)
        if not edition or len(edition) > EDITION_MOST or not edition.isprintable():
            raise CommandError(f"Give --edition, what the edition is called: 1 to {EDITION_MOST} signs.")
        begins = on or _new_year(edition)
        if begins > day_of(at):
            raise CommandError(
                f"Edition {edition} begins on {begins}; load it on that day, so that codes chosen today stay."
            )
        with file.open("rb") as source:
            data = io.BytesIO(source.read(reading.BYTES_MOST + 1))
        return editions.load(file=data, edition=edition, on=begins, at=at, dry_run=dry_run)

    def _refuse(self, outcome: Outcome) -> None:
        problems = outcome.table.problems
        for problem in problems.kept[:SHOWN_MOST]:
            self.stdout.write(_line(problem))
        if problems.count > SHOWN_MOST:
            self.stdout.write(f"... and {problems.count - SHOWN_MOST} more errors")
        raise CommandError(f"{problems.count} errors; nothing was written. {outcome.table.source}".strip())

    def _tell(self, outcome: Outcome, made: Plan, *, dry_run: bool) -> None:
        self._list("new", _arrivals(made))
        self._list("renamed, the same division", map(_renamed, made.renamed))
        self._list("another division under the same code", map(_renamed, made.other))
        self._list("in another division than before", map(_standing, (each.before for each in made.moved)))
        self._list("back", (_division(each.after) for each in made.back))
        self._list("ended", map(_standing, made.ended))
        self._list("another English name", (_translated(each) for each in made.translated))
        self._tell_waiting({each.key for each in made.leaving}, dry_run=dry_run)
        self._tell_sum(outcome, made, dry_run=dry_run)

    def _list(self, title: str, lines: Iterable[str]) -> None:
        found = list(lines)
        if found:
            self.stdout.write(f"{title}: {len(found)}")
        for line in found[:SHOWN_MOST]:
            self.stdout.write(f"  {line}")
        if len(found) > SHOWN_MOST:
            self.stdout.write(f"  ... and {len(found) - SHOWN_MOST} more")

    def _tell_waiting(self, leaving: set[str], *, dry_run: bool) -> None:
        found = standing.waiting(leaving=leaving)
        if not found:
            return
        would = "would stand" if dry_run else "stand"
        self.stdout.write(f"These {would} on a division that is no more; say where each stands now:")
        for each in found:
            more = f", and {each.number - len(each.some)} more" if each.number > len(each.some) else ""
            self.stdout.write(
                f"  {each.place.digits} {each.place.name}: {each.number} x {each.what}: {', '.join(each.some)}{more}"
            )

    def _tell_sum(self, outcome: Outcome, made: Plan, *, dry_run: bool) -> None:
        area = ", ".join(f"{number} x {level}" for level, number in made.area.items())
        table = outcome.table
        provinces = ", ".join(sorted({code[:2] for code in table.divisions}))
        self.stdout.write(
            f"The file lists what lies in: {area or 'nothing'}, of {provinces}. All else is left as it is."
        )
        if table.abolished:
            self.stdout.write(f"{len(table.abolished)} rows are marked as abolished (撤销) and count as ended.")
        if table.unread:
            self.stdout.write(f"Columns not needed: {', '.join(table.unread)}.")
        ending = "Dry run: nothing was written." if dry_run else "" if outcome.written else "Nothing was changed."
        arrived = len(made.new) - len(made.other) - len(made.moved)
        self.stdout.write(
            f"{table.source}: {len(table.divisions)} divisions: {arrived} new, {len(made.renamed)} renamed, "
            f"{len(made.other)} another under the same code, {len(made.moved)} elsewhere, {len(made.ended)} ended, "
            f"{made.kept} unchanged. {ending}".strip()
        )


def _new_year(edition: str) -> date:
    try:
        return date(int(edition), 1, 1)
    except ValueError:
        raise CommandError(f"Give --from DATE: no first day can be read from the edition's name {edition}.") from None


def _arrivals(made: Plan) -> list[str]:
    known = {each.after.code for each in (*made.other, *made.moved)}
    return [_division(each.division) for each in made.new if each.division.code not in known]


def _division(division: Division) -> str:
    return f"{division.code} {division.name}"


def _standing(before: Standing) -> str:
    return f"{before.code} {before.name}"


def _renamed(change: Change) -> str:
    return f"{change.before.code} {change.before.name} -> {change.after.name}"


def _translated(change: Change) -> str:
    return f"{change.before.code} {change.before.name}: {change.before.name_en or '-'} -> {change.after.name_en}"


def _line(problem: Problem) -> str:
    where = f"row {problem.row}" if problem.row else "file"
    what = f"{problem.column} “{problem.value}”" if problem.value else problem.column
    return ", ".join(part for part in (where, what) if part) + f": {problems_file.in_words(problem.refusal)}"
