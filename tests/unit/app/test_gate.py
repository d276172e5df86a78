"""What passes the gate before the app's server, request by request."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit import config

from formcheck.app import gate, serve
from formcheck.support.errors import UsageError

OWN = "localhost:8501"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    st.cache_resource.clear()
    config.set_option("server.allowedHosts", list(gate.LOOPBACK_NAMES))
    yield
    st.cache_resource.clear()


def ask(path: str = "/", method: str = "GET", kind: str = "http", **headers: str) -> int:
    """The status of an answer; 200 where the request reached the server behind the gate."""
    answers: list[Any] = []

    async def server(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answers.append(message)

    named = {"host": OWN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items() if value],
    }
    asyncio.run(gate.Gate(server)(scope, receive, send))
    first = answers[0]
    return 403 if first["type"] == "websocket.close" else int(first["status"])


@pytest.mark.parametrize("host", ["localhost", "localhost:8501", "127.0.0.1:8501", "[::1]:8501", "LOCALHOST.:8501"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_apps_own_names_pass(host: str, kind: str) -> None:
    assert ask(kind=kind, host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example@localhost",
     "192.168.1.20", "", "localhost:", "localhost..", "127.0.0.1...:8501", "localhost.-", ".localhost", "localhost:999999",
     "localhost:8501:8501", "localhost/evil.example", "[::2]", "0.0.0.0", "2130706433"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/history", "/_stcore/health", "/media/x.png", "/static/js/index.js"])
def test_any_other_host_name_is_refused_by_http_and_websocket(host: str, path: str) -> None:
    assert ask(path, host=host) == 421
    assert ask(path, kind="websocket", host=host) == 403


def test_a_star_among_the_allowed_names_admits_no_other_name() -> None:
    config.set_option("server.allowedHosts", ["*", "*.example"])
    assert ask(host="evil.example") == 421


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000",
        "http://127.0.0.1:8501",
        "https://evil.example",
        "http://203.0.113.66",
        "null",
        "file://",
        "http://[",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_page_is_refused_even_one_of_this_computer(origin: str, kind: str) -> None:
    assert ask(kind=kind, origin=origin) == 403
    assert ask(kind=kind, origin=f"http://{OWN}") == 200


@pytest.mark.parametrize("distance", ["cross-site", "same-site"])
@pytest.mark.parametrize("dest", ["image", "script", "iframe", "empty", "video"])
def test_embedding_in_another_page_is_refused_but_a_link_may_be_followed(distance: str, dest: str) -> None:
    mode = "navigate" if dest == "iframe" else "no-cors"
    assert ask(sec_fetch_site=distance, sec_fetch_dest=dest, sec_fetch_mode=mode) == 403
    assert ask(sec_fetch_site=distance, sec_fetch_dest="document", sec_fetch_mode="navigate") == 200


def test_files_are_for_browsers_with_a_page_open() -> None:
    gate.admissions().admit("session", "secret")
    assert ask("/media/picture.png") == 403
    assert ask("/media/picture.png", cookie="formcheck_browser=guess") == 403
    assert ask("/media/picture.png", cookie="a=b; formcheck_browser=secret") == 200
    gate.admissions().dismiss("session")
    assert ask("/media/picture.png", cookie="formcheck_browser=secret") == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_upload_is_for_the_sessions_own_browser(method: str) -> None:
    gate.admissions().admit("anna", "anna's")
    gate.admissions().admit("ben", "ben's")

    def put(session: str, browser: str) -> int:
        return ask(f"/_stcore/upload_file/{session}/1", method, cookie=f"formcheck_browser={browser}", content_length="10")

    assert put("anna", "anna's") == 200
    assert put("anna", "ben's") == put("anna", "") == put("nobody", "ben's") == 403


def test_an_empty_cookie_secret_admits_no_session() -> None:
    gate.admissions().admit("session", "")
    assert ask("/media/picture.png", cookie="formcheck_browser=") == 403
    assert ask("/_stcore/upload_file/session/1", "PUT", cookie="formcheck_browser=", content_length="1") == 403


def test_the_uploads_of_a_session_are_bounded_in_number_and_size() -> None:
    admissions = gate.Admissions()
    mebibyte = 2**20
    for number in range(gate.MAX_UPLOADS):
        assert admissions.begin_upload("a", str(number), mebibyte, {})
    assert not admissions.begin_upload("a", "one more", mebibyte, {})
    assert admissions.begin_upload("b", "another session's", mebibyte, {})
    admissions.end_upload("a", "0")
    assert admissions.begin_upload("a", "one more", mebibyte, {})
    assert not gate.Admissions().begin_upload("a", "1", gate.MAX_UPLOAD_BYTES + 1, {})
    assert not gate.Admissions().begin_upload("a", "1", mebibyte, {"held": gate.MAX_UPLOAD_BYTES})
    assert not gate.Admissions().begin_upload("a", "1", mebibyte, {str(number): 1 for number in range(2, 2 + gate.MAX_UPLOADS)})


def test_an_upload_without_a_length_is_refused() -> None:
    gate.admissions().admit("session", "secret")
    for length in ("", "-1", "1e9", "9" * 40):
        cookie = "formcheck_browser=secret"
        assert ask("/_stcore/upload_file/session/1", "PUT", cookie=cookie, content_length=length) == 411


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/openapi.json"])
def test_routes_that_no_page_uses_are_closed(path: str) -> None:
    assert ask(path) == 404


def test_the_names_are_this_computers_own_those_given_and_the_logins() -> None:
    login = {"redirect_uri": "https://formcheck.example/oauth2callback"}
    own = list(gate.LOOPBACK_NAMES)
    assert serve.list_names("127.0.0.1", [], None) == own
    assert serve.list_names("0.0.0.0", [], None) == own
    assert serve.list_names("192.168.1.20", ["phone.local", "[fd00::1]"], None) == [*own, "192.168.1.20", "phone.local", "fd00::1"]
    assert serve.list_names("127.0.0.1", [], login) == [*own, "formcheck.example"]


@pytest.mark.parametrize("name", ["", "*", "*.example", "http://example", "a:8501", "a/b", "a@b", "a b"])
def test_an_invalid_host_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is not a computer's name"):
        serve.list_names("0.0.0.0", [name], None)


def test_loaded_modules_are_not_garbage_collected_after_every_run_of_a_page() -> None:
    serve.spare_the_collector()
    try:
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 10_000
    finally:
        gc.unfreeze()
