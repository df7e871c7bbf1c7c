"""The operators' desk of reviews and replies: what waits first, each published or refused with a reason."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shop.accounts.models import User
from shop.reviews import moderation, published
from shop.reviews.forms import DecisionForm
from shop.reviews.models import ProductReview, Reply, Status

KINDS: dict[str, Any] = {"review": ProductReview, "reply": Reply}
REFUSALS = (moderation.Changed, moderation.OwnWords)


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Reviews and replies of one state; the longest waiting first."""
    named = {status.name.lower(): status for status in Status}
    status = named.get(request.GET.get("status", ""), Status.WAITING)
    lists = []
    for kind in KINDS:
        rows = _rows(kind).filter(status=status)
        order = ("written_at", "pk") if status == Status.WAITING else ("-decided_at", "-pk")
        page = Paginator(rows.order_by(*order), 50).get_page(request.GET.get("page"))
        lists.append({"kind": kind, "page": page})
    tabs = [{"label": each.label, "url": f"?status={name}", "current": each == status} for name, each in named.items()]
    return render(request, "oscar/dashboard/reviews/queue.html", {"lists": lists, "tabs": tabs})


def decide(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One of them, with what it answers; read and decided."""
    if kind not in KINDS:
        raise Http404("There are reviews and replies.")
    words = get_object_or_404(_rows(kind), pk=pk)
    form = DecisionForm(request.POST or None, initial={"seen": f"{words.written_at:%Y-%m-%dT%H:%M:%S.%f%z}"})
    if request.method == "POST" and form.is_valid():
        refusing = "refuse" in request.POST
        if refusing and not form.cleaned_data["reason"]:
            form.add_error("reason", _("Say why: the writer reads it."))
        else:
            _decide(request, words, form.cleaned_data, refusing=refusing)
            return redirect("dashboard:reviews-list")
    review = words.review if kind == "reply" else words
    context = {"words": words, "review": review, "kind": kind, "form": form}
    context["bought"] = published.month(review.bought_date)
    status = 422 if request.method == "POST" else 200
    return render(request, "oscar/dashboard/reviews/decide.html", context, status=status)


def _decide(request: HttpRequest, words: Any, said: dict[str, Any], *, refusing: bool) -> None:
    decision = {"seen_at": said["seen"], "by": cast(User, request.user), "at": timezone.now()}
    try:
        if refusing:
            moderation.refuse(words, reason=said["reason"], **decision)
        else:
            moderation.publish(words, **decision)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Not published; the writer is told why.") if refusing else _("It is published."))


def _rows(kind: str) -> Any:
    """Those with a purchase behind them; what is older than purchases on record is never shown."""
    if kind == "reply":
        return Reply.objects.select_related("review__product", "review__line__partner")
    return ProductReview.objects.exclude(line=None).select_related("product", "line__partner")
