"""Write the list of suppliers to standard output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalogue.partner.models import Partner
from shop.reports import tables

COLUMNS = ("code", "name", "name_en", "kind", "county")


class Command(BaseCommand):
    help = "All suppliers, sorted by code; the county by its code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["csv"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Partner.objects.order_by("code").values("code", "name", "name_en", "kind", "county_id")
        cells = [{**row, "county": row["county_id"]} for row in rows]
        self.stdout.write(tables.as_csv(COLUMNS, cells), ending="")
