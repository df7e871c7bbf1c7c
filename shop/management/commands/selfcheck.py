"""Check every invariant over the whole database."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from shop.reports import selfcheck


class Command(BaseCommand):
    help = "Check every invariant; exit with 0 when all hold, with 1 naming each row that breaks one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="write the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        found = selfcheck.run(at=at)
        if options["json"]:
            result = {
                "checked_at": at.isoformat(),
                "invariants": selfcheck.names(),
                "findings": [asdict(f) for f in found],
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            for finding in found:
                self.stdout.write(f"{finding.invariant}: {finding.row}: {finding.fact}. Should hold: {finding.words}")
            self.stdout.write(f"{len(selfcheck.names())} invariants, {len(found)} rows break one.")
        if found:
            raise SystemExit(1)
