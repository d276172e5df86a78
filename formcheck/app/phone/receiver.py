"""Receives one film from one phone, on the local network, for at most ten minutes.

Whoever has the address with its token may send one film. Every other request is refused without a hint.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import secrets
import threading
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal
from urllib.parse import unquote

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from formcheck.app.phone.page import NOT_A_VIDEO, PAGE_POLICY, TOO_LARGE, make_page
from formcheck.support.errors import InputError
from formcheck.support.language import tr

State = Literal["waiting", "receiving", "arrived", "closed"]

MAX_OPEN_S = 600.0
# Without a sign of life from the laptop's page for this long, the page is gone.
UNATTENDED_S = 20.0
# A phone on a weak network pauses for some seconds; a client that sends nothing for longer has hung, or means harm.
STALLED_S = 30.0
# One phone opens a handful of connections.
MAX_CONNECTIONS = 12
TICK_S = 1.0
_MAX_HEADER_BYTES = 16 * 2**10
_CHUNK = 2**18


@dataclass(frozen=True)
class Film:
    """A film that arrived: where it lies, and the name that the phone gave it (never used as a path)."""

    path: Path
    name: str


class PhoneReceiver:
    """A server for one film; open from `__init__` to `close`, which it calls itself when its time is up.

    Parameters
    ----------
    folder
        A private folder, into which the film is written under a name of ours.
    address
        The address of this computer on the local network; no other one is listened on.
    max_bytes
        The largest film.
    suffixes
        The endings of file names that are accepted, in lower case, without the dot.
    max_open_s, unattended_s, stalled_s
        Seconds until it closes: in all, without `keep_open`, and without data while a film is sent.

    Raises
    ------
    InputError
        If the address cannot be listened on.
    """

    def __init__(
        self,
        folder: Path,
        address: str,
        *,
        max_bytes: int,
        suffixes: tuple[str, ...],
        max_open_s: float = MAX_OPEN_S,
        unattended_s: float = UNATTENDED_S,
        stalled_s: float = STALLED_S,
    ) -> None:
        """Listen."""
        self.folder, self.max_bytes, self.suffixes = folder, max_bytes, suffixes
        self.token = secrets.token_urlsafe(16)
        self.closes_at = time.monotonic() + max_open_s
        self.stalled_s = stalled_s
        self.film: Film | None = None
        self._unattended_s = unattended_s
        self._attended_at = time.monotonic()
        self._state: State = "waiting"
        self._received, self._expected = 0, 0
        self._answered_until = float("inf")
        try:
            self._sockets = bind_sockets(0, address)
        except OSError as error:
            raise InputError(
                tr("No video can be received at {address} ({strerror}); is this computer on the network?").format(
                    address=address, strerror=error.strerror
                )
            ) from error
        port = self._sockets[0].getsockname()[1]
        self.host = f"{address}:{port}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="formcheck-phone", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address for the phone, with its token."""
        return f"http://{self.host}/{self.token}/"

    @property
    def state(self) -> State:
        """What is going on."""
        return self._state

    @property
    def share(self) -> float:
        """How much of the film has arrived, 0 to 1."""
        return self._received / self._expected if self._expected else 0.0

    def keep_open(self) -> None:
        """Say that the laptop's page is still shown."""
        self._attended_at = time.monotonic()

    def close(self) -> None:
        """Stop listening at once, and drop what has not arrived whole."""
        self._stop.set()
        self._thread.join(timeout=10)

    async def _serve(self) -> None:
        known = {"receiver": self}
        application = Application(
            [(r"/([^/]+)/", _Page, known), (r"/([^/]+)/film", _FilmBody, known)],
            log_function=lambda _: None,  # a line of a log would hold the token
        )
        server = _FewConnections(
            application,
            max_header_size=_MAX_HEADER_BYTES,
            max_body_size=self.max_bytes,
            idle_connection_timeout=self.stalled_s,
            body_timeout=max(1.0, self.closes_at - time.monotonic()),
            chunk_size=_CHUNK,
        )
        server.add_sockets(self._sockets)
        try:
            while not self._is_over():
                await asyncio.sleep(min(TICK_S, self._unattended_s / 4))
        finally:
            server.stop()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(server.close_all_connections(), STALLED_S)
            if self._state != "arrived":
                self._state = "closed"

    def _is_over(self) -> bool:
        now = time.monotonic()
        left_alone = now - self._attended_at > self._unattended_s
        return self._stop.is_set() or now > min(self.closes_at, self._answered_until) or left_alone

    def begin(self, expected: int) -> None:
        """Reserve the receiver for one body; only `_FilmBody` calls it."""
        self._state, self._received, self._expected = "receiving", 0, expected

    def count(self, received: int) -> None:
        """Note how many bytes have arrived; only `_FilmBody` calls it."""
        self._received = received

    def give_up(self) -> None:
        """Wait for another try; only `_FilmBody` calls it."""
        if self._state == "receiving":
            self._state, self._received, self._expected = "waiting", 0, 0

    def finish(self, film: Film) -> None:
        """Keep the film, and close soon; only `_FilmBody` calls it."""
        self.film = film
        self._state = "arrived"
        self._answered_until = time.monotonic() + 2 * TICK_S  # the phone shall read that it has arrived


