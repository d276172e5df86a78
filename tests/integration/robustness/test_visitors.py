"""One visitor cannot reach what is another's: real sessions on a real server, guessed ids and paths, two people with a login."""

from __future__ import annotations

import json
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.exceptions import InvalidStatus

from formcheck.history.exchange.json_file import export_json
from formcheck.history.store.store import open_store
from tests.helpers.factories import half_kneeling_report
from tests.helpers.harness import serve_app
from tests.helpers.visitor import Visitor, read_words, visit

COOKIE_SECRET = "a secret of this test alone"
PAGES = ("", "analyze", "film", "trends", "plan", "history", "filming", "set")


@pytest.fixture(scope="module")
def open_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def open_server(open_home: Path) -> Iterator[str]:
    """The app as it is by default, without a login."""
    with serve_app(open_home, open_home / "server.log") as address:
        yield address


def test_an_upload_cannot_be_reached_from_another_session(open_server: str, open_home: Path) -> None:
    with visit(open_server) as anna, visit(open_server) as ben:
        anna.open("analyze")
        ben.open("analyze")
        anna.upload("../../../x.mp4", b"what only Anna may see")
        (state,) = anna._uploads.values()
        urls = state.file_uploader_state_value.uploaded_file_info[0].file_urls
        assert anna.session_id in urls.upload_url
        # nobody can read an upload back, with its address or with a guessed one
        for visitor in (anna, ben):
            for path in (urls.upload_url, f"/_stcore/upload_file/{anna.session_id}/1", f"/media/{urls.file_id}.mp4"):
                assert b"what only Anna" not in visitor.request("GET", path)[1]
        # nor put one into a session that he guesses, or without the token of his own
        assert ben.put(f"/_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}", "x.mp4", b"x") == 403
        assert ben.put(urls.upload_url, "x.mp4", b"Ben's") == 403
        anna._xsrf = ""
        assert anna.put(urls.upload_url, "x.mp4", b"Anna's") == 403
        # an upload is a widget's value in its own session: its id is worth nothing in another one
        uploader = ben._find("file_uploader", "Your video")
        ben._uploads[uploader] = type(state)(id=uploader, file_uploader_state_value=state.file_uploader_state_value)
        ben.run()
        assert next(b for b in ben.page.get("button") if b.label == "Analyze").proto.disabled  # type: ignore[attr-defined]
    assert not list(open_home.parent.glob("**/x.mp4"))


def test_no_path_leads_out_of_the_app(open_server: str, open_home: Path) -> None:
    secret = open_home / "workspace" / "secret.txt"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text("root: what lies in the data folder")
    roots = ("", "media/", "static/", "app/static/", "component/", "_stcore/upload_file/", "_stcore/bidi-components/")
    ways = ("../" * 8, "..%2f" * 8, "%2e%2e/" * 8, "..\\" * 8, "//", "....//" * 8)
    targets = ("etc/passwd", str(secret).lstrip("/"), f"{open_home}/history.sqlite3".lstrip("/"))
    with visit(open_server) as visitor:
        for root in roots:
            for way in ways:
                for target in targets:
                    _, content = visitor.request("GET", f"{root}{way}{target}")
                    assert b"root:" not in content, (root, way, target)
                    assert not content.startswith(b"SQLite format"), (root, way, target)


@pytest.mark.parametrize("asked", ["0", "1", "-1", "99999999999", "1 OR 1=1", "../1", "1%00"])
def test_a_missing_set_is_an_error_message(open_server: str, asked: str) -> None:
    with visit(open_server) as visitor:
        visitor.open("set", f"id={asked}")
        assert not visitor.page.get("exception")
        assert len(visitor.page.get("error")) == 1


def test_a_strangers_page_cannot_make_itself_this_computer(open_server: str) -> None:
    """DNS rebinding: a page of a name that its owner then lets point here has an origin and a host that agree."""
    with visit(open_server, called="localhost") as visitor:
        visitor.open("history")
        assert visitor.page.get("title")
    with pytest.raises(InvalidStatus), visit(open_server, called="stranger.example") as visitor:
        visitor.open("history")


@contextmanager
def log_in(address: str, subject: str, secret: str = COOKIE_SECRET) -> Iterator[Visitor]:
    """A visit with the cookie that Streamlit sets once the provider has told who this is."""
    identity = {
        "origin": address,
        "is_logged_in": True,
        "iss": "https://provider.example",
        "sub": subject,
        "email": f"{subject}@example.org",
    }
    cookie = create_signed_value(secret, "_streamlit_user", json.dumps(identity)).decode()
    with visit(address, {"_streamlit_user": cookie}) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def login_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("login")
    (home / ".streamlit").mkdir()
    (home / ".streamlit" / "secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "x"
client_secret = "x"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""
    )
    return home


@pytest.fixture(scope="module")
def login_server(login_home: Path) -> Iterator[str]:
    """The app with a login."""
    with serve_app(login_home, login_home / "server.log") as address:
        yield address


def test_without_a_login_nothing_is_shown(login_server: str, login_home: Path) -> None:
    for page in PAGES:
        with visit(login_server) as stranger:
            stranger.open(page)
            assert [b.label for b in stranger.page.get("button")] == ["Log in"]  # type: ignore[attr-defined]
            assert not stranger.page.get("file_uploader")
    with log_in(login_server, "anna", secret="a guess") as forger:
        forger.open("history")
        assert [b.label for b in forger.page.get("button")] == ["Log in"]  # type: ignore[attr-defined]
    assert not (login_home / "users").exists()


def test_each_person_has_a_history_of_their_own(login_server: str, login_home: Path, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'source.sqlite3'}") as source:
        source.save_report(half_kneeling_report(), "Annabella")
        export = export_json(source).encode()
    with log_in(login_server, "anna") as anna, log_in(login_server, "ben") as ben:
        anna.open("history")
        anna.upload("../../../export.json", export)
        anna.click("Import")
        assert "Imported 1 set and 0 runs" in read_words(anna.page)
        anna.open("set", "id=1")
        assert "Annabella" in read_words(anna.page)
        ben.open("set", "id=1")
        assert "This set is no longer in your history" in read_words(ben.page)
        for page in PAGES:
            ben.open(page)
            assert "Annabella" not in read_words(ben.page)
            assert all("Annabella" not in str(s.options) for s in ben.page.get("selectbox"))  # type: ignore[attr-defined]
        ben.open("history")
        ben.click("Add", **{"Add an athlete": "Benedict"})
        assert "Benedict was added" in read_words(ben.page)
        anna.open("history")
        assert "Benedict" not in read_words(anna.page)
    folders = sorted((login_home / "users").iterdir())
    assert len(folders) == 2
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in [login_home / "users", *folders]} == {0o700}
    names = []
    for folder in folders:
        with open_store(f"sqlite:///{folder / 'history.sqlite3'}") as store:
            names.append([athlete.name for athlete in store.list_athletes()])
    assert sorted(names) == [["Annabella"], ["Benedict"]]
