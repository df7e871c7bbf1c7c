"""The gateway's HTML: Chinese and English side by side, no script, no outside asset, the test mark on every page."""

import base64
import hashlib
from html import escape
from typing import NamedTuple

from shop.payments.testgateway import methods
from shop.payments.testgateway.errors import Json

ZERO_DECIMAL = frozenset({"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
                          "xaf", "xof", "xpf"})  # fmt: skip

STYLE = """
:root { color-scheme: light dark; --ink: #1c2321; --paper: #f5f4ef; --card: #fff; --line: #8a8f8c; --mark: #8a1c1c;
  --mark-ink: #fff; --go: #14532d; --go-ink: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecefed; --paper: #14181a; --card: #1f2527; --line: #8d9693;
  --mark: #f2b8b5; --mark-ink: #3b0a08; --go: #a7d9b5; --go-ink: #06210f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.mark { background: var(--mark); color: var(--mark-ink); padding: 1rem; text-align: center; }
.mark strong { display: block; font-size: 1.375rem; line-height: 1.3; }
main { max-width: 30rem; margin: 1rem auto; padding: 1.25rem; background: var(--card); border-radius: .5rem; }
h1 { font-size: 1.25rem; margin: 0 0 .75rem; }
dl { margin: 0 0 1rem; } dt { font-size: .875rem; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
dd.amount { font-size: 1.75rem; font-weight: 700; line-height: 1.3; }
form { margin: 0 0 .75rem; }
label { display: block; margin-bottom: .25rem; }
input { width: 100%; min-height: 2.75rem; padding: .5rem; margin-bottom: .75rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--line); border-radius: .25rem; }
button { width: 100%; min-height: 2.75rem; padding: .5rem 1rem; font: inherit; cursor: pointer; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: .25rem; }
button.go { background: var(--go); border-color: var(--go); color: var(--go-ink); font-weight: 700; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.problem { border-inline-start: .25rem solid var(--mark); padding-inline-start: .75rem; }
ul { padding-inline-start: 1.25rem; } code { overflow-wrap: anywhere; } a { color: inherit; }
"""
POLICY = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)


class Both(NamedTuple):
    """A sentence in Chinese and in English."""

    zh: str
    en: str

    def html(self) -> str:
        return f'{escape(self.zh)} <span lang="en">{escape(self.en)}</span>'


METHODS = {
    "card": Both("银行卡", "Card"),
    "alipay": Both("支付宝", "Alipay"),
    "wechat_pay": Both("微信支付", "WeChat Pay"),
}
STATUSES = {
    "succeeded": Both("已付款（测试）。", "Paid (test)."),
    "canceled": Both("商家已取消这笔付款。", "The shop has canceled this payment."),
}
UNFINISHED = Both("这次付款没有完成。", "This payment attempt did not succeed.")
ABOUT = Both("此服务只用于测试与演示。", "This server is only for tests and the demo.")


def money(amount: int, currency: str) -> str:
    """1234, cny -> "12.34 CNY"."""
    if currency in ZERO_DECIMAL:
        return f"{amount} {currency.upper()}"
    return f"{amount // 100}.{amount % 100:02d} {currency.upper()}"


def pay(*, intent: Json, method: str, problem: Both | None = None) -> str:
    """The page where the buyer pays, fails or goes back. problem: what went wrong with the card just tried."""
    told = f'<p class="problem" id="problem" role="alert">{problem.html()}</p>' if problem else ""
    ways = _card_form(problem is not None) if method == "card" else _button("pay", Both("付款", "Pay"), go=True)
    body = f"""<h1>付款 <span lang="en">Payment</span></h1>
<dl>
<dt>金额 <span lang="en">Amount</span></dt><dd class="amount">{escape(money(intent["amount"], intent["currency"]))}</dd>
<dt>方式 <span lang="en">Method</span></dt><dd>{METHODS[method].html()}</dd>
<dt>订单 <span lang="en">Order</span></dt><dd>{escape(intent["description"] or "—")}</dd>
</dl>
{told}
{ways}
{_button("fail", Both("付款失败", "Fail"))}
{_button("cancel", Both("返回商家", "Cancel and go back"))}"""
    return _page(Both("付款", "Payment"), body)


def finished(*, intent: Json, back: str) -> str:
    """The page of an intent that is decided. back: the way to the shop."""
    told = STATUSES.get(intent["status"], UNFINISHED)
    amount = escape(money(intent["amount"], intent["currency"]))
    link = f'<a href="{escape(back)}">返回商家 <span lang="en">Back to the shop</span></a>'
    return _page(told, f"<h1>{told.html()}</h1>\n<p>{amount}</p>\n<p>{link}</p>")


def front() -> str:
    """The page at /."""
    told = Both("测试网关正在运行。", "The test gateway is running.")
    link = '<a href="/test/books">账目 <span lang="en">Books (JSON)</span></a>'
    return _page(told, f"<h1>{told.html()}</h1>\n<p>{ABOUT.html()}</p>\n<p>{link}</p>")


def problem(*, status: int, message: str) -> str:
    """A page that says why a request was refused."""
    told = Both("无法显示这个页面。", "This page cannot be shown.")
    return _page(told, f'<h1>{told.html()}</h1>\n<p lang="en">{status}: {escape(message)}</p>')


def _card_form(wrong: bool) -> str:
    described = ' aria-describedby="problem cards" aria-invalid="true"' if wrong else ' aria-describedby="cards"'
    cards = methods.CARD_NUMBERS.items()
    rows = "".join(f"<li><code>{number}</code> {_card_effect(token)}</li>" for number, token in cards)
    return f"""<form method="post">
<label for="card_number">测试卡号 <span lang="en">Test card number</span></label>
<input id="card_number" name="card_number" inputmode="numeric" autocomplete="off" maxlength="24" required{described}>
<button class="go" name="action" value="pay">付款 / <span lang="en">Pay</span></button>
</form>
<ul id="cards">{rows}</ul>"""


def _card_effect(token: str) -> str:
    declined = methods.CARD_TOKENS[token]
    effect = Both("付款成功", "pays") if declined is None else Both("被拒绝", f"is declined ({declined})")
    return effect.html()


def _button(action: str, words: Both, *, go: bool = False) -> str:
    kind = ' class="go"' if go else ""
    label = f'{escape(words.zh)} / <span lang="en">{escape(words.en)}</span>'
    return f'<form method="post"><button{kind} name="action" value="{action}">{label}</button></form>'


def _page(title: Both, body: str) -> str:
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TEST GATEWAY · {escape(title.zh)} {escape(title.en)}</title>
<style>{STYLE}</style>
</head>
<body>
<header class="mark"><strong lang="en">TEST GATEWAY - no real money</strong><strong>测试网关 不是真钱</strong></header>
<main>
{body}
</main>
</body>
</html>
"""
