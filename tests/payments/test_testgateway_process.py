"""The test gateway as a process: how it starts, refuses to start, and ends; and that it stays outside Django."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import stripe

from shop.payments.testgateway import process


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shop.payments.testgateway", *arguments]
    return subprocess.run(command, cwd=process.ROOT, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with process.running(state=tmp_path / "gateway.sqlite3") as gateway:
        gateway.process.send_signal(number)

        assert gateway.process.wait(10) == 0


def test_a_port_in_use_is_told_and_exit_code_2(tmp_path: Path) -> None:
    with process.running(state=tmp_path / "one.sqlite3") as gateway:
        port = gateway.url.rpartition(":")[2]

        second = start("--port", port, "--state", str(tmp_path / "two.sqlite3"), "--api-key", "sk_test_x")

    assert second.returncode == 2
    assert f"Port {port} on 127.0.0.1 is in use" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_state_file_in_use_is_told_and_exit_code_2(tmp_path: Path) -> None:
    with process.running(state=tmp_path / "one.sqlite3"):
        second = start("--port", "0", "--state", str(tmp_path / "one.sqlite3"), "--api-key", "sk_test_x")

    assert second.returncode == 2
    assert "end the other gateway first" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--api-key", "sk_live_x"), "live key"),
        (("--api-key", "sk_test_x", "--webhook-url", "http://127.0.0.1:9/"), "--webhook-secret"),
        (("--api-key", "sk_test_x", "--webhook-url", "ftp://127.0.0.1/", "--webhook-secret", "whsec_x"), "address"),
        (("--api-key", "sk_test_x", "--port", "65536"), "65535"),
    ],
)
def test_a_wrong_argument_is_told(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    refused = start("--state", str(tmp_path / "gateway.sqlite3"), *arguments)

    assert refused.returncode == 2
    assert told in refused.stderr


def test_it_imports_no_django() -> None:
    code = "import sys, shop.payments.testgateway.__main__; sys.exit(len({'django', 'stripe'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], cwd=process.ROOT, check=False)

    assert done.returncode == 0


def test_what_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    state = tmp_path / "gateway.sqlite3"
    with process.running(state=state) as gateway:
        addresses: Any = {"api": gateway.url}
        client: Any = stripe.StripeClient(gateway.api_key, base_addresses=addresses, max_network_retries=0)
        client.v1.payment_intents.create(
            {"amount": 500, "currency": "cny", "payment_method": "pm_card_visa", "confirm": True}
        )
        gateway.process.kill()
        gateway.process.wait()

    with process.running(state=state) as gateway, urllib.request.urlopen(f"{gateway.url}/test/books") as answer:
        assert json.load(answer)["totals"]["cny"]["amount_received"] == 500
