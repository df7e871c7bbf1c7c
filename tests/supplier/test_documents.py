"""Documents: what is taken in, kept out of reach, decided once; and who is told before they end."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given as each_of
from hypothesis import strategies as st
from PIL import Image

from catalogue.partner import alerts, documents, onboarding, papers
from catalogue.partner.models import Document, DocumentAlert, DocumentKind
from tests import make
from tests.make import NOW, TODAY
from tests.supplier.papers import BANK, FOOD, LICENCE, PDF, accepted, given, operator

pytestmark = pytest.mark.django_db


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 1200)) -> bytes:
    buffer = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a camera's name"
    Image.new("RGB", size, (200, 180, 90)).save(buffer, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return buffer.getvalue()


# files


def test_a_pdf_is_kept_as_it_is() -> None:
    paper = papers.read(BytesIO(PDF))

    assert (paper.data, paper.ending) == (PDF, "pdf")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_of_a_picture_only_its_pixels_are_kept(kind: str) -> None:
    paper = papers.read(BytesIO(picture(kind)))

    with Image.open(BytesIO(paper.data)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (900, 1200), {})
    assert b"a camera" not in paper.data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"PK\x03\x04 a document of an office",
        b"%PDF-1.4\nbroken off",
        PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"),
        picture()[:400],
        b"%PDF-" + b" " * papers.MOST_BYTES + b"%%EOF",
    ],
    ids=["empty", "svg", "zip", "half a pdf", "locked", "half a picture", "too large"],
)
def test_what_nobody_could_check_is_refused_with_words(data: bytes) -> None:
    with pytest.raises(papers.PaperRefused, match=r"\w"):
        papers.read(BytesIO(data))


@each_of(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_whatever_a_file_holds_it_is_taken_or_refused(data: bytes, start: bytes) -> None:
    try:
        assert papers.read(BytesIO(start + data)).ending in papers.TYPES
    except papers.PaperRefused as refused:
        assert str(refused)


def test_a_paper_lies_outside_public_media_and_has_no_address(settings: Any) -> None:
    document = given(make.partner())

    path = Path(document.file.path)
    assert path.read_bytes() == PDF and path.is_relative_to(settings.PRIVATE_ROOT)
    assert not path.is_relative_to(settings.MEDIA_ROOT) and path.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="private"):
        document.file.url  # noqa: B018


def test_a_paper_whose_row_fails_is_not_left_behind(settings: Any, monkeypatch: Any) -> None:
    partner = make.partner()
    monkeypatch.setattr(onboarding, "note", lambda *_args, **_named: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        given(partner)

    assert [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()] == []
    assert not Document.objects.exists()


# what a document says


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": FOOD},
        {"issued_date": TODAY + timedelta(days=1)},
        {"until": TODAY - timedelta(days=1)},
        {"issued_date": date(2026, 1, 2), "until": date(2026, 1, 1)},
    ],
    ids=["no last day", "from tomorrow", "ended", "ends before it begins"],
)
def test_a_document_that_could_not_be_good_is_not_taken(wrong: dict[str, Any]) -> None:
    with pytest.raises(documents.CannotGive):
        given(make.partner(), **wrong)  # type: ignore[arg-type]


def test_what_is_not_asked_of_a_kind_of_supplier_is_not_taken() -> None:
    DocumentKind.objects.filter(pk="product-test").update(asked_of=["enterprise"])

    with pytest.raises(documents.CannotGive):
        given(make.partner(), "product-test", until=TODAY)


def test_a_closed_supplier_hands_in_nothing() -> None:
    partner = make.partner()
    onboarding.close(partner=partner, by=operator(), at=NOW, reason="it ended")

    with pytest.raises(onboarding.WrongState):
        given(partner)


def test_a_document_is_decided_once_and_a_refusal_says_why() -> None:
    document = given(make.partner())
    with pytest.raises(onboarding.ReasonMissing):
        documents.refuse(document=document, by=operator(), at=NOW, reason=" ")

    documents.refuse(document=document, by=operator(), at=NOW, reason="cannot be read")

    document.refresh_from_db()
    assert document.state == "refused" and document.steps.get(action="refuse").reason == "cannot be read"
    with pytest.raises(onboarding.WrongState):
        documents.accept(document=document, by=operator(), at=NOW)


def test_what_a_document_says_never_changes() -> None:
    document = given(make.partner())

    with pytest.raises(IntegrityError, match="stays as it was given"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(expires_date=TODAY + timedelta(days=900))
    documents.accept(document=document, by=operator(), at=NOW)
    with pytest.raises(IntegrityError, match="decided once"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(state="refused")


def test_the_checklist_tells_newest_and_best_required_first() -> None:
    partner = make.partner()
    good = accepted(partner)
    newest = given(partner, number="2")

    lines = {line.kind.code: line for line in documents.checklist(partner, on=TODAY)}

    assert list(lines) == [LICENCE, BANK, FOOD, "product-test", "animal-epidemic-prevention"]
    assert (lines[LICENCE].good, lines[LICENCE].newest) == (good, newest)
    assert lines[BANK].is_required and not lines[FOOD].is_required


# alerts


def told(document: Document) -> list[int]:
    return list(document.alerts.order_by("pk").values_list("days", flat=True))


def run(left: int, document: Document) -> None:
    """The daily job, as many days before the end."""
    assert document.expires_date is not None
    alerts.raise_due(at=NOW + (document.expires_date - TODAY) - timedelta(days=left))


@pytest.mark.parametrize(
    ("days_left", "steps"),
    [
        (range(40, -3, -1), [30, 7, 1]),
        ([30, 30, 7, 7, 1, 1, 0], [30, 7, 1]),
        ([31, 28, 6, 0], [30, 7, 1]),
        ([31, 5], [7]),
        ([-1], []),
        ([0], [1]),
    ],
    ids=["every day", "twice a day", "missed days", "missed a step", "ended", "the last day"],
)
def test_each_step_is_told_once_whatever_days_the_job_runs(days_left: list[int], steps: list[int]) -> None:
    document = accepted(make.partner(), until=TODAY + timedelta(days=100))

    for left in days_left:
        run(left, document)

    assert told(document) == steps


@each_of(st.integers(min_value=0, max_value=30))
def test_the_step_is_the_nearest_that_is_not_past(left: int) -> None:
    step = alerts.step(Document(expires_date=TODAY + timedelta(days=left)), on=TODAY)

    assert step in alerts.DAYS and step >= left
    assert not [days for days in alerts.DAYS if left <= days < step]


def test_a_document_that_is_followed_not_accepted_or_of_a_closed_supplier_is_not_told() -> None:
    until = TODAY + timedelta(days=10)
    followed, closed = make.partner(), make.partner()
    accepted(followed, until=until)
    accepted(followed)
    accepted(closed, until=until)
    onboarding.close(partner=closed, by=operator(), at=NOW, reason="it ended")
    given(make.partner(), until=until)

    assert alerts.raise_due(at=NOW) == []
    accepted(make.partner(), until=until)
    assert len(alerts.raise_due(at=NOW)) == 1, "the control"


def test_alerts_stay() -> None:
    accepted(make.partner(), until=TODAY)
    alerts.raise_due(at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentAlert.objects.all().delete()
