"""A table is looked at, shown, and written exactly as it was shown, or not at all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from catalogue.imports import goods
from catalogue.models import Product
from catalogue.partner.models import Partner, StockRecord
from catalogue.uploads import keeping, tables, work
from catalogue.uploads.models import Upload, UploadLine
from tests import make
from tests.imports.tables import as_xlsx, of
from tests.uploads import sent

pytestmark = pytest.mark.django_db
COUNTS = ("new", "changed", "unchanged", "problems")


def counts(upload: Upload) -> tuple[int, ...]:
    return tuple(upload.outcome[name] for name in COUNTS)


def waiting_jobs() -> list[int]:
    jobs = ProcrastinateJob.objects.filter(task_name=keeping.JOB, status="todo").order_by("pk")
    return [job.args["upload"] for job in jobs]


def test_a_table_is_kept_with_its_job_and_its_file_is_private(supplier: Partner, settings: Any) -> None:
    upload = sent.begun(supplier, sent.articles(1))

    path = Path(upload.file.path)
    assert waiting_jobs() == [upload.pk]
    assert path.parent == Path(settings.PRIVATE_ROOT) / "uploads" and path.stat().st_mode & 0o777 == 0o600
    assert "goods" not in path.name
    with pytest.raises(ValueError, match="no address"):
        _ = upload.file.url


def test_looking_writes_nothing_and_tells_what_would_be_new_and_changed(supplier: Partner) -> None:
    sent.imported(sent.looked_at(supplier, sent.articles(2)))

    upload = sent.looked_at(supplier, sent.table({"sku": "A-1"}, {"sku": "a-2", "price_fen": "31"}, {"sku": "A-3"}))

    assert upload.state == "ready" and counts(upload) == (1, 1, 1, 0)
    [line] = upload.lines.all()
    assert (line.kind, line.row, line.said["sku"]) == ("change", 3, "a-2")
    assert line.said["differences"] == [["price_fen", "Price", "29.80", "31.00", False]]
    assert StockRecord.objects.count() == 2 and not StockRecord.objects.filter(price=31).exists()


def test_importing_writes_what_was_shown(supplier: Partner) -> None:
    upload = sent.imported(sent.looked_at(supplier, sent.articles(3)))

    assert upload.state == "done" and counts(upload) == (3, 0, 0, 0)
    assert Product.objects.count() == 3


def test_a_table_with_an_error_cannot_be_imported(supplier: Partner) -> None:
    upload = sent.looked_at(supplier, sent.table({"sku": "A-1"}, {"sku": "A-2", "price_fen": "free"}))

    [line] = upload.lines.all()
    assert (line.kind, line.row, line.column, line.said["value"]) == ("problem", 3, "Price", "free")
    with pytest.raises(keeping.NotReady):
        keeping.ask_to_write(upload=upload, previewed=upload.outcome["digest"])
    assert not Product.objects.exists()


def test_what_changed_since_the_preview_is_shown_instead_of_written(supplier: Partner) -> None:
    sent.imported(sent.looked_at(supplier, sent.articles(2)))
    upload = sent.looked_at(supplier, sent.table({"sku": "A-1", "price_fen": "31"}, {"sku": "A-9"}))
    seen = upload.outcome["digest"]
    StockRecord.objects.filter(partner_sku="A-1").update(price=Decimal("5"))

    sent.imported(upload)

    assert upload.state == "ready" and upload.outcome["again"] and upload.outcome["digest"] != seen
    assert upload.lines.get().said["differences"] == [["price_fen", "Price", "5.00", "31.00", False]]
    assert not StockRecord.objects.filter(partner_sku="A-9").exists()
    assert sent.imported(upload).state == "done"
    assert StockRecord.objects.get(partner_sku="A-1").price == 31


def test_without_the_comparison_the_changed_world_would_be_written_over(
    supplier: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the guard is the digest."""
    plain = tables.counted
    monkeypatch.setattr(tables, "counted", lambda outcome: plain(outcome) | {"digest": "the same"})
    sent.imported(sent.looked_at(supplier, sent.articles(1)))
    upload = sent.looked_at(supplier, sent.articles(1, price_fen="31"))
    StockRecord.objects.update(price=Decimal("5"))

    assert sent.imported(upload).state == "done"


def test_a_button_pressed_on_an_older_preview_does_nothing(supplier: Partner) -> None:
    upload = sent.looked_at(supplier, sent.articles(1))

    with pytest.raises(keeping.NotReady, match="different now"):
        keeping.ask_to_write(upload=upload, previewed="0" * 64)

    upload.refresh_from_db()
    assert upload.state == "ready"


