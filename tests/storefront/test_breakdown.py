"""What a page says of a price before the sale is what the sale becomes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shop.storefront import breakdown
from tests import make
from tests.make import NOW
from tests.revenue import world

pytestmark = pytest.mark.django_db


def households_fen(product: object) -> int:
    rows = breakdown.of_product(product, NOW)  # type: ignore[arg-type]
    return int(next(row["fen"] for row in rows if row["kind"] == "household"))


def test_the_preview_is_what_a_sale_of_that_moment_becomes() -> None:
    world.rule()
    product = make.product(price="39.90")
    lot = world.lot(1, 2, 3, of=product)
    make.stock(lot, make.node("county", "county"))

    [parts] = breakdown.divided([(3990, lot.pk)], NOW)
    [made] = world.deliver(world.order((lot, 1, 3990)))

    assert parts.price_fen == 3990
    assert (made.supplier_fen, made.households_fen, made.platform_fen) == (
        parts.supplier_fen,
        parts.households_fen,
        parts.platform_fen,
    )
    assert [share.fen for share in world.shares(made.line)] == list(parts.each_fen)


def test_the_preview_takes_the_lot_that_expires_first_and_is_free() -> None:
    world.rule()
    product, node = make.product(price="100.00"), make.node("county", "county")
    later, sooner = world.lot(1, of=product, share_bp=1000), world.lot(1, of=product, share_bp=9000)
    for lot, days in ((later, 90), (sooner, 30)):
        type(lot).objects.filter(pk=lot.pk).update(expires_date=make.TODAY + timedelta(days=days))
        make.stock(lot, node)

    before = households_fen(product)
    type(sooner).objects.filter(pk=sooner.pk).update(expires_date=make.TODAY)

    assert before == 8010
    assert households_fen(product) == 890


def test_nothing_is_said_without_a_price_or_a_fee_rule() -> None:
    product = make.product(price="100.00")
    without_a_rule = breakdown.of_product(product, NOW)
    world.rule()
    product.stockrecords.update(price=None)

    assert (without_a_rule, breakdown.of_product(product, NOW)) == ([], [])
