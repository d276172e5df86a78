"""Where an output may go: an ordinary file is replaced, a device or pipe is written to, formcheck's own store is refused."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from formcheck.support.errors import OutputError, reason_of
from formcheck.support.folders import BACKUP_FOLDERS, home_folder

# Names of files that a process has open already: they can be opened, but not replaced.
_OPEN_FILES = re.compile(r"/dev/(fd/\d+|std(out|err))|/proc/[^/]+/fd/\d+")
_LONGEST_NAME = 255
# The files that SQLite keeps beside a database, by the end of their names.
_DATABASE_ENDS = ("", "-wal", "-shm", "-journal")
_STORE_FOLDERS = ("reports", *BACKUP_FOLDERS)


def check_target(path: str | Path) -> None:
    """Refuse a path that surely cannot or must not be written, before an analysis of minutes is made for it.

    Raises
    ------
    OutputError
        If it is a folder, a disk or a socket, leads in a circle, has too long a name, belongs to formcheck's own store, or lies in
        something that is not a folder or is not ours to write. Nothing is made or changed.
    """
    target = Path(path)
    try:
        _refuse_store(target)
        if is_stream(target):
            if not os.access(target, os.W_OK):
                raise OutputError(f"{target}: cannot be written, because it is not yours to write; choose another place")
            return
        target = follow_links(target)
        if target.is_dir():
            raise OutputError(f"{target}: is a folder; give the name of a file in it")
        folder = target.parent
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir():
            raise OutputError(f"{target}: cannot be written, because {folder} is not a folder; choose another folder")
        _refuse_long_names(target, folder)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(f"{target}: cannot be written, because {folder} is not yours to write; choose another folder")
    except (OSError, ValueError) as error:
        raise OutputError(f"{str(target)[:200]}: cannot be written ({reason_of(error)}); choose another name") from error


def is_stream(path: Path) -> bool:
    """Whether what is written there goes to a device, a pipe or an open file: it is written to, and never replaced."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or _OPEN_FILES.fullmatch(_second_last(path)) is not None


def _second_last(path: Path) -> str:
    """Return the name of an open file that a path leads to by links; the path's own, made absolute, where it leads to none."""
    here = os.path.abspath(path)  # noqa: PTH100 - links are followed one by one
    while not _OPEN_FILES.fullmatch(here) and os.path.islink(here):  # noqa: PTH114
        here = os.path.abspath(os.path.join(os.path.dirname(here), os.readlink(here)))  # noqa: PTH100, PTH115, PTH118, PTH120
    return here


def follow_links(path: Path) -> Path:
    """Return the absolute place that a path leads to: a link stays, and what it leads to is written.

    Raises
    ------
    OutputError
        If its links lead in a circle, or there is something that is neither a file nor a folder.
    """
    place = Path(os.path.realpath(path))
    if place.is_symlink():
        raise OutputError(f"{path}: is a link that leads back to itself; choose another name")
    try:
        mode = place.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return place
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OutputError(f"{path}: is a disk or a socket, not a file; choose another name")
    return place


def _refuse_long_names(target: Path, folder: Path) -> None:
    """Raise `OutputError` for a name that no file in ``folder``, the deepest that exists, can have."""
    longest = os.pathconf(folder, "PC_NAME_MAX") if hasattr(os, "pathconf") else _LONGEST_NAME
    for name in target.relative_to(folder).parts:
        if len(os.fsencode(name)) > longest:
            raise OutputError(f"{name[:60]}…: cannot be written, because the name is too long; choose a shorter one")


def _refuse_store(target: Path) -> None:
    """Raise `OutputError` for the history, its reports and backups, and everything in folders that formcheck keeps for itself."""
    home = home_folder()
    databases = [home / "history.sqlite3", *_database_of_url(os.environ.get("FORMCHECK_DATABASE_URL", ""))]
    files = [Path(f"{database}{end}") for database in databases for end in _DATABASE_ENDS]
    folders = [database.parent / name for database in databases for name in _STORE_FOLDERS]
    folders += [home / "users", home / "workspace"]
    place = Path(os.path.realpath(target))
    if any(_is_same(above, own) for above in (place, *place.parents) for own in (*files, *folders)):
        raise OutputError(f"{target}: belongs to formcheck's own data, which no output may overwrite; choose another place")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return str(one) == os.path.realpath(other)


def _database_of_url(url: str) -> list[Path]:
    found = re.fullmatch(r"sqlite(?:\+\w+)?:///(?:file:)?([^?]+)(?:\?.*)?", url)
    return [Path(found[1])] if found else []
