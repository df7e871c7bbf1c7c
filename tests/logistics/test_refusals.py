"""Why there is no way: the closed place by name, with its reason, in the reader's language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from catalogue.models import Place
from logistics import network, quotes, refusals
from logistics.models import Leg, Node
from logistics.routing import NoWay
from tests import make

pytestmark = pytest.mark.django_db


def why(nodes: dict[str, Node], temperature: str = "ambient", language: str = "en") -> str:
    division = Place.objects.get(code=make.SHANGHAI_HUANGPU)
    with pytest.raises(NoWay) as caught, translation.override(language):
        quotes.quote(origin=nodes["village"], division=division, grams=500, temperature=temperature, at=make.NOW)
    with translation.override(language):
        return refusals.in_words(caught.value)


def test_a_closed_node_is_named_first_with_its_reason() -> None:
    nodes = make.network()
    for code, spare in enumerate(("cool", "chilled", "frozen")):
        leg = Leg.objects.get(code="village-township")
        leg.pk, leg.code, leg.temperatures = None, f"a-spare-{code}", [spare]
        leg.save()
    network.close_node(node=nodes["warehouse"], reason="flood", at=make.NOW - timedelta(days=1))

    said = why(nodes)

    assert "warehouse is closed (flood)" in said
    assert "spare" not in said
    assert "cold" not in said


def test_a_road_that_is_too_warm_is_named_by_its_ends() -> None:
    nodes = make.network()
    Leg.objects.filter(code="hub-warehouse").update(temperatures=["ambient"])

    said = why(nodes, temperature="frozen")

    assert "hub → warehouse cannot keep the goods cold enough" in said


def test_a_chinese_reader_reads_chinese() -> None:
    nodes = make.network()
    network.close_node(node=nodes["hub"], reason="检修", at=make.NOW - timedelta(days=1))

    said = why(nodes, language="zh-hans")

    assert "点hub暂停运行（检修）" in said
    assert "No way" not in said
