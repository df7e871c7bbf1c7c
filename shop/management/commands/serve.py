"""`make run`: database, demo world, web server, worker and test gateway, started and stopped together."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shop import serving


class Command(BaseCommand):
    help = "Serve the site on http://127.0.0.1:$PORT with one worker; Ctrl-C stops everything it started."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            serving.serve(say=self.stdout.write)
        except serving.CannotServe as error:
            raise CommandError(str(error)) from error
