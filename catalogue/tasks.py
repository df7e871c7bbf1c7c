"""Jobs of the catalogue. Others enqueue them by name."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from catalogue.search import indexes, texts
from catalogue.uploads import keeping, work

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


@app.task(name=keeping.JOB, pass_context=False)
def upload(upload: int) -> None:
    """Look at what somebody uploaded, or take it in. What fails or is killed is woken again."""
    work.go_on(upload=upload, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="catalogue.uploads_wake", queueing_lock="catalogue.uploads_wake", pass_context=False)
def uploads_wake(timestamp: int) -> None:
    """Go on with uploads whose worker was killed."""
    keeping.wake()


@app.periodic(cron="41 19 * * *")  # at night in Shanghai
@app.task(name="catalogue.uploads_forget", queueing_lock="catalogue.uploads_forget", pass_context=False)
def uploads_forget(timestamp: int) -> None:
    """Delete uploaded files that are a week old."""
    keeping.forget(at=timezone.now())
