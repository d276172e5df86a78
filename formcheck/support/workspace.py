"""Private folders for uploads, recordings and finished analyses: 0700, with names nobody can guess, gone with the session."""

from __future__ import annotations

import atexit
import secrets
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from formcheck.support.folders import home_folder, private_folder

_LOCK = "lock"


class Workspace:
    """One process's folder of recordings under way, with a folder in it for each session.

    A killed process leaves its folder behind; the next one that starts removes it: the lock tells which are in use.
    """

    def __init__(self, parent: Path | None = None) -> None:
        """Make the folder, and remove those of processes that are gone."""
        parent = private_folder(parent or home_folder() / "workspace")
        for folder in parent.iterdir():
            if folder.is_dir() and not _in_use(folder):
                remove_folder(folder)
        self.root = private_folder(parent / secrets.token_hex(16))
        self._lock = (self.root / _LOCK).open("w")
        _try_lock(self._lock)
        atexit.register(self.close)

    def new_folder(self) -> Path:
        """A new, empty, private folder."""
        return private_folder(self.root / secrets.token_hex(16))

    def close(self) -> None:
        """Remove everything."""
        self._lock.close()
        remove_folder(self.root)


def remove_folder(folder: Path) -> None:
    """Remove a folder and what is in it; what is still being read goes when the next process starts."""
    shutil.rmtree(folder, ignore_errors=True)


def _try_lock(file: IO[str]) -> bool:
    """Take the lock of a folder, if no living process holds it."""
    if sys.platform == "win32":
        # An open file cannot be removed there: that is the lock.
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _in_use(folder: Path) -> bool:
    lock = folder / _LOCK
    if sys.platform == "win32":
        with suppress(OSError):
            lock.unlink(missing_ok=True)
        return lock.exists()
    try:
        with lock.open("r") as file:
            return not _try_lock(file)
    except FileNotFoundError:
        # Either just being made by another process, or half removed; only an empty one may be the former.
        return not any(folder.iterdir())
