"""The public register: what it finds, and how a certificate's state and history read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.days import day_of, last_day_before
from certification import certificates
from certification.models import Certificate, Role

State = Certificate.State
PILLS = {State.CERTIFIED: "done", State.SUSPENDED: "wait", State.REVOKED: "stop", State.EXPIRED: "stop"}
NOTICES = {State.CERTIFIED: "success", State.SUSPENDED: "warning", State.REVOKED: "error", State.EXPIRED: "error"}
ACTIONS = {
    "submit": gettext_lazy("Application submitted"),
    "review": gettext_lazy("Review step passed"),
    "refuse": gettext_lazy("Application refused"),
    "withdraw": gettext_lazy("Application withdrawn"),
    "certify": gettext_lazy("Certified"),
    "issue": gettext_lazy("Certificate issued"),
    "suspend": gettext_lazy("Suspended"),
    "restore": gettext_lazy("Restored"),
    "revoke": gettext_lazy("Revoked"),
    "expire": gettext_lazy("Expired"),
}


def find(*, words: str = "", county: str = "", state: str = "", at: datetime) -> QuerySet[Certificate]:
    """Certificates of the register by number.

    words: part of the number, the supplier's or the product's name; county: code of the supplier's county
    state: as it reads at that moment (`certificates.state_at`)
    """
    found = Certificate.objects.select_related("product", "partner__county", "scheme").order_by("number")
    if words:
        names = ("number", "partner__name", "partner__name_en", "product__title", "product__title_en")
        matches = Q()
        for name in names:
            matches |= Q(**{f"{name}__icontains": words})
        found = found.filter(matches)
    if county:
        found = found.filter(partner__county=county)
    return found.filter(_reads_as(state, at)) if state else found


def _reads_as(state: str, at: datetime) -> Q:
    if state == State.EXPIRED:
        return Q(state=state) | Q(state__in=[State.CERTIFIED, State.SUSPENDED], valid_until__lte=at)
    return Q(state=state) if state == State.REVOKED else Q(state=state, valid_until__gt=at)


def reading(certificate: Certificate, at: datetime) -> dict[str, Any]:
    """A certificate as components/certificate.html takes it, with words for its state."""
    state = certificates.state_at(certificate, at)
    last = last_day_before(certificate.valid_until)
    return {
        "number": certificate.number,
        "state": State(state).label,
        "kind": PILLS[State(state)],
        "notice": NOTICES[State(state)],
        "words": _words(certificate, state, at),
        "product": certificate.product.name,
        "supplier": certificate.partner.label,
        "scheme": f"{certificate.scheme} v{certificate.scheme.version}",
        "issuer": certificate.scheme.issuer_name,
        "valid_from": day_of(certificate.valid_from),
        "valid_until": last,
        "cap_g": certificate.cap_g,
        "left_g": certificate.cap_g - certificate.taken_g,
    }


def _words(certificate: Certificate, state: str, at: datetime) -> str:
    facts = {
        "last": last_day_before(certificate.valid_until),
        "day": day_of(certificate.state_at),
        "reason": certificate.state_reason,
    }
    if state == State.CERTIFIED and at < certificate.valid_from:
        return _("It begins on %s.") % day_of(certificate.valid_from)
    if state == State.CERTIFIED:
        return _("It stands today and through %(last)s.") % facts
    if state == State.EXPIRED:
        return _("Its last day was %(last)s. The product is not sold under it.") % facts
    return _("Since %(day)s: %(reason)s The product is not sold under it.") % facts


def history(certificate: Certificate) -> list[dict[str, Any]]:
    """What happened, newest first: acts, roles and days, with reasons once it was issued; no person is named."""
    events = [
        {"at": move.at, "title": ACTIONS.get(move.action, move.action), "by": role_name(move.role)}
        for move in certificate.application.moves.exclude(action="certify")
    ]
    events += [
        {"at": move.at, "title": ACTIONS.get(move.action, move.action), "text": move.reason, "by": role_name(move.role)}
        for move in certificate.moves.all()
    ]
    return events[::-1]


def role_name(role: str) -> str:
    """The name of a move's role: an office, the supplier, or nothing for what the clock did."""
    if role in Role.values:
        return str(Role(role).label)
    return _("supplier") if role else ""
