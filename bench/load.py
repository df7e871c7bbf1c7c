"""A load generator: one process, raw non-blocking sockets with epoll, HTTP/1.1 kept alive.

python -m bench.load [--seconds 3]     what the generator itself costs, against an answer that costs nothing

The status of every answer is checked, and on a sample the body as well: whatever is not as expected is an error, and
the figures of a run with errors mean nothing (`Outcome.require_clean` says so). Only loopback is spoken to.
"""

from __future__ import annotations

import argparse
import select
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing import get_context

HOST = "127.0.0.1"
SAMPLE = 50  # the body of each connection's first and of every 50th answer is looked into
PATIENCE_S = 60.0  # no answer at all for so long ends the run
BUFFER = 1 << 18
CONNECTIONS = (1, 8, 32)


class Wrong(RuntimeError):
    """Answers were not as expected; the message counts them."""


@dataclass(frozen=True)
class Ask:
    """One page to ask for.

    word: stands in a right answer's body; cookie: a Cookie header, for pages of one's own
    """

    path: str
    word: str = ""
    status: int = 200
    cookie: str = ""

    def request(self, port: int) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {HOST}:{port}", "Accept: text/html", "Accept-Language: zh-CN"]
        lines += [f"Cookie: {self.cookie}"] if self.cookie else []
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass
class Outcome:
    """What one run saw. latencies_ms: one per answer, as they came; own_cpu_s: of the generator."""

    requests: int = 0
    seconds: float = 0.0
    received: int = 0
    own_cpu_s: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """share: 0.5 for the median; 0.0 of nothing."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def require_clean(self, what: str) -> None:
        """Raises Wrong when any answer was not as expected, or none came."""
        if self.errors or not self.requests:
            told = ", ".join(f"{count} x {error}" for error, count in self.errors.most_common(5)) or "no answer"
            raise Wrong(f"{what}: {self.requests} right answers, and {told}.")


class Connection:
    """One visitor: asks, waits for the whole answer, asks again."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answered = 0
        self.socket = self._open()
        self.begin(None)

    def _open(self) -> socket.socket:
        opened = socket.create_connection((HOST, self.port), timeout=PATIENCE_S)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.setblocking(False)
        return opened

    def begin(self, ask: Ask | None) -> None:
        self.ask = ask
        self.head = b""
        self.missing = -1  # bytes of the body still to come; -1: the head is not complete
        self.body: list[bytes] | None = [] if self.answered % SAMPLE == 0 else None

    def send(self, ask: Ask, request: bytes) -> None:
        self.begin(ask)
        self.sent_at = time.perf_counter()
        if self.socket.send(request) != len(request):
            raise OSError("the request did not fit the socket's buffer")

    def take(self, data: memoryview) -> str | None:
        """Take a piece of the answer. None: more is to come; "": the answer is whole and right; else what is wrong."""
        if self.missing < 0:
            return self._take_head(bytes(data))
        if self.body is not None:
            self.body.append(bytes(data))
        self.missing -= len(data)
        return self._verdict() if self.missing <= 0 else None

    def _take_head(self, data: bytes) -> str | None:
        self.head = head = self.head + data if self.head else data
        end = head.find(b"\r\n\r\n")
        if end < 0:
            return None
        lower = head[: end + 2].lower()
        start = lower.find(b"\r\ncontent-length: ")
        if start < 0:
            return "an answer without Content-Length"
        length = int(lower[start + 18 : lower.find(b"\r\n", start + 18)])
        self.missing = length - (len(head) - end - 4)
        if self.body is not None:
            self.body.append(head[end + 4 :])
        return self._verdict() if self.missing <= 0 else None

    def _verdict(self) -> str:
        ask = self.ask
        assert ask is not None
        self.answered += 1
        if self.head[9:12] != b"%d" % ask.status:
            return f"status {self.head[9:12].decode()} instead of {ask.status} at {ask.path}"
        if self.missing < 0:
            return f"more bytes than Content-Length says at {ask.path}"
        if self.body is not None and ask.word and ask.word.encode() not in b"".join(self.body):
            return f"no “{ask.word}” in {ask.path}"
        return ""

    def close(self) -> None:
        self.socket.close()


def run(
    asks: Sequence[Ask], *, port: int, connections: int, seconds: float, most: int | None = None, start: int = 0
) -> Outcome:
    """Ask for the pages in turn over so many connections, for so long; what is under way at the end is waited for.

    most: so many requests at most; start: which page comes first (a later slice goes on where another ended)
    """
    return _Run(asks, port=port, seconds=seconds, most=most, start=start).over(connections)


