"""The pages where buyers write about what they received, everybody reads it, and suppliers answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from catalogue.models import Product
from catalogue.partner.models import Partner
from shop.accounts.models import User
from shop.order import numbers
from shop.order.models import Line
from shop.reviews import published, replies, reviews
from shop.reviews.forms import ReplyForm, ReviewForm
from shop.reviews.models import ProductReview
from shop.supplier import views as supplier
from shop.supplier.duties import Duty


def of_product(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is said about a product; shared by all visitors."""
    product = get_object_or_404(Product.objects.on_sale(timezone.now()), pk=pk)
    try:
        page = published.page(product, request.GET.get("page"))
    except InvalidPage as refusal:
        raise Http404("There is no such page of reviews.") from refusal
    return render(request, "storefront/reviews_page.html", {"product": product, "page": page})


@login_required
@require_GET
def of_account(request: HttpRequest) -> HttpResponse:
    """What arrived at an account, and what was said about it."""
    bought = reviews.of_account(request.user)
    page = Paginator(bought, 20).get_page(request.GET.get("page"))
    rows = [{"bought": each, "token": numbers.token_for(each.line.order)} for each in page]
    return render(request, "reviews/of_account.html", {"page": page, "rows": rows})


def write(request: HttpRequest, token: str, line_id: int) -> HttpResponse:
    """Write about one line of an order. The link opens it to a guest; an account's order asks for its own account."""
    line = _line(token, line_id)
    owner = line.order.user_id
    if owner is not None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if owner is not None and owner != request.user.pk:
        raise Http404("This order is another account's.")
    mine = ProductReview.objects.filter(product=line.product_id, writer=reviews.writer_of(line.order)).first()
    if request.method == "POST" and "take_back" in request.POST and mine is not None:
        reviews.take_back(review=mine)
        messages.success(request, _("Your review is taken back; nothing of it is kept."))
        return redirect(numbers.link_for(line.order))
    form = ReviewForm(request.POST or None, names=reviews.names(line.order), review=mine)
    if request.method == "POST" and form.is_valid():
        reviews.write(line=line, **form.cleaned_data, at=timezone.now())
        messages.success(request, _("Thank you. We read it and then it appears below the product."))
        return redirect(numbers.link_for(line.order))
    context = {"form": form, "line": line, "review": mine, "token": token}
    return render(request, "reviews/write.html", context, status=422 if request.method == "POST" else 200)


def _line(token: str, key: int) -> Line:
    """A line whose goods have arrived, of the order that the link opens."""
    try:
        order = numbers.order_from(token)
    except numbers.LinkNotValid as refusal:
        raise Http404(str(refusal)) from refusal
    arrived = order.lines.exclude(accepted_at=None).exclude(product=None).select_related("product", "order__user")
    return get_object_or_404(arrived, pk=key)


@require_GET
@supplier.supplier(Duty.GOODS)
def to_answer(request: HttpRequest, *, user: User, mine: list[Partner]) -> HttpResponse:
    """What buyers say about the supplier's own goods."""
    page = Paginator(replies.answerable(mine), 20).get_page(request.GET.get("page"))
    rows = [_row(review) for review in page]
    return supplier.page(request, "reviews/to_answer.html", {"page": page, "rows": rows}, at="supplier:reviews")


@supplier.supplier(Duty.GOODS)
def answer(request: HttpRequest, *, user: User, mine: list[Partner], pk: int) -> HttpResponse:
    review = get_object_or_404(replies.answerable(mine), pk=pk)
    if request.method == "POST" and "take_back" in request.POST:
        replies.take_back(review=review)
        messages.success(request, _("The reply is taken back."))
        return redirect("supplier:reviews")
    said = getattr(review, "reply", None)
    form = ReplyForm(request.POST or None, initial={"text": said.text if said else ""})
    if request.method == "POST" and form.is_valid():
        try:
            replies.write(review=review, text=form.cleaned_data["text"], by=user, at=timezone.now())
        except replies.NotPublished as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The reply is read and then stands below the review."))
        return redirect("supplier:reviews")
    context = _row(review) | {"form": form}
    status = 422 if request.method == "POST" else 200
    return supplier.page(request, "reviews/answer.html", context, at="supplier:reviews", status=status)


def _row(review: ProductReview) -> dict[str, Any]:
    return {"review": review, "reply": getattr(review, "reply", None), "bought": published.month(review.bought_date)}
