"""Lists that the supplier's part answers page by page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import P, QueryEx

from shop.api import errors

SIZE = 100
Number = QueryEx[int, P(ge=1, description=f"page number, from 1; a page holds {SIZE} articles")]


def page(request: HttpRequest, rows: QuerySet[Any], number: int) -> tuple[Page[Any], int]:
    """One page, and how many rows are on all of them. Raises what the API answers with 422."""
    errors.only(request, "page")
    pages: Paginator[Any] = Paginator(rows, SIZE)
    if number > pages.num_pages:
        raise errors.refused(
            _("There is no page %(page)s; this list ends with page %(last)d.")
            % {"page": str(number)[:20], "last": pages.num_pages}
        )
    return pages.page(number), pages.count
