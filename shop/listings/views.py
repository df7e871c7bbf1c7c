"""The reviewers' room: what suppliers submitted, oldest first, and the decision on each."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from catalogue import photos
from catalogue.listings import holds, reviews, revisions
from catalogue.listings.models import Revision
from catalogue.partner.models import Partner
from shop.accounts.models import User
from shop.listings import articles, tables
from shop.listings.forms import WordsForm
from shop.templatetags.shop_format import shanghai

PAGE = 50
MOST_PHOTOS = 8
View = Callable[..., HttpResponse]
REFUSALS = (
    reviews.NotAReviewer,
    reviews.ReadAgain,
    revisions.CannotList,
    revisions.WrongState,
    revisions.WordsMissing,
)


def reviewer(view: View) -> View:
    """For the people who run the platform; others are told that there is no such page."""

    @login_required
    @wraps(view)
    def gated(request: HttpRequest, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        if not user.is_staff:
            raise Http404("You review no articles.")
        return view(request, user=user, **named)

    return gated


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, at: str, status: int = 200) -> HttpResponse:
    nav = [
        {"label": _("Waiting for review"), "url": reverse("listings:queue"), "current": at == "queue"},
        {"label": _("Shop administration"), "url": reverse("dashboard:index"), "current": False},
    ]
    return render(request, template, {"room_title": _("Review of articles"), "room_nav": nav} | context, status=status)


@require_GET
@reviewer
def queue(request: HttpRequest, *, user: User) -> HttpResponse:
    waiting = reviews.waiting_for(user)
    chosen = request.GET.get("supplier", "")
    rows = waiting.select_related("product__origin", "partner").prefetch_related("product__stockrecords")
    if chosen:
        rows = rows.filter(partner__code=chosen)
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    table = tables.queue(shown)
    context = {
        "page": shown,
        "table": table,
        "tabs": _tabs(waiting, chosen),
        "chosen": chosen,
        "may_pick": any(cells[0]["pick"] for cells in table["rows"]),
    }
    return _page(request, "listings/queue.html", context, at="queue")


def _tabs(waiting: QuerySet[Revision], chosen: str) -> list[dict[str, Any]]:
    """All, then each supplier with how many of theirs wait."""
    url = reverse("listings:queue")
    counts = dict(waiting.order_by().values("partner").annotate(count=Count("pk")).values_list("partner", "count"))
    every = {"label": _("All"), "url": url, "current": not chosen, "count": sum(counts.values())}
    suppliers = Partner.objects.filter(pk__in=counts).order_by("name")
    return [every] + [
        {"label": each.label, "url": f"{url}?supplier={each.code}", "current": each.code == chosen,
         "count": counts[each.pk]} for each in suppliers
    ]  # fmt: skip


@require_POST
@reviewer
def accept_many(request: HttpRequest, *, user: User) -> HttpResponse:
    """The new articles marked in the table, each in the edition that was shown there."""
    seen = _seen(request.POST.getlist("pick"))
    new = set(Revision.objects.filter(pk__in=seen, values={}).values_list("pk", flat=True))
    try:
        done = reviews.accept(seen={key: seen[key] for key in new}, by=user, at=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("%(count)d article is listed.", "%(count)d articles are listed.", len(done))
        messages.success(request, words % {"count": len(done)})
    return redirect("listings:queue")


def _seen(marks: list[str]) -> dict[int, int]:
    """ "12:3" is revision 12 in edition 3; anything else is passed over."""
    pairs = [mark.split(":") for mark in marks]
    return {
        int(pair[0]): int(pair[1])
        for pair in pairs
        if len(pair) == 2 and all(each.isascii() and each.isdecimal() and len(each) < 10 for each in pair)
    }


@require_GET
@reviewer
def revision(request: HttpRequest, *, user: User, pk: int) -> HttpResponse:
    return _revision(request, user, _found(pk))


def _found(pk: int) -> Revision:
    rows = Revision.objects.select_related("product__origin", "partner").prefetch_related("product__stockrecords")
    return get_object_or_404(rows, pk=pk)


def _revision(
    request: HttpRequest, user: User, row: Revision, *, filled: dict[str, WordsForm] | None = None, status: int = 200
) -> HttpResponse:
    told = Paginator(articles.events(row.product, partner=row.partner, reader=user), PAGE)
    shown = told.get_page(request.GET.get("page"))
    own = [record for record in row.product.stockrecords.all() if record.partner_id == row.partner_id]
    waiting = row.state == Revision.State.SUBMITTED
    context = {
        "revision": row,
        "asked": tables.asked(row),
        "proposal": tables.proposal(row) if row.values else None,
        "holds": _holds(row) if row.values else [],
        "facts": tables.facts(row.product, own),
        "photos": [photos.url(each, 480) for each in row.product.images.all()[:MOST_PHOTOS]],
        "may_decide": waiting and reviews.waiting_for(user).filter(pk=row.pk).exists(),
        "forms": {name: (filled or {}).get(name) or WordsForm(prefix=name) for name in ("ask", "refuse")},
        "page": shown,
        "events": tables.events(shown),
    }
    return _page(request, "listings/revision.html", context, at="", status=status)


def _holds(row: Revision) -> list[str]:
    held = holds.of([row.product_id], at=timezone.now()).get(row.product_id, [])
    return [
        _("%(name)s (until %(moment)s)") % {"name": hold.name, "moment": shanghai(hold.until)}
        if hold.until
        else hold.name
        for hold in held
    ]


@require_POST
@reviewer
def decide(request: HttpRequest, *, user: User, pk: int, name: str) -> HttpResponse:
    row, now = _found(pk), timezone.now()
    form = WordsForm(request.POST, prefix=name)
    if name in ("ask", "refuse") and not form.is_valid():
        return _revision(request, user, row, filled={name: form}, status=422)
    try:
        if name == "accept":
            reviews.accept(seen=_seen([f"{pk}:{request.POST.get('edition', '')}"]), by=user, at=now)
        elif name == "ask":
            reviews.ask(revision=row, text=form.cleaned_data["text"], by=user, at=now)
        elif name == "refuse":
            reviews.refuse(revision=row, text=form.cleaned_data["text"], by=user, at=now)
        else:
            raise Http404("There is no such decision.")
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("listings:revision", pk=pk)
    messages.success(request, str(_DONE[name]()))
    return redirect("listings:queue")


_DONE = {
    "accept": lambda: _("Accepted."),
    "ask": lambda: _("The question is sent to the supplier."),
    "refuse": lambda: _("Refused, with your reason."),
}
