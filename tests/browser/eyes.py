"""What eyes and tools find wrong on a page that is open: each finding is one sentence, and a good page has none."""

from __future__ import annotations

import json
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text() + ";0"
WIDTHS = (360, 768, 1280, 1600)
HEIGHT = 900

# Every picture is asked for now, also those that wait below the fold; each then knows its size, or that it has none.
PICTURES = """async () => {
  const all = [...document.images];
  all.forEach((image) => { image.loading = "eager"; });
  await Promise.all(all.map((image) => image.decode().catch(() => null)));
  return all.flatMap((image) => {
    const name = image.getAttribute("src");
    const faults = [];
    if (!image.complete || !image.naturalWidth) faults.push("is broken");
    if (!image.hasAttribute("alt")) faults.push("has no alt");
    if (!image.getAttribute("width") || !image.getAttribute("height")) faults.push("has no width and height");
    return faults.map((fault) => `picture ${name} ${fault}`);
  });
}"""

OUTLINE = r"""() => {
  const faults = [];
  const heads = [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility());
  if (heads.length !== 1) faults.push(`${heads.length} h1`);
  const parts = document.title.split(" · ");
  if (/^\s*(·|$)/.test(document.title)) faults.push("title says nothing");
  if (new Set(parts).size !== parts.length) faults.push(`title is doubled: ${document.title}`);
  return faults;
}"""

# Measured anew at each width: nothing runs out of the window, under the header, or out of its own box.
LAYOUT = """() => {
  const faults = [];
  const root = document.documentElement;
  const hidden = (one) => one.closest(".visually-hidden, .site-tools__word, .skip, [hidden], svg");
  const name = (one) => `${one.localName}.${one.className} “${one.textContent.trim().slice(0, 24)}”`;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((one) => !one.closest("svg svg, svg *") && (
      one.getBoundingClientRect().right > root.clientWidth + 1 || one.getBoundingClientRect().left < -1));
    faults.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth}: ${wide.slice(-3).map(name)}`);
  }
  const header = document.querySelector("header.site-header, header.work-header");
  if (header) {
    const end = header.getBoundingClientRect().bottom;
    for (const one of document.querySelectorAll("main *, nav.room-nav *")) {
      const box = one.getBoundingClientRect();
      const under = box.height && box.width > 1 && box.top < end - 1 && !hidden(one);
      if (under) faults.push(`under the header: ${name(one)}`);
    }
    const bar = [...header.querySelectorAll(".brand, .site-nav li, .site-search, .site-tools > *")].filter(
      (one) => one.checkVisibility() && !hidden(one));
    bar.forEach((one, place) => bar.slice(place + 1).forEach((other) => {
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1) faults.push(`${name(one)} lies on ${name(other)}`);
    }));
  }
  for (const one of document.body.querySelectorAll("*")) {
    if (!one.checkVisibility() || hidden(one) || !one.textContent.trim()) continue;
    const style = getComputedStyle(one);
    const cutX = ["hidden", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
    const cutY = ["hidden", "clip"].includes(style.overflowY) && one.scrollHeight > one.clientHeight + 2;
    if ((cutX || cutY) && one.clientWidth) faults.push(`cut off: ${name(one)}`);
  }
  return faults;
}"""


def barriers(page: Page) -> list[str]:
    """What axe-core finds by any of its rules. The page's own policy is not asked: the tool is not of the page."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html'][:140]} {json.dumps([check['message'] for check in node['any']])[:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def faults(page: Page) -> list[str]:
    """Broken pictures, headings and titles."""
    return [*page.evaluate(PICTURES), *page.evaluate(OUTLINE)]


def layout(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """Whatever does not fit, at each width of the window."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"at {width}: {words}" for words in page.evaluate(LAYOUT)]
    return found


def layout_of_large_text(page: Page, width: int) -> list[str]:
    """Whatever does not fit once the reader's browser shows all text at 200 %."""
    tools = page.context.new_cdp_session(page)
    tools.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    found = layout(page, (width,))
    tools.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    tools.detach()
    return [f"at 200 %, {words}" for words in found]
