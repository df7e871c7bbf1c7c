"""What a mid-range phone sees: Chromium at 360 x 780, three pixels a point, its processor slowed down four times.

python -m bench.paint [--url http://127.0.0.1:8000] [--times 5] [--network none|4g|slow-4g] [--json]

Asks a running shop (`make run`) for its home page, list, a product and the register, each time with an empty cache and
as a new visitor, and prints the median of: largest contentful paint, layout shift while the whole page is scrolled
through, longest task of the main thread, bytes as transferred, requests, hosts. Ends with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 780}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True,
    "locale": "zh-CN",
}  # fmt: skip
SLOWER = 4
QUIET_MS = 800
SCREENS_MOST = 40
NETWORKS = {  # (round trip ms, bytes/s down, bytes/s up)
    "none": None,
    "4g": (85, 9_000_000 / 8, 1_500_000 / 8),
    "slow-4g": (150, 1_600_000 / 8, 750_000 / 8),
}
GOALS = {"lcp_ms": 1500.0, "cls": 0.05, "longest_task_ms": 100.0}
HOME_BYTES_MOST = 300_000  # without pictures
WATCH = """
window.seen = {lcp: 0, cls: 0, task: 0};
const watch = (type, each) => new PerformanceObserver(list => list.getEntries().forEach(each))
  .observe({type, buffered: true});
watch("largest-contentful-paint", entry => { window.seen.lcp = entry.startTime; });
watch("layout-shift", entry => { if (!entry.hadRecentInput) window.seen.cls += entry.value; });
watch("longtask", entry => { window.seen.task = Math.max(window.seen.task, entry.duration); });
"""


@dataclass(frozen=True)
class Seen:
    """One page, seen once. longest_task_ms: 0 when no task took 50 ms, from where the browser counts

    bytes: as transferred, everything; bytes_but_pictures: without images; hosts: all that were asked
    """

    lcp_ms: float
    cls: float
    longest_task_ms: float
    bytes: int
    bytes_but_pictures: int
    requests: int
    hosts: tuple[str, ...]


class Wires:
    """What goes over the network while a page loads."""

    def __init__(self, session: CDPSession) -> None:
        self.kinds: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self.hosts: set[str] = set()
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", lambda event: self.kinds.update({event["requestId"]: event["type"]}))
        session.on("Network.loadingFinished", self._finished)

    def _asked(self, event: Mapping[str, Any]) -> None:
        address = urlsplit(event["request"]["url"])
        if address.scheme in ("http", "https"):
            self.hosts.add(address.netloc)

    def _finished(self, event: Mapping[str, Any]) -> None:
        if event["requestId"] in self.kinds:
            self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    def bytes(self, *, but: str = "") -> int:
        return sum(size for key, size in self.sizes.items() if self.kinds[key] != but)


def look(browser: Browser, url: str, network: str) -> Seen:
    """Open a page once as a new visitor; scroll through it; wait until it is quiet.

    Raises RuntimeError when the page does not answer with 200.
    """
    context = browser.new_context(**PHONE)
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        wires = Wires(session)
        _slow_down(session, network)
        page.add_init_script(WATCH)
        answer = page.goto(url, wait_until="load")
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{url} answered {answer.status if answer else 'nothing'}; is the shop running?")
        page.wait_for_timeout(QUIET_MS)
        painted = page.evaluate("window.seen.lcp")  # scrolling ends its search for the largest paint
        _scroll_through(page)
        seen = page.evaluate("window.seen")
        return Seen(
            painted, seen["cls"], seen["task"], wires.bytes(), wires.bytes(but="Image"), len(wires.sizes),
            tuple(sorted(wires.hosts)),
        )  # fmt: skip
    finally:
        context.close()


def _slow_down(session: CDPSession, network: str) -> None:
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    speed = NETWORKS[network]
    if speed is not None:
        names = ("latency", "downloadThroughput", "uploadThroughput")
        session.send("Network.emulateNetworkConditions", {"offline": False} | dict(zip(names, speed, strict=True)))


def _scroll_through(page: Page) -> None:
    for _screen in range(SCREENS_MOST):
        page.evaluate("window.scrollBy(0, window.innerHeight)")
        page.wait_for_timeout(120)
        if page.evaluate("window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 2"):
            break
    page.wait_for_timeout(QUIET_MS)


def middle(of: list[Seen]) -> Seen:
    """The median of each figure over several looks; hosts: all of them."""

    def half(figure: Callable[[Seen], float]) -> float:
        return median(figure(seen) for seen in of)

    return Seen(
        lcp_ms=round(half(lambda seen: seen.lcp_ms)),
        cls=round(half(lambda seen: seen.cls), 4),
        longest_task_ms=round(half(lambda seen: seen.longest_task_ms)),
        bytes=round(half(lambda seen: seen.bytes)),
        bytes_but_pictures=round(half(lambda seen: seen.bytes_but_pictures)),
        requests=round(half(lambda seen: seen.requests)),
        hosts=tuple(sorted({host for seen in of for host in seen.hosts})),
    )


def missed(name: str, seen: Seen, host: str) -> list[str]:
    """The goals this page misses, in words."""
    found = [
        f"{name}: {figure} is {getattr(seen, figure):g}, goal under {goal:g}"
        for figure, goal in GOALS.items()
        if getattr(seen, figure) >= goal
    ]
    if name == "home" and seen.bytes_but_pictures >= HOME_BYTES_MOST:
        found.append(f"home: {seen.bytes_but_pictures:,} bytes without pictures, goal under {HOME_BYTES_MOST:,}")
    if seen.hosts != (host,):
        found.append(f"{name}: asks {', '.join(seen.hosts)}, goal {host} alone")
    return found


def pages(browser: Browser, url: str) -> dict[str, str]:
    """name -> address; the product is the first one of the list."""
    page = browser.new_page()
    page.goto(urljoin(url, "/products/"))
    links = page.eval_on_selector_all("main a[href]", "all => all.map(each => each.getAttribute('href'))")
    page.close()
    product = next((link for link in links if link.startswith("/products/") and link.rstrip("/")[-1:].isdigit()), None)
    if product is None:
        raise RuntimeError(f"{url} shows no product; is the demo world loaded?")
    paths = {"home": "/", "list": "/products/", "product": product, "register": "/certificates/"}
    return {name: urljoin(url, path) for name, path in paths.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.paint", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--network", choices=NETWORKS, default="none")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        rows = {
            name: middle([look(browser, address, options.network) for _time in range(options.times)])
            for name, address in pages(browser, options.url).items()
        }
        browser.close()
    failures = [words for name, seen in rows.items() for words in missed(name, seen, urlsplit(options.url).netloc)]
    if options.json:
        print(json.dumps({"pages": {name: asdict(seen) for name, seen in rows.items()}, "missed": failures}))
    else:
        _print(rows, failures)
    sys.exit(1 if failures else 0)


def _print(rows: Mapping[str, Seen], failures: list[str]) -> None:
    print(f"{'page':<10}{'LCP ms':>8}{'CLS':>8}{'task ms':>9}{'bytes':>10}{'no pictures':>13}{'requests':>10}  hosts")
    for name, seen in rows.items():
        print(
            f"{name:<10}{seen.lcp_ms:>8.0f}{seen.cls:>8.3f}{seen.longest_task_ms:>9.0f}{seen.bytes:>10,}"
            f"{seen.bytes_but_pictures:>13,}{seen.requests:>10}  {', '.join(seen.hosts)}"
        )
    print("\n".join(failures) if failures else "all goals met")


if __name__ == "__main__":
    main()