class _Run:
    def __init__(self, asks: Sequence[Ask], *, port: int, seconds: float, most: int | None, start: int) -> None:
        if not asks:
            raise ValueError("There is no page to ask for.")
        turned = [*asks[start % len(asks) :], *asks[: start % len(asks)]]
        self.next = cycle([(ask, ask.request(port)) for ask in turned])
        self.port, self.seconds, self.left = port, seconds, most if most is not None else 1 << 62
        self.outcome = Outcome()
        self.epoll = select.epoll()
        self.waiting: dict[int, Connection] = {}

    def over(self, connections: int) -> Outcome:
        own, began = time.process_time(), time.perf_counter()
        self.until = began + self.seconds
        try:
            for _number in range(connections):
                self._ask(self._connect())
            while self.waiting:
                self._answers()
        finally:
            self.epoll.close()
            for connection in self.waiting.values():
                connection.close()
        self.outcome.seconds = time.perf_counter() - began
        self.outcome.own_cpu_s = time.process_time() - own
        return self.outcome

    def _connect(self) -> Connection:
        connection = Connection(self.port)
        self.waiting[connection.socket.fileno()] = connection
        self.epoll.register(connection.socket.fileno(), select.EPOLLIN)
        return connection

    def _ask(self, connection: Connection) -> None:
        """The next page, or the end of this connection."""
        if self.left <= 0 or time.perf_counter() >= self.until:
            return self._drop(connection)
        self.left -= 1
        try:
            connection.send(*next(self.next))
        except OSError as error:
            self._failed(connection, f"sending: {error}")

    def _answers(self) -> None:
        ready = self.epoll.poll(PATIENCE_S)
        if not ready:
            self.outcome.errors[f"no answer within {PATIENCE_S:.0f} s"] += len(self.waiting)
            for connection in list(self.waiting.values()):
                self._drop(connection)
        for number, _event in ready:
            self._read(self.waiting[number])

    def _read(self, connection: Connection) -> None:
        try:
            received = connection.socket.recv_into(_buffer)
        except BlockingIOError:
            return
        except OSError as error:
            return self._failed(connection, f"receiving: {error}")
        if not received:
            return self._failed(connection, "the server hung up")
        self.outcome.received += received
        wrong = connection.take(_view[:received])
        if wrong is None:
            return
        if wrong:
            return self._failed(connection, wrong)
        self.outcome.requests += 1
        self.outcome.latencies_ms.append((time.perf_counter() - connection.sent_at) * 1000)
        self._ask(connection)

    def _failed(self, connection: Connection, error: str) -> None:
        """Count it and go on with a new connection: what else stands in the old one cannot be told apart."""
        self.outcome.errors[error] += 1
        self._drop(connection)
        if self.left > 0 and time.perf_counter() < self.until:
            self._ask(self._connect())

    def _drop(self, connection: Connection) -> None:
        del self.waiting[connection.socket.fileno()]
        self.epoll.unregister(connection.socket.fileno())
        connection.close()


_buffer = bytearray(BUFFER)
_view = memoryview(_buffer)


@contextmanager
def static_answer(body: bytes = b"x" * 200) -> Iterator[int]:
    """A process of its own that answers every request with the same bytes, as cheaply as one can; gives its port."""
    with socket.create_server((HOST, 0), backlog=256) as listener:
        process = get_context("fork").Process(target=_answer_all, args=(listener, body), daemon=True)
        process.start()
        try:
            yield listener.getsockname()[1]
        finally:
            process.terminate()
            process.join()


def _answer_all(listener: socket.socket, body: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    epoll, visitors = select.epoll(), {}
    epoll.register(listener.fileno(), select.EPOLLIN)
    while True:
        for number, _event in epoll.poll():
            if number == listener.fileno():
                visitor, _address = listener.accept()
                visitor.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                visitors[visitor.fileno()] = visitor
                epoll.register(visitor.fileno(), select.EPOLLIN)
            elif visitors[number].recv_into(_buffer):
                visitors[number].sendall(answer)
            else:
                epoll.unregister(number)
                visitors.pop(number).close()


def main() -> None:
    parser = argparse.ArgumentParser(description="What the load generator itself can do and costs.")
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    print(f"{'connections':>11}{'requests/s':>12}{'µs CPU each':>13}{'p50 ms':>8}{'p95 ms':>8}")
    with static_answer() as port:
        for connections in CONNECTIONS:
            seen = run([Ask("/", "x")], port=port, connections=connections, seconds=options.seconds)
            seen.require_clean("The static answer")
            each = seen.own_cpu_s / seen.requests * 1e6
            p50, p95 = seen.percentile_ms(0.5), seen.percentile_ms(0.95)
            print(f"{connections:>11}{seen.per_second:>12,.0f}{each:>13.1f}{p50:>8.2f}{p95:>8.2f}")


if __name__ == "__main__":
    main()
