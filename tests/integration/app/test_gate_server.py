"""The gate before a real server: whom it answers, and whose uploads and files it takes and gives."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from formcheck.app.shared.uploads import MAX_TABLE_BYTES
from tests.helpers.harness import serve_app
from tests.helpers.visitor import Visitor, read_words, visit

PLACES = ("/", "/history", "/_stcore/health", "/_stcore/host-config", "/static/", "/media/0.png", "/component/x/index.html")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with serve_app(home, home / "server.log") as address:
        yield address


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as others can reach it, without a login, under one further name."""
    home = tmp_path_factory.mktemp("home")
    arguments = ("--listen", "0.0.0.0", "--i-know-there-is-no-login", "--name", "laptop.example")
    with serve_app(home, home / "server.log", arguments=arguments) as address:
        yield address


def ask(address: str, path: str, **headers: str) -> int:
    request = urllib.request.Request(address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("path", PLACES)
def test_a_foreign_name_gets_nothing_by_http(server: str, open_server: str, path: str) -> None:
    for address in (server, open_server):
        assert ask(address, path, Host="evil.example") == 421
        assert ask(address, path, Host="evil.example", Origin="http://evil.example") == 421


def test_a_foreign_name_gets_nothing_by_websocket(server: str, open_server: str) -> None:
    for address in (server, open_server):
        with pytest.raises(InvalidStatus), visit(address, called="evil.example"):
            pass


def test_a_name_that_the_owner_gave_is_answered(open_server: str) -> None:
    port = urlsplit(open_server).port
    assert ask(open_server, "/", Host=f"laptop.example:{port}") == 200
    with visit(open_server, called="laptop.example") as visitor:
        visitor.open("history")
        assert "History" in read_words(visitor.page)


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:1", "http://203.0.113.66", "https://evil.example"])
def test_a_page_of_another_origin_gets_nothing(server: str, origin: str) -> None:
    assert all(ask(server, path, Origin=origin) == 403 for path in PLACES)
    with pytest.raises(InvalidStatus):
        connect(f"ws://{urlsplit(server).netloc}/_stcore/stream", origin=origin, subprotocols=["streamlit"])  # type: ignore[arg-type,list-item]


def test_a_picture_is_for_a_browser_with_a_page_open(server: str) -> None:
    with visit(server) as visitor:
        visitor.open("sample")
        path = next(found[0] for message in visitor._messages if (found := re.search(r"/media/[0-9a-f]+\.\w+", str(message))))
        assert visitor.request("GET", path)[0] == 200
        assert ask(server, path) == 403
        assert ask(server, path, Cookie="formcheck_browser=guess") == 403


def test_the_uploads_of_a_session_end_at_six(server: str) -> None:
    with visit(server) as visitor:
        visitor.open("analyze")
        place = f"/_stcore/upload_file/{visitor.session_id}/"
        answers = [visitor.put(place + str(uuid.uuid4()), "x.mp4", b"x" * 1000) for _ in range(8)]
        assert answers == [204] * 6 + [413] * 2
    with visit(server) as another:
        another.open("analyze")
        assert another.put(f"/_stcore/upload_file/{another.session_id}/1", "x.mp4", b"x") == 204


def test_an_imported_upload_is_forgotten_by_the_server(server: str) -> None:
    with visit(server) as visitor:
        for _ in range(8):
            visitor.open("history")
            visitor.upload("history.json", b"{}")
            visitor.click("Import")
            assert "is not a formcheck history export" in read_words(visitor.page)


def test_a_table_of_more_than_16_mb_is_refused(server: str) -> None:
    with visit(server) as visitor:
        visitor.open("history")
        visitor.upload("sets.csv", b"x" * (MAX_TABLE_BYTES + 1))
        visitor.click("Import")
        assert "larger than 16 MB" in read_words(visitor.page)


def test_a_visitor_cannot_clear_the_caches_of_all(server: str) -> None:
    """Streamlit would: the queue of analyses and the open histories with them, and the visitor's own state."""
    with visit(server) as visitor:
        visitor.open("analyze")
        visitor.upload("set.mp4", b"not looked at yet")
        asked = BackMsg()
        asked.clear_cache = True
        visitor._socket.send(asked.SerializeToString())
        visitor.run()
        assert not next(b for b in visitor.page.get("button") if b.label == "Analyze").proto.disabled  # type: ignore[attr-defined]


@pytest.mark.parametrize("message", [b"\xff" * 100, "text", ""], ids=["bytes", "text", "nothing"])
def test_an_unreadable_message_ends_only_its_own_connection(server: str, message: bytes | str) -> None:
    with visit(server) as visitor, visit(server) as another:
        visitor._socket.send(message)
        with pytest.raises(ConnectionClosed):
            visitor.open("drills")
        another.open("drills")
        assert "Exercises" in read_words(another.page)


def test_an_empty_login_section_does_not_count_as_a_login(tmp_path: Path) -> None:
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    for section in ("[auth]\n", '[auth]\nredirect_uri = "http://127.0.0.1/oauth2callback"\ncookie_secret = ""\n'):
        secrets.write_text(section)
        with (
            pytest.raises(AssertionError, match="there is no login"),
            serve_app(tmp_path, tmp_path / "log", arguments=("--listen", "0.0.0.0")),
        ):
            pass


def test_a_visitor_who_is_not_logged_in_cannot_upload(login_server: str, stranger: Visitor) -> None:
    assert stranger.session_id
    place = f"/_stcore/upload_file/{stranger.session_id}/{uuid.uuid4()}"
    assert stranger.put(place, "x.mp4", b"x") == 403
    assert stranger.request("GET", "/media/0.png")[0] == 403


@pytest.fixture
def login_server(tmp_path: Path) -> Iterator[str]:
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    settings = ("cookie_secret", "client_id", "client_secret", "server_metadata_url")
    lines = [f'{name} = "a text of more than sixteen letters"' for name in settings]
    secrets.write_text("\n".join(["[auth]", 'redirect_uri = "http://127.0.0.1/oauth2callback"', *lines]))
    with serve_app(tmp_path, tmp_path / "log") as address:
        yield address


@pytest.fixture
def stranger(login_server: str) -> Iterator[Visitor]:
    with visit(login_server) as visitor:
        visitor.open("analyze")
        yield visitor
