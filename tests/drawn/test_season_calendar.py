"""The season calendar reads aloud what it draws."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from shop.templatetags import shop_drawn


def row(**states: str) -> dict[str, Any]:
    months = [{"n": n, "label": f"month {n}", "state": states.get(f"m{n}", "")} for n in range(1, 13)]
    return {"name": "Walnuts", "url": "/walnuts/", "months": months}


def drawn(*rows: dict[str, Any], now: int = 11) -> str:
    with translation.override("en"):
        return render_to_string("components/season_calendar.html", {"rows": rows, "now": now})


@pytest.mark.parametrize(
    ("state", "words", "bands"),
    [("harvest", "harvest", 1), ("sale", "on sale", 1), ("both", "harvest and sale", 2), ("", "neither", 0)],
)
def test_each_month_says_its_state_and_draws_it(state: str, words: str, bands: int) -> None:
    page = drawn(row(m3=state))

    cells = re.findall(r"<td.*?</td>", page)
    assert len(cells) == 12
    assert f'<span class="visually-hidden">{words}</span>' in cells[2]
    assert cells[2].count("season__band ") == bands


def test_the_current_month_is_marked_once_in_the_head_and_once_a_row() -> None:
    page = drawn(row(), row(), now=4)

    assert page.count("season__month--now") == 1
    assert "month 4, this month" in page
    assert page.count('class="season__now"') == 2


@pytest.mark.parametrize(
    ("at", "month"), [(datetime(2026, 10, 31, 15, 59, tzinfo=UTC), 10), (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), 11)]
)
def test_a_month_begins_at_midnight_in_shanghai(at: datetime, month: int) -> None:
    assert shop_drawn.this_month(at) == month


def test_the_row_leads_to_its_products_where_there_is_a_page() -> None:
    assert '<a href="/walnuts/">Walnuts</a>' in drawn(row())
    assert "<a " not in drawn({**row(), "url": ""})