class _FewConnections(HTTPServer):
    """An HTTP server that drops connections beyond `MAX_CONNECTIONS`."""

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        if len(self._connections) >= MAX_CONNECTIONS:
            stream.close()
            return
        super().handle_stream(stream, address)


class _Handler(RequestHandler):
    """Checks that a request carries the token, calls us by our address, and comes from our own page."""

    receiver: PhoneReceiver

    def initialize(self, receiver: PhoneReceiver) -> None:
        self.receiver = receiver

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in (
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Content-Security-Policy", "default-src 'none'"),
        ):
            self.set_header(name, value)

    def prepare(self) -> Awaitable[None] | None:
        token = self.path_args[0] if self.path_args else ""
        origin = self.request.headers.get("Origin")
        if (
            not hmac.compare_digest(token.encode(), self.receiver.token.encode())
            or self.request.headers.get("Host") != self.receiver.host
            or (origin is not None and origin != f"http://{self.receiver.host}")
        ):
            raise HTTPError(404)
        return None

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(ANSWERS.get(status_code, tr("There is nothing here.\n")))

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Log what is unexpected, without the address: it holds the token."""
        if not isinstance(error, HTTPError):
            logging.getLogger(__name__).error("receiving a film failed", exc_info=(kind, error, trace))


ANSWERS = {
    409: tr("A video is already on its way or has arrived. To send another one, open a new code on the laptop.\n"),
    411: tr("The video's size is missing.\n"),
    413: f"{TOO_LARGE}\n",
    415: f"{NOT_A_VIDEO}\n",
    422: tr("This video is empty. Wait until it is on the phone, then choose it again, or choose another one.\n"),
    507: tr("The video cannot be stored on the laptop. Free some disk space there.\n"),
}


class _Page(_Handler):
    """The page of three steps."""

    def get(self, _token: str) -> None:
        self.set_header("Content-Security-Policy", PAGE_POLICY)
        receiver = self.receiver
        self.finish(make_page(receiver.closes_at - time.monotonic(), receiver.max_bytes, receiver.suffixes))


@stream_request_body
class _FilmBody(_Handler):
    """Takes the film, as it comes, into a file."""

    _out: IO[bytes] | None = None
    _received = 0
    _last_data = 0.0
    _watch: asyncio.Task[None] | None = None

    def prepare(self) -> Awaitable[None] | None:
        super().prepare()
        if self.request.method != "PUT":
            raise HTTPError(405)
        headers, receiver = self.request.headers, self.receiver
        if receiver.state != "waiting":
            raise HTTPError(409)
        length = headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,15}", length):
            raise HTTPError(411)
        if int(length) == 0:
            raise HTTPError(422)
        if int(length) > receiver.max_bytes:
            raise HTTPError(413)
        if not headers.get("Content-Type", "").startswith("video/") or self._suffix() not in receiver.suffixes:
            raise HTTPError(415)
        self._path = receiver.folder / f"film-{secrets.token_hex(8)}"
        try:
            self._out = self._path.open("xb")
        except OSError as error:
            raise HTTPError(507) from error
        receiver.begin(int(length))
        self._last_data = time.monotonic()
        self._watch = asyncio.get_running_loop().create_task(self._close_if_stalled())
        return None

    def _name(self) -> str:
        return unquote(self.request.headers.get("X-File-Name", ""), errors="replace")[-200:]

    def _suffix(self) -> str:
        return Path(self._name()).suffix.lower().lstrip(".")

    async def _close_if_stalled(self) -> None:
        while time.monotonic() - self._last_data < self.receiver.stalled_s:
            await asyncio.sleep(min(TICK_S, self.receiver.stalled_s / 4))
        if self.request.connection is not None:
            stream = getattr(self.request.connection, "stream", None)
            if stream is not None:
                stream.close()

    def data_received(self, chunk: bytes) -> None:
        if self._out is None:  # refused: what still arrives is dropped
            return
        try:
            self._out.write(chunk)
        except OSError as error:
            self._drop()
            raise HTTPError(507) from error
        self._received += len(chunk)
        self._last_data = time.monotonic()
        self.receiver.count(self._received)

    def put(self, _token: str) -> None:
        assert self._out is not None
        self._end_watch()
        try:
            self._out.close()
        except OSError as error:
            self._drop()
            raise HTTPError(507) from error
        self._out = None
        self.receiver.finish(Film(self._path, self._name()))
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(tr("Thank you. The video is on the laptop.\n"))

    def on_connection_close(self) -> None:
        self._drop()

    def on_finish(self) -> None:
        self._drop()

    def _end_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _drop(self) -> None:
        """Remove what has not arrived whole."""
        self._end_watch()
        if self._out is None:
            return
        with suppress(OSError):  # the disk may be full; the file is removed in any case
            self._out.close()
        self._out = None
        self._path.unlink(missing_ok=True)
        self.receiver.give_up()
