"""A page shows what is proposed, so saving it can take a proposal back; a table that says what is listed does not."""

from __future__ import annotations

import io

from catalogue.imports import goods
from catalogue.listings.models import Revision
from catalogue.models import Product
from catalogue.partner.models import Partner
from tests import make
from tests.imports import tables


def test_a_table_that_says_what_is_listed_leaves_the_proposal_and_a_page_takes_it_back(supplier: Partner) -> None:
    person = make.member(supplier)
    goods.put(articles=[dict(tables.ROW)], supplier=supplier, at=make.NOW, by=person)
    revision = Revision.objects.get()
    revision.state = "withdrawn"
    revision.save(update_fields=["state"])
    revision.moves.create(action="withdraw", from_state="draft", to_state="withdrawn", by=person, at=make.NOW)
    Product.objects.update(is_public=True)
    goods.put(articles=[{**tables.ROW, "title": "新核桃"}], supplier=supplier, at=make.NOW, by=person)
    proposal = Revision.objects.get(state="draft")

    goods.load(file=io.BytesIO(tables.as_csv(tables.of({}))), supplier=supplier, at=make.NOW)
    proposal.refresh_from_db()
    assert proposal.values == {"title": "新核桃"}
    outcome = goods.put(articles=[dict(tables.ROW)], supplier=supplier, at=make.NOW, by=person)

    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    assert [(each.before, each.after) for each in outcome.changed[0].differences] == [("新核桃", "核桃 500克")]
    assert Product.objects.get().title == "核桃 500克"
