"""Certified grams: taken exactly, given back once, never beyond the cap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections
from django.db.models import F

from certification import certificates
from certification.models import Certificate, Consumption
from tests import make
from tests.make import NOW

THREADS = 64


def in_threads(act: Callable[[int], object], count: int = THREADS) -> list[object]:
    """Run `act(0)` to `act(count - 1)`, each on a connection of its own, started together; what each gave or raised."""
    start, results = threading.Barrier(count), [None] * count

    def run(place: int) -> None:
        try:
            start.wait()
            results[place] = act(place)
        except Exception as error:  # the test looks at it
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def left(certificate: Certificate) -> int:
    now = Certificate.objects.get(pk=certificate.pk)
    return now.cap_g - now.taken_g


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kept", [1, 7])
def test_64_buyers_of_the_last_grams_take_exactly_what_is_left(kept: int) -> None:
    certificate = make.certificate(make.product(), cap_g=500 * kept + 499)

    results = in_threads(
        lambda place: certificates.take(certificate=certificate, grams=500, reference=f"order {place} line 1", at=NOW)
    )

    assert sum(isinstance(result, Consumption) for result in results) == kept
    assert sum(isinstance(result, certificates.QuantityExhausted) for result in results) == THREADS - kept
    assert left(certificate) == 499
    assert Consumption.objects.count() == kept


@pytest.mark.django_db(transaction=True)
def test_control_reading_before_writing_oversells_once_the_constraint_is_gone() -> None:
    certificate = make.certificate(make.product(), cap_g=500)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE certification_certificate DROP CONSTRAINT certificate_cap_holds")
    all_have_read = threading.Barrier(THREADS)

    def read_then_write(_place: int) -> bool:
        enough = left(certificate) >= 500
        all_have_read.wait()
        if enough:
            Certificate.objects.filter(pk=certificate.pk).update(taken_g=F("taken_g") + 500)
        return enough

    results = in_threads(read_then_write)

    assert results == [True] * THREADS
    assert left(certificate) == 500 - 500 * THREADS


@pytest.mark.django_db(transaction=True)
def test_64_calls_with_one_reference_take_once() -> None:
    certificate = make.certificate(make.product(), cap_g=500 * THREADS)

    results = in_threads(
        lambda _place: certificates.take(certificate=certificate, grams=500, reference="order 1 line 1", at=NOW)
    )

    assert {getattr(result, "pk", result) for result in results} == {Consumption.objects.get().pk}
    assert left(certificate) == 500 * (THREADS - 1)


@pytest.mark.django_db(transaction=True)
def test_64_calls_to_give_back_give_back_once() -> None:
    certificate = make.certificate(make.product(), cap_g=1000)
    certificates.take(certificate=certificate, grams=400, reference="order 1 line 1", at=NOW)
    certificates.take(certificate=certificate, grams=600, reference="order 2 line 1", at=NOW)

    results = in_threads(lambda _place: certificates.give_back(reference="order 1 line 1", at=NOW))

    assert all(isinstance(result, Consumption) for result in results)
    assert left(certificate) == 400


@pytest.mark.django_db
def test_the_database_refuses_grams_beyond_the_cap() -> None:
    certificate = make.certificate(make.product(), cap_g=500)

    with pytest.raises(IntegrityError, match="certificate_cap_holds"):
        Certificate.objects.filter(pk=certificate.pk).update(taken_g=501)


@pytest.mark.django_db
def test_the_last_gram_can_be_taken_and_one_more_cannot() -> None:
    certificate = make.certificate(make.product(), cap_g=500)
    certificates.take(certificate=certificate, grams=500, reference="order 1 line 1", at=NOW)

    with pytest.raises(certificates.QuantityExhausted, match=f"{certificate.number}.* 0 .* 1 "):
        certificates.take(certificate=certificate, grams=1, reference="order 2 line 1", at=NOW)

    assert left(certificate) == 0
    assert not Consumption.objects.filter(reference="order 2 line 1").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("grams", [0, -1, 2**63])
def test_a_quantity_that_is_none_is_refused(grams: int) -> None:
    certificate = make.certificate(make.product())

    with pytest.raises(ValueError, match="order 1 line 1"):
        certificates.take(certificate=certificate, grams=grams, reference="order 1 line 1", at=NOW)

    assert left(certificate) == certificate.cap_g


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["suspended", "revoked", "expired"])
def test_a_certificate_that_does_not_stand_gives_nothing(state: str) -> None:
    certificate = make.certificate(make.product(), state=state)

    with pytest.raises(certificates.CertificateNotValid, match=certificate.number):
        certificates.take(certificate=certificate, grams=500, reference="order 1 line 1", at=NOW)

    assert not Consumption.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "usable"),
    [
        (NOW - timedelta(days=1, microseconds=1), False),
        (NOW - timedelta(days=1), True),
        (NOW + timedelta(days=9, microseconds=-1), True),
        (NOW + timedelta(days=9), False),
    ],
)
def test_a_certificate_gives_from_its_first_moment_until_before_its_last(at: datetime, usable: bool) -> None:
    certificate = make.certificate(make.product(), until=NOW + timedelta(days=9))

    try:
        certificates.take(certificate=certificate, grams=500, reference="order 1 line 1", at=at)
        taken = True
    except certificates.CertificateNotValid:
        taken = False

    assert taken is usable


@pytest.mark.django_db
def test_the_same_reference_for_other_grams_or_another_certificate_is_refused() -> None:
    certificate, other = make.certificate(make.product()), make.certificate(make.product())
    certificates.take(certificate=certificate, grams=500, reference="order 1 line 1", at=NOW)

    for wrong in ({"certificate": certificate, "grams": 501}, {"certificate": other, "grams": 500}):
        with pytest.raises(certificates.ReferenceReused):
            certificates.take(reference="order 1 line 1", at=NOW, **wrong)

    assert left(certificate) == certificate.cap_g - 500
    assert left(other) == other.cap_g


@pytest.mark.django_db
def test_a_reference_that_gave_back_takes_no_second_time() -> None:
    certificate = make.certificate(make.product())
    certificates.take(certificate=certificate, grams=500, reference="order 1 line 1", at=NOW)
    certificates.give_back(reference="order 1 line 1", at=NOW)

    with pytest.raises(certificates.ReferenceReused):
        certificates.take(certificate=certificate, grams=500, reference="order 1 line 1", at=NOW)

    assert left(certificate) == certificate.cap_g


@pytest.mark.django_db
def test_nothing_taken_gives_nothing_back() -> None:
    with pytest.raises(certificates.NothingTaken, match="order 9 line 9"):
        certificates.give_back(reference="order 9 line 9", at=NOW)


@pytest.mark.django_db
def test_the_certificate_with_most_left_serves_first_then_the_one_that_ends_first_then_the_lower_number() -> None:
    product = make.product()
    little = make.certificate(product, cap_g=1000, until=NOW + timedelta(days=1))
    late = make.certificate(product, cap_g=3000, until=NOW + timedelta(days=9))
    early = make.certificate(product, cap_g=4000, until=NOW + timedelta(days=5))
    twin = make.certificate(product, cap_g=3000, until=NOW + timedelta(days=5))
    make.certificate(product, cap_g=9000, state="suspended")
    served = []

    for reference in ("first", "second", "third"):
        best = certificates.valid_for(product, NOW)
        assert best is not None
        served.append(best.pk)
        certificates.take(certificate=best, grams=best.cap_g - best.taken_g - 500, reference=reference, at=NOW)

    assert served == [early.pk, twin.pk, late.pk]
    assert certificates.valid_for(product, NOW) == little


@pytest.mark.django_db
def test_a_product_without_a_valid_certificate_has_none() -> None:
    product = make.product()
    make.certificate(product, until=NOW)

    assert certificates.valid_for(product, NOW) is None
    assert certificates.valid_for(product, NOW - timedelta(seconds=1)) is not None
