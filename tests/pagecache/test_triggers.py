"""What PostgreSQL says about each change, whoever makes it; and what is no news to a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from wagtail.models import Page

from catalogue.models import Product
from catalogue.partner.models import Partner, StockRecord
from certification.models import Certificate
from logistics.models import LotStock
from shop.pagecache.triggers import CHANNEL, MOST_TAGS
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

Heard = Callable[[], set[str]]


@pytest.fixture
def heard(transactional_db: None) -> Iterator[Heard]:
    """Call it: every tag said since the last call."""
    parameters = {k: v for k, v in connection.get_connection_params().items() if k not in ("cursor_factory", "context")}
    with psycopg.connect(**parameters | {"autocommit": True}) as line:
        said: list[str] = []
        line.add_notify_handler(lambda notice: said.append(notice.payload))
        line.execute(f"LISTEN {CHANNEL}")

        def tags() -> set[str]:
            line.execute("SELECT 1")
            found = {tag for payload in said for tag in payload.split()}
            said.clear()
            return found

        yield tags


def stocked(units: int = 20) -> tuple[Product, LotStock]:
    """A certified product with so many packs, none of them expired today."""
    product = make.product()
    make.certificate(product)
    from django.utils import timezone

    lot = make.packed_lot(product, units=units, expires=timezone.localdate() + timedelta(days=100))
    return product, make.stock(lot, make.node(f"n{next(make.numbers)}", "county"))


@pytest.mark.parametrize(
    "change",
    [
        lambda product: Product.objects.filter(pk=product.pk).update(title="新名"),
        lambda product: Product.objects.filter(pk=product.pk).update(certified_until=make.NOW),
        lambda product: Product.objects.filter(pk=product.pk).update(is_public=False),
        lambda product: StockRecord.objects.filter(product=product).update(price="41.00"),
        lambda product: product.delete(),
    ],
    ids=["rename", "certified", "hide", "price", "delete"],
)
def test_a_change_of_a_product_is_told_to_its_page_and_to_lists(heard: Heard, change: Callable[[Any], Any]) -> None:
    product = make.product()
    other = make.product()
    number = product.pk
    heard()

    change(product)

    said = heard()
    assert {"assortment", "shelf", f"product:{number}"} <= said
    assert f"product:{other.pk}" not in said


def test_what_is_written_past_django_is_told_as_well(heard: Heard) -> None:
    product = make.product()
    heard()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE partner_stockrecord SET price = 12 WHERE product_id = %s", [product.pk])

    assert {"shelf", f"product:{product.pk}"} <= heard()


def test_counts_of_a_stock_record_are_no_news(heard: Heard) -> None:
    product = make.product()
    heard()

    StockRecord.objects.filter(product=product).update(num_in_stock=7)

    assert heard() == set()


def test_a_change_that_changes_nothing_is_no_news(heard: Heard) -> None:
    product = make.product()
    heard()

    Product.objects.filter(pk=product.pk).update(title=product.title)

    assert heard() == set()


def test_a_change_taken_back_is_never_told(heard: Heard) -> None:
    from django.db import transaction

    product = make.product()
    heard()

    with pytest.raises(RuntimeError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(title="新名")
        raise RuntimeError

    assert heard() == set()


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [(20, 15, False), (20, 10, False), (20, 9, True), (9, 3, False), (3, 0, True), (0, 1, True), (9, 10, True)],
)
def test_packs_are_told_only_when_what_pages_say_changes(heard: Heard, before: int, after: int, news: bool) -> None:
    product, stock = stocked(units=20)
    LotStock.objects.filter(pk=stock.pk).update(reserved_units=20 - before)
    heard()

    LotStock.objects.filter(pk=stock.pk).update(reserved_units=20 - after)

    assert heard() == ({"shelf", f"product:{product.pk}"} if news else set())


def test_packs_of_an_expired_lot_count_for_nothing(heard: Heard) -> None:
    from django.utils import timezone

    from certification.provenance.models import Lot

    product, stock = stocked(units=20)
    Lot.objects.filter(pk=stock.lot_id).update(expires_date=timezone.localdate())
    heard()

    LotStock.objects.filter(pk=stock.pk).update(reserved_units=20)

    assert heard() == set()


def test_the_next_lot_is_news_to_the_product_page_alone(heard: Heard) -> None:
    product, first = stocked(units=20)
    from django.utils import timezone

    second = make.packed_lot(product, units=50, expires=timezone.localdate() + timedelta(days=200))
    make.stock(second, first.node)
    heard()

    LotStock.objects.filter(pk=first.pk).update(reserved_units=20)

    assert heard() == {f"product:{product.pk}"}


def test_a_certificate_is_told_to_the_register_and_the_product(heard: Heard) -> None:
    product = make.product()
    certificate = make.certificate(product)
    heard()

    Certificate.objects.filter(pk=certificate.pk).update(state="suspended")

    assert heard() == {"register", f"product:{product.pk}", f"certificate:{certificate.number}"}


def test_grams_taken_are_told_to_the_certificates_own_page_alone(heard: Heard) -> None:
    certificate = make.certificate(make.product())
    heard()

    Certificate.objects.filter(pk=certificate.pk).update(taken_g=500)

    assert heard() == {f"certificate:{certificate.number}"}


def test_names_shown_everywhere_are_told_to_all(heard: Heard) -> None:
    supplier = make.partner()
    heard()

    Partner.objects.filter(pk=supplier.pk).update(name="新社")

    assert heard() == {"all"}


def test_pages_of_editors_are_told(heard: Heard) -> None:
    page = Page.objects.get(depth=1)
    heard()

    Page.objects.filter(pk=page.pk).update(title="新页")

    assert heard() == {"pages"}


def test_a_change_of_very_many_products_is_told_as_a_change_of_all(heard: Heard) -> None:
    supplier = make.partner()
    for _number in range(MOST_TAGS):
        make.product(supplier)
    heard()

    Product.objects.update(title="同名")

    assert heard() == {"all"}
