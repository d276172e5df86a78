"""The gate before the app's server: which requests reach Streamlit at all, by HTTP and by WebSocket alike.

A page of any website can send requests to this computer. Its browser marks them: by the name it called (``Host``), by the page that
asks (``Origin``), and by how far away that page is (``Sec-Fetch-Site``). The gate lets through what one of the app's own pages asks
under one of the app's own names. A website that lets a name of its own point here (DNS rebinding) calls by that name, and is
refused. Uploads and files are for browsers that have one of the pages open, and with a login, for those that are logged in.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from formcheck.support.language import tr

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
# What one session's uploads may hold at once: a video of the largest size, and a few small files beside it.
MAX_UPLOADS = 6
MAX_UPLOAD_BYTES = 1100 * 2**20
# The parts of an upload around the file itself: boundaries and headers.
_MULTIPART_BYTES = 2**16
_MAX_DIGITS = 15
# RFC 6455, 7.4.1: a message of a kind that is not accepted; one that breaks a rule of ours.
_NOT_UNDERSTOOD, _REFUSED = 1003, 1008

# Letters, numbers, dots and hyphens, or an IPv6 address in brackets; then a port (RFC 3986, without what no browser sends).
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z._-]+)(:[0-9]{1,5})?")
_COOKIE = "formcheck_browser"
_UPLOAD = re.compile(r"^/_stcore/upload_file/([^/]+)/([^/]+)$")
# Nothing of ours uses these.
_CLOSED = ("/_stcore/metrics", "/_stcore/agent/")
# A file of the app, such as a picture of a report: only its own pages show it.
_FILES = "/media/"
_FRAME_RULES = ((b"content-security-policy", b"frame-ancestors 'self'"), (b"x-frame-options", b"SAMEORIGIN"),
                (b"referrer-policy", b"same-origin"), (b"x-content-type-options", b"nosniff"))  # fmt: skip
_NOT_OUR_NAME = tr(
    "formcheck does not answer to this name. Open it at an address that it listens on, or start it with --name and the name in "
    "your browser's address bar (docs/remote.md).\n"
)
_NOT_OUR_PAGE = tr("Another website asked for this, so formcheck refused it.\n")
_NO_PAGE = tr("Open formcheck in this browser first, and log in if it asks for that.\n")
_TOO_MUCH = tr("These uploads are too many or too large together. Reload the page and try one at a time.\n")


def parse_host(host: str) -> str | None:
    """Return the name in a ``Host`` header in lower case, without its port; None if it has none."""
    if not _HOST.fullmatch(host):
        return None
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return None
    # one dot at the end is the name's full form (RFC 1034); two are not a name
    return name.lower().removesuffix(".") if name and not name.endswith("..") else None


def is_own_name(host: str, names: Iterable[str]) -> bool:
    """Whether a ``Host`` header calls the app by one of its names. A ``*`` among the names admits no name."""
    called = parse_host(host)
    return called is not None and any(called == _tidy(name) for name in names)


def _tidy(name: str) -> str:
    bare = name.strip().lower().rstrip(".").strip("[]")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return bare


class Admissions:
    """Which browser each session belongs to, once its page has let it in, and what the session's uploads take."""

    def __init__(self) -> None:
        """Start without visitors."""
        self._lock = threading.Lock()
        self._browsers: dict[str, str] = {}
        self._begun: dict[str, dict[str, int]] = {}

    def admit(self, session_id: str, browser: str) -> None:
        """Let a session's browser upload, and load files."""
        with self._lock:
            self._browsers[session_id] = browser

    def dismiss(self, session_id: str) -> None:
        """Forget a session."""
        with self._lock:
            self._browsers.pop(session_id, None)

    def knows_browser(self, browser: str | None) -> bool:
        """Whether a page is open in this browser."""
        with self._lock:
            return bool(browser) and browser in self._browsers.values()

    def knows_session(self, session_id: str, browser: str | None) -> bool:
        """Whether the session is this browser's."""
        with self._lock:
            known = self._browsers.get(session_id)
        return bool(browser) and known is not None and secrets.compare_digest(known, str(browser))

    def begin_upload(self, session_id: str, file_id: str, size: int, held: Mapping[str, int]) -> bool:
        """Count an upload that begins; False if the session would have too many, or too many bytes, with it.

        Parameters
        ----------
        size
            Its size, bytes.
        held
            Sizes of the uploads that the server holds of this session, bytes, by file id.
        """
        with self._lock:
            begun = self._begun.setdefault(session_id, {})
            others = {known: taken for known, taken in {**held, **begun}.items() if known != file_id}
            if file_id in begun or len(others) >= MAX_UPLOADS or sum(others.values()) + size > MAX_UPLOAD_BYTES:
                return False
            begun[file_id] = size
            return True

    def end_upload(self, session_id: str, file_id: str) -> None:
        """Count an upload no longer as under way: the server holds it now, or refused it."""
        with self._lock:
            begun = self._begun.get(session_id, {})
            begun.pop(file_id, None)
            if not begun:
                self._begun.pop(session_id, None)


