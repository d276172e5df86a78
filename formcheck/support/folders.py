"""The folder of a user's data, and folders that only their owner can enter."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from formcheck.support.errors import OutputError

# The first of them is used; the others where it is a file or a link that leads nowhere.
BACKUP_FOLDERS = ("backups", "backups-2", "backups-3")


def home_folder() -> Path:
    """The folder of a user's data: ``FORMCHECK_HOME``, or the platform's user-data folder if that is not set."""
    given = os.environ.get("FORMCHECK_HOME")
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir("formcheck", appauthor=False))


def private_folder(path: Path) -> Path:
    """Make a folder, and its parents, that only its owner can enter."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        if os.path.lexists(path) and not path.is_dir():
            raise OutputError(f"{path}: formcheck needs a folder of this name, but it is something else; move it away.") from error
        raise OutputError(
            f"{path}: this folder cannot be made or used ({error.strerror}); set FORMCHECK_HOME to a folder of yours."
        ) from error
    return path
