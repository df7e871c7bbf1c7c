"""The load generator counts what is right, and takes nothing else for right."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bench import load
from bench.load import Ask

Answer = Callable[[str], list[bytes]]  # path -> pieces, sent one after the other
ENOUGH_S = 60.0  # never reached: every run here is ended by its number of requests


@contextmanager
def server(answer: Answer) -> Iterator[int]:
    """Answers every request of every connection as told; an empty piece hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, answer), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, answer: Answer) -> None:
    while True:
        try:
            visitor, _address = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(visitor, answer), daemon=True).start()


def _serve(visitor: socket.socket, answer: Answer) -> None:
    with visitor:
        visitor.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while request := visitor.recv(65536):
            for piece in answer(request.split()[1].decode()):
                if not piece:
                    return
                visitor.sendall(piece)


def page(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\ncontent-length: %d\r\n\r\n%b" % (status, len(body), body)


def run(answer: Answer, *asks: Ask, most: int = 10, connections: int = 1, start: int = 0) -> load.Outcome:
    with server(answer) as port:
        return load.run(asks, port=port, connections=connections, seconds=ENOUGH_S, most=most, start=start)


def test_right_answers_are_counted_to_the_number_asked_for() -> None:
    seen = run(lambda path: [page(b"dates")], Ask("/", "dates"), most=100, connections=8)

    assert (seen.requests, len(seen.latencies_ms), seen.errors.total()) == (100, 100, 0)
    seen.require_clean("The answers")


def test_bytes_are_heads_and_bodies() -> None:
    answer = page(b"x" * 1000)

    seen = run(lambda path: [answer], Ask("/"), most=7)

    assert seen.received == 7 * len(answer)


def test_the_time_ends_a_run_without_a_number() -> None:
    with server(lambda path: [page(b"x")]) as port:
        seen = load.run([Ask("/")], port=port, connections=2, seconds=0.05)

    assert seen.requests > 0
    assert seen.seconds >= 0.05


def test_pages_are_asked_in_turn_from_where_the_last_slice_ended() -> None:
    asked: list[str] = []

    def answer(path: str) -> list[bytes]:
        asked.append(path)
        return [page(b"x")]

    run(answer, Ask("/a"), Ask("/b"), Ask("/c"), most=4, start=5)

    assert asked == ["/c", "/a", "/b", "/c"]


def test_another_status_is_an_error() -> None:
    def answer(path: str) -> list[bytes]:
        return [page(b"x", b"500 Broken" if path == "/broken" else b"200 OK")]

    seen = run(answer, Ask("/"), Ask("/broken"), most=10)

    assert (seen.requests, seen.errors.total()) == (5, 5)
    with pytest.raises(load.Wrong, match=r"The shop: 5 right answers, and 5 x status 500 instead of 200 at /broken"):
        seen.require_clean("The shop")


def test_another_status_can_be_the_right_one() -> None:
    seen = run(lambda path: [page(b"x", b"410 Gone")], Ask("/", status=410))

    assert (seen.requests, seen.errors.total()) == (10, 0)


def test_a_body_without_its_word_is_an_error() -> None:
    seen = run(lambda path: [page("杏干".encode())], Ask("/", "红枣"), most=1)

    assert (seen.requests, seen.errors.total()) == (0, 1)


def test_bodies_are_looked_into_again_and_again() -> None:
    """The first answer of a connection is right, later ones are not: the sample finds some of them."""
    answers = iter([page("红枣".encode()), *[page(b"none")] * (load.SAMPLE * 2)])

    seen = run(lambda path: [next(answers)], Ask("/", "红枣"), most=load.SAMPLE + 1)

    assert (seen.requests, seen.errors.total()) == (load.SAMPLE, 1)


def test_an_answer_in_many_pieces_is_one_answer() -> None:
    whole = page("红枣".encode() * 500)

    seen = run(lambda path: [whole[:9], whole[9:30], whole[30:1000], whole[1000:]], Ask("/", "红枣"), most=3)

    assert (seen.requests, seen.received, seen.errors.total()) == (3, 3 * len(whole), 0)


def test_a_server_that_hangs_up_in_the_middle_is_an_error() -> None:
    seen = run(lambda path: [page(b"x" * 100)[:60], b""], Ask("/"), most=3)

    assert (seen.requests, seen.errors) == (0, {"the server hung up": 3})


def test_an_answer_without_its_length_is_an_error() -> None:
    seen = run(lambda path: [b"HTTP/1.1 200 OK\r\n\r\nbody"], Ask("/"), most=2)

    assert seen.errors == {"an answer without Content-Length": 2}


def test_more_bytes_than_announced_are_an_error() -> None:
    seen = run(lambda path: [page(b"x") + b"more"], Ask("/"), most=1)

    assert seen.errors.total() == 1


def test_a_run_without_any_answer_is_not_clean() -> None:
    with pytest.raises(load.Wrong, match="no answer"):
        load.Outcome().require_clean("The shop")


def test_percentiles_are_those_of_the_sorted_latencies() -> None:
    seen = load.Outcome(latencies_ms=[float(number) for number in range(100, 0, -1)])

    assert (seen.percentile_ms(0.5), seen.percentile_ms(0.95), seen.percentile_ms(1.0)) == (51.0, 96.0, 100.0)


def test_the_static_answer_that_the_generator_is_measured_against_is_right() -> None:
    with load.static_answer(b"dates") as port:
        seen = load.run([Ask("/", "dates")], port=port, connections=4, seconds=ENOUGH_S, most=200)

    assert (seen.requests, seen.errors.total()) == (200, 0)
