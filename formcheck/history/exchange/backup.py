"""The whole history into one file, and a backup in the place of the history."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from formcheck.history.exchange.json_file import write_json
from formcheck.history.store.copies import backups_folder, copy_sqlite
from formcheck.history.store.database import BUSY_TIMEOUT_S, describe, errors_in_words
from formcheck.history.store.migration import current_revision, refuse_newer
from formcheck.support.errors import InputError, OutputError

if TYPE_CHECKING:
    from formcheck.history.store.store import Store


def back_up(store: Store, target: Path | str | None = None) -> Path:
    """Copy the whole history into one file: a database for SQLite, an importable JSON export for a server.

    ``target`` may be a folder; default is the backups folder beside the history.
    """
    path = Path(target) if target is not None else backups_folder(store.url)
    if path.is_dir():
        stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
        path = path / f"formcheck-history-{stamp}.{'sqlite3' if store.is_sqlite else 'json'}"
    if not store.is_sqlite:
        return write_json(store, path)
    if path.resolve() == Path(str(store.url.database)).resolve():
        raise OutputError(f"{path} is the history itself; give the backup another name.")
    return copy_sqlite(store.url, path)


def restore(store: Store, source: Path | str) -> Path:
    """Put a backup in the place of the whole history; the backup of the present one that was made first."""
    path = Path(source)
    if not store.is_sqlite:
        raise InputError(f"{store.where} is on a server: import the JSON backup with formcheck history import {path}.")
    kept = back_up(store)
    store.close()
    _restore_sqlite(path, store.url)
    store.migrate()
    return kept


def _restore_sqlite(source: Path, url: URL) -> None:
    """Copy a backup into the live database, if it is a history that this program can read."""
    if not source.is_file():
        raise InputError(f"{source}: there is no such file; formcheck history backup shows where backups are.")
    backup_url = URL.create("sqlite", database=str(source.resolve()))
    engine = create_engine(backup_url)
    try:
        with errors_in_words(backup_url, "reading the backup"), engine.connect() as connection:
            found = current_revision(connection)
            sound = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    finally:
        engine.dispose()
    if found is None or not sound:
        raise InputError(f"{source} is not a whole formcheck backup; choose another file.")
    refuse_newer(backup_url, found)
    try:
        with closing(sqlite3.connect(source)) as backup, closing(sqlite3.connect(str(url.database))) as live:
            live.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")
            backup.backup(live)
    except sqlite3.Error as error:
        raise OutputError(f"{describe(url)}: the backup cannot be restored ({error}); close other programs.") from error
