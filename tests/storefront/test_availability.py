"""Pages and the triggers of the page cache draw the same lines between sold out, few and enough."""

from __future__ import annotations

import pytest
from django.db import connection

from shop.storefront.availability import State, state_of


@pytest.mark.django_db
@pytest.mark.parametrize("units", [-1, 0, 1, 9, 10, 11, 1000])
def test_postgresql_sees_the_same_state(units: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pagecache_stock_state(%s)", [units])
        (number,) = cursor.fetchone()

    assert list(State)[number] == state_of(units)
