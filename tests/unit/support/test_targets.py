"""Outputs replace ordinary files only: devices and pipes are written to, links stay, formcheck's own store is refused."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from formcheck.support.errors import OutputError
from formcheck.support.files import write_text
from formcheck.support.targets import check_target

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="devices, pipes and links are POSIX")


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def make_device(path: Path, major: int, minor: int) -> Path:
    """A character device of our own, so that a failing test costs the machine nothing."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(major, minor))
        path.open("wb").close()
    except OSError:
        pytest.skip("only an administrator can make a device, and not on every disk")
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="device numbers are Linux's")
def test_a_device_is_written_to_and_stays_one(tmp_path: Path) -> None:
    null = make_device(tmp_path / "null", 1, 3)
    check_target(null)
    write_text(null, "gone")
    assert stat.S_ISCHR(null.lstat().st_mode)
    assert names(tmp_path) == ["null"]


@pytest.mark.skipif(sys.platform != "linux", reason="device numbers are Linux's")
def test_a_device_that_is_full_is_called_full(tmp_path: Path) -> None:
    full = make_device(tmp_path / "full", 1, 7)
    with pytest.raises(OutputError, match="the disk is full"):
        write_text(full, "x")
    assert stat.S_ISCHR(full.lstat().st_mode)


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    check_target(pipe)
    write_text(pipe, "12,3°\n")
    reader.join()
    assert read == ["12,3°\n"]
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no names for open files here")
def test_an_open_file_is_added_to_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    with path.open("w") as log:
        log.write("before\n")
        log.flush()
        number = path.stat().st_ino
        for name in (f"/dev/fd/{log.fileno()}", f"/proc/self/fd/{log.fileno()}"):
            check_target(name)
            write_text(name, "after\n")
    assert path.read_text() == "before\nafter\nafter\n"
    assert path.stat().st_ino == number


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    target, link, through = tmp_path / "kept" / "report.json", tmp_path / "latest.json", tmp_path / "folder"
    target.write_text("before")
    link.symlink_to("kept/report.json")
    through.symlink_to("kept")
    check_target(link)
    write_text(link, "after")
    assert link.is_symlink()
    assert target.read_text() == "after"
    write_text(through / "report.json", "again")
    assert through.is_symlink()
    assert (target.read_text(), names(tmp_path / "kept")) == ("again", ["report.json"])


def test_a_link_to_nothing_makes_the_file_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("new.txt")
    write_text(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "new.txt").read_text() == "x"


@pytest.mark.parametrize("chain", [["a"], ["b", "a"]], ids=["to itself", "to each other"])
def test_a_link_that_leads_back_to_itself_is_refused(tmp_path: Path, chain: list[str]) -> None:
    for name, target in zip(["a", *chain], chain, strict=False):
        (tmp_path / name).symlink_to(target)
    for write in (check_target, lambda path: write_text(path, "x")):
        with pytest.raises(OutputError, match="back to itself"):
            write(tmp_path / "a")
    assert (tmp_path / "a").is_symlink()


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.chdir(tmp_path)  # a socket's name may not be long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(OutputError, match="not a file"):
            check_target("socket")
        with pytest.raises(OutputError, match="not a file"):
            write_text("socket", "x")
        assert Path("socket").is_socket()


@pytest.mark.parametrize("name", ["x" * 256, "new/" + "x" * 256, "new/folder/" + "😀" * 64 + ".annotated.mp4", "x" * 5000])
def test_a_name_that_is_too_long_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="too long"):
        check_target(tmp_path / name)
    assert names(tmp_path) == []


def test_the_longest_name_that_a_file_can_have_is_fine(tmp_path: Path) -> None:
    name = "ä" * 127 + "x"
    check_target(tmp_path / "new" / name)
    write_text(tmp_path / "new" / name, "x")
    assert names(tmp_path / "new") == [name]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    for name in ("reports", "backups", "users/abc", "workspace/def"):
        (folder / name).mkdir(parents=True)
    (folder / "history.sqlite3").write_text("the history")
    monkeypatch.setenv("FORMCHECK_HOME", str(folder))
    monkeypatch.delenv("FORMCHECK_DATABASE_URL", raising=False)
    return folder


OWN = [
    *(
        "history.sqlite3",
        "history.sqlite3-wal",
        "history.sqlite3-shm",
        "history.sqlite3-journal",
        "history.sqlite3-journal/sets.csv",
    ),
    *("reports", "reports/set-1.html", "backups/new.sqlite3", "users/abc/history.sqlite3", "workspace/def/set.mp4", "users/new/x"),
]


@pytest.mark.parametrize("name", OWN)
def test_formchecks_own_data_are_never_overwritten(home: Path, name: str) -> None:
    with pytest.raises(OutputError, match="own data"):
        check_target(home / name)


@pytest.mark.parametrize("name", OWN[:1] + OWN[5:7])
def test_the_store_is_found_by_every_name_that_it_goes_by(
    home: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(home)
    (tmp_path / "file").symlink_to(home / name)
    monkeypatch.chdir(home / "reports")
    for path in (tmp_path / "link" / name, tmp_path / "file", Path("..") / name, home / "reports" / ".." / name):
        with pytest.raises(OutputError, match="own data"):
            check_target(path)


def test_a_hard_link_to_the_history_is_the_history(home: Path, tmp_path: Path) -> None:
    os.link(home / "history.sqlite3", tmp_path / "mine.json")
    with pytest.raises(OutputError, match="own data"):
        check_target(tmp_path / "mine.json")


def test_other_files_beside_the_store_are_the_users_own(home: Path) -> None:
    for name in ("report.json", "history.sqlite3.json", "results/reports/a.json"):
        check_target(home / name)


@pytest.mark.parametrize("url", ["sqlite:///{}", "sqlite+pysqlite:///{}?timeout=5", "sqlite:///file:{}?uri=true"])
def test_a_history_outside_the_data_folder_is_never_overwritten(
    home: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "elsewhere" / "mine.db"
    monkeypatch.setenv("FORMCHECK_DATABASE_URL", url.format(database))
    for path in (database, Path(f"{database}-wal"), database.parent / "reports" / "set-1.html"):
        with pytest.raises(OutputError, match="own data"):
            check_target(path)
    check_target(database.parent / "report.json")
