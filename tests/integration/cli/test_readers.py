"""Every command that reads a user's file takes ordinary files only; anything else ends at once, in one line."""

from __future__ import annotations

import inspect
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from formcheck.cli.main import app
from formcheck.training.catalogue import FILE_NAME
from tests.integration.cli.test_odd_arguments import Run, check_line, list_commands
from tests.integration.cli.test_odd_arguments import run as run  # a fixture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, devices and the kernel's files are POSIX")
# A command that waits for such a file would wait for ever; none of these needs more than a few seconds.
PATIENCE_S = 60

# Each with the name that its file must have.
READERS = [
    (("history", "import", "{}"), "all.json"),
    (("history", "import", "{}"), "sets.csv"),
    (("history", "restore", "--yes", "{}"), "backup.sqlite3"),
    (("history", "running", "import", "{}"), "runs.csv"),
    (("history", "running", "import", "{}"), "run.gpx"),
    (("history", "running", "import", "{}"), "run.fit"),
    (("plan", "check", "{}"), "programme.toml"),
    (("check-against", "{}", "report.json"), "own.csv"),
    (("check-against", "own.csv", "{}"), "report.json"),
    (("check-against", "own.csv", "{}"), "set.mp4"),
    (("analyze", "{}"), "set.mp4"),
    (("batch", "{}", "--out", "out"), "set.mp4"),
    (("batch", "--manifest", "{}", "--out", "out"), "list.csv"),
    (("live", "--headless", "--source", "{}"), "set.mp4"),
]
IDS = [" ".join(arguments).format(name) for arguments, name in READERS]


def make_device(path: Path) -> None:
    """A device of our own that behaves like /dev/zero."""
    if os.geteuid() != 0:
        pytest.skip("only an administrator can make a device")
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path is short
        made.bind(path.name)
        os.chdir(here)


def link_to_the_kernel(path: Path) -> None:
    """Ordinary by its kind, but made while it is read, as the endless ``/proc/kmsg`` is."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    path.symlink_to("/proc/self/stat")


def make_unreadable(path: Path) -> None:
    path.write_bytes(b"ours no longer")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("an administrator may read everything")


ODD: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "a device": make_device,
    "a socket": make_socket,
    "a file of the kernel": link_to_the_kernel,
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to("gone"),
    "nothing": lambda path: None,
    "a file that is not ours to read": make_unreadable,
}


@pytest.fixture
def never_waiting() -> Iterator[None]:
    """Fail instead of waiting for ever."""

    def fail(*_: object) -> None:
        raise AssertionError("it waits for the file")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(PATIENCE_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what the commands read besides."""
    (tmp_path / "own.csv").write_text("repetition,degrees\n1,35\n")
    return tmp_path


@pytest.mark.usefixtures("never_waiting")
@pytest.mark.parametrize("make", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize(("arguments", "name"), READERS, ids=IDS)
def test_a_path_that_is_not_an_ordinary_file_is_refused_at_once(
    run: Run,
    folder: Path,
    arguments: tuple[str, ...],
    name: str,
    make: Callable[[Path], None],
) -> None:
    (folder / name).unlink(missing_ok=True)
    make(folder / name)
    check_line(run(*(argument.format(name) for argument in arguments)), 3, name)


@pytest.mark.usefixtures("never_waiting")
@pytest.mark.parametrize(("arguments", "name"), READERS, ids=IDS)
@pytest.mark.parametrize("start", ["\u20ac" * 90, "n/" * 3000], ids=["long", "deep"])
def test_a_name_that_no_file_can_have_is_refused(run: Run, folder: Path, arguments: tuple[str, ...], name: str, start: str) -> None:
    assert folder.is_dir()
    check_line(run(*(argument.format(start + name) for argument in arguments)), 3, start[:40])


def test_every_argument_and_option_that_names_a_file_to_read_is_tried_above() -> None:
    words_tried = {tuple(word for word in arguments if word.isalpha() or "-" in word) for arguments, _ in READERS}
    outputs = {"out", "keep", "json_file", "csv_file", "annotated", "html", "pdf", "trc", "mot", "target"}
    found = set()
    for words, command in list_commands(get_command(app)):
        for name, parameter in inspect.signature(command.callback, eval_str=True).parameters.items():
            if "Path" in str(parameter.annotation) and name not in outputs:
                found.add(words)
    assert len(found) >= 7
    found = {words if words[:2] != ("history", "plan") else words[1:] for words in found}  # the plan has two names
    assert sorted(words for words in found if not any(tried[: len(words)] == words for tried in words_tried)) == []


@pytest.mark.usefixtures("never_waiting")
@pytest.mark.parametrize("make", [os.mkfifo, make_device, link_to_the_kernel])
def test_a_programme_of_ones_own_is_an_ordinary_file_too(run: Run, folder: Path, make: Callable[[Path], None]) -> None:
    run("history", "athletes", "--add", "Ada")
    make(folder / "home" / FILE_NAME)
    check_line(run("plan", "start"), 3, FILE_NAME)


@pytest.mark.usefixtures("never_waiting")
def test_a_history_that_leads_to_a_file_of_the_kernel_is_refused(run: Run, folder: Path) -> None:
    (folder / "home").mkdir()
    link_to_the_kernel(folder / "home" / "history.sqlite3")
    check_line(run("history", "list"), 4, "history.sqlite3")
