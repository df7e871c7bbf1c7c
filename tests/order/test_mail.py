"""The letter at each step: complete, the same as text and as HTML, in the buyer's language, and nothing foreign."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from procrastinate.contrib.django.models import ProcrastinateJob

from logistics import shipments
from logistics.models import Operator, Shipment
from shop.order import letters, lifecycle, mail
from shop.order.models import Order
from shop.payments import refunds
from shop.payments.models import Payment
from tests import make
from tests.make import NOW
from tests.order import world
from tests.rooms import Market

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def market() -> Market:
    return Market()


def ordered(market: Market, *, language: str = "en", **changes: Any) -> Order:
    product = market.goods(title="皮山核桃", title_en="Walnut <gift>", price="39.90", **changes)
    return world.place(world.basket((product, 2)), language=language)


def paid(market: Market, order: Order) -> Order:
    Payment.objects.create(
        order=order, method="alipay", amount_fen=order.total_fen, received_fen=order.total_fen, state="succeeded",
        idempotency_key=f"t {order.number}", made_at=NOW, succeeded_at=NOW,
    )  # fmt: skip
    return lifecycle.mark_paid(order=order, at=NOW)


def written(order: Order, kind: str, **about: int) -> EmailMultiAlternatives:
    return mail.compose(order=Order.objects.get(pk=order.pk), kind=kind, **about)


def html_of(letter: EmailMultiAlternatives) -> str:
    return str(letter.alternatives[0][0])


def seen(letter: EmailMultiAlternatives) -> str:
    """What a reader of the HTML sees, as plain text."""
    body = html_of(letter).split("<body", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_the_first_letter_says_until_when_the_goods_are_held(market: Market) -> None:
    order = ordered(market)

    letter = written(order, "placed")

    assert letter.subject == f"Your order {order.number}"
    assert "We hold your goods until 10 September 2026, 12:30." in letter.body
    assert re.search(r"Promised by: \d+ September 2026", letter.body)
    assert "Walnut <gift> × 2  ¥79.80" in letter.body
    assert f"To pay  ¥{order.total_fen / 100:.2f}" in letter.body


def test_the_letter_of_a_payment_says_how_it_was_paid(market: Market) -> None:
    letter = written(paid(market, ordered(market)), "paid")

    assert "Paid by: Alipay" in letter.body and "Thank you." in letter.body


def test_each_parcel_has_a_letter_with_its_waybill_promise_and_packs(market: Market) -> None:
    first = market.goods(title_en="Walnuts")
    second = market.goods(title_en="Ice pears", temperature="frozen")
    order = paid(market, world.place(world.basket((first, 1), (second, 3)), language="en"))
    frozen = next(row for row in order.consignments.all() if row.temperature == "frozen")
    shipment = Shipment.objects.get(reference=frozen.reference)

    letter = written(order, "shipping", parcel=frozen.position)

    assert letter.subject == f"Parcel {frozen.position} of 2 of order {order.number} is on its way"
    assert f"Waybill: {shipment.waybill}" in letter.body and "Promised by: " in letter.body
    assert "Ice pears × 3" in letter.body and "Walnuts" not in letter.body and "¥" not in letter.body


def test_a_parcel_that_leaves_enqueues_its_own_letter(market: Market) -> None:
    order = paid(market, world.place(world.basket((market.goods(), 1), (market.goods(temperature="frozen"), 1))))
    ProcrastinateJob.objects.all().delete()

    for shipment in Shipment.objects.order_by("pk"):
        hop = shipment.hops.order_by("position").select_related("origin")[0]
        person = make.user()
        Operator.objects.create(user=person, node=hop.origin)
        shipments.scan_out(waybill=shipment.waybill, node=hop.origin, by=person, at=NOW + timedelta(hours=1))

    jobs = ProcrastinateJob.objects.filter(task_name="order.mail").order_by("pk")
    assert [(job.args["kind"], job.args["parcel"]) for job in jobs] == [("shipping", 1), ("shipping", 2)]
    assert all(job.args["order_id"] == order.pk for job in jobs)


def test_an_order_in_one_parcel_is_said_to_be_on_its_way(market: Market) -> None:
    order = paid(market, ordered(market))

    assert written(order, "shipping", parcel=1).subject == f"Order {order.number} is on its way"


def test_a_letter_about_parcels_asked_for_without_one_speaks_of_the_whole_order(market: Market) -> None:
    """Letters enqueued before parcels had their own are still written."""
    letter = written(paid(market, ordered(market)), "shipping")

    assert "The goods have left." in letter.body and "Walnut <gift> × 2" in letter.body


def test_a_cancelled_order_that_was_never_paid_says_so(market: Market) -> None:
    order = lifecycle.cancel(order=ordered(market), reason=lifecycle.NOT_PAID_IN_TIME, at=NOW)

    letter = written(order, "cancelled")

    assert "Nothing was paid" in letter.body and "What you paid goes back" not in letter.body
    assert "Reason: not paid in time" in letter.body and "Total, not paid  ¥" in letter.body


def test_a_cancelled_order_that_was_paid_says_that_the_money_comes_back(market: Market) -> None:
    order = lifecycle.cancel(order=paid(market, ordered(market)), reason="the frost", at=NOW)

    letter = written(order, "cancelled")

    assert "What you paid goes back to you" in letter.body and "Nothing was paid" not in letter.body
    assert "Reason: the frost" in letter.body


def test_money_for_an_order_that_could_not_be_kept_is_not_called_nothing(market: Market) -> None:
    order = ordered(market)
    Payment.objects.create(
        order=order, method="card", amount_fen=order.total_fen, received_fen=order.total_fen, state="succeeded",
        idempotency_key="t", made_at=NOW,
    )  # fmt: skip
    lifecycle.cancel(order=order, reason="x", at=NOW)

    assert "What you paid goes back to you" in written(order, "cancelled").body


def test_the_reason_of_a_cancelled_order_is_in_the_buyers_language(market: Market) -> None:
    order = lifecycle.cancel(order=ordered(market, language="zh-hans"), reason=lifecycle.NOT_PAID_IN_TIME, at=NOW)

    assert "not paid in time" not in written(order, "cancelled").body


def refunded(market: Market, language: str = "en") -> tuple[Order, Any]:
    product = market.goods(title="皮山核桃", title_en="Walnut <gift>")
    order = market.paid(product)
    Order.objects.filter(pk=order.pk).update(language=language)
    made = refunds.refund_line(line=order.lines.get(), amount_fen=123, reason="t", reference="r", by=None, at=NOW)
    return Order.objects.get(pk=order.pk), made


def test_a_refund_says_how_much_for_what_and_where_to(market: Market) -> None:
    order, refund = refunded(market)

    letter = written(order, "refunded", refund_id=refund.pk)

    assert "Sent back: ¥1.23" in letter.body and "For the goods: Walnut <gift>" in letter.body
    assert "Back to: bank card" in letter.body


def test_a_refund_that_fails_is_said_to_be_checked(market: Market) -> None:
    order, refund = refunded(market)

    letter = written(order, "refund_checked", refund_id=refund.pk)

    assert letter.subject == f"The refund for order {order.number} is being checked"
    assert "To be sent back: ¥1.23" in letter.body and "a person is looking" in letter.body


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", letters.KINDS)
def test_every_letter_is_complete_in_both_forms(market: Market, kind: str, language: str) -> None:
    order, refund = refunded(market, language)

    letter = written(order, kind, refund_id=refund.pk, parcel=1)

    words = " ".join(letter.body.split())
    for line in filter(None, (line.strip() for line in letter.body.splitlines())):
        for part in re.split(r": (?=\S)|  +", line):
            assert part in seen(letter) or part in html_of(letter), part
    assert order.number in words and f"orders/{order.number}:" in html_of(letter)
    assert f'lang="{language}"' in html_of(letter)


@pytest.mark.parametrize("kind", letters.KINDS)
def test_no_letter_fetches_anything_or_reports_its_reading(market: Market, kind: str, settings: Any) -> None:
    settings.SITE_URL = "https://shop.example.org"
    order, refund = refunded(market)

    html = html_of(written(order, kind, refund_id=refund.pk, parcel=1))

    addresses = re.findall(r"(?:https?:)?//[\w.:-]+", html)
    assert set(addresses) == {"https://shop.example.org"}
    assert not re.search(r"<img|<link|<script|@import|url\(|<iframe", html)


@pytest.mark.parametrize("kind", letters.KINDS)
def test_no_letter_names_a_person_or_a_place_of_delivery(market: Market, kind: str) -> None:
    order, refund = refunded(market)

    letter = written(order, kind, refund_id=refund.pk, parcel=1)

    assert not any(word in letter.body + html_of(letter) for word in world.STREET.values())


def test_what_a_product_is_called_is_never_markup(market: Market) -> None:
    letter = written(ordered(market), "placed")

    assert "Walnut &lt;gift&gt;" in html_of(letter) and "<gift>" not in html_of(letter)


def test_two_parcels_letters_differ_and_one_letter_stays_itself(market: Market) -> None:
    order, _refund = refunded(market)

    names = [written(order, "shipping", parcel=parcel).extra_headers["Message-ID"] for parcel in (1, 2, 1)]

    assert names[0] == names[2] != names[1]
