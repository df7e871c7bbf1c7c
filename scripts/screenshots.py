"""Pictures of the pages of a running demo, for docs/screenshots: python scripts/screenshots.py --url http://127.0.0.1:8000

Each page on a phone, a tablet and a desk in Chinese by day; the first ones also on a phone by night and on a desk in
English. All together stay below 4 MB, so that they may live in the repository.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PASSWORD = "oasis-demo-2026"
HIGHEST = 2600
QUALITY = 45
MOST_BYTES = 4 * 1024 * 1024
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# Down the page and up again, slowly enough for what htmx fetches once it is seen.
LOADED = """async () => {
  document.querySelectorAll("img").forEach((image) => { image.loading = "eager"; });
  for (let at = 0; at < document.body.scrollHeight; at += 800) {
    scrollTo(0, at);
    await new Promise((done) => setTimeout(done, 300));
  }
  scrollTo(0, 0);
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
}"""

ASKING = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


@dataclass(frozen=True)
class Look:
    """How the pages are shown. prefix: of the language in the address"""

    name: str
    width: int
    height: int
    scheme: str = "light"
    prefix: str = ""


PHONE, TABLET, DESK = Look("360", 360, 800), Look("768", 768, 1024), Look("1280", 1280, 900)
BY_NIGHT, ENGLISH = Look("360-dark", 360, 800, scheme="dark"), Look("1280-en", 1280, 900, prefix="/en")
BY_DAY = (PHONE, TABLET, DESK)
EVERY = (*BY_DAY, BY_NIGHT, ENGLISH)


class Visit:
    """One visitor's window on the demo."""

    def __init__(self, context: BrowserContext, url: str, look: Look) -> None:
        self.page: Page = context.new_page()
        self.url, self.look = url, look

    def open(self, path: str) -> None:
        answer = self.page.goto(self.url + self.look.prefix + path)
        if answer is None or not answer.ok:
            sys.exit(f"{path} answers {answer and answer.status}; is this a demo that has just been loaded?")

    def follow(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def sign_in(self, person: str, path: str) -> None:
        self.open(f"/account/sign-in/?next={self.look.prefix}{path}")
        self.page.locator("main input[type=email]").fill(f"{person}@oasis.example")
        self.page.locator("main input[type=password]").fill(PASSWORD)
        self.follow("main form button[type=submit]")


Steps = Callable[[Visit], None]


def product(visit: Visit) -> None:
    visit.open("/products/?county=653223")
    visit.follow(".card__title a")


def basket(visit: Visit) -> None:
    for county in ("653223", "653126"):
        visit.open(f"/products/?county={county}")
        visit.follow(".card__title a")
        visit.page.locator("#quantity").fill("2")
        visit.follow("#buy button[type=submit]")


def checkout(visit: Visit) -> None:
    basket(visit)
    visit.open("/checkout/")
    for name, words in (("email", "buyer@oasis.example"), ("name", "王女士"), ("phone", "13800000000")):
        visit.page.fill(f"#id_{name}", words)
    visit.page.fill("#id_street", "文三路 100 号")
    for name, code in (("province", "33"), ("city", "3301"), ("county", "330106")):
        visit.page.locator(f"#id_{name} option[value='{code}']").wait_for(state="attached")
        visit.page.select_option(f"#id_{name}", code)
        visit.page.locator(ASKING).first.wait_for(state="detached")
    visit.page.locator("#quote .panel").first.wait_for()


def order(visit: Visit) -> None:
    """The buyer's newest delivered order, with its receipt."""
    visit.sign_in("buyer-01", "/account/")
    words = {"": "已签收|已送达", "/en": "delivered"}[visit.look.prefix]
    delivered = visit.page.locator("main tr, main li").filter(has_text=re.compile(words)).locator("a")
    with visit.page.expect_navigation():
        delivered.first.click()


def certificate(visit: Visit) -> None:
    visit.open("/certificates/")


def errors_of_a_table(visit: Visit) -> None:
    """What a supplier's clerk reads after a table with four errors was looked at."""
    visit.sign_in("supplier-ps-e01", "/supplier/uploads/")
    names = ("货号", "商品名称", "分类", "品种", "净含量", "产地代码", "价格")
    sound = ("NEW-01", "薄皮核桃 500克", "核桃", "带壳核桃", "500 g", "653223", "29.80")
    wrong = ({"价格": "面议"}, {"净含量": "500"}, {"分类": "珠宝"}, {"价格": "12,50"})
    rows = [
        {**dict(zip(names, sound, strict=True)), "货号": f"NEW-{number}", **cells} for number, cells in enumerate(wrong)
    ]
    text = "\n".join([",".join(names), *(",".join(f'"{row[name]}"' for name in names) for row in rows)])
    visit.page.locator("[name=t-table]").set_input_files(
        {"name": "商品.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}
    )
    visit.page.locator("form:has([name=t-table]) button[type=submit]").click()
    visit.page.locator(".table--stacked").wait_for()


def opened(path: str) -> Steps:
    return lambda visit: visit.open(path)


def signed_in(person: str, path: str) -> Steps:
    return lambda visit: visit.sign_in(person, path)


def household(slip: tuple[str, str]) -> Steps:
    def steps(visit: Visit) -> None:
        visit.page.goto(f"{visit.url}/ug/household/enter/")
        for name, words in zip(("reference", "code"), slip, strict=True):
            visit.page.locator(f"main input[name={name}]").fill(words)
        visit.follow("main form button[type=submit]")

    return steps


def pages(slip: tuple[str, str] | None) -> list[tuple[str, Steps, tuple[Look, ...]]]:
    """slip: reference and code of a household as the demo prints them at its start; None leaves its page out"""
    shown: list[tuple[str, Steps, tuple[Look, ...]]] = [
        ("home", opened("/"), EVERY),
        ("list", opened("/products/"), EVERY),
        ("product", product, EVERY),
        ("basket", basket, EVERY),
        ("checkout", checkout, EVERY),
        ("order", order, EVERY),
        ("register", certificate, BY_DAY),
        ("county", opened("/counties/pishan/"), BY_DAY),
        ("story", opened("/stories/walnuts-by-weight/"), BY_DAY),
        ("guide", opened("/guide/"), BY_DAY),
        ("supplier", signed_in("supplier-ps-e01", "/supplier/"), BY_DAY),
        ("upload", signed_in("supplier-ps-e01", "/supplier/uploads/"), (PHONE,)),
        ("upload-errors", errors_of_a_table, (PHONE,)),
        ("official", signed_in("official-hotan", "/official/"), BY_DAY),
    ]
    return shown + ([("household-ug", household(slip), BY_DAY)] if slip else [])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--url", required=True, help="of the demo, as http://127.0.0.1:8000")
    asked.add_argument("--household", nargs=2, metavar=("REFERENCE", "CODE"), help="as the demo prints them")
    asked.add_argument("--only", nargs="*", default=[], help="names of pages; all when none is named")
    wish = asked.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, steps, looks in pages(wish.household):
            for look in looks:
                if not wish.only or name in wish.only:
                    take(browser, wish.url.rstrip("/"), look, steps, FOLDER / f"{name}-{look.name}.webp")
        browser.close()
    size = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    print(f"{len(list(FOLDER.glob('*.webp')))} pictures, {size / 1024:.0f} KiB")
    if size > MOST_BYTES:
        sys.exit(f"They take {size} bytes; {MOST_BYTES} is the most. Lower QUALITY or HIGHEST.")


def take(browser: Browser, url: str, look: Look, steps: Steps, path: Path) -> None:
    """Go to a page and keep its picture, cut off below HIGHEST."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,  # type: ignore[arg-type]
        locale="zh-CN",
    )
    visit = Visit(context, url, look)
    steps(visit)
    visit.page.evaluate(LOADED)
    visit.page.locator(ASKING).first.wait_for(state="detached")
    visit.page.wait_for_load_state("networkidle")
    whole = Image.open(BytesIO(visit.page.screenshot(full_page=True))).convert("RGB")
    whole.crop((0, 0, whole.width, min(whole.height, HIGHEST))).save(path, "WEBP", quality=QUALITY, method=6)
    context.close()


if __name__ == "__main__":
    main()
