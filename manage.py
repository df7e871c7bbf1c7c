#!/usr/bin/env python
"""Run a management command; without DATABASE_URL the private PostgreSQL under var/ runs meanwhile."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError, ProgrammingError

    from shop import database

    try:
        with database.running_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except database.DatabaseUnavailable as error:
        sys.exit(str(error))
    except ProgrammingError as error:
        if "does not exist" not in str(error):
            raise
        sys.exit(f"The database is not built yet: {str(error).strip()}\nRun: manage.py migrate   (or make run)")
    except OperationalError as error:
        sys.exit(f"The database does not answer: {str(error).strip()}\n{database.way_on()}")


if __name__ == "__main__":
    main()
