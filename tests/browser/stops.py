"""The stops of the tour: every kind of page, in the states that change how it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from shop.demo import people
from tests.browser.demo import Demo

Steps = Callable[[Page], None]
HOUSEHOLD = "a household"
BOTH, CHINESE, IN_UYGHUR = ("", "/en"), ("",), ("", "/ug")
SHANGHAI = ("31", "3101", "310115")


@dataclass(frozen=True)
class Stop:
    """path: without the language; who: the e-mail of a person, HOUSEHOLD, or nobody

    steps: what is done on the page before it is looked at; status: what the page, or its steps, answer
    languages: the prefixes of those it is read in
    """

    name: str
    path: str
    who: str = ""
    status: int = 200
    steps: Steps | None = None
    languages: tuple[str, ...] = BOTH


def every(demo: Demo) -> Iterator[Stop]:
    yield from shelf(demo)
    yield from published()
    yield from buying(demo)
    yield from register(demo)
    yield from rooms(demo)


def shelf(demo: Demo) -> Iterator[Stop]:
    yield Stop("home", "/")
    yield Stop("list", "/products/")
    yield Stop("list with filters", "/products/?county=653223&order=cheapest", steps=_open_filters)
    yield Stop("search without result", "/products/?query=zzzz", languages=CHINESE)
    for state, path in demo.goods.items():
        status = 410 if state == "not for sale" else 200
        yield Stop(f"product {state}", path, status=status, languages=BOTH if state == "on sale" else CHINESE)
    yield Stop("product and its promise", demo.goods["on sale"], steps=_ask_when)
    yield Stop("no such page", "/no-such-page/", status=404)


def published() -> Iterator[Stop]:
    for path in ("guide", "transparency", "terms", "counties", "counties/pishan", "stories"):
        yield Stop(path, f"/{path}/")
    yield Stop("story", "/stories/walnuts-by-weight/")
    yield Stop("campaign", "/campaigns/new-year-gifts/")
    yield Stop("styleguide", "/styleguide/")


def buying(demo: Demo) -> Iterator[Stop]:
    """In this order: the basket is empty first, and full when the checkout begins."""
    yield Stop("empty basket", "/basket/", languages=CHINESE)
    yield Stop("basket", demo.goods["on sale"], steps=_put)
    yield Stop("basket with a problem", "/basket/", steps=_ask_too_much, languages=CHINESE)
    yield Stop("checkout", "/checkout/")
    yield Stop("checkout with its price", "/checkout/", steps=_choose_place)
    yield Stop("checkout refused", "/checkout/", steps=_pay_too_early, status=422, languages=CHINESE)
    for state, path in demo.orders.items():
        yield Stop(f"order {state}", path, languages=BOTH if state == "delivered" else CHINESE)
    yield Stop("sign in", "/account/sign-in/")
    yield Stop("account", "/account/", who=people.BUYER)


def register(demo: Demo) -> Iterator[Stop]:
    yield Stop("register", "/certificates/")
    yield Stop("certificate", demo.certificate)
    yield Stop("notices", "/certificates/notices/", languages=CHINESE)


def rooms(demo: Demo) -> Iterator[Stop]:
    supplier = people.supplier_email("PS-E01")
    yield Stop("household enters", "/household/enter/", languages=IN_UYGHUR)
    yield Stop("household", "/household/", who=HOUSEHOLD, languages=IN_UYGHUR)
    yield Stop("supplier", "/supplier/", who=supplier)
    yield Stop("supplier's earnings", "/supplier/earnings/", who=supplier, languages=CHINESE)
    yield Stop("supplier's papers", "/supplier/papers/", who=supplier)
    yield Stop("handing in a document", "/supplier/papers/food-licence/give/", who=supplier, languages=CHINESE)
    yield Stop("supplier's people", "/supplier/staff/", who=supplier)
    yield Stop("registering a supplier", "/supplier/new/", who=supplier, languages=CHINESE)
    yield Stop("suppliers under review", "/dashboard/partners/", who=people.ADMIN, languages=CHINESE)
    yield Stop("uploads", "/supplier/uploads/", who=supplier)
    yield Stop("articles", "/supplier/articles/", who=supplier)
    yield Stop("a new article", "/supplier/articles/new/", who=supplier, languages=CHINESE)
    yield Stop("an article with a question", f"/supplier/articles/{demo.question}/", who=supplier)
    yield Stop("review of articles", "/listings/", who=people.ADMIN)
    yield Stop("a change to be reviewed", f"/listings/{demo.change}/", who=people.ADMIN)
    yield Stop("webhooks", "/webhooks/", who=supplier)
    yield Stop("a webhook", f"/webhooks/{demo.webhook}/", who=supplier, languages=CHINESE)
    yield Stop("centre", "/centre/", who=people.operator_email("C653223"))
    yield Stop("centre scans", "/centre/scan/", who=people.operator_email("C653223"), languages=CHINESE)
    yield Stop("certifier", "/certificates/room/", who=people.officer_email("county", "653223"))
    yield Stop("settlement", "/settlement/", who=people.DRAFTER)
    yield Stop("disputes", "/settlement/disputes/", who=people.DISPUTES, languages=CHINESE)
    yield Stop("official", "/official/", who=people.email("official-hotan"))
    yield Stop("another's room", "/settlement/", who=people.BUYER, status=404, languages=CHINESE)
    yield Stop(
        "a form without its token", "/account/sign-in/", steps=_send_without_token, status=403, languages=CHINESE
    )


def settled(page: Page) -> None:
    """What was asked for by htmx has come and stands in its place."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def _open_filters(page: Page) -> None:
    summary = page.locator(".filters-room > summary")
    if summary.is_visible():
        summary.click()


def _ask_when(page: Page) -> None:
    page.locator("#promise-title").locator("xpath=..").locator("select").select_option("31")
    expect(page.locator("#promise")).not_to_be_empty()


def _put(page: Page) -> None:
    page.locator("#quantity").fill("2")
    with page.expect_navigation():
        page.locator("#buy button[type=submit]").click()


def _ask_too_much(page: Page) -> None:
    page.locator(".basket__quantity").first.fill("999")
    page.locator(".basket__quantity").first.press("Tab")
    expect(page.locator("#basket .notice--error")).to_be_visible()


def _choose_place(page: Page) -> None:
    for name, code in zip(("province", "city", "county"), SHANGHAI, strict=True):
        page.locator(f"#id_{name} option[value='{code}']").wait_for(state="attached")
        page.locator(f"#id_{name}").select_option(code)
        settled(page)
    expect(page.locator("#quote .panel").first).to_be_visible()


def _pay_too_early(page: Page) -> None:
    with page.expect_navigation():
        page.locator("button[name=step][value=pay]").click()


def _send_without_token(page: Page) -> None:
    page.locator("main input[type=email]").fill("buyer@example.org")
    page.locator("main input[type=password]").fill("a password")
    page.locator("main [name=csrfmiddlewaretoken]").evaluate("(field) => field.remove()")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
