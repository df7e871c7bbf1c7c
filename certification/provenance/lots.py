"""Lots from the scale to the pack: pooled, graded, packed. The way back is in `trace`, and is read through here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalogue.models import Commodity, Place, Product
from catalogue.partner.models import Partner
from certification.provenance.models import IntakeSlip, Lot, LotInput
from certification.provenance.trace import Step, Weight, household_weights, weights_of_lots

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

__all__ = ["Step", "Weight", "grade", "household_weights", "pack", "pool", "weights_of_lots"]


class CodeReused(Exception):
    """Another lot stands under the code."""


class SlipNotFree(Exception):
    """A slip is of another supplier or commodity, reversed, later than the lot, or in another lot."""


class NotEnoughInLot(Exception):
    """The lot holds fewer grams than are asked for, or more would come out than goes in."""


class WrongSource(Exception):
    """The lot cannot become what is asked: a packed lot, another commodity, a product of another supplier."""


class _Made(NamedTuple):
    """What a lot is made of. inputs: (slip, None, grams) or (None, source lot, grams)."""

    fields: dict[str, Any]
    inputs: list[tuple[int | None, int | None, int]]


@transaction.atomic
def pool(
    *,
    code: str,
    partner: Partner,
    commodity: Commodity,
    origin: Place,
    slips: Iterable[IntakeSlip],
    harvest_on: date,
    on: date,
    by: AbstractUser | None,
) -> Lot:
    """Pour whole deliveries together into a bulk lot; the same lot made again is the first one.

    Raises SlipNotFree, CodeReused; then nothing is kept.
    """
    keys = sorted({slip.pk for slip in slips})
    held = list(IntakeSlip.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    if not held:
        raise SlipNotFree(_("%s would be empty; name at least one delivery.") % code)
    made = _Made(
        _fields("bulk", partner.pk, commodity.pk, origin.pk, sum(slip.grams for slip in held), harvest_on, on),
        [(slip.pk, None, slip.grams) for slip in held],
    )
    existing = _existing(code, made)
    if existing is not None:
        return existing
    _check_free(held, partner, commodity, on)
    return _write(code, made, by)


def _check_free(slips: Collection[IntakeSlip], partner: Partner, commodity: Commodity, on: date) -> None:
    keys = [slip.pk for slip in slips]
    taken = set(LotInput.objects.filter(slip__in=keys).values_list("slip_id", flat=True))
    taken |= set(IntakeSlip.objects.filter(reverses__in=keys).values_list("reverses_id", flat=True))
    for slip in slips:
        same = slip.partner_id == partner.pk and slip.commodity_id == commodity.pk and slip.delivered_date <= on
        if slip.pk in taken or slip.reverses_id is not None or not same:
            raise SlipNotFree(
                _("%(slip)s is in a lot, reversed, after %(day)s, or of another supplier or commodity; leave it out.")
                % {"slip": slip.number, "day": on}
            )


@transaction.atomic
def grade(*, code: str, source: Lot, input_g: int, output_g: int, on: date, by: AbstractUser | None) -> Lot:
    """Sort part of a lot; both weights are kept. The same lot made again is the first one.

    input_g: taken from the source; output_g: what is left after sorting, never more

    Raises NotEnoughInLot, WrongSource, CodeReused; then nothing is kept.
    """
    made = _Made(
        _fields("graded", source.partner_id, source.commodity_id, source.origin_id, output_g, source.harvest_date, on),
        [(None, source.pk, input_g)],
    )
    existing = _existing(code, made)
    if existing is not None:
        return existing
    _check_source(source, input_g, output_g)
    return _write(code, made, by)


@transaction.atomic
def pack(
    *,
    code: str,
    product: Product,
    source: Lot,
    input_g: int,
    units: int,
    on: date,
    expires_on: date,
    by: AbstractUser | None,
    test_report: str = "",
) -> Lot:
    """Fill packs of a product from a lot; the same lot made again is the first one.

    units: packs of the product's net content; together never more than input_g
    expires_on: the first day it may no longer be sold

    Raises NotEnoughInLot, WrongSource, CodeReused; then nothing is kept.
    """
    output_g = units * product.net_content_g
    packed = {"product_id": product.pk, "units": units, "expires_date": expires_on, "test_report": test_report}
    fields = _fields(
        "packed", source.partner_id, source.commodity_id, source.origin_id, output_g, source.harvest_date, on
    )
    made = _Made(fields | packed, [(None, source.pk, input_g)])
    existing = _existing(code, made)
    if existing is not None:
        return existing
    _check_source(source, input_g, output_g)
    sold = product.stockrecords.filter(partner_id=source.partner_id).exists()
    if product.commodity_id != source.commodity_id or not sold or expires_on <= on:
        raise WrongSource(
            _("%(source)s cannot be packed as “%(product)s” until %(day)s: commodity, supplier and dates must agree.")
            % {"source": source.code, "product": product, "day": expires_on}
        )
    return _write(code, made, by)


def _fields(
    kind: str, partner: int, commodity: str, origin: str, grams: int, harvest_on: date, on: date
) -> dict[str, Any]:
    return {
        "kind": kind,
        "partner_id": partner,
        "commodity_id": commodity,
        "origin_id": origin,
        "product_id": None,
        "grams": grams,
        "units": 0,
        "harvest_date": harvest_on,
        "made_date": on,
        "expires_date": None,
        "test_report": "",
    }


def _check_source(source: Lot, input_g: int, output_g: int) -> None:
    if source.kind == Lot.Kind.PACKED:
        raise WrongSource(_("%s is packed; take from the bulk or graded lot it came from.") % source.code)
    if not 0 < output_g <= input_g:
        raise NotEnoughInLot(
            _("%(output)d g cannot come out of %(input)d g of %(source)s; correct the weights.")
            % {"output": output_g, "input": input_g, "source": source.code}
        )


def _existing(code: str, made: _Made) -> Lot | None:
    """The lot that stands under the code, if it is the same one."""
    lot = Lot.objects.filter(code=code).first()
    if lot is None:
        return None
    inputs = sorted(lot.inputs.values_list("slip_id", "source_id", "grams"), key=str)
    same = all(getattr(lot, name) == value for name, value in made.fields.items())
    if not same or inputs != sorted(made.inputs, key=str):
        raise CodeReused(
            _("%(code)s is a lot of %(grams)d g made on %(day)s; choose a new code.")
            % {"code": code, "grams": lot.grams, "day": lot.made_date}
        )
    return lot


def _write(code: str, made: _Made, by: AbstractUser | None) -> Lot:
    """Write the lot and its inputs, and last take the grams out of its sources.

    A second writer of the same code waits at the insert and then finds the first one's lot.
    """
    lot, created = Lot.objects.get_or_create(
        code=code, defaults=made.fields | {"made_by_id": by.pk if by is not None else None}
    )
    if not created:
        return _existing(code, made) or lot
    LotInput.objects.bulk_create(
        LotInput(lot=lot, slip_id=slip, source_id=source, grams=grams) for slip, source, grams in made.inputs
    )
    for _slip, source, grams in sorted(made.inputs, key=lambda item: item[1] or 0):
        if source is not None:
            _draw(source, grams)
    return lot


def _draw(source: int, grams: int) -> None:
    """Take grams out of a lot by one conditional statement. Behind it: lot_mass_balance."""
    drawn = Lot.objects.filter(pk=source, used_g__lte=F("grams") - grams).update(used_g=F("used_g") + grams)
    if not drawn:
        lot = Lot.objects.get(pk=source)
        raise NotEnoughInLot(
            _("%(lot)s has %(left)d g left; %(grams)d g were asked for. Take less, or from another lot.")
            % {"lot": lot.code, "left": lot.grams - lot.used_g, "grams": grams}
        )
