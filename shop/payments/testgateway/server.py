"""The HTTP server: reads requests, asks api, control or paypage, writes answers. The clock is read here."""

import base64
import binascii
import hmac
import json
import re
import sys
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import urlsplit

from shop.payments.testgateway import api, behaviour, control, pages, paypage
from shop.payments.testgateway.calls import API_VERSION, Answer, Call, new_id
from shop.payments.testgateway.errors import ApiError, Json
from shop.payments.testgateway.forms import Form
from shop.payments.testgateway.state import State, StateClosed

HOST = "127.0.0.1"
BODY_MAX = 64 * 1024
DRAIN_MAX = 1024 * 1024  # of a refused body, so that the sender can read the refusal
PAY_PATH = re.compile(r"/test/pay/([^/]+)")


class Dropped(Exception):
    """The answer is lost on purpose: close the connection without a word."""


class GatewayServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1. port: 0 takes a free one. Raises OSError when the port is taken."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *, port: int, state: State, api_key: str) -> None:
        super().__init__((HOST, port), Handler)
        self.state = state
        self.api_key = api_key

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error."""
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "TestGateway"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._respond("GET")

    def do_POST(self) -> None:
        self._respond("POST")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
        """Requests are not logged."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A request that is no proper HTTP, or a method not spoken."""
        self.close_connection = True
        self._send_html(int(code), pages.problem(status=int(code), message=message or "Not understood."))

    @property
    def gateway(self) -> GatewayServer:
        return cast(GatewayServer, self.server)

    def _respond(self, method: str) -> None:
        """Answer one request; nothing that goes wrong reaches the client as a traceback."""
        path, _, query = self.path.partition("?")
        request_id = new_id("req")
        try:
            self._dispatch(method, path, query, request_id)
        except ApiError as refusal:
            if self._wants_html(path):
                self._send_html(refusal.status, pages.problem(status=refusal.status, message=str(refusal)))
            else:
                self._send_json(Answer(refusal.status, refusal.body), request_id)
        except (Dropped, StateClosed, ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:  # the edge: a fault of ours is told on stderr, never to the client
            traceback.print_exc()
            failure = ApiError(500, "The test gateway failed; its error output says why.", kind="api_error")
            self._send_json(Answer(500, failure.body), request_id)

    def _dispatch(self, method: str, path: str, query: str, request_id: str) -> None:
        body = self._body()
        if path.startswith("/v1/"):
            self._api(method, path, query, body, request_id)
            return
        self._refuse_other_origin()
        call = self._call()
        if path == "/" and method == "GET":
            self._send_html(200, pages.front())
            return
        visited = PAY_PATH.fullmatch(path)
        with self.gateway.state.transaction():
            if visited is None:
                answer = control.answer(call=call, method=method, path=path, body=_json(body))
            elif method == "GET":
                shown = paypage.show(call=call, identifier=visited[1])
            else:
                shown = paypage.act(call=call, identifier=visited[1], form=Form.parse(body))
        if visited is None:
            self._send_json(answer, request_id)
        else:
            self._send_html(shown.status, shown.html or "", location=shown.location)

    def _api(self, method: str, path: str, query: str, body: bytes, request_id: str) -> None:
        self._authenticate()
        form = Form.parse(body if method == "POST" else query)
        state = self.gateway.state
        with state.transaction(wake=False):
            fault = behaviour.take_fault(state=state, method=method, path=path)
            delay = behaviour.take_delay(state=state)
        if fault is None or fault.after_effect:
            try:
                with state.transaction():
                    answer = api.answer(call=self._call(request_id), method=method, path=path, form=form)
            except ApiError as refusal:
                answer = Answer(refusal.status, refusal.body)
        time.sleep(delay)
        if fault is not None:
            if fault.drop:
                raise Dropped
            raise ApiError(fault.status, "The test gateway was told to spoil this answer.", kind="api_error")
        self._send_json(answer, request_id)

    def _call(self, request_id: str | None = None) -> Call:
        key = self.headers.get("Idempotency-Key") if request_id else None
        return Call(
            state=self.gateway.state,
            at=time.time(),
            own_url=self.gateway.url,
            request_id=request_id,
            idempotency_key=key or None,
        )

    def _authenticate(self) -> None:
        """Bearer <key>, or Basic with the key as the user's name."""
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode("utf-8", "replace").partition(":")[0]
            except binascii.Error:
                given = ""
        known = scheme.lower() in ("bearer", "basic")
        right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), self.gateway.api_key.encode())
        if not (known and right):
            raise ApiError(401, "Invalid API key: this test gateway was started with another --api-key.")

    def _refuse_other_origin(self) -> None:
        """A page of another site must not press our buttons in the buyer's browser."""
        origin = self.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.headers.get("Host"):
            raise ApiError(403, "This request comes from a page of another site.")

    def _body(self) -> bytes:
        """The body by its Content-Length. Raises ApiError (400, 411, 413)."""
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            raise ApiError(411, "Send the body with a Content-Length.")
        given = self.headers.get("Content-Length", "0")
        if not re.fullmatch(r"[0-9]{1,18}", given):
            self.close_connection = True
            raise ApiError(400, "Content-Length is not a number.")
        size = int(given)
        if size > BODY_MAX:
            self.close_connection = True
            self.rfile.read(min(size, DRAIN_MAX))
            raise ApiError(413, f"The body has {size} bytes; at most {BODY_MAX} are read.")
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionError("the client went away before its whole body came")
        return body

    def _wants_html(self, path: str) -> bool:
        return PAY_PATH.fullmatch(path) is not None or "text/html" in self.headers.get("Accept", "")

    def _send_json(self, answer: Answer, request_id: str) -> None:
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION, "Test-Gateway": "no real money"}
        if answer.replayed is not None:
            headers |= {"Idempotent-Replayed": "true", "Original-Request": answer.replayed}
        body = json.dumps(answer.body, ensure_ascii=False, indent=2).encode()
        self._send(answer.status, "application/json; charset=utf-8", body, headers)

    def _send_html(self, status: int, html: str, *, location: str | None = None) -> None:
        headers = {"Content-Security-Policy": pages.POLICY, "Referrer-Policy": "same-origin"}
        if location is not None:
            headers["Location"] = location
        self._send(status, "text/html; charset=utf-8", html.encode(), headers)

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        named = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
        for name, value in {**named, "X-Content-Type-Options": "nosniff", **headers}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _json(body: bytes) -> Json:
    """A JSON object; an empty body is an empty one. Raises ApiError (400)."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "The body is not JSON.") from error
    if not isinstance(value, dict):
        raise ApiError(400, "The body must be a JSON object.")
    return value
