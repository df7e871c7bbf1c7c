"""A supplier, and a shop's lists that its table can choose from."""

import pytest

from catalogue.models import Category
from catalogue.partner.models import Partner
from tests import make


@pytest.fixture
def supplier(db: None) -> Partner:
    """Of 皮山县, in a shop with two commodities and two categories."""
    make.commodity("walnut")
    make.commodity("goose", name="冷冻鹅", name_en="Frozen goose", temperature="frozen")
    nuts = Category.add_root(name="坚果", name_en="Nuts", slug="nuts")
    nuts.add_child(name="核桃", name_en="Walnuts", slug="walnuts")
    Category.add_root(name="禽肉", name_en="Poultry", slug="poultry")
    make.place("653223100")
    return make.partner("ps-e01")
