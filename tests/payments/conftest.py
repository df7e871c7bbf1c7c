"""A test gateway as a process of its own, one per module, empty before each test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from shop.payments.testgateway import process
from tests.order import world
from tests.payments.till import Till


@pytest.fixture(scope="module")
def gateway_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[process.Running]:
    state: Path = tmp_path_factory.mktemp("till") / "gateway.sqlite3"
    with process.running(state=state) as started:
        yield started


@pytest.fixture
def till(gateway_process: process.Running, settings: Any) -> Iterator[Till]:
    """The gateway, and the shop pointed at it."""
    settings.STRIPE_API_BASE = gateway_process.url
    settings.STRIPE_SECRET_KEY = gateway_process.api_key
    settings.STRIPE_WEBHOOK_SECRET = gateway_process.webhook_secret
    settings.PAYMENT_TIMEOUT_S = 5
    made = Till(gateway_process.url, gateway_process.api_key)
    made.control("reset")
    with translation.override("en"):
        yield made


@pytest.fixture
def nodes() -> dict[str, Any]:
    return world.open_network()
