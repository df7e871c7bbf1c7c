"""The outermost layer of the site: answers shared pages from memory, and gives every shared page its ETag.

Django marks the answers that may be shared (`shop.pagecache.sharing`); all others pass through untouched.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from shop.pagecache import watch
from shop.pagecache.store import Headers, Key, Page

MARK = "oasis.shared"  # in the WSGI environment: a Mark, when the answer may be shared
LARGEST = 1024 * 1024  # bytes of a page worth keeping; a larger one (a feed of all products) streams through
LONGEST_KEY = 1_000  # characters; a page of a longer address is rendered each time
GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?\s*(?:,|$)")
OWN_HEADERS = ("content-length", "etag", "vary", "content-encoding")

Environment = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environment, Start], Iterable[bytes]]


class PageCache:
    """WSGI middleware around the whole of Django."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environment, start_response: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        key = _key(environ)
        page = watch.store.get(key, time.time())
        if page is None:
            watch.start()
            return self._render(environ, start_response, key)
        return _answer(page, environ, start_response)

    def _render(self, environ: Environment, start_response: Start, key: Key) -> Iterable[bytes]:
        began = watch.store.now()
        said: list[Any] = []

        def remember(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            said[:] = [status, headers, exc_info]
            return _no_write

        body = self.application(environ, remember)
        status, headers, exc_info = said
        mark = environ.get(MARK)
        if mark is None or not status.startswith("200"):
            start_response(status, headers, exc_info) if exc_info else start_response(status, headers)
            return body
        chunks, size = [], 0
        pieces = iter(body)
        for piece in pieces:
            chunks.append(piece)
            size += len(piece)
            if size > LARGEST:
                start_response(status, headers)
                return _Rest(chunks, pieces, body)
        _close(body)
        page = _page(b"".join(chunks), headers, mark)
        if sum(map(len, key)) <= LONGEST_KEY:
            watch.store.put(key, page, began=began)
        return _answer(page, environ, start_response)


class _Rest:
    """What has been read of a large answer, then the rest as it comes."""

    def __init__(self, read: list[bytes], rest: Iterable[bytes], body: Iterable[bytes]) -> None:
        self.read, self.rest, self.body = read, rest, body

    def __iter__(self) -> Any:
        yield from self.read
        yield from self.rest

    def close(self) -> None:
        _close(self.body)


def _key(environ: Environment) -> Key:
    """Whatever an answer to nobody in particular may depend on."""
    secure = environ.get("HTTP_X_FORWARDED_PROTO", "").split(",")[0].strip() == "https"
    return (
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_HOST", ""),
        "https" if secure else "",
        "htmx" if "HTTP_HX_REQUEST" in environ else "",
    )


def _page(body: bytes, headers: Headers, mark: Any) -> Page:
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    return Page(
        etag=f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"',
        body=body,
        gzipped=None if kind.startswith(("text/", "application/")) else b"",
        headers=[pair for pair in headers if pair[0].lower() not in OWN_HEADERS],
        tags=frozenset(mark.tags),
        until=mark.until,
    )


def _answer(page: Page, environ: Environment, start_response: Start) -> Iterable[bytes]:
    squeezed = _squeezed(page) if GZIP.search(environ.get("HTTP_ACCEPT_ENCODING", "")) else b""
    zipped = bool(squeezed)
    etag = f'{page.etag[:-1]}-gz"' if zipped else page.etag
    headers = [*page.headers, ("ETag", etag), ("Vary", "Accept-Encoding, HX-Request")]
    if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", [pair for pair in headers if pair[0] != "Content-Type"])
        return []
    body = squeezed or page.body
    if zipped:
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _squeezed(page: Page) -> bytes:
    """The body gzipped, made once; empty where that is no shorter."""
    if page.gzipped is None:
        made = gzip.compress(page.body, compresslevel=6, mtime=0)
        page.gzipped = made if len(made) < len(page.body) else b""
    return page.gzipped


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _no_write(data: bytes) -> object:
    raise RuntimeError("Django's answers are iterated, never written")
