"""Fill an empty database with the demo world."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shop.demo import checkout, people, plan, world
from shop.demo.progress import Progress

SCALE_MOST = 1000


class Command(BaseCommand):
    help = "Load the demo world: suppliers, certificates, three months of orders. A second run changes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, default=1, help=f"times {plan.ORDERS} orders, with stock to match")
        parser.add_argument("--orders", type=int, help="so many orders instead")
        parser.add_argument("--no-pictures", action="store_true", help="draw none")
        parser.add_argument("--into-production", action="store_true", help="allow it although SITE_MODE is production")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO and not options["into_production"]:
            raise CommandError(
                "This is SITE_MODE=production, and everybody knows the one password of the demo world. "
                "Unset SITE_MODE, or give --into-production if you mean it."
            )
        if not 1 <= options["scale"] <= SCALE_MOST:
            raise CommandError(f"--scale is a whole number from 1 to {SCALE_MOST}, not {options['scale']}.")
        orders = plan.ORDERS * options["scale"] if options["orders"] is None else options["orders"]
        if orders < 1:
            raise CommandError(f"--orders is 1 or more, not {orders}.")
        wanted = world.Wanted(orders=orders, with_pictures=not options["no_pictures"])
        call_command("migrate", verbosity=0)
        progress = Progress(sys.stderr if options["verbosity"] else None)
        try:
            made = world.load(wanted=wanted, now=timezone.now(), progress=progress)
        except checkout.NoTestGateway as problem:
            raise CommandError(str(problem)) from problem
        if options["verbosity"]:
            loaded = f"The demo world is loaded. Sign in as {people.BUYER}, or as anybody else `make run` lists."
            self.stdout.write(loaded if made else "The demo world stands already; nothing was changed.")
