"""Articles with where they stand, and everything that happened to one, for supplier and reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, TextChoices, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.listings import fields, history, revisions
from catalogue.listings.models import Revision, RevisionMove
from catalogue.models import Product
from catalogue.partner.models import Partner, StockRecord
from logistics.models import StockMove
from shop.accounts.models import User

MOST_EVENTS = 300  # of each kind, the newest
ACTIONS = {
    "draft": gettext_lazy("Drafted"),
    "change": gettext_lazy("Draft changed"),
    "submit": gettext_lazy("Submitted for review"),
    "ask": gettext_lazy("Question of the reviewer"),
    "answer": gettext_lazy("Answer of the supplier"),
    "accept": gettext_lazy("Accepted by a reviewer"),
    "enter": gettext_lazy("Accepted facts in force"),
    "refuse": gettext_lazy("Refused"),
    "withdraw": gettext_lazy("Withdrawn"),
}


class Stage(TextChoices):
    """Where an article stands: its open revision's state, else whether it is listed."""

    DRAFT = "draft", gettext_lazy("draft")
    SUBMITTED = "submitted", gettext_lazy("waiting for review")
    QUESTION = "question", gettext_lazy("question asked")
    ACCEPTED = "accepted", gettext_lazy("accepted, waits for the certificate")
    LISTED = "listed", gettext_lazy("listed")
    OFF = "off", gettext_lazy("not listed")


PILLS = {"draft": "", "submitted": "now", "question": "wait", "accepted": "now", "listed": "done", "off": "stop"}


def of(mine: Iterable[Partner]) -> QuerySet[Product]:
    """The suppliers' articles, each with its stage and its own stock records."""
    own = StockRecord.objects.filter(partner__in=mine).select_related("partner")
    found = Product.objects.filter(pk__in=own.values("product"))
    return found.annotate(stage=stage()).prefetch_related(  # type: ignore[no-any-return]
        Prefetch("stockrecords", queryset=own, to_attr="own_records")
    )


def stage(of: str = "") -> Coalesce:
    """Where an article stands. of: the name of the key to it, in rows that are none"""
    waiting = Revision.objects.filter(product=OuterRef(of or "pk"), state__in=revisions.OPEN).values("state")[:1]
    is_public = Q(**{f"{of}__is_public" if of else "is_public": True})
    shown = Case(When(is_public, then=Value(Stage.LISTED.value)), default=Value(Stage.OFF.value))
    return Coalesce(Subquery(waiting), shown)


def counts(mine: Iterable[Partner]) -> dict[str, int]:
    """How many articles stand at each stage."""
    rows = of(mine).order_by().values("stage").annotate(count=Count("pk")).values_list("stage", "count")
    return dict(rows)


def found(articles: QuerySet[Product], said: str) -> QuerySet[Product]:
    """Those whose name or SKU holds the words; all where nothing is said."""
    if not said:
        return articles
    skus = StockRecord.objects.filter(partner_sku__icontains=said).values("product")
    return articles.filter(Q(title__icontains=said) | Q(title_en__icontains=said) | Q(pk__in=skus))


class Event(NamedTuple):
    """who: ready to read; field, before, after: of a change; text: what was said"""

    at: datetime
    who: str
    what: str
    before: str
    after: str


def events(product: Product, *, partner: Partner, reader: User) -> list[Event]:
    """Everything that happened to one article, newest first.

    partner: whose article it is seen as; another supplier's prices and stock are left out
    reader: their colleagues are named to them, everybody else by what they are
    """
    team = set(partner.users.values_list("pk", flat=True))
    told = [
        *_changes(product, partner, team, reader),
        *_moves(product, partner, team, reader),
        *_stock(product, partner),
    ]
    return sorted(told, key=lambda event: event.at, reverse=True)


def _changes(product: Product, partner: Partner, team: set[int], reader: User) -> Iterable[Event]:
    for row in history.changes_of(product, partner=partner)[:MOST_EVENTS]:
        before, after = _said(row.field, row.before), _said(row.field, row.after)
        yield Event(row.at, _who(row.by, team, reader), fields.label(row.field), before, after)


def _moves(product: Product, partner: Partner, team: set[int], reader: User) -> Iterable[Event]:
    """What was proposed stands beside the last time that it was submitted."""
    rows = RevisionMove.objects.filter(revision__product=product, revision__partner=partner)
    told = set()
    for row in rows.select_related("by", "revision").order_by("-at", "-pk")[:MOST_EVENTS]:
        before, after = "", row.text
        if row.action == "submit" and row.revision_id not in told:
            told.add(row.revision_id)
            before, after = _listed_of(row.revision.base), _listed_of(row.revision.values)
        yield Event(row.at, _who(row.by, team, reader), str(ACTIONS[row.action]), before, after)


def _listed_of(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{fields.label(name)}: {_said(name, str(value)) or '–'}" for name, value in values.items())


def _stock(product: Product, partner: Partner) -> Iterable[Event]:
    rows = StockMove.objects.filter(lot__product=product, lot__partner=partner).select_related("node", "lot")
    for row in rows.order_by("-at", "-pk")[:MOST_EVENTS]:
        said = {"node": row.node, "lot": row.lot.code, "kind": row.get_kind_display()}
        what = _("Stock at %(node)s, lot %(lot)s: %(kind)s") % said
        yield Event(row.at, _("centre"), what, "", f"{row.units:+d}")


def _who(by: Any, team: set[int], reader: User) -> str:
    if by is None:
        return _("platform")
    if by.pk in team:
        return str(by.email) if reader.pk in team else _("supplier")
    return str(by.email) if reader.is_staff and reader.pk not in team else _("reviewer")


def _said(field: str, text: str) -> str:
    """As PostgreSQL noted it, in the reader's words."""
    if text in ("true", "false"):
        return _("yes") if text == "true" else _("no")
    return f"{text} g" if field == "net_content_g" else f"¥{text}" if field == "price" else text