@st.cache_resource(show_spinner=False)
def admissions() -> Admissions:
    """The process's admissions."""
    return Admissions()


class Gate:
    """ASGI middleware around the app's server (see the module)."""

    def __init__(self, app: App) -> None:
        """Stand before ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = _read_headers(scope)
        refusal = _refuse(scope, headers)
        if refusal is not None:
            await _answer(scope, send, *refusal)
        elif scope["type"] == "websocket":
            await self._app(scope, _without_cache_clearing(receive), send)
        elif (upload := _UPLOAD.match(scope["path"])) and scope["method"] == "PUT":
            await self._pass_upload(scope, receive, send, upload[1], upload[2], headers.get("content-length", ""))
        else:
            await self._app(scope, receive, _with_rules(send, headers))

    async def _pass_upload(self, scope: Scope, receive: Receive, send: Send, session_id: str, file_id: str, length: str) -> None:
        if not length.isdecimal() or len(length) > _MAX_DIGITS:
            await _answer(scope, send, 411, tr("The size of the upload is missing.\n"))
        elif not admissions().begin_upload(session_id, file_id, int(length) - _MULTIPART_BYTES, _held_uploads(session_id)):
            await _answer(scope, send, 413, _TOO_MUCH)
        else:
            try:
                await self._app(scope, receive, send)
            finally:
                admissions().end_upload(session_id, file_id)


def _held_uploads(session_id: str) -> dict[str, int]:
    """Sizes of the uploads that Streamlit holds of a session, bytes, by file id."""
    from streamlit import runtime
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return {}
    return {file_id: len(file.data) for file_id, file in dict(manager.file_storage.get(session_id, {})).items()}


def _read_headers(scope: Scope) -> dict[str, str]:
    """The request's headers by their lower-case names; the first of each. Two hosts count as none."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        if name == "host" and name in found:
            found[name] = ""
        found.setdefault(name, value.decode("latin-1"))
    return found


def _read_origin(origin: str) -> str | None:
    """The host and port of an ``Origin`` header in lower case; None if it cannot be read."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _refuse(scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
    """Status and words with which a request is refused; None if it may pass."""
    host, path = headers.get("host", ""), scope["path"]
    if not is_own_name(host, st.get_option("server.allowedHosts") or LOOPBACK_NAMES):
        return 421, _NOT_OUR_NAME
    origin = headers.get("origin")
    if origin is not None and _read_origin(origin) != host.lower():
        return 403, _NOT_OUR_PAGE
    # A link may lead here from anywhere; a picture, a script, a frame or a request of another page may not.
    followed_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not followed_link:
        return 403, _NOT_OUR_PAGE
    if path.startswith(_CLOSED):
        return 404, tr("There is nothing here.\n")
    browser = _read_cookie(headers)
    upload = _UPLOAD.match(path)
    if upload and scope.get("method") in ("PUT", "DELETE") and not admissions().knows_session(upload[1], browser):
        return 403, _NO_PAGE
    if path.startswith(_FILES) and not admissions().knows_browser(browser):
        return 403, _NO_PAGE
    return None


def _read_cookie(headers: dict[str, str]) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return None
    return found.value if found is not None else None


def read_browser(cookies: Mapping[str, str]) -> str:
    """The secret of the browser whose cookies these are; empty where it has none."""
    return cookies.get(_COOKIE, "")


async def _answer(scope: Scope, send: Send, status: int, words: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _REFUSED})  # before the connection is accepted: the browser sees a 403
        return
    content = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*content, *_FRAME_RULES]})
    await send({"type": "http.response.body", "body": words.encode()})


def _with_rules(send: Send, headers: dict[str, str]) -> Send:
    """Add to an answer that no other site may frame it, and give a new browser its secret."""
    known, is_page = _read_cookie(headers), headers.get("sec-fetch-dest", "document") == "document"

    async def send_with_rules(message: Message) -> None:
        if message["type"] == "http.response.start":
            added = list(_FRAME_RULES)
            if is_page and not known:
                cookie = f"{_COOKIE}={secrets.token_urlsafe(32)}; Path=/; HttpOnly; SameSite=Lax"
                added.append((b"set-cookie", cookie.encode()))
            message["headers"] = [*message.get("headers", ()), *added]
        await send(message)

    return send_with_rules


def _without_cache_clearing(receive: Receive) -> Receive:
    """Drop a visitor's request to clear the caches: it would end all visitors' analyses."""
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    async def receive_filtered() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            if not message.get("bytes"):  # no page of ours sends text: Streamlit would fail on it
                return {"type": "websocket.disconnect", "code": _NOT_UNDERSTOOD}
            asked = BackMsg()
            try:
                asked.ParseFromString(message["bytes"])
            except DecodeError:
                return message  # Streamlit answers what it cannot read
            if asked.WhichOneof("type") != "clear_cache":
                return message

    return receive_filtered
