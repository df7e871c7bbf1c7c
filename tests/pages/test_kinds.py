"""Each kind of page shows its own live goods, its days and its place, in both languages, at a constant price."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Pairing
from shop.pages.models import CampaignPage, CountyPage, StoryPage
from tests import make
from tests.pages import pictures, site


def county(folder: Any, code: str = make.PISHAN, **fields: Any) -> CountyPage:
    fields = {"title": f"县{code}", "slug": f"county-{code}"} | fields
    return site.add(folder, CountyPage(place=make.place(code), **fields))  # type: ignore[no-any-return]


def campaign(folder: Any, first: date, last: date) -> CampaignPage:
    page = CampaignPage(title="年货", slug="gifts", first_date=first, last_date=last)
    return site.add(folder, page)  # type: ignore[no-any-return]


def story(folder: Any, slug: str, *, live: bool = True, **fields: Any) -> StoryPage:
    fields = {"title": slug, "partner": fields.pop("partner", None) or make.partner()} | fields
    return site.add(folder, StoryPage(slug=slug, **fields), live=live)  # type: ignore[no-any-return]


def today() -> date:
    return timezone.localdate()


def test_a_county_shows_its_own_goods_its_partner_and_its_place(door: Any) -> None:
    page = county(site.folder(door))
    site.certified(supplier=make.partner("a", make.PISHAN), title="皮山的")
    site.certified(supplier=make.partner("b", make.YECHENG), title="叶城的")
    Pairing.objects.create(donor=make.place("34", name="安徽省"), county=page.place, valid_from=date(2011, 1, 1))

    answer = site.read("/counties/county-653223/")

    assert "皮山的" in answer
    assert "叶城的" not in answer
    assert "安徽省" in answer and "和田地区" in answer and "653223" in answer


def test_a_pairing_that_has_ended_is_not_shown(door: Any) -> None:
    page = county(site.folder(door))
    span = {"valid_from": date(2011, 1, 1), "valid_to": today()}
    Pairing.objects.create(donor=make.place("34", name="安徽省"), county=page.place, **span)

    assert "安徽省" not in site.read("/counties/county-653223/")


def test_a_county_with_nothing_on_sale_says_so_and_stands_on_the_map(door: Any) -> None:
    county(site.folder(door))

    answer = site.read("/counties/county-653223/")

    assert "county-map" in answer
    assert 'aria-current="true"' in answer or "is-current" in answer


def test_a_county_page_without_its_place_still_shows_its_words(door: Any) -> None:
    page = county(site.folder(door), lead="<p>还在的话</p>")
    CountyPage.objects.filter(pk=page.pk).update(place=None)

    assert "还在的话" in site.read("/counties/county-653223/")


def test_the_map_leads_to_the_countys_page_in_the_same_language(door: Any) -> None:
    site.certified()
    county(site.folder(door))
    site.body(door, ("map", {"title": "", "words": ""}))
    site.body(site.english(door), ("map", {"title": "", "words": ""}))

    assert 'href="/counties/county-653223/"' in site.read("/")
    assert f'href="/en/products/?county={make.PISHAN}"' in site.read("/en/")


def test_a_story_names_its_supplier_and_shows_its_goods_alone(door: Any) -> None:
    teller = make.partner("a", make.PISHAN)
    site.certified(supplier=teller, title="自己的")
    site.certified(supplier=make.partner("b", make.YECHENG), title="别人的")
    site.add(site.folder(door, "stories"), StoryPage(title="故事", slug="one", partner=teller))

    answer = site.read("/stories/one/")

    assert teller.name in answer
    assert "自己的" in answer
    assert "别人的" not in answer


def test_a_story_outlives_its_supplier(door: Any) -> None:
    teller = make.partner("a", make.PISHAN, state="applying")  # of others the steps are kept, and so are they
    site.add(site.folder(door, "stories"), StoryPage(title="故事", slug="one", partner=teller, lead="<p>开头</p>"))

    teller.delete()

    assert "开头" in site.read("/stories/one/")


@pytest.mark.parametrize(("begins", "ends"), [(0, 0), (-3, 3), (-3, 0), (0, 3)])
def test_a_campaign_shows_its_shelf_on_its_days_the_first_and_the_last_included(
    door: Any, begins: int, ends: int
) -> None:
    site.certified(title="年货核桃")
    page = campaign(site.folder(door), today() + timedelta(days=begins), today() + timedelta(days=ends))

    site.body(page, site.shelf(title="架上"))

    assert "年货核桃" in site.read("/counties/gifts/")


@pytest.mark.parametrize(
    ("begins", "ends", "says"), [(1, 9, "This selection begins on"), (-9, -1, "This selection ended on")]
)
def test_a_campaign_outside_its_days_says_so_and_offers_nothing(door: Any, begins: int, ends: int, says: str) -> None:
    product = site.certified(title="年货核桃")
    folder = site.folder(site.english(door))
    page = campaign(folder, today() + timedelta(days=begins), today() + timedelta(days=ends))
    price = {"title": "", "words": "", "product": product.pk}

    site.body(page, ("heading", "Still here"), site.shelf(title="On the shelf"), ("breakdown", price))

    answer = site.read("/en/counties/gifts/")
    assert says in answer and "Still here" in answer
    assert "On the shelf" not in answer
    assert product.title_en not in answer


def test_a_campaign_cannot_end_before_it_begins(door: Any) -> None:
    page = CampaignPage(title="年货", slug="gifts", first_date=date(2026, 2, 1), last_date=date(2026, 1, 1))

    with pytest.raises(ValidationError, match="last_date"):
        page.full_clean(exclude=["path", "depth", "locale", "content_type"])


def test_a_picture_of_a_page_asks_for_words(door: Any) -> None:
    page = StoryPage(title="故事", slug="one", picture=pictures.kept("山"))
    exclude = ["path", "depth", "locale", "content_type", "partner"]

    with pytest.raises(ValidationError, match="picture_alt"):
        page.full_clean(exclude=exclude)
    page.picture_alt = "山和白杨"
    page.full_clean(exclude=exclude)


def test_an_index_lists_what_is_published_below_it(door: Any) -> None:
    folder = site.folder(door, "stories")
    story(folder, "one", title="发布的", picture=pictures.kept("山"), picture_alt="山", lead="<p>头两句</p>")
    story(folder, "two", title="草稿", live=False)

    answer = site.read("/stories/")

    assert "发布的" in answer and "头两句" in answer and ".webp" in answer
    assert "草稿" not in answer


def test_stories_on_other_pages_are_the_published_ones_of_that_language_newest_first(door: Any) -> None:
    folder = site.folder(door, "stories")
    for slug in ("told-first", "told-last"):
        story(folder, slug)
    story(folder, "draft", live=False)
    site.body(door, ("stories", {"title": "故事", "number": 2}))
    site.body(site.english(door), ("stories", {"title": "Stories", "number": 2}))

    answer = site.read("/")

    assert answer.index("told-last") < answer.index("told-first")
    assert "draft" not in answer
    assert "told-last" not in site.read("/en/")


def links(address: str) -> str:
    answer = site.read(address)
    start = answer.index('<nav class="language"')
    return answer[: answer.index("</head>")] + answer[start : answer.index("</nav>", start)]


def test_the_language_switch_leads_to_the_translation_whatever_its_slug(door: Any) -> None:
    page = site.text(door, "guide")
    twin_door = site.english(door)
    site.text(twin_door, "how-to-buy", translation_key=page.translation_key)

    chinese, english = links("/guide/"), links("/en/how-to-buy/")

    assert chinese.count('href="/en/how-to-buy/"') == 2  # head and switch
    assert english.count('href="/guide/"') == 2
    assert 'hreflang="en" href="/en/how-to-buy/"' in chinese


def test_without_a_translation_the_switch_leads_to_the_other_front_door_and_machines_are_told_nothing(
    door: Any,
) -> None:
    page = site.text(door, "guide")
    site.text(site.english(door), "draft", translation_key=page.translation_key, live=False)

    shown = links("/guide/")

    assert '<a href="/en/" lang="en"' in shown
    assert '<link rel="alternate" hreflang="en"' not in shown
    assert '<link rel="alternate" hreflang="zh-hans" href="/guide/"' in shown


def test_the_first_words_describe_the_page_to_machines(door: Any) -> None:
    site.text(door, "guide", lead="<p>商品怎么<b>认定</b>，钱怎么分。</p>")

    assert '<meta name="description" content="商品怎么认定，钱怎么分。">' in site.read("/guide/")


FULL = (
    ("breakdown", {"title": "", "words": "", "product": None}),
    site.shelf(to_yuan=100),
    site.shelf(),
    ("map", {"title": "", "words": ""}),
    ("calendar", {"title": "", "county": ""}),
    ("stories", {"title": "", "number": 3}),
    ("figures", {"title": "", "which": ["certificates", "products", "suppliers", "counties", "paid"]}),
)


def queries(address: str) -> int:
    client = Client()
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["/", "/counties/county-653223/", "/stories/one/"])
def test_a_page_takes_as_many_queries_for_ten_products_as_for_one_and_not_more_than_25(door: Any, address: str) -> None:
    site.body(door, *FULL)
    teller = make.partner("a", make.PISHAN)
    county(site.folder(door))
    folder = site.folder(door, "stories")
    image = pictures.kept("山")
    story(folder, "one", partner=teller, picture=image, picture_alt="山")
    site.certified(supplier=teller, commodity=make.commodity("naan"))
    few = queries(address)

    for number in range(9):
        site.certified(supplier=make.partner(f"s{number}", make.YECHENG if number % 2 else make.PISHAN))
    story(folder, "two", picture=image, picture_alt="山")

    assert queries(address) == few
    assert few <= 25
