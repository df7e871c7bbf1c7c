"""Letters to people of suppliers, as plain text. They fetch nothing from anywhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from catalogue.partner import staff
from catalogue.partner.models import DocumentAlert, Invitation, StaffRole


@transaction.atomic
def invite(*, invitation: Invitation) -> None:
    """Write to an invited address; its link is new, and an earlier one opens nothing any more."""
    token = staff.new_token(invitation=invitation)
    with translation.override(invitation.language):
        subject = _("%(supplier)s invites you to Oasis Market") % {"supplier": invitation.partner.label}
        _send(
            subject,
            [invitation.email],
            "supplier/invitation.txt",
            {"invitation": invitation, "link": _address(reverse("supplier:invitation", args=[token]))},
            name=f"invitation-{invitation.pk}",
        )


def document_ends(*, alert: DocumentAlert, on: date) -> None:
    """Write to the managers, in the site's first language, for nobody's own is known; not if there are none."""
    document = alert.document
    assert document.expires_date is not None
    managers = document.partner.memberships.filter(role=StaffRole.MANAGER).select_related("user")
    with translation.override(settings.LANGUAGE_CODE):
        words = {"document": document.kind, "days": (document.expires_date - on).days}
        context = {
            "document": document,
            "required": document.partner.kind in document.kind.required_of,
            "link": _address(reverse("supplier:papers")),
        }
        if to := [each.user.email for each in managers]:
            subject = _("“%(document)s” ends in %(days)d days") % words
            _send(subject, to, "supplier/document_ends.txt", context, name=f"document-{document.pk}-{alert.days}")


def _send(subject: str, to: list[str], template: str, context: dict[str, Any], *, name: str) -> None:
    """name: the same letter always has the same Message-ID"""
    host = settings.SITE_URL.split("://", 1)[-1].split(":", 1)[0]
    EmailMessage(
        subject=subject,
        body=render_to_string(template, context | {"subject": subject, "contact": settings.DEFAULT_FROM_EMAIL}),
        to=to,
        headers={"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"},
    ).send()


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
