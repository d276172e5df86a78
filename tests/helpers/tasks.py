"""Tasks for a process of its own (formcheck.app.shared.worker_process). Each writes down the number of the process that does it."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from formcheck.support.errors import InputError

Progress = Callable[[float, str], None]


def note(path: Path, progress: Progress) -> None:
    """Just that; and print something, as libraries do."""
    print("a library says hello")
    path.with_suffix(".partial").write_text(str(os.getpid()), encoding="ascii")
    path.with_suffix(".partial").rename(path)


def list_loaded(path: Path, progress: Progress) -> None:
    """Write down the names of the modules that the process has loaded."""
    path.write_text("\n".join(name for name in sys.modules if name.isascii()), encoding="ascii")


def never_end(path: Path, progress: Progress) -> None:
    """Work without a word and without an end."""
    note(path, progress)
    time.sleep(3600)


def crash(path: Path, progress: Progress) -> None:
    """Read where no memory is, in native code."""
    note(path, progress)
    ctypes.string_at(0)


def refuse(path: Path, progress: Progress) -> None:
    """Raise an error that is meant for the user."""
    raise InputError("this is no video")


def fail(path: Path, progress: Progress) -> None:
    """Raise one that is not."""
    raise ZeroDivisionError("a bug of ours")
