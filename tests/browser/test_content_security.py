"""What Chromium refuses while people use the site: nothing, for nothing inline or foreign is on any page.

The same policy keeps a payload that somebody typed into a title from running, and the control shows that a refusal
would be seen.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import ConsoleMessage, Dialog, Page, expect

from catalogue.models import Product
from catalogue.partner.models import Partner
from certification.households import access
from certification.models import Certificate
from shop.accounts.models import User
from shop.order.models import Order
from shop.pages.models import HomePage
from tests import make
from tests.browser.test_walk import buy, gateway, issue, press, sign_in  # noqa: F401  `gateway` is a fixture
from tests.pages import site
from tests.walk import world

pytestmark = pytest.mark.django_db(transaction=True)

REPORT = """document.addEventListener("securitypolicyviolation", (event) => window.oasisRefused(
    `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} on ${location.pathname}`));
"""
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text() + ";0"
RAN = "window.ran = (window.ran || 0) + 1"
PAYLOADS = [
    f"<script>{RAN}</script>",
    f"<img src=x onerror='{RAN}'>",
    f"<svg onload='{RAN}'></svg>",
    f"'\"><script>{RAN}</script>",
    f"<a href='javascript:{RAN}'>x</a>",
    f"<iframe srcdoc='<script>parent.{RAN}</script>'></iframe>",
    f"</title><script>{RAN}</script>",
    f"</script><script>{RAN}</script>",
    "<style>@import 'https://evil.example/a.css';</style>",
    f"<body onpageshow='{RAN}'>",
    f"<details open ontoggle='{RAN}'>",
    "{{ 7|add:7 }}{% now 'Y' %}<base href='https://evil.example/'>",
]


class Watch:
    """One window, and what its browser refused. Dialogs count: only a payload would open one."""

    def __init__(self, visitor: Any) -> None:
        self.page: Page = visitor.page
        self.refused: list[str] = []
        visitor.context.expose_binding("oasisRefused", lambda source, words: self.refused.append(words))
        visitor.context.add_init_script(REPORT)
        self.page.on("console", self._console)
        self.page.on("dialog", self._dialog)

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":  # a half-written page may be left
            self.refused.append(f"dialog: {dialog.message}")
        dialog.accept()

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Permissions-Policy" in message.text:
            self.refused.append(message.text)

    def visit(self, *addresses: str) -> None:
        for address in addresses:
            answer = self.page.goto(address)
            assert answer is not None and answer.status == 200, f"{address}: {answer and answer.status}"
            self.page.wait_for_load_state("networkidle")
            assert self.page.evaluate("window.ran") is None, f"a payload ran on {address}"
        assert self.refused == []


@pytest.fixture
def watch(visitors: Any) -> Watch:
    return Watch(visitors())


def spoil(made: world.World) -> None:
    """Somebody typed payloads into every name that pages show."""
    for one, lot in zip(made.suppliers, (PAYLOADS[:6], PAYLOADS[6:]), strict=True):
        number = one.product.pk
        Product.objects.filter(pk=number).update(
            title=f"货{number} " + " ".join(lot[:3]), title_en=f"Goods {number} " + " ".join(lot[3:])
        )
        Partner.objects.filter(pk=one.partner.pk).update(name=lot[0], name_en=lot[3])
        one.product.refresh_from_db()
    site.home()
    HomePage.objects.update(title=PAYLOADS[0], draft_title=PAYLOADS[0], seo_title=PAYLOADS[6])


def barriers(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA. The page's own policy is not asked: the tool is not of the page."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]]


def operator(page: Page, server: str, room: str) -> None:
    User.objects.create_superuser("operator@example.org", world.PASSWORD)
    page.goto(f"{server}/en/account/sign-in/?next={room}")
    page.get_by_label("E-mail").fill("operator@example.org")
    page.get_by_label("Password").fill(world.PASSWORD)
    press(page.get_by_role("main").get_by_role("button", name="Sign in"))


@pytest.mark.parametrize(
    "inline",
    [
        "const one = document.createElement('script'); one.textContent = 'window.ran = 1'; document.body.append(one)",
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')",
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')",
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://evil.example/a.png'}))",
    ],
)
def test_what_is_inline_or_foreign_is_refused_and_seen(watch: Watch, live_server: Any, inline: str) -> None:
    watch.visit(f"{live_server.url}/healthz")

    watch.page.evaluate(inline)
    watch.page.wait_for_timeout(300)

    assert watch.refused != []
    assert watch.page.evaluate("window.ran") is None


def test_the_shop_and_its_rooms_with_payloads_in_every_name(watch: Watch, live_server: Any, gateway: Any) -> None:  # noqa: F811
    server, page = live_server.url, watch.page
    made = world.build(timezone.now())
    spoil(made)
    issue(page, server, made)
    page.context.clear_cookies()
    certificate = Certificate.objects.first()
    assert certificate is not None
    watch.visit(*(f"{server}{path}" for path in ("/", "/en/", "/products/", "/en/products/", "/account/sign-in/")))
    watch.visit(f"{server}/certificates/", f"{server}/en/certificates/{certificate.number}/")
    for one in made.suppliers:
        watch.visit(f"{server}{one.product.get_absolute_url()}")

    order = buy(page, server, made)  # through basket and checkout to the gateway's page and back
    assert watch.refused == []
    assert order == Order.objects.get()

    household = made.suppliers[0].households[0]
    code = access.issue_slip(household=household, by=make.user(), at=timezone.now())
    page.goto(f"{server}/en/household/enter/")
    page.get_by_label("Reference").fill(household.reference)
    page.get_by_label("Printed code").fill(code)
    press(page.get_by_role("main").get_by_role("button").first)
    assert watch.refused == []
    for person, room in (
        (made.decider, "/certificates/room/"),
        (made.suppliers[0].manager, "/supplier/"),
        (next(iter(made.receiving.values())), "/centre/"),
        (made.people["draft_payout"], "/settlement/"),
        (made.people["official"], "/official/"),
    ):
        page.context.clear_cookies()
        sign_in(page, server, person, room)
        watch.visit(f"{server}{room}")


def test_every_page_of_the_dashboard_with_payloads_in_every_name(
    watch: Watch,
    live_server: Any,
    gateway: Any,  # noqa: F811
) -> None:
    server, page = live_server.url, watch.page
    made = world.build(timezone.now())
    spoil(made)
    issue(page, server, made)
    page.context.clear_cookies()
    order = buy(page, server, made)
    operator(page, server, "/dashboard/")
    one = made.suppliers[0]
    paths = [
        "", "catalogue/", f"catalogue/products/{one.product.pk}/", "catalogue/categories/", "catalogue/product-types/",
        "orders/", f"orders/{order.number}/", "orders/statistics/", "partners/", f"partners/{one.partner.pk}/",
        "partners/checklist/", "users/", f"users/{one.manager.pk}/", "offers/", "vouchers/",
        "ranges/", "ranges/create/", "reviews/", "pages/", "comms/", "reports/",
        "reports/?report_type=order_report&date_from=&date_to=",
    ]  # fmt: skip

    watch.visit(*(f"{server}/dashboard/{path}" for path in paths), f"{server}/en/dashboard/")

    page.goto(f"{server}/dashboard/catalogue/products/{one.product.pk}/")
    for tab in page.locator("[data-toggle=tab]").all():
        tab.click()
    page.goto(f"{server}/dashboard/catalogue/")
    page.locator(".select2-selection").locator("visible=true").first.click()
    page.locator(".select2-results__option").first.wait_for()
    assert watch.refused == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for path in (paths[0], paths[1], paths[2], paths[5], paths[6], paths[9], paths[11]):
            page.goto(f"{server}/dashboard/{path}")
            assert barriers(page) == [], f"{path} in {scheme}"


def test_the_dashboard_on_a_phone_opens_its_menu_without_a_pointer_above_it(visitors: Any, live_server: Any) -> None:
    phone = Watch(visitors(width=360))
    operator(phone.page, live_server.url, "/en/dashboard/")

    phone.page.get_by_text("Shop administration").first.click()
    phone.page.get_by_text("Catalog", exact=True).click()
    press(phone.page.get_by_role("link", name="Products"))

    assert phone.page.url.endswith("/dashboard/catalogue/")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 360
    assert phone.refused == []


def test_an_editor_writes_previews_schedules_and_publishes(watch: Watch, live_server: Any, tmp_path: Path) -> None:
    server, page = live_server.url, watch.page
    home = site.home()
    picture = tmp_path / "field.png"
    Image.new("RGB", (40, 30), (200, 120, 40)).save(picture)
    operator(page, server, "/cms/")
    paths = ("", "pages/", f"pages/{home.pk}/", f"pages/{home.pk}/add_subpage/", "images/", "users/", "reports/locked/")
    watch.visit(*(f"{server}/cms/{path}" for path in paths))

    watch.visit(f"{server}/cms/pages/{home.pk}/edit/")
    choose_picture(page, picture)
    write(page)
    page.locator("[data-w-dropdown-target=toggle]").locator("visible=true").last.click()
    page.locator("button[name=action-publish]").click()
    page.wait_for_url(re.compile(r"/cms/pages/\d+/$"))
    home.refresh_from_db()
    assert home.lead.endswith("New words</p>")
    assert home.picture is not None
    watch.visit(f"{server}/cms/pages/{site.english(home).pk}/edit/")  # half-filled blocks are kept as a draft by itself
    add_every_block(page)
    assert watch.refused == []
    look_beside_the_form(page)
    assert watch.refused == []
    watch.visit(f"{server}/cms/workflows/add/")
    page.locator("[id$=-ADD]").first.click()
    page.locator("[data-chooser-action-choose]").locator("visible=true").first.click()
    page.locator(".modal-dialog").wait_for()
    assert watch.refused == []


def write(page: Page) -> None:
    """In the editor of rich text: letters, a style, its menu of blocks."""
    for tab in page.get_by_role("tab").all():
        tab.click()
    page.get_by_role("tab").first.click()
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("New words")
    page.keyboard.press("Control+b")
    page.keyboard.type("/")
    page.keyboard.press("Backspace")
    expect(page.locator("input[name=lead]")).to_have_value(re.compile("New words"))


def add_every_block(page: Page) -> None:
    """One of each kind below the others; a date of one is chosen from its calendar."""
    add = page.locator(".c-sf-add-button").locator("visible=true")
    options = page.locator(".w-combobox__option").locator("visible=true")
    add.last.click()
    options.first.wait_for()
    kinds = options.count()
    assert kinds > 3
    page.keyboard.press("Escape")
    for kind in range(kinds):
        add.last.click()
        options.nth(kind).click()
        page.wait_for_timeout(150)


def look_beside_the_form(page: Page) -> None:
    """The panels at the side, the preview's frame, the calendar of the schedule."""
    for panel in ("checks", "preview"):
        page.locator(f"[data-side-panel-toggle={panel}]").click()
        page.wait_for_timeout(1000)
    frame = next(frame for frame in page.frames if "/preview/" in frame.url)
    frame.locator("body").wait_for()
    assert frame.evaluate("document.contentType") == "text/html"
    page.locator("[data-side-panel-toggle=status]").click()
    page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").locator("visible=true").first.click()
    page.locator("#id_go_live_at").click()
    page.locator(".xdsoft_datetimepicker").locator("visible=true").wait_for()


def choose_picture(page: Page, picture: Path) -> None:
    """By the chooser of the page's own picture, sending a new one."""
    page.locator("#id_picture-chooser [data-chooser-action-choose]").locator("visible=true").first.click()
    dialog = page.locator(".modal-dialog")
    dialog.get_by_role("tab").last.click()
    dialog.locator("input[type=file]").set_input_files(picture)
    dialog.locator("input[name$=title]").locator("visible=true").fill("field")
    dialog.locator("form button[type=submit]").locator("visible=true").last.click()
    dialog.wait_for(state="detached")
    page.locator("#id_picture_alt").fill("a field")
