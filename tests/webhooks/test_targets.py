"""The site calls public servers over https, never the inside of its own network, and follows nobody elsewhere."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest

from shop.webhooks import sending, targets
from tests.webhooks.receiver import Receiver

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "223.5.5.5", "1.1.1.1", "2400:3200::1", "2606:4700::1111", "::ffff:8.8.8.8"]


@pytest.fixture
def production(settings: Any) -> None:
    settings.DEMO = False


def named(*addresses: str, asked: list[str] | None = None) -> Any:
    """Every name stands for these addresses; numbers are looked up as they are."""
    real = socket.getaddrinfo

    def found(host: str, port: Any, *args: Any, **options: Any) -> Any:
        if host.replace(".", "").isdecimal() or ":" in host:
            return real(host, port, *args, **options)
        if asked is not None:
            asked.append(host)
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port or 0)) for each in addresses]

    return mock.patch("shop.webhooks.targets.socket.getaddrinfo", found)


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with named(address), pytest.raises(targets.TargetRefused):
        targets.resolve(urlsplit("https://farm.example.org/"))


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("address", OUTSIDE)
def test_a_name_that_leads_outside_is_called_at_that_address(address: str) -> None:
    with named(address):
        assert targets.resolve(urlsplit("https://farm.example.org/")) == address


@pytest.mark.usefixtures("production")
def test_one_inside_address_among_public_ones_is_enough_to_refuse() -> None:
    with named("8.8.8.8", "10.0.0.1"), pytest.raises(targets.TargetRefused):
        targets.resolve(urlsplit("https://farm.example.org/"))


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize(
    "url",
    [
        "http://farm.example.org/", "http://127.0.0.1:8000/", "https://127.0.0.1/", "https://[::1]/",
        "ftp://farm.example.org/", "https://10.0.0.1/", "https://[::ffff:10.0.0.1]/",
        "file:///etc/passwd", "https://", "https:///x", "farm.example.org",
        "https://name:word@farm.example.org/", "https://farm.example.org/#part", "https://farm.example.org:99999/", "",
        "https://farm.example.org/\r\nX: y", "https://farm.example.org/a b", "https://农场.example.org/", "https://[::1",
        "https://farm.example.org/" + "x" * 500,
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_called_is_refused_as_it_is_written(url: str) -> None:
    with pytest.raises(targets.TargetRefused):
        targets.read(url)


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize(
    "url", ["https://farm.example.org/hook?a=b", "https://8.8.8.8/", "https://farm.example.org:8443/"]
)
def test_a_public_https_address_may_be_called(url: str) -> None:
    assert targets.read(url).scheme == "https"


def test_the_demo_may_call_this_machine_but_no_other_without_tls() -> None:
    assert targets.read("http://127.0.0.1:9000/hook").port == 9000
    with pytest.raises(targets.TargetRefused):
        targets.read("http://farm.example.org/hook")
    with named("10.0.0.1"), pytest.raises(targets.TargetRefused):
        targets.resolve(urlsplit("http://localhost/hook"))


@pytest.mark.usefixtures("production")
def test_in_production_this_machine_itself_gets_nothing(receiver: Receiver) -> None:
    port = urlsplit(receiver.url).port
    with named("127.0.0.1"):
        answer = sending.post(url=f"https://farm.example.org:{port}/", body=b"{}", headers={})

    assert (answer.status, answer.problem) == (None, sending.NOT_ALLOWED)
    assert receiver.got == []


@pytest.mark.parametrize("written", ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/"])
def test_no_way_of_writing_a_number_opens_a_door(written: str) -> None:
    with pytest.raises(targets.TargetRefused):
        targets.read(written)


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answers, receiver.location = [307], receiver.url

    answer = sending.post(url=receiver.url, body=b"{}", headers={})

    assert (answer.status, answer.problem) == (307, sending.REDIRECTED)
    assert len(receiver.got) == 1


def test_the_address_that_was_checked_is_the_one_that_is_called(receiver: Receiver) -> None:
    """The name is asked once, so a second answer that leads elsewhere (DNS rebinding) is never heard."""
    asked: list[str] = []

    with named("127.0.0.1", asked=asked):
        answer = sending.post(url=receiver.url.replace("127.0.0.1", "localhost"), body=b"{}", headers={})

    assert answer.status == 204 and asked == ["localhost"]
    assert receiver.got[0].headers["Host"].startswith("localhost:")


def test_a_name_nobody_has_is_a_problem_and_no_error() -> None:
    with mock.patch("shop.webhooks.targets.socket.getaddrinfo", side_effect=socket.gaierror(-2, "unknown")):
        answer = sending.post(url="https://nobody.example.org/", body=b"{}", headers={})

    assert (answer.status, answer.problem) == (None, sending.NO_NAME)


def test_a_closed_door_is_a_problem_and_no_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        answer = sending.post(url=f"http://127.0.0.1:{taken.getsockname()[1]}/", body=b"{}", headers={})

    assert (answer.status, answer.problem) == (None, sending.NO_CONNECTION)


@contextmanager
def speaking(say: Any) -> Iterator[int]:
    """A server that does to each connection what `say` does."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _from = server.accept()
            with connection:
                say(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def drip(connection: socket.socket) -> None:
    """A header that never ends, byte by byte, until the other side has gone."""
    connection.recv(65536)
    stop = threading.Event()
    connection.settimeout(5)
    try:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not stop.wait(0.02):
            connection.sendall(b"x")
    except OSError:
        stop.set()


def test_a_server_that_drips_is_cut_off_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TIMEOUT_S", 0.3)
    with speaking(drip) as port:
        answer = sending.post(url=f"http://127.0.0.1:{port}/", body=b"{}", headers={})

    assert (answer.status, answer.problem) == (None, sending.NO_ANSWER)


def test_an_answer_that_is_not_http_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking(lambda connection: (connection.recv(65536), connection.sendall(b"SSH-2.0-x\r\n\r\n"))) as port:
        answer = sending.post(url=f"http://127.0.0.1:{port}/", body=b"{}", headers={})

    assert (answer.status, answer.problem) == (None, sending.NOT_HTTP)


def test_a_server_without_tls_is_refused_over_https(receiver: Receiver) -> None:
    answer = sending.post(url=receiver.url.replace("http:", "https:"), body=b"{}", headers={})

    assert (answer.status, answer.problem) == (None, sending.NO_TLS)
    assert receiver.got == []


def test_tls_has_to_prove_the_name_and_not_the_number(receiver: Receiver) -> None:
    asked: list[Any] = []

    class Context(ssl.SSLContext):
        def wrap_socket(self, sock: socket.socket, **options: Any) -> Any:
            asked.append((options["server_hostname"], self.verify_mode, self.check_hostname))
            raise ssl.SSLCertVerificationError("not this name")

    made = Context(ssl.PROTOCOL_TLS_CLIENT)
    with mock.patch("shop.webhooks.sending.ssl.create_default_context", lambda: made), named("127.0.0.1"):
        answer = sending.post(url=f"https://farm.example.org:{urlsplit(receiver.url).port}/", body=b"{}", headers={})

    assert asked == [("farm.example.org", ssl.CERT_REQUIRED, True)]
    assert answer.problem == sending.NO_TLS
