"""What a buyer, the gateway and the worker do in these tests."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import stripe
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from shop.order.models import Order
from shop.payments import collect
from shop.payments.models import Payment
from tests import make

BACK = "http://shop.test/orders/x/returned/"


@dataclass
class Till:
    """The gateway's process, seen from outside the shop."""

    url: str
    key: str
    seen: int = field(default=0)

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._call(f"/test/{path}", json.dumps(body or {}).encode(), "application/json")

    def books(self) -> Any:
        return self._call("/test/books")

    def fail(self, **fault: Any) -> None:
        self.control("behaviour", {"fail_next": fault})

    def pay(self, page: str, action: str = "pay") -> None:
        """The buyer presses a button on the payment page; the way back to the shop is not followed."""
        form = {"action": action} | ({"card_number": "4242424242424242"} if action == "pay" else {})
        request = urllib.request.Request(page, urllib.parse.urlencode(form).encode())
        try:
            urllib.request.build_opener(_Stay).open(request, timeout=10)
        except urllib.error.HTTPError as answer:
            if answer.code not in (302, 303):
                raise

    def client(self) -> stripe.StripeClient:
        return stripe.StripeClient(self.key, base_addresses={"api": self.url}, max_network_retries=0)

    def events(self, kind: str) -> list[Any]:
        found = self.client().v1.events.list({"type": kind, "limit": 100})
        return [event.to_dict() for event in found.data]

    def run_jobs(self) -> list[str]:
        """Do what the worker would do now, each waiting job once; those enqueued meanwhile too."""
        done = []
        while jobs := list(ProcrastinateJob.objects.filter(pk__gt=self.seen, status="todo").order_by("pk")):
            for job in jobs:
                self.seen = job.pk
                task = app.tasks[job.task_name]
                context = [SimpleNamespace(job=SimpleNamespace(id=job.pk))] if task.pass_context else []
                task.func(*context, **job.args)
                done.append(job.task_name)
        return done

    def skip_jobs(self) -> None:
        """Forget what waits, as if the worker were down."""
        self.seen = max([self.seen, *ProcrastinateJob.objects.values_list("pk", flat=True)])

    def _call(self, path: str, body: bytes | None = None, kind: str = "") -> Any:
        request = urllib.request.Request(self.url + path, body, {"Content-Type": kind} if kind else {})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def begin(order: Order, method: str = "alipay", **changes: Any) -> tuple[Payment, str]:
    return collect.begin(**({"order": order, "method": method, "return_url": BACK, "at": make.NOW} | changes))


def pay(till: Till, order: Order, method: str = "alipay") -> Payment:
    """The buyer pays and comes back."""
    payment, page = begin(order, method)
    till.pay(page)
    return collect.settle(payment=payment, at=make.NOW)
