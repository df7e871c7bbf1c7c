"""Start a gateway as its own process from Python: for tests, the demo and the browser tour."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
API_KEY = "sk_test_gateway"
WEBHOOK_SECRET = "whsec_test_gateway"  # noqa: S105  guards nothing: it signs test events
END_SECONDS = 10


class NotStarted(Exception):
    """The gateway ended before it listened; its error output says why."""


@dataclass(frozen=True)
class Running:
    """A gateway at work. url: its address; process: to end it early or kill it."""

    url: str
    api_key: str
    webhook_secret: str
    process: subprocess.Popen[str]


@contextmanager
def running(
    *,
    state: Path,
    port: int = 0,
    webhook_url: str | None = None,
    webhook_secret: str = WEBHOOK_SECRET,
    api_key: str = API_KEY,
    retry_seconds: float = 1.0,
    attempts: int = 12,
) -> Iterator[Running]:
    """Run a gateway while the block runs. port: 0 takes a free one. Raises NotStarted."""
    command = [sys.executable, "-m", "shop.payments.testgateway", "--port", str(port), "--state", str(state)]
    command += ["--api-key", api_key, "--retry-seconds", str(retry_seconds), "--attempts", str(attempts)]
    if webhook_url is not None:
        command += ["--webhook-url", webhook_url, "--webhook-secret", webhook_secret]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own module
    try:
        yield Running(_address(process), api_key, webhook_secret, process)
    finally:
        _end(process)


def _address(process: subprocess.Popen[str]) -> str:
    """The address from the one line printed when listening."""
    line = process.stdout.readline() if process.stdout else ""
    match = re.search(r"http://127\.0\.0\.1:[0-9]+", line)
    if match is None:
        raise NotStarted(f"The test gateway ended with exit code {process.wait(END_SECONDS)}; see its error output.")
    return match[0]


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
