"""Tables of a supplier's articles: sent, looked at by a job, and written when the program says so."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import FileEx, P, PathEx, QueryEx, Router
from ninja.errors import HttpError
from ninja.files import UploadedFile

from catalogue.imports import problems_file
from catalogue.uploads import keeping, tables
from catalogue.uploads.models import Upload
from shop.api import errors
from shop.api.models import Scope
from shop.api.schemas import Problem
from shop.api.supplier import pages
from shop.api.supplier.articles import REFUSALS
from shop.api.supplier.keys import SupplierKey, supplier_of, token_of
from shop.api.supplier.schemas import ImportOut, ImportProblem, ImportProblems, WriteIn

router = Router(auth=SupplierKey(Scope.IMPORTS_WRITE))
Key = PathEx[int, P(ge=1, lt=2**31, description="key of the import")]
Number = QueryEx[int, P(ge=1, description="page number, from 1; a page holds 100 errors")]
Table = FileEx[UploadedFile, P(description="CSV or XLSX, at most 15 MB")]
IMPORT = {200: ImportOut, 404: Problem, **REFUSALS}
BUSY = {409: Problem}


@router.post("", response={**IMPORT, **BUSY}, operation_id="send_table", summary="Send a table; it is looked at")
def send(request: HttpRequest, file: Table) -> ImportOut:
    """Nothing is written before you ask for it with the digest of what you saw."""
    token = token_of(request)
    try:
        made = keeping.begin(
            kind=Upload.Kind.TABLE, file=file, name=tables.clean(file.name or ""), supplier=token.partner,
            by=token.made_by, at=timezone.now(), sent={},
        )  # fmt: skip
    except keeping.TooManyUnderWay as refusal:
        raise HttpError(409, str(refusal)) from refusal
    return _out(made)


@router.get("/{import_id}", response=IMPORT, operation_id="read_import", summary="How far an import is")
def detail(request: HttpRequest, import_id: Key) -> ImportOut:
    return _out(_own(request, import_id))


@router.get(
    "/{import_id}/problems",
    response={**IMPORT, 200: ImportProblems},
    operation_id="list_import_problems",
    summary="The errors of a table",
)
def problems(request: HttpRequest, import_id: Key, page: Number = 1) -> ImportProblems:
    lines = tables.problems_of(_own(request, import_id)).order_by("position")
    shown, count = pages.page(request, lines, page)
    items = [
        ImportProblem(row=told.row, column=told.column, value=told.value, reason=problems_file.in_words(told.refusal))
        for told in map(tables.problem, shown)
    ]
    return ImportProblems(items=items, count=count)


@router.post(
    "/{import_id}/write",
    response={**IMPORT, **BUSY, 400: Problem},
    operation_id="write_import",
    summary="Write what was looked at",
)
def write(request: HttpRequest, import_id: Key, body: WriteIn) -> ImportOut:
    found = _own(request, import_id)
    try:
        keeping.ask_to_write(upload=found, previewed=body.digest)
    except keeping.NotReady as refusal:
        raise HttpError(409, str(refusal)) from refusal
    found.refresh_from_db()
    return _out(found)


def _own(request: HttpRequest, key: int) -> Upload:
    found = Upload.objects.filter(pk=key, supplier=supplier_of(request), kind=Upload.Kind.TABLE).first()
    if found is None:
        raise errors.not_found(_("You have no import with this number."))
    return found


def _out(upload: Upload) -> ImportOut:
    said = upload.outcome
    counts = {name: said.get(name) for name in ("rows", "new", "changed", "unchanged", "problems", "digest", "reason")}
    return ImportOut(id=upload.pk, state=upload.state, done=upload.done, total=upload.total, **counts)
