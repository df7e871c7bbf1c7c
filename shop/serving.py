"""Starts what a running shop needs, in order, and stops all of it together."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

Say = Callable[[str], object]
HOST = "127.0.0.1"
START_S = 60
WORKER = ("--concurrency", "2", "--delete-jobs", "successful")
STOP_S = 10


class CannotServe(RuntimeError):
    """Something the site needs is missing; the message says what and how to go on."""


class Stopped(Exception):
    """Ctrl-C, or a request to end."""


def serve(*, say: Say) -> None:
    """Run until Ctrl-C or SIGTERM. Raises CannotServe when a part cannot start or ends by itself."""
    require_free(settings.PORT, "PORT")
    if settings.TEST_GATEWAY:
        require_free(settings.TEST_GATEWAY_PORT, "TEST_GATEWAY_PORT")
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _stop)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        _prepare_database(say)
        if settings.TEST_GATEWAY:
            children["test gateway"] = _start(*gateway_command())
            _wait_for(settings.STRIPE_API_BASE + "/test/books", children)
        _prepare_demo(say)
        _collect_static(say)
        children["web server"] = _start(sys.executable, "-m", "granian", *web_arguments())
        children["worker"] = _start(sys.executable, "manage.py", "procrastinate", "worker", *WORKER)
        _wait_for(f"http://{HOST}:{settings.PORT}/healthz", children)
        _welcome(say)
        _watch(children)
    except Stopped:
        say("Stopping ...")
    finally:
        _end(children)


def require_free(port: int, variable: str) -> None:
    """Raises CannotServe when somebody already listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotServe(
                f"Port {port} on {HOST} is in use ({error.strerror}). Stop what listens there, or choose another:"
                f" {variable}={port + 1} make run"
            ) from error


def gateway_command() -> list[str]:
    return [
        sys.executable, "-m", "shop.payments.testgateway",
        "--port", str(settings.TEST_GATEWAY_PORT),
        "--state", str(settings.VAR_DIR / "gateway.sqlite3"),
        "--webhook-url", f"http://{HOST}:{settings.PORT}/payments/stripe/webhook",
        "--webhook-secret", settings.STRIPE_WEBHOOK_SECRET,
        "--api-key", settings.STRIPE_SECRET_KEY,
    ]  # fmt: skip


def web_arguments() -> list[str]:
    return [
        "--interface", "wsgi", "--host", HOST, "--port", str(settings.PORT), "--workers", "2",
        "--blocking-threads", "4", "--no-access-log", "--log-level", "warning", "shop.wsgi:application",
    ]  # fmt: skip


def _prepare_database(say: Say) -> None:
    if MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
        say("Building the database (once, about 80 s) ...")
        call_command("migrate", verbosity=0)


def _prepare_demo(say: Say) -> None:
    from catalogue.models import Product

    if settings.DEMO and not Product.objects.exists():
        say("Loading the demo world (once) ...")
        call_command("load_demo")


def _collect_static(say: Say) -> None:
    """Copy and compress static files when a package or one of our own files changed since the last time."""
    own = sorted((settings.BASE_DIR / "shop" / "static").rglob("*"))
    lock = settings.BASE_DIR / "requirements.lock"
    stamp = repr([(str(path.relative_to(settings.BASE_DIR)), path.stat().st_mtime_ns) for path in [lock, *own]])
    stamp_file = settings.STATIC_ROOT / ".collected"
    if not stamp_file.exists() or stamp_file.read_text() != stamp:
        say("Collecting static files (once) ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp_file.write_text(stamp)


def _start(*command: str) -> subprocess.Popen[bytes]:
    """A child in its own process group that ends when we do, however we end."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "shop.settings", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(  # noqa: S603  our own programs
        command, cwd=settings.BASE_DIR, env=environment, start_new_session=True, preexec_fn=_die_with_parent
    )


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _wait_for(address: str, children: dict[str, subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        _require_alive(children)
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  our own address
            return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            time.sleep(0.1)
    raise CannotServe(f"{address} did not answer within {START_S} s; its messages stand above.")


def _require_alive(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise CannotServe(f"The {name} ended by itself (exit code {child.returncode}); its messages stand above.")


def _watch(children: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        _require_alive(children)
        time.sleep(0.5)


def _stop(number: int, frame: FrameType | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # stopping once is enough
    raise Stopped


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in reversed(children.values()):
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + STOP_S
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=max(0.1, until - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):  # whatever is left of the child and its own children
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _welcome(say: Say) -> None:
    say(f"\n  The shop is open: http://{HOST}:{settings.PORT}/   (English: http://{HOST}:{settings.PORT}/en/)\n")
    if settings.DEMO:
        from shop.demo import people

        say(people.table())
    if settings.TEST_GATEWAY:
        say(f"  Payments go to the local TEST gateway at {settings.STRIPE_API_BASE}: no real money.")
    say("  Ctrl-C stops everything.\n")
