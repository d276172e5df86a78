"""Files written whole or not at all, even if the run is killed, and recognized by their SHA-256."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from formcheck.support.errors import InputError, OutputError, reason_of
from formcheck.support.reading import open_ordinary
from formcheck.support.targets import follow_links, is_stream

# No writer takes this long: an older temporary file was left by one that was killed.
STALE_PARTIAL_S = 3600.0
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# No other program uses this suffix, so a stale file may be removed whatever its name.
_SUFFIX = ".formcheck.partial"


@contextmanager
def replacing(path: str | Path, *, private: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place if the block ends well, and vanishes if not.

    Only an ordinary file is replaced. A link stays, and the file that it leads to is replaced; a device or a pipe is written to.

    Parameters
    ----------
    private
        Only the owner may read the file (0600), and it is on the disk before it takes its place: for a person's history.

    Raises
    ------
    OutputError
        If the folder or the file cannot be written.
    """
    if is_stream(Path(path)):
        with _streaming(Path(path)) as partial:
            yield partial
        return
    target = _place_of(Path(path))
    with temporary_beside(target) as partial:
        yield partial
        if private:
            sync_to_disk(partial)
        else:
            os.chmod(partial, 0o666 & ~_umask())  # noqa: PTH101 - a temporary file is made with 0600
        partial.replace(target)
        if private:
            sync_to_disk(target.parent)


def is_folder(path: Path) -> bool:
    """Whether a folder is there; False for a name that no file can have."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _place_of(target: Path) -> Path:
    """Return where a path leads by its links (raises `OutputError`)."""
    try:
        return follow_links(target)
    except (OSError, ValueError) as error:
        raise OutputError(f"{target}: cannot be written ({reason_of(error)}); {_advice(error)}") from error


@contextmanager
def temporary_beside(target: Path) -> Iterator[Path]:
    """Yield an empty private file beside ``target`` (0600) that is removed at the end, if it is still there.

    Raises
    ------
    OutputError
        If it cannot be made, or the block meets an error of the file system.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_stale_partials(target.parent)
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=_SUFFIX, dir=target.parent)
        os.close(handle)
    except (OSError, ValueError) as error:
        raise OutputError(f"{target}: cannot be written ({reason_of(error)}); {_advice(error)}") from error
    partial = Path(name)
    try:
        yield partial
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({reason_of(error)}); {_advice(error)}") from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _streaming(stream: Path) -> Iterator[Path]:
    """Yield a temporary path whose content is written to a device, a pipe or an open file if the block ends well."""
    try:
        with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
            partial = Path(folder, "output")
            partial.touch()
            yield partial
            # appended: a file that is open elsewhere must not be cut short
            with partial.open("rb") as source, os.fdopen(os.open(stream, os.O_WRONLY | os.O_APPEND), "wb") as out:
                shutil.copyfileobj(source, out)
    except OSError as error:
        raise OutputError(f"{stream}: cannot be written ({reason_of(error)}); {_advice(error)}") from error


def remove_stale_partials(folder: Path) -> None:
    """Remove the temporary files that killed runs left in a folder."""
    for entry in os.scandir(folder):
        if not (entry.name.startswith(".") and entry.name.endswith(_SUFFIX)):
            continue
        with suppress(FileNotFoundError, PermissionError):  # another run was faster, or the file belongs to another user
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > STALE_PARTIAL_S:
                Path(entry.path).unlink()


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, by which the same content is recognized under any name.

    Raises
    ------
    InputError
        If it is missing, is not an ordinary file (a pipe or a device might never end), or cannot be read.
    """
    with open_ordinary(path) as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({reason_of(error)}); check the disk") from error


def sync_to_disk(path: Path) -> None:
    """Have the system write a file, or a folder's entries, to the disk."""
    if path.is_dir() and os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _advice(error: Exception) -> str:
    """What to do about an error of the file system."""
    if getattr(error, "errno", None) in DISK_FULL:
        return "the disk is full: free some space and try again"
    return "choose another place"


def write_text(path: str | Path, text: str, *, private: bool = False) -> None:
    """Write a text file whole or not at all (raises `OutputError`); ``private`` as in `replacing`."""
    write_bytes(path, text.encode(), private=private)


def write_bytes(path: str | Path, data: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all (raises `OutputError`); ``private`` as in `replacing`."""
    with replacing(path, private=private) as partial:
        partial.write_bytes(data)
