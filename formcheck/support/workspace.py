"""Private folders for uploads, recordings and finished analyses: 0700, with names that cannot be guessed, gone with the session."""

from __future__ import annotations

import atexit
import secrets
import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from formcheck.support.folders import home_folder, private_folder

_LOCK = "lock"


class Workspace:
    """One process's folder of recordings under way, with a folder in it for each session.

    A killed process leaves its folder behind; the next one that starts removes it: the lock shows which are in use.
    """

    def __init__(self, parent: Path | None = None) -> None:
        """Make the folder, and remove those of processes that are gone."""
        parent = private_folder(parent or home_folder() / "workspace")
        for folder in parent.iterdir():
            if folder.is_dir() and not _in_use(folder):
                remove_folder(folder)
        self.root = private_folder(parent / secrets.token_hex(16))
        self._lock = FileLock(self.root / _LOCK, thread_local=False)
        self._lock.acquire(timeout=0)
        atexit.register(self.close)

    def new_folder(self) -> Path:
        """A new, empty, private folder."""
        return private_folder(self.root / secrets.token_hex(16))

    def close(self) -> None:
        """Remove everything."""
        self._lock.release()
        remove_folder(self.root)


def remove_folder(folder: Path) -> None:
    """Remove a folder and what is in it; what is still being read goes when the next process starts."""
    shutil.rmtree(folder, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    """Whether a living process holds a folder's lock, or is just making the folder."""
    lock = folder / _LOCK
    try:
        if not lock.exists():
            return not any(folder.iterdir())  # empty: being made by another process; otherwise half removed
        with FileLock(lock, timeout=0):
            return False
    except (Timeout, FileNotFoundError):  # held, or removed by another process just now
        return True
