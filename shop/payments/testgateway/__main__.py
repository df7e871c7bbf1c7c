"""The command line: `python -m shop.payments.testgateway --help`."""

import argparse
import errno
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from shop.payments.testgateway.deliveries import Sender, Target
from shop.payments.testgateway.server import HOST, GatewayServer
from shop.payments.testgateway.state import State, StateInUse

EXIT_CANNOT_START = 2


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code."""
    parser = _parser()
    wish = parser.parse_args(arguments)
    if wish.webhook_url is not None and not (wish.webhook_secret or "").strip():
        parser.error("--webhook-url needs --webhook-secret: unsigned events would be refused")
    target = _target(wish)
    try:
        state = State(wish.state)
    except StateInUse as error:
        return _refuse(str(error))
    try:
        server = GatewayServer(port=wish.port, state=state, api_key=wish.api_key)
    except OSError as error:
        state.close()
        if error.errno != errno.EADDRINUSE:
            return _refuse(f"Cannot listen on {HOST}:{wish.port}: {error.strerror}.")
        return _refuse(f"Port {wish.port} on {HOST} is in use: end what listens there or choose another --port.")
    _serve(server=server, sender=Sender(state=state, target=target) if target else None)
    state.close()
    return 0


def _serve(*, server: GatewayServer, sender: Sender | None) -> None:
    """Listen, say so, and wait for the signal to end."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    if sender is not None:
        sender.start()
    print(f"TEST GATEWAY (no real money) listening on {server.url}", flush=True)
    ended.wait()
    server.shutdown()
    server.server_close()
    if sender is not None:
        sender.stop()


def _target(wish: argparse.Namespace) -> Target | None:
    if wish.webhook_url is None:
        return None
    return Target(
        url=wish.webhook_url,
        secret=wish.webhook_secret or "",
        pause_seconds=wish.retry_seconds,
        attempts_max=wish.attempts,
    )


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return EXIT_CANNOT_START


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shop.payments.testgateway",
        description="A TEST GATEWAY that speaks a part of Stripe's API on 127.0.0.1. It moves no real money.",
    )
    parser.add_argument("--port", type=_port, default=12111, help="0 takes a free port (default 12111)")
    parser.add_argument("--state", type=Path, required=True, help="the SQLite file that keeps everything")
    parser.add_argument("--api-key", type=_api_key, required=True, help="the key clients must send, sk_test_...")
    parser.add_argument("--webhook-url", type=_url, help="where events go; without it they wait in the state file")
    parser.add_argument("--webhook-secret", help="signs the events, whsec_...")
    parser.add_argument("--retry-seconds", type=_seconds, default=1.0, help="pause after a failed delivery; doubles")
    parser.add_argument("--attempts", type=_attempts, default=12, help="deliveries tried before giving up (default 12)")
    return parser


def _port(text: str) -> int:
    return _whole(text, least=0, most=65535)


def _attempts(text: str) -> int:
    return _whole(text, least=1, most=1000)


def _whole(text: str, *, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"a whole number from {least} to {most} is needed, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0.01 <= seconds <= 300:
        raise argparse.ArgumentTypeError(f"a number of seconds from 0.01 to 300 is needed, not {text!r}")
    return seconds


def _api_key(text: str) -> str:
    if text.startswith(("sk_live", "rk_live")):
        raise argparse.ArgumentTypeError("this is a test gateway; never give it a live key")
    if not text.strip() or not text.isascii():
        raise argparse.ArgumentTypeError("a key such as sk_test_demo is needed")
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not text.isascii():
        raise argparse.ArgumentTypeError(f"an http or https address is needed, not {text!r}")
    return text


if __name__ == "__main__":
    sys.exit(main())
