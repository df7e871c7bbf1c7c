"""The pages of a supplier's own articles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from catalogue.imports import goods
from catalogue.listings import holds, revisions
from catalogue.listings.models import Revision, RevisionMove
from catalogue.models import Product
from catalogue.partner.models import Partner, StockRecord
from shop.accounts.models import User
from shop.listings import articles, tables
from shop.listings.articles import PILLS, Stage
from shop.listings.forms import WordsForm
from shop.supplier.articles import forms
from shop.supplier.articles.forms import ArticleForm
from shop.supplier.duties import Duty
from shop.supplier.views import page, supplier

PAGE = 100
REFUSALS = (revisions.NotYours, revisions.WrongState, revisions.WordsMissing)


@require_GET
@supplier(Duty.GOODS)
def index(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    said, stage = request.GET.get("q", "").strip()[:100], request.GET.get("stage", "")
    found = articles.found(articles.of(mine), said).order_by("title", "pk")
    if stage in Stage.values:
        found = found.filter(stage=stage)  # type: ignore[misc]
    counts = articles.counts(mine)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "table": tables.articles(shown),
        "tabs": _tabs(counts, stage),
        "said": said,
        "stage": stage,
        "drafts": counts.get(Stage.DRAFT, 0),
    }
    return page(request, "supplier/articles.html", context, at="supplier:articles")


def _tabs(counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    url = reverse("supplier:articles")
    every = {"label": _("All"), "url": url, "current": current not in Stage.values, "count": sum(counts.values())}
    return [every] + [
        {"label": stage.label, "url": f"{url}?stage={stage}", "current": stage == current, "count": counts[stage]}
        for stage in Stage
        if counts.get(stage)
    ]


@require_GET
@supplier(Duty.GOODS)
def detail(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    return _detail(request, user, *_own(mine, pk), form=WordsForm())


def _detail(
    request: HttpRequest, user: User, product: Any, record: StockRecord, *, form: WordsForm, status: int = 200
) -> HttpResponse:
    revision = revisions.open_of([product.pk]).get(product.pk)
    if revision is not None:
        revision.product = product
    told = Paginator(articles.events(product, partner=record.partner, reader=user), PAGE)
    shown = told.get_page(request.GET.get("page"))
    held = holds.of([product.pk], at=timezone.now()).get(product.pk, []) if revision and revision.values else []
    context = {
        "product": product,
        "stage": Stage(product.stage).label,
        "pill": PILLS[product.stage],
        "revision": revision,
        "proposal": tables.proposal(revision) if revision and revision.values else None,
        "holds": [hold.name for hold in held],
        "question": _question(revision),
        "form": form,
        "facts": tables.facts(product, [record]),
        "page": shown,
        "events": tables.events(shown),
        "may_submit": product.stage in (Stage.DRAFT, Stage.OFF),
    }
    return page(request, "supplier/article.html", context, at="supplier:articles", status=status)


def _question(revision: Revision | None) -> RevisionMove | None:
    if revision is None or revision.state != Revision.State.QUESTION:
        return None
    return revision.moves.filter(action="ask").last()


def _own(mine: list[Partner], pk: int) -> tuple[Any, StockRecord]:
    """An article of the person's suppliers with the record under which the first of them sells it; 404 for others."""
    product = get_object_or_404(articles.of(mine), pk=pk)
    return product, product.own_records[0]


@supplier(Duty.GOODS)
def add(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    """A new article, drafted by hand; a person of several suppliers says for which one by `?supplier=`."""
    named = request.GET.get("supplier", "")
    partner = next((each for each in mine if each.code == named), mine[0])
    first = {"origin": partner.county_id or "", "is_fresh": "否"}
    form = ArticleForm(request.POST or None, supplier=partner, record=None, initial=first)
    if request.method == "POST" and form.is_valid():
        outcome = goods.put(articles=[form.cells()], supplier=partner, at=timezone.now(), by=user)
        if outcome.written:
            made = StockRecord.objects.filter(partner=partner).latest("pk")
            messages.success(request, _("The draft is kept. Nobody sees it before it is reviewed and certified."))
            return redirect("supplier:article", pk=made.product_id)
        form.refuse(outcome.problems)
    context = {"form": form, "product": None, "partner": partner, "others": [each for each in mine if each != partner]}
    return page(request, "supplier/article_form.html", context, at="supplier:articles", status=_status(request))


@supplier(Duty.GOODS)
def edit(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    product, record = _own(mine, pk)
    revision = revisions.open_of([product.pk]).get(product.pk)
    first = forms.initial(product, record, revision)
    form = ArticleForm(request.POST or None, supplier=record.partner, record=record, initial=first)
    if request.method == "POST" and form.is_valid():
        outcome = goods.put(articles=[form.cells()], supplier=record.partner, at=timezone.now(), by=user)
        if not outcome.problems.count:
            messages.success(request, _told(outcome))
            return redirect("supplier:article", pk=pk)
        form.refuse(outcome.problems)
    context = {"form": form, "product": product, "record": record}
    return page(request, "supplier/article_form.html", context, at="supplier:articles", status=_status(request))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _told(outcome: goods.Outcome) -> str:
    """What a saved form came to."""
    differences = [each for change in outcome.changed for each in change.differences]
    if not differences:
        return _("Nothing was different; nothing was changed.")
    if any(each.reviewed for each in differences):
        return _("Kept. What a certificate speaks of waits as a draft; submit it, and the rest is changed already.")
    return _("Changed.")


@require_POST
@supplier(Duty.GOODS)
def submit(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    """The chosen ones, or with `all` every draft."""
    if "all" in request.POST:
        keys = list(articles.of(mine).filter(stage=Stage.DRAFT).values_list("pk", flat=True))
    else:
        keys = [int(key) for key in request.POST.getlist("pick") if key.isascii() and key.isdecimal() and len(key) < 19]
    now = timezone.now()
    try:
        with transaction.atomic():
            count = sum(revisions.submit(products=keys, partner=partner, by=user, at=now) for partner in mine)
    except revisions.CannotList as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(request))
    if count:
        words = ngettext("%(count)d article waits for review.", "%(count)d articles wait for review.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.error(request, _("No draft was chosen; mark the articles to submit."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    key = request.POST.get("back", "")
    if key.isascii() and key.isdecimal() and len(key) < 19:
        return reverse("supplier:article", args=[int(key)])
    return reverse("supplier:articles")


@require_POST
@supplier(Duty.GOODS)
def answer(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    product, record = _own(mine, pk)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _detail(request, user, product, record, form=form, status=422)
    try:
        revisions.answer(revision=_open(product), text=form.cleaned_data["text"], by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The answer is sent; the article waits for review again."))
    return redirect("supplier:article", pk=pk)


@require_POST
@supplier(Duty.GOODS)
def withdraw(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    """Take the open revision back; with `listing`, take the article itself off the pages."""
    product, record = _own(mine, pk)
    try:
        if "listing" in request.POST:
            revisions.take_off(product=product, partner=record.partner, by=user, at=timezone.now())
            messages.success(request, _("The article is off the pages. Submit it to have it listed again."))
        else:
            revisions.withdraw(revision=_open(product), by=user, at=timezone.now())
            messages.success(request, _("It is taken back. The article stays as it was."))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("supplier:article", pk=pk)


def _open(product: Product) -> Revision:
    found = revisions.open_of([product.pk]).get(product.pk)
    if found is None:
        raise Http404("Nothing of it is open.")
    return found
