"""The one door for files that a user names: ordinary files only, opened without waiting, read up to a limit.

A pipe without a writer, a terminal, or a file that the kernel makes while it is read (``/proc/kmsg``, ``/proc/self/mem``) can block
or never end. The last kind can be recognized by its size, which is 0 although there is something to read.
"""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from formcheck.support.errors import InputError, reason_of

# On a pipe or a file of the kernel, a read that would wait fails instead. It means nothing for ordinary files, nor on Windows.
_DO_NOT_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_LONGEST_SHOWN = 200


def open_ordinary(path: Path, advice: str = "give the name of a file") -> BufferedReader:
    """Open a user's file to read its bytes.

    Parameters
    ----------
    advice
        The end of the error message for a path that is not an ordinary file.

    Raises
    ------
    InputError
        If it is missing, not ours to read, or no ordinary file: a folder, a pipe, a device, a file made by the kernel.
    """
    shown = str(path)[:_LONGEST_SHOWN]
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: that alone can rewind a tape
            raise InputError(f"{shown}: is not a file; {advice}")
        file = os.fdopen(os.open(path, os.O_RDONLY | _DO_NOT_WAIT), "rb")
    except FileNotFoundError as error:
        raise InputError(f"{shown}: no such file; check the path") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{shown}: cannot be read ({reason_of(error)}); check its name and permissions") from error
    try:
        if not _is_stored(file):
            raise InputError(f"{shown}: is not a file on a disk; {advice}")
    except BaseException:
        file.close()
        raise
    return file


def read_ordinary(path: Path, max_bytes: int, advice: str = "give the name of a file") -> bytes:
    """Return the content of a user's file.

    Raises
    ------
    InputError
        As `open_ordinary`, and if it is larger than ``max_bytes``.
    """
    with open_ordinary(path, advice) as file:
        try:
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({reason_of(error)}); check the disk") from error
    if len(data) > max_bytes:
        limit = f"{max_bytes // 2**20} MB" if max_bytes >= 2**20 else f"{max_bytes // 2**10} kB"
        raise InputError(f"{path}: is larger than {limit}; {advice}")
    return data


def is_made_by_kernel(path: Path) -> bool:
    """Whether a path leads to a file that has no end on a disk, such as ``/proc/kmsg`` (raises `OSError`)."""
    with os.fdopen(os.open(path, os.O_RDONLY | _DO_NOT_WAIT), "rb") as file:
        return not _is_stored(file)


def _is_stored(file: BufferedReader) -> bool:
    """Whether an open file is an ordinary one whose bytes lie on a disk."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):  # exchanged since it was looked at
        return False
    if status.st_size > 0:
        return True
    try:
        return os.read(file.fileno(), 1) == b""
    except OSError:
        return False
