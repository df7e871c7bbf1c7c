"""Jobs of the catalogue. Others enqueue them by name."""

from __future__ import annotations

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from catalogue.search import indexes, texts

# Ten tries over three and a half days: a cluster that comes back is brought up to date by the jobs that waited for it.
PATIENCE = RetryStrategy(max_attempts=10, exponential_wait=4)


@app.task(name=texts.JOB, retry=PATIENCE, pass_context=True)
def search_index(context: JobContext, product_ids: list[int]) -> None:
    """Bring the search index up to date for these products."""
    indexes.do(context.job.id or 0, product_ids)


@app.periodic(cron="* * * * *")
@app.task(name="catalogue.search_heal", queueing_lock="catalogue.search_heal", pass_context=False)
def search_heal(timestamp: int) -> None:
    """Write a lost, broken or old search index anew."""
    indexes.heal()
