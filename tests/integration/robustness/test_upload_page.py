"""The hostile files through the upload page of a real server: a report or one line in words, and nothing left behind.

A sample of them, unless FORMCHECK_TEST_HOSTILE=all.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from formcheck.app.shared.style import plain
from formcheck.app.shared.worker_process import BROKE_OFF
from tests.helpers.harness import serve_app
from tests.helpers.hostile import TAKE_ALL, Case, list_cases, make_bases
from tests.helpers.visitor import Visitor, visit

# How long one file may take on a machine that does other things too.
PATIENCE_S = 180.0
STEP = 1 if TAKE_ALL else 12


@dataclass(frozen=True)
class Server:
    address: str
    home: Path
    log: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("home")
    log = tmp_path_factory.mktemp("log") / "server.log"
    with serve_app(home, log) as address:
        yield Server(address, home, log)


@pytest.fixture(scope="module")
def cases(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = tmp_path_factory.mktemp("bases")
    return list(list_cases(make_bases(sample_videos / "hr_double_female_side.mp4", folder)))[::STEP]


def start(visitor: Visitor, name: str, data: bytes) -> None:
    """Upload a file and have it analyzed."""
    visitor.open("analyze")
    visitor.upload(name, data)
    visitor.click("Analyze")


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def read_end(visitor: Visitor, name: str) -> str:
    """Wait for the end of the analysis: ``report``, or the words in which the file was refused."""
    deadline = time.monotonic() + PATIENCE_S
    while not visitor.page.get("file_uploader"):
        if any(str(title.value).startswith(("Your report", "No set found")) for title in visitor.page.get("title")):  # type: ignore[attr-defined]
            return "report"
        assert time.monotonic() < deadline, f"{name!r} takes too long"
        time.sleep(0.1)
        visitor.poll()
    (error,) = visitor.page.get("error")
    return str(error.value)  # type: ignore[attr-defined]


def list_recordings(home: Path) -> list[Path]:
    return list((home / "workspace").glob("*/*/upload"))


def test_every_file_ends_in_a_report_or_in_one_line(server: Server, cases: list[Case], tmp_path: Path) -> None:
    wrong: list[str] = []
    ended: dict[str, int] = {"report": 0, "words": 0}
    with visit(server.address) as visitor:
        for number, case in enumerate(cases):
            folder = tmp_path / str(number)
            folder.mkdir()
            path = case.make(folder)
            if not path.is_file() or path.is_symlink():
                continue  # a browser uploads the bytes of files only
            name = path.name.encode("utf-8", "replace").decode()
            start(visitor, name, path.read_bytes())
            ending = read_end(visitor, name)
            ended["report" if ending == "report" else "words"] += 1
            if "\n" in ending or "Traceback" in ending or len(ending) > 600 or str(server.home) in ending or "/upload" in ending:
                wrong.append(f"{case.name}: {ending}")
            if case.refused and ending == "report":
                wrong.append(f"{case.name}: was analyzed")
            if ending == "report":
                visitor.click("Analyze another video")
            if left := list_recordings(server.home):
                wrong.append(f"{case.name}: left {left}")
    assert wrong == []
    assert min(ended.values()) > 3
    assert "Traceback" not in server.log.read_text(errors="replace")
    # none of their names was ever a path
    assert {entry.name for entry in server.home.iterdir()} <= {
        "workspace",
        "history.sqlite3",
        "history.sqlite3-shm",
        "history.sqlite3-wal",
    }


def words_of(process: psutil.Process) -> list[str]:
    """The process's command line; one that has ended, and only waits to be told of, has none."""
    with contextlib.suppress(psutil.NoSuchProcess):  # a zombie's error is one of these
        return process.cmdline()
    return []


def helpers_of(server: psutil.Process) -> list[psutil.Process]:
    """The processes in which a server works on videos."""
    return [child for child in server.children() if any("formcheck.app.shared.worker_process" in word for word in words_of(child))]


def test_a_crash_in_an_analysis_is_explained_and_no_process_outlives_the_server(sample_videos: Path, tmp_path: Path) -> None:
    video = (sample_videos / "hr_double_female_side.mp4").read_bytes()
    home = tmp_path / "home"
    home.mkdir()
    with serve_app(home, tmp_path / "server.log") as address, visit(address) as visitor:
        server = next(child for child in psutil.Process().children() if str(urlsplit(address).port) in words_of(child))
        start(visitor, "set.mp4", video)
        wait_for(lambda: bool(helpers_of(server)))
        for helper in helpers_of(server):
            helper.kill()
        assert read_end(visitor, "set.mp4") == plain(BROKE_OFF)
        assert list_recordings(home) == []
        # the next one is analyzed, and ends with a server that has no time to end it
        start(visitor, "set.mp4", video)
        wait_for(lambda: bool(helpers_of(server)))
        helpers = helpers_of(server)
        server.kill()
        assert psutil.wait_procs(helpers, PATIENCE_S)[1] == []


def test_a_connection_that_breaks_off_loses_no_analysis(server: Server, sample_videos: Path) -> None:
    """As when a phone's screen is locked: the browser connects again, and goes on with its session."""
    with visit(server.address) as visitor:
        start(visitor, "set.mp4", (sample_videos / "hr_double_female_side.mp4").read_bytes())
        session = visitor.session_id
    time.sleep(1.0)  # until the server has heard of it
    with visit(server.address, again=session) as visitor:
        visitor.open("analyze")
        assert visitor.session_id == session
        assert read_end(visitor, "set.mp4") == "report"
    time.sleep(1.0)
    with visit(server.address, again=session) as visitor:
        visitor.open("analyze")
        assert any(str(title.value).startswith(("Your report", "No set found")) for title in visitor.page.get("title"))  # type: ignore[attr-defined]
        visitor.click("Analyze another video")
        assert list_recordings(server.home) == []
