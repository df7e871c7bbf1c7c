"""A block that has no template would break the page of the first editor who uses it."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import get_template

from shop.pages.blocks import BLOCKS


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=[name for name, _block in BLOCKS])
def test_every_block_has_its_template(name: str, block: Any) -> None:
    assert get_template(block.meta.template)