def test_a_button_pressed_twice_imports_once(supplier: Partner) -> None:
    upload = sent.looked_at(supplier, sent.articles(1))
    for _press in range(2):
        keeping.ask_to_write(upload=upload, previewed=upload.outcome["digest"])

    assert waiting_jobs().count(upload.pk) == 1
    assert sent.worked(upload).state == "done"
    keeping.ask_to_write(upload=upload, previewed=upload.outcome["digest"])
    assert sent.worked(upload).state == "done" and Product.objects.count() == 1


def test_a_file_that_is_not_the_one_previewed_is_never_written(supplier: Partner) -> None:
    upload = sent.looked_at(supplier, sent.articles(1))
    Path(upload.file.path).write_bytes(sent.articles(1))
    Path(upload.file.path).write_bytes(sent.articles(1) + b"\r\n")

    with pytest.raises(RuntimeError, match="not the one that was sent"):
        sent.imported(upload)

    assert not Product.objects.exists()


def test_a_job_that_breaks_keeps_nothing_and_the_next_one_ends_as_if_it_had_not(
    supplier: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = sent.looked_at(supplier, sent.articles(3))
    with monkeypatch.context() as patch:
        patch.setattr(goods, "_price", lambda *given, **named: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            sent.imported(upload)
    assert not Product.objects.exists()

    keeping.wake()
    assert sent.imported(upload).state == "done"

    assert counts(upload) == (3, 0, 0, 0) and Product.objects.count() == 3


def test_what_breaks_three_times_is_given_up_and_says_so(supplier: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = sent.begun(supplier, sent.articles(1))
    monkeypatch.setitem(work.WORK, ("table", "reading"), lambda *given: 1 / 0)
    for _try in range(work.TRIES_MOST):
        with pytest.raises(ZeroDivisionError):
            sent.worked(upload)

    assert sent.worked(upload).state == "failed" and "three times" in upload.outcome["reason"]


def test_a_job_for_an_upload_that_waits_for_nobody_does_nothing(supplier: Partner) -> None:
    upload = sent.looked_at(supplier, sent.articles(1))

    sent.worked(upload)

    assert (upload.state, upload.tries) == ("ready", 1)


def test_waking_enqueues_what_is_unfinished_once(supplier: Partner) -> None:
    ready, waiting = sent.looked_at(supplier, sent.articles(1)), sent.begun(supplier, sent.articles(2))

    keeping.wake()
    keeping.wake()

    assert waiting_jobs().count(waiting.pk) == 1
    assert ready.state == "ready"


def test_signs_that_no_database_holds_are_marked(supplier: Partner) -> None:
    lines = of({"sku": "A-1", "title": "x_x0000_y", "price_fen": "_xD800_"})

    upload = sent.looked_at(supplier, as_xlsx(lines))

    assert upload.state == "ready" and upload.outcome["problems"] >= 1
    assert all("\x00" not in line.said["value"] for line in upload.lines.all())


def test_five_files_under_way_are_enough(supplier: Partner) -> None:
    for _file in range(keeping.UNDER_WAY_MOST):
        sent.begun(supplier, sent.articles(1))

    with pytest.raises(keeping.TooManyUnderWay):
        sent.begun(supplier, sent.articles(1))
    sent.begun(make.partner(), sent.articles(1))


def test_after_a_week_the_file_and_its_lines_go_and_the_history_stays(
    supplier: Partner, django_capture_on_commit_callbacks: Any
) -> None:
    done = sent.imported(sent.looked_at(supplier, sent.articles(1)))
    seen = sent.looked_at(supplier, sent.articles(2, price_fen="31"))
    paths = [Path(each.file.path) for each in (done, seen)]

    with django_capture_on_commit_callbacks(execute=True):
        early = keeping.forget(at=make.NOW + timedelta(days=7))
        late = keeping.forget(at=make.NOW + timedelta(days=7, seconds=1))

    assert (early, late) == (0, 2)
    assert not any(path.exists() for path in paths) and not UploadLine.objects.exists()
    done.refresh_from_db()
    seen.refresh_from_db()
    assert (done.state, counts(done)) == ("done", (1, 0, 0, 0))
    assert seen.state == "failed" and "within 7 days" in seen.outcome["reason"]


def test_what_is_at_work_is_not_forgotten(supplier: Partner) -> None:
    sent.begun(supplier, sent.articles(1))

    assert keeping.forget(at=make.NOW + timedelta(days=30)) == 0


def test_a_row_that_cannot_be_kept_leaves_no_file(supplier: Partner, settings: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        sent.begun(supplier, sent.articles(1), kind="poem")

    assert list((Path(settings.PRIVATE_ROOT) / "uploads").iterdir()) == []
