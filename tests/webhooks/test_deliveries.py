"""An event reaches the receiver signed and whole, is tried again when it was not taken, and can be sent once more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from shop.webhooks import deliveries, sending, subscriptions
from shop.webhooks.models import Attempt, Delivery, Subscription
from tests.make import NOW
from tests.webhooks.conftest import Subscribe
from tests.webhooks.receiver import Receiver, fits

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def told(subscription: Subscription, at: datetime = NOW) -> Delivery:
    facts = {"order": "X1", "note": "核桃 ✓"}
    return deliveries.tell(kind="order.paid", to=[subscription], facts=lambda _each: facts, at=at)[0]


def send(row: Delivery, at: datetime = NOW) -> Delivery:
    deliveries.send(delivery_id=row.pk, at=at)
    row.refresh_from_db()
    return row


def waiting_jobs() -> list[tuple[dict[str, Any], datetime | None]]:
    jobs = ProcrastinateJob.objects.filter(task_name="webhooks.deliver", status="todo").order_by("pk")
    return [(job.args, job.scheduled_at) for job in jobs]


def test_the_receiver_gets_the_event_and_its_id(subscribe: Subscribe, receiver: Receiver) -> None:
    row = send(told(subscribe()))

    message = receiver.got[0]
    assert row.state == "delivered" and row.tries == 1 and row.next_at is None
    assert message.path == "/hook?shop=oasis"
    assert message.headers["Oasis-Event"] == "order.paid"
    assert message.headers["Oasis-Event-Id"] == message.event["id"] == row.event_id
    assert message.event == {
        "id": row.event_id,
        "type": "order.paid",
        "at": "2026-09-10T04:00:00+00:00",
        "data": {"order": "X1", "note": "核桃 ✓"},
    }


def test_the_signature_fits_the_body_and_no_other(subscribe: Subscribe, receiver: Receiver) -> None:
    subscription = subscribe()

    send(told(subscription))

    signature, body = receiver.got[0].headers["Oasis-Signature"], receiver.got[0].body
    secret = subscriptions.newest_secret(subscription)
    assert fits(signature, body, secret)
    assert not fits(signature, body.replace(b"X1", b"X2"), secret)
    assert not fits(signature, body, secret + "x")
    assert not fits(signature.replace(f"t={int(NOW.timestamp())}", f"t={int(NOW.timestamp()) + 1}"), body, secret)


def test_two_addresses_have_two_secrets(subscribe: Subscribe) -> None:
    assert subscriptions.newest_secret(subscribe()) != subscriptions.newest_secret(subscribe())


def test_no_column_holds_the_secret(subscribe: Subscribe) -> None:
    subscription = subscribe()

    kept = " ".join(str(value) for value in Subscription.objects.filter(pk=subscription.pk).values_list().get())

    assert subscription.seed in kept
    assert subscriptions.newest_secret(subscription).removeprefix("whsec_") not in kept


def test_old_and_new_secret_sign_for_a_day(subscribe: Subscribe, receiver: Receiver) -> None:
    subscription = subscribe()
    old = subscriptions.newest_secret(subscription)
    new = subscriptions.newest_secret(subscriptions.renew_secret(subscription=subscription, at=NOW))

    send(told(subscription, NOW + DAY - MINUTE), NOW + DAY - MINUTE)
    send(told(subscription, NOW + DAY), NOW + DAY)

    during, after = ((message.headers["Oasis-Signature"], message.body) for message in receiver.got)
    assert fits(*during, old) and fits(*during, new)
    assert fits(*after, new) and not fits(*after, old)


def test_a_refused_event_is_sent_again_and_then_delivered(subscribe: Subscribe, receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    row = send(told(subscribe()))
    assert row.state == "waiting" and row.next_at == NOW + MINUTE
    assert waiting_jobs()[-1] == ({"delivery_id": row.pk}, NOW + MINUTE)

    send(row, NOW + MINUTE)

    assert row.state == "delivered" and row.tries == 2
    assert [attempt.answer for attempt in row.attempts.all()] == [500, 200]
    assert [attempt.problem for attempt in row.attempts.all()] == [sending.REFUSED, ""]
    first, second = receiver.got
    assert first.body == second.body
    assert first.headers["Oasis-Signature"] != second.headers["Oasis-Signature"]


def test_waits_grow_for_three_days_and_then_it_is_parked(subscribe: Subscribe, receiver: Receiver) -> None:
    receiver.answers = [503]
    row = told(subscribe())

    waits = []
    while row.state == "waiting":
        before = row.next_at
        send(row, before)
        waits.append((row.next_at - before) // MINUTE if row.next_at else None)

    assert waits == [1, 5, 30, 120, 360, 720, 720, 720, 720, 720, None]
    assert row.state == "parked"
    assert len(receiver.got) == 11


def test_sent_again_by_hand_it_is_the_same_event_tried_anew(subscribe: Subscribe, receiver: Receiver) -> None:
    receiver.answers = [503]
    row = told(subscribe())
    while row.state == "waiting":
        send(row, row.next_at)
    receiver.answers = [200]

    later = NOW + 9 * DAY
    deliveries.again(delivery=row, at=later)
    send(row, later)

    assert row.state == "delivered"
    assert receiver.got[-1].body == receiver.got[0].body


def test_what_was_delivered_can_be_sent_again(subscribe: Subscribe, receiver: Receiver) -> None:
    row = send(told(subscribe()))

    deliveries.again(delivery=row, at=NOW + HOUR)
    send(row, NOW + HOUR)

    assert [message.event["id"] for message in receiver.got] == [row.event_id] * 2


def test_the_second_job_of_one_delivery_sends_nothing(subscribe: Subscribe, receiver: Receiver) -> None:
    row = send(told(subscribe()))

    send(row)

    assert len(receiver.got) == 1


def test_a_job_that_comes_too_early_sends_nothing(subscribe: Subscribe, receiver: Receiver) -> None:
    row = told(subscribe(), NOW + MINUTE)

    send(row, NOW)

    assert receiver.got == [] and row.state == "waiting"


def test_while_one_process_sends_another_does_not(subscribe: Subscribe, receiver: Receiver) -> None:
    row = told(subscribe())
    inside: list[object] = []

    def post(**wish: Any) -> sending.Answer:
        inside.append(deliveries.send(delivery_id=row.pk, at=NOW + MINUTE))
        return sending.Answer(200, "", 1)

    with mock.patch("shop.webhooks.deliveries.sending.post", post):
        send(row)

    assert inside == [None] and row.tries == 1


def test_after_a_failure_the_address_rests_so_that_it_holds_up_no_other(
    subscribe: Subscribe, receiver: Receiver
) -> None:
    receiver.answers = [500, 200]
    subscription = subscribe()
    first, second = told(subscription), told(subscription)

    send(first)
    send(second, NOW + MINUTE / 2)

    assert len(receiver.got) == 1
    assert second.state == "waiting" and second.tries == 0 and second.next_at == NOW + MINUTE


def test_after_a_success_it_no_longer_rests(subscribe: Subscribe, receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    subscription = subscribe()
    first, second = told(subscription), told(subscription)
    send(first)

    send(second, NOW + MINUTE)
    send(told(subscription, NOW + MINUTE), NOW + MINUTE)

    assert len(receiver.got) == 3


def test_an_ended_address_is_told_nothing_more(subscribe: Subscribe, receiver: Receiver) -> None:
    subscription = subscribe()
    row = told(subscription)

    subscriptions.end(subscription=subscription, at=NOW)
    send(row)

    assert receiver.got == [] and row.state == "parked"
    with pytest.raises(deliveries.CannotSend):
        deliveries.again(delivery=row, at=NOW)


def test_an_event_whose_worker_died_is_found_again(subscribe: Subscribe, receiver: Receiver) -> None:
    row = told(subscribe())
    with mock.patch("shop.webhooks.deliveries.sending.post", side_effect=SystemExit), pytest.raises(SystemExit):
        send(row)
    ProcrastinateJob.objects.filter(task_name="webhooks.deliver").delete()
    late = NOW + HOUR

    found = [deliveries.wake(at=NOW + MINUTE), deliveries.wake(at=late), deliveries.wake(at=late)]

    assert found == [0, 1, 0]
    assert waiting_jobs() == [({"delivery_id": row.pk}, None)]
    assert send(row, late).state == "delivered"


def test_the_log_is_kept_for_thirty_days(subscribe: Subscribe, receiver: Receiver) -> None:
    subscription = subscribe()
    old, young = send(told(subscription)), send(told(subscription, NOW + MINUTE), NOW + MINUTE)
    waiting = told(subscription)

    ended = deliveries.forget(at=NOW + 30 * DAY + MINUTE)

    assert ended == 1
    assert set(Delivery.objects.values_list("pk", flat=True)) == {young.pk, waiting.pk}
    assert set(Attempt.objects.values_list("delivery", flat=True)) == {young.pk}
    assert old.pk not in (young.pk, waiting.pk)


def test_a_test_message_holds_nothing(subscribe: Subscribe, receiver: Receiver) -> None:
    row = send(deliveries.ping(subscription=subscribe(), at=NOW))

    assert receiver.got[0].event == {"id": row.event_id, "type": "ping", "at": NOW.isoformat(), "data": {}}


def test_one_test_message_waits_at_a_time(subscribe: Subscribe) -> None:
    subscription = subscribe()
    deliveries.ping(subscription=subscription, at=NOW)

    with pytest.raises(deliveries.CannotSend, match="still on its way"):
        deliveries.ping(subscription=subscription, at=NOW)

    assert Delivery.objects.count() == 1


def test_a_dead_address_costs_one_try_however_many_events_wait(subscribe: Subscribe, receiver: Receiver) -> None:
    subscription = subscribe()
    rows = [told(subscription) for _each in range(5)]
    receiver.answers = [500]
    for row in rows:
        send(row)
    ProcrastinateJob.objects.all().delete()

    woken = deliveries.wake(at=NOW + HOUR)

    assert (woken, len(waiting_jobs()), len(receiver.got)) == (1, 1, 1)


def test_when_a_dead_address_answers_again_the_others_follow(subscribe: Subscribe, receiver: Receiver) -> None:
    subscription = subscribe()
    rows = [told(subscription) for _each in range(3)]
    receiver.answers = [500]
    for row in rows:
        send(row)
    ProcrastinateJob.objects.all().delete()
    receiver.answers = [200]

    later = NOW + HOUR
    deliveries.wake(at=later)
    (first,) = (job["delivery_id"] for job, _when in waiting_jobs())
    deliveries.send(delivery_id=first, at=later)

    assert {job["delivery_id"] for job, _when in waiting_jobs()} == {row.pk for row in rows}


def test_an_owner_has_at_most_ten_addresses(subscribe: Subscribe) -> None:
    rows = [subscribe() for _ in range(10)]
    with pytest.raises(subscriptions.TooMany):
        subscribe()

    subscriptions.end(subscription=rows[0], at=NOW)

    assert subscribe().pk
