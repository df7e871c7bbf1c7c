"""Write the words every product is found by, and the search index, from the beginning."""

from typing import Any

from django.core.management.base import BaseCommand

from catalogue import search


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{search.rebuild()} products can be found.")
