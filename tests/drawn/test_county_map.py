"""The map component: its dots, its list, both languages."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from shop.drawn import seats

PISHAN = {"code": "653223", "name": "皮山县", "url": "/counties/pishan/", "count": 24}
YECHENG = {"code": "653126", "name": "叶城县", "url": "/counties/yecheng/", "count": 1}
HEJING = {"code": "652827", "name": "和静县", "url": "", "count": 0}


def drawn(*counties: dict[str, Any], **more: Any) -> str:
    return render_to_string("components/county_map.html", {"counties": counties, **more})


def views(page: str) -> list[str]:
    return re.findall(r'<svg class="county-map__view.*?</svg>', page, re.DOTALL)


def test_each_view_links_the_same_counties_as_the_list() -> None:
    page = drawn(PISHAN, YECHENG, HEJING)

    listed = re.findall(r'href="([^"]+)"', page[page.index('class="county-map__list"') :])
    whole, near = (re.findall(r'<a class="spot[^>]*href="([^"]+)"', view) for view in views(page))
    assert listed == whole == near == ["/counties/pishan/", "/counties/yecheng/"]


def test_the_list_says_how_many_products_each_county_has() -> None:
    with translation.override("en"):
        page = drawn(PISHAN, YECHENG, HEJING)

    said = re.findall(r'county-map__count">([^<]+)<', page)
    assert said == ["24 products", "1 product", "0 products"]


def test_a_dots_link_says_name_and_number() -> None:
    with translation.override("en"):
        page = drawn({**PISHAN, "name": "Pishan County (Guma)"})

    assert 'aria-label="Pishan, 24 products"' in page


def test_a_count_nobody_gave_is_not_said() -> None:
    page = drawn({"code": "653223", "name": "皮山县", "url": "/p/"})

    assert "county-map__count" not in page


def test_the_whole_view_has_a_dot_with_a_title_for_every_county() -> None:
    whole, _ = views(drawn(PISHAN))

    assert whole.count('class="spot__dot"') == len(seats.seats())
    assert "<title>阿图什</title>" in whole


def test_names_without_products_stay_titles() -> None:
    whole, _ = views(drawn(PISHAN, HEJING))

    assert re.findall(r'class="spot__name"[^>]*>([^< ]+)', whole) == ["皮山"]


@pytest.mark.parametrize("by_row", [True, False])
def test_the_current_county_is_marked_on_map_and_list(by_row: bool) -> None:
    page = drawn({**PISHAN, "current": by_row}, YECHENG, current="" if by_row else "653223")

    assert page.count('aria-current="true"') == 3
    assert page.count("spot--current") == 2


def test_a_county_outside_our_list_of_seats_stands_in_the_list_alone() -> None:
    page = drawn(PISHAN, {"code": "650102", "name": "天山区", "url": "/x/", "count": 3})

    assert "天山区" in page[page.index('class="county-map__list"') :]
    assert "天山区" not in "".join(views(page))


def test_without_any_county_the_land_is_still_drawn() -> None:
    assert len(views(drawn())) == 2


def test_the_map_names_itself_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        page = drawn(PISHAN)

    assert 'aria-label="Map of the counties of southern Xinjiang"' in page
    assert "Taklamakan Desert" in page


def test_the_map_is_not_mirrored_on_a_page_from_right_to_left() -> None:
    assert all('direction="ltr"' in view for view in views(drawn(PISHAN)))


def test_two_maps_on_a_page_have_their_own_ids() -> None:
    page = drawn(PISHAN, id="one") + drawn(PISHAN, id="two")

    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_what_an_editor_writes_is_escaped() -> None:
    page = drawn({**PISHAN, "name": "<b>x</b>"})

    assert "<b>" not in page
