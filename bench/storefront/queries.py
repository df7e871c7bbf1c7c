"""SQL statements of one fresh page of each kind, in a process of the site's own settings: reads asks, writes counts.

Standard input: {"kind": ["/path", ...]} as JSON; standard output: {"kind": median number of statements}.
"""

from __future__ import annotations

import json
import sys
from statistics import median


def main() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for kind, paths in json.load(sys.stdin).items():
        client, seen = Client(HTTP_HOST="127.0.0.1"), []
        client.get(paths[0])  # what the first page of a process looks up is not counted
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                client.get(path)
            seen.append(len(captured))
        counts[kind] = median(seen)
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main()
