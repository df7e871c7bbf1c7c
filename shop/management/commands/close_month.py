"""Close a month: freeze its figures and print the hash that stands for them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shop.accounts.models import User
from shop.management.commands.report import month
from shop.reports import closing


class Command(BaseCommand):
    help = "Close a month that is over: its figures are frozen and nothing can be booked into it any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=month, required=True, metavar="YYYY-MM")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who closes it")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody signs in with {options['by']}; name the e-mail address of an active account.")
        try:
            closed = closing.close(month=options["month"], by=person, at=timezone.now())
        except (closing.AlreadyClosed, closing.NotEnded) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{closed} {closed.root_hash}")
