"""Odd arguments end as one plain line with the contract's exit code, before anything is written or analyzed."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from formcheck.cli.main import app, main
from formcheck.history.store.store import open_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names of bytes and links are POSIX")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, in a folder of its own, and return exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path | bytes) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["formcheck", *map(os.fsdecode, arguments)])
            for name in ("stdout", "stderr"):  # put back what the command wraps
                patch.setattr(sys, name, getattr(sys, name))
            with pytest.raises(SystemExit) as left:
                main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return call


def check_line(done: tuple[int, str, str], code: int, *words: str) -> None:
    found, printed, err = done
    assert (found, printed) == (code, ""), err
    assert err.count("\n") == 1, err
    assert err.startswith("formcheck: ")
    assert "unexpected" not in err
    assert len(err) < 600
    for word in words:
        assert word in err


OUTPUTS = [
    *(("analyze", "a.mp4", option, "{}") for option in ("--json", "--csv", "--annotated", "--html", "--pdf", "--mot")),
    ("analyze", "a.mp4", "--height-cm", "170", "--trc", "{}"),
    ("live", "--headless", "--json", "{}"),
    ("live", "--headless", "--keep", "{}"),
    ("history", "report", "--out", "{}.html"),
    ("history", "export", "{}"),
    ("history", "list", "--json", "{}"),
    ("history", "backup", "{}"),
    ("plan", "week", "--out", "{}"),
    ("plan", "calendar", "--out", "{}"),
    ("plan", "table", "--out", "{}"),
]
FOLDERS = [("analyze", "a.mp4", "--out", "{}"), ("demo", "--out", "{}"), ("batch", "a.mp4", "--out", "{}")]


# Options with a path that is read, and those whose path `history_common.write_json` writes.
NOT_TRIED = {"--manifest", "--json"}


def list_commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, below in getattr(command, "commands", {}).items():
        yield from list_commands(below, (*words, name))
    if not hasattr(command, "commands"):
        yield words, command


def test_every_option_that_names_an_output_is_tried_below() -> None:
    tried = {(arguments[:2], option) for arguments in (*OUTPUTS, *FOLDERS) for option in arguments if option.startswith("--")}
    tried |= {(arguments[:1], option) for arguments in (*OUTPUTS, *FOLDERS) for option in arguments if option.startswith("--")}
    found = set()
    for words, command in list_commands(get_command(app)):
        for name, parameter in inspect.signature(command.callback, eval_str=True).parameters.items():
            option = next((p.opts[0] for p in command.params if p.name == name), "")
            if "Path" in str(parameter.annotation) and option.startswith("--") and option not in NOT_TRIED:
                found.add((words[-2:] if words[0] == "history" and len(words) > 2 else words, option))
    assert len(found) >= 12
    assert sorted(found - tried) == []


@pytest.mark.parametrize("arguments", OUTPUTS, ids=" ".join)
def test_no_output_of_any_command_is_written_over_the_history(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with open_store() as store:
        store.add_athlete("Ada")
    (tmp_path / "a.mp4").write_text("a video")
    history = tmp_path / "home" / "history.sqlite3"
    name = str(history)
    if any("{}.html" in a for a in arguments):  # that one asks for a name in .html
        name = str(tmp_path / "home" / "reports" / "set-1")
    check_line(run(*(a.format(name) for a in arguments)), 4, "own data")
    with open_store() as store:
        assert [athlete.name for athlete in store.list_athletes()] == ["Ada"]


@pytest.mark.parametrize("arguments", FOLDERS, ids=" ".join)
def test_no_command_writes_into_a_folder_of_the_history(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "a.mp4").write_text("a video")
    backups = tmp_path / "home" / "backups"
    check_line(run(*(a.format(backups) for a in arguments)), 4, "own data")
    assert not backups.exists()


@pytest.mark.parametrize("arguments", ["analyze loop", "batch loop --out out", "live --headless --source loop"])
def test_a_link_to_itself_is_refused_as_a_video(run: Run, tmp_path: Path, arguments: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    check_line(run(*arguments.split()), 3, "loop")


@pytest.mark.parametrize("option", ["--json", "--csv", "--annotated", "--html", "--pdf"])
def test_a_link_to_itself_is_refused_as_an_output(run: Run, tmp_path: Path, option: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    check_line(run("analyze", "a.mp4", option, "loop"), 4, "back to itself")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("--fps", value) for value in ("inf", "nan", "-1", "1e999")),
        *(("--sticker-mm", "nan"), ("--roll-deg", "inf"), ("--height-cm", "inf"), ("--mass-kg", "nan")),
        *(("--workers", "0"), ("--workers", "-3")),
    ],
)
def test_a_value_that_is_not_a_number_is_refused(run: Run, option: str, value: str) -> None:
    check_line(run("analyze", "a.mp4", option, value), 2, option)


@pytest.mark.parametrize("pattern", ["x" * 5000, "x*" * 2500, "*/" * 2500, "[" * 5000, "**/" * 1600], ids=lambda p: p[:6])
def test_a_pattern_of_5000_letters_is_one_line(run: Run, pattern: str) -> None:
    check_line(run("batch", pattern, "--out", "out"), 3)


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze", "a.mp4", "--save", "--athlete", b"Z\xff"),
        ("batch", "a.mp4", "--out", "out", "--athlete", b"Z\xff"),
        ("live", "--headless", "--athlete", b"Z\xff"),
        ("history", "list", "--athlete", b"Z\xff"),
        ("history", "athletes", "--add", b"Z\xff"),
        ("history", "plan", "start", "--athlete", b"Z\xff"),
    ],
    ids=lambda a: str(a[:2]),
)
def test_a_name_that_is_not_valid_text_is_refused(run: Run, tmp_path: Path, arguments: tuple[str | bytes, ...]) -> None:
    (tmp_path / "a.mp4").write_text("a video")
    check_line(run(*arguments), 2)


@pytest.mark.parametrize("stem", ["x" * 245, "😀" * 61], ids=["letters", "emoji"])
def test_names_that_become_too_long_are_refused_before_the_first_output(run: Run, tmp_path: Path, stem: str) -> None:
    (tmp_path / f"{stem}.mp4").write_text("a video")
    check_line(run("analyze", f"{stem}.mp4", "--out", "new"), 4, "too long")
    assert not (tmp_path / "new").exists()


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31mred\x1b[8m\r\x08name"


SHOWING = [("analyze", HOSTILE), ("batch", HOSTILE, "--out", "out"), ("live", "--headless", "--source", HOSTILE)]


@pytest.mark.parametrize("arguments", SHOWING, ids=lambda a: a[0])
def test_codes_in_a_name_do_not_reach_the_terminal(run: Run, arguments: tuple[str, ...]) -> None:
    code, printed, err = run(*arguments)
    assert (code, printed) == (3, "")
    assert "red" in err
    assert "owned" not in err
    assert not set(err) & set("\x1b\x9b\x07\x08\r")
