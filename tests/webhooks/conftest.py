from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation

from shop.webhooks import subscriptions
from shop.webhooks.models import Kind, Subscription
from tests import make
from tests.webhooks import receiver as receivers
from tests.webhooks.receiver import Receiver

Subscribe = Callable[..., Subscription]


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receivers.listening() as made:
        yield made


@pytest.fixture
def subscribe(receiver: Receiver) -> Subscribe:
    """An address that is told everything, unless the test says otherwise."""

    def made(**changes: Any) -> Subscription:
        wish: dict[str, Any] = {"url": receiver.url, "events": Kind.values, "partner": None, "unit": None}
        return subscriptions.add(**(wish | {"by": make.user(), "at": make.NOW} | changes))

    return made
