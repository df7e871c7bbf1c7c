"""Articles by a table and photographs: sent, looked at, taken in, with everything that was wrong."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.core.files import File
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from catalogue.imports import problems_file, template
from catalogue.partner.models import Partner
from catalogue.uploads import keeping, pictures
from catalogue.uploads import tables as uploaded
from catalogue.uploads.models import Upload, UploadLine
from shop.accounts.models import User
from shop.supplier.duties import Duty
from shop.supplier.uploads import tables
from shop.supplier.uploads.forms import PhotosForm, SendForm, TableForm
from shop.supplier.views import page, supplier

A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@require_GET
@supplier(Duty.GOODS)
def index(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    return _index(request, mine)


def _index(request: HttpRequest, mine: list[Partner], sent: SendForm | None = None) -> HttpResponse:
    """sent: a form that was refused"""
    shown = Paginator(_own(mine), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "table_form": sent if isinstance(sent, TableForm) else TableForm(mine=mine, prefix="t"),
        "photos_form": sent if isinstance(sent, PhotosForm) else PhotosForm(mine=mine, prefix="p"),
        "page": shown,
        "history": tables.history(shown),
    }
    refused = sent is not None and not by_htmx(request)  # which shows no answer that is a refusal by its status
    return page(request, "supplier/uploads.html", context, at="supplier:uploads", status=422 if refused else 200)


def _own(mine: list[Partner]) -> Any:
    return Upload.objects.filter(supplier__in=mine)


@require_POST
@supplier(Duty.GOODS)
def send_table(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    form = TableForm(request.POST, request.FILES, mine=mine, prefix="t")
    if not form.is_valid():
        return _index(request, mine, form)
    table = form.cleaned_data["table"]
    return _begun(request, form, Upload.Kind.TABLE, table, table.name, {})


@require_POST
@supplier(Duty.GOODS)
def send_photos(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    form = PhotosForm(request.POST, request.FILES, mine=mine, prefix="p")
    if not form.is_valid():
        return _index(request, mine, form)
    given = form.cleaned_data["photos"]
    if pictures.is_archive(given[0]):
        return _begun(request, form, Upload.Kind.PHOTOS, given[0], given[0].name, {})
    file, names = pictures.packed(given, form.cleaned_data["sku"])
    name = ", ".join(each.name for each in given)
    return _begun(request, form, Upload.Kind.PHOTOS, file, name, {"names": names})


def _begun(
    request: HttpRequest, form: SendForm, kind: Upload.Kind, file: File[bytes], name: str, sent: dict[str, Any]
) -> HttpResponse:
    try:
        upload = keeping.begin(
            kind=kind, file=file, name=uploaded.clean(name), supplier=form.supplier, by=request.user,
            at=timezone.now(), sent=sent,
        )  # fmt: skip
    except keeping.TooManyUnderWay as refusal:
        form.add_error(None, str(refusal))
        return _index(request, form.mine, form)
    to = reverse("supplier:upload", args=[upload.pk])
    return HttpResponse(headers={"HX-Redirect": to}) if by_htmx(request) else redirect(to)


def by_htmx(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


@require_GET
@supplier(Duty.GOODS)
def download_template(request: HttpRequest, *, user: User, mine: list[Partner], ending: str) -> HttpResponse:
    """The table to begin with, in Chinese and English at once."""
    if ending not in ("xlsx", "csv"):
        raise Http404("There is no such template.")
    made = template.as_xlsx() if ending == "xlsx" else template.as_csv()
    return _file(f"oasis-goods.{ending}", made, XLSX if ending == "xlsx" else CSV)


def _file(name: str, content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@supplier(Duty.GOODS)
def upload(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    """How far the work is; afterwards what came of it. Asked again and again by the page while it is under way."""
    found = get_object_or_404(_own(mine), pk=pk)
    context = {"upload": found, "kind": tables.PILLS[found.state]}
    if found.is_at_work:
        return page(request, "supplier/upload_at_work.html", context, at="supplier:uploads")
    if by_htmx(request):
        return HttpResponse(headers={"HX-Refresh": "true"})
    if found.kind == Upload.Kind.PHOTOS:
        return page(request, "supplier/upload_photos.html", context | _photos(request, found), at="supplier:uploads")
    return page(request, "supplier/upload_table.html", context | _table(request, found), at="supplier:uploads")


def _table(request: HttpRequest, found: Upload) -> dict[str, Any]:
    column = request.GET.get("column")
    by_column = list(uploaded.problems_of(found).order_by("column").values_list("column").annotate(Count("pk")))
    told = uploaded.problems_of(found, column).order_by("position")
    changes = found.lines.filter(kind=UploadLine.Kind.CHANGE).order_by("position")
    lines = told if by_column else changes
    shown = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": shown,
        "columns": tables.columns(by_column, column),
        "problems": tables.problems(shown) if by_column else None,
        "changes": tables.changes(shown) if not by_column and shown.object_list else None,
    }


def _photos(request: HttpRequest, found: Upload) -> dict[str, Any]:
    refused = found.lines.filter(kind=UploadLine.Kind.REFUSED).order_by("position")
    taken = found.lines.filter(kind=UploadLine.Kind.TAKEN).order_by("position")
    shown = Paginator(taken, A_PAGE).get_page(request.GET.get("page"))
    return {"page": shown, "refused": tables.refused(refused), "taken": tables.taken(shown)}


@require_GET
@supplier(Duty.GOODS)
def errors(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    """Every error that was kept, as a file for a spreadsheet."""
    found = get_object_or_404(_own(mine), pk=pk, kind=Upload.Kind.TABLE)
    text = io.StringIO(newline="")
    lines = uploaded.problems_of(found).order_by("position")
    problems_file.write(text, (uploaded.problem(line) for line in lines.iterator()))
    return _file(f"errors-{found.pk}.csv", text.getvalue().encode("utf-8-sig"), CSV)


@require_POST
@supplier(Duty.GOODS)
def take_in(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    found = get_object_or_404(_own(mine), pk=pk, kind=Upload.Kind.TABLE)
    try:
        keeping.ask_to_write(upload=found, previewed=request.POST.get("previewed", ""))
    except keeping.NotReady as refusal:
        messages.error(request, str(refusal))
    return redirect("supplier:upload", pk=pk)
