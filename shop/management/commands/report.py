"""Write a month's report to standard output."""

import argparse
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shop.reports import income, tables
from shop.revenue import days


def month(text: str) -> date:
    """The argument 2026-09."""
    try:
        return days.read_month(text)
    except ValueError as refusal:
        raise argparse.ArgumentTypeError(str(refusal)) from None


class Command(BaseCommand):
    help = "Sales and sales-driven income of a month by county; closed months as they were frozen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", choices=["income"])
        parser.add_argument("--month", type=month, required=True, metavar="YYYY-MM")
        parser.add_argument("--by", choices=["county"], default="county")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        write = {"csv": tables.as_csv, "json": tables.as_json}[options["format"]]
        rows = income.month_by_county(options["month"])
        self.stdout.write(write(income.COLUMNS, [asdict(row) for row in rows]), ending="")
