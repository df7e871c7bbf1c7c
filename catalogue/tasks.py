"""Jobs of the catalogue. Others enqueue them by name."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from catalogue.search import cluster, texts

# Ten tries over three and a half days: a cluster that comes back is brought up to date by the jobs that waited for it.
PATIENCE = RetryStrategy(max_attempts=10, exponential_wait=4)


@app.task(name=texts.JOB, retry=PATIENCE)
def search_index(product_ids: list[int]) -> None:
    """Bring the cluster's index up to date for these products."""
    cluster.index(product_ids)
