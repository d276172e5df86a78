"""Write results so that a killed run leaves no half-written file."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from formcheck.support.errors import OutputError

# No writer takes this long: what is older was left by one that was killed.
STALE_PARTIAL_S = 3600.0
_SUFFIX = ".partial"


def check_target(path: str | Path) -> None:
    """Refuse a path that surely cannot be written, before an analysis of minutes is made for it.

    Raises
    ------
    OutputError
        If it is a folder, or lies in something that is not a folder or is not ours to write. Nothing is made or changed.
    """
    target = Path(path)
    try:
        with suppress(FileNotFoundError, NotADirectoryError):
            target.lstat()  # a name that no file can have fails here
        if target.is_dir():
            raise OutputError(f"{target}: is a folder; give the name of a file in it")
        folder = target.absolute().parent
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir():
            raise OutputError(f"{target}: cannot be written, because {folder} is not a folder; choose another folder")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(f"{target}: cannot be written, because {folder} is not yours to write; choose another folder")
    except (OSError, ValueError) as error:
        raise OutputError(f"{str(target)[:200]}: cannot be written ({_reason(error)}); choose another name") from error


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place if the block ends well, and vanishes if not.

    Raises
    ------
    OutputError
        If the folder or the file cannot be written.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(target)
        handle, name = tempfile.mkstemp(prefix=_prefix(target), suffix=_SUFFIX, dir=target.parent)
        os.close(handle)
    except (OSError, ValueError) as error:
        raise OutputError(f"{target}: cannot be written ({_reason(error)}); choose another folder") from error
    partial = Path(name)
    try:
        yield partial
        os.chmod(partial, 0o666 & ~_umask())  # noqa: PTH101 - mkstemp makes 0600
        partial.replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({_reason(error)}); is the disk full?") from error
    finally:
        partial.unlink(missing_ok=True)


def _prefix(target: Path) -> str:
    return f".{target.name[:40]}."


def _remove_stale(target: Path) -> None:
    """Remove what killed runs left of earlier attempts to write ``target``."""
    for entry in os.scandir(target.parent):
        if not (entry.name.startswith(_prefix(target)) and entry.name.endswith(_SUFFIX)):
            continue
        with suppress(FileNotFoundError, PermissionError):  # another run was quicker, or it is somebody else's
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > STALE_PARTIAL_S:
                Path(entry.path).unlink()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__).lower()


def write_text(path: str | Path, text: str) -> None:
    """Write a text file whole or not at all (raises `OutputError`)."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")
