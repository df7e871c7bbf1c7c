"""A whole purchase on either site: one product, by a guest, with every request that the server answers on the way.

From the product page through basket and checkout to the answer that has placed the order and sends the buyer on: at our
site to the payment page of the test gateway, at stock to its thank-you page. What lies behind that is in neither: at
ours the gateway's own work, at stock the thank-you page. Stock's checkout is its default one: its page of payment
details is a placeholder and no payment is begun. Ours begins one, quotes the ways of the parcel, reserves packs and
takes certified grams.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from bench.storefront.pages import Product, product_path, stock_product_path
from bench.storefront.worlds import HOST

TIMEOUT_S = 60
REDIRECTS_MOST = 6
BUYER = {"email": "bench@oasis.example", "name": "基准买家", "phone": "13800000000", "street": "基准路1号"}
TO = ("33", "3301", "330106")  # province, city, county by code: 西湖区 in Hangzhou


class NotBought(RuntimeError):
    """A page on the way was not as expected; the message names it."""


class Answer(NamedTuple):
    status: int
    text: str
    location: str


class Buyer:
    """Cookies, forms and redirects, over one kept connection. asked: requests so far."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://{HOST}:{port}"
        self.connection = HTTPConnection(HOST, port, timeout=TIMEOUT_S)
        self.cookies: dict[str, str] = {}
        self.asked = 0

    def get(self, path: str) -> Answer:
        return self._followed(self._ask("GET", path, None), path)

    def post(self, path: str, form: Mapping[str, str], *, page: str) -> Answer:
        """Send a form with the token of the page it stood on, and follow where it leads."""
        return self._followed(self.send(path, form, page=page), path)

    def send(self, path: str, form: Mapping[str, str], *, page: str, part: bool = False) -> Answer:
        """As `post`, without following. part: as htmx asks for a part of a page."""
        token = hidden(page, "csrfmiddlewaretoken")
        return self._ask("POST", path, dict(form) | ({"csrfmiddlewaretoken": token} if token else {}), part=part)

    def close(self) -> None:
        self.connection.close()

    def _ask(self, method: str, path: str, form: Mapping[str, str] | None, *, part: bool = False) -> Answer:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "zh-CN", "Accept": "text/html"}
        if part:
            headers["HX-Request"] = "true"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers |= {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.asked += 1
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(answer.status, text, answer.headers.get("Location", ""))

    def _followed(self, answer: Answer, path: str) -> Answer:
        for _number in range(REDIRECTS_MOST):
            if answer.status not in (301, 302, 303):
                break
            path = _path(urljoin(self.origin + path, answer.location))
            answer = self._ask("GET", path, None)
        return self.require(answer, 200, path)

    def require(self, answer: Answer, status: int, what: str) -> Answer:
        """Raises NotBought."""
        if answer.status != status:
            words = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())[:400]
            raise NotBought(f"{what} answered {answer.status} instead of {status}: {words}")
        return answer


def ours(buyer: Buyer, product: Product) -> None:
    """As a browser with scripts does it: after a shared page it asks for the visitor's own bits, and each choice of a
    place asks for the part of the checkout that it changes. Raises NotBought.
    """
    page = _with_own_bits(buyer, buyer.get(product_path(product)).text)
    added = buyer.post(f"/basket/add/{product.id}/", {"quantity": "1"}, page=page).text
    _with_own_bits(buyer, added)  # the basket
    page = _with_own_bits(buyer, buyer.get("/checkout/").text)
    answers = BUYER | {"choice": "cheapest", "method": "alipay", "submission": hidden(page, "submission")}
    part = ""
    for name, code in zip(("province", "city", "county"), TO, strict=True):  # each choice fills the next one
        answers[name] = code
        chosen = buyer.send("/checkout/", answers | {"step": "places"}, page=page, part=True)
        part = buyer.require(chosen, 200, f"The choice of the {name}").text
    shown = hidden(part, "shown_fen")
    if not shown:
        raise NotBought("The checkout shows no way and no price.")
    answer = buyer.send("/checkout/", answers | {"step": "pay", "shown_fen": shown}, page=page)
    buyer.require(answer, 302, "The order")
    if urlsplit(answer.location).netloc in ("", urlsplit(buyer.origin).netloc):
        raise NotBought(f"The order was placed, but its payment was not begun: {answer.location}")


def _with_own_bits(buyer: Buyer, page: str) -> str:
    """Ask what the page's body names as the visitor's own, unless the page says that it knows."""
    named = re.search(r'<body[^>]* data-visitor="([^"]+)"([^>]*)', page)
    if named and "data-visitor-known" not in named[2]:
        buyer.get(named[1])
    return page


def stock(buyer: Buyer, product: Product) -> None:
    """Raises NotBought."""
    page = buyer.get(stock_product_path(product)).text
    page = buyer.post(f"/basket/add/{product.id}/", {"quantity": "1"}, page=page).text  # shows the basket
    page = buyer.get("/checkout/").text
    page = buyer.post("/checkout/", {"username": BUYER["email"], "options": "anonymous"}, page=page).text
    address = {"first_name": "Bench", "last_name": "Buyer", "line1": "1 Bench Road", "line4": "London"}
    buyer.post("/checkout/shipping-address/", address | {"postcode": "N1 9RT"}, page=page)  # shows the payment page
    page = buyer.get("/checkout/preview/").text
    answer = buyer.send("/checkout/preview/", {"action": "place_order"}, page=page)
    buyer.require(answer, 302, "The order")
    if "thank-you" not in answer.location:
        raise NotBought(f"The order was not placed: {answer.location}")


def hidden(page: str, name: str) -> str:
    """The value of a page's first input of that name; "" when there is none."""
    for tag in re.findall(r"<input[^>]*>", page):
        if f'name="{name}"' in tag:
            value = re.search(r'value="([^"]*)"', tag)
            return unescape(value[1]) if value else ""
    return ""


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
