"""Copies of a database in one file, and where they are kept.

Backing up and restoring on a user's wish are :mod:`formcheck.history.exchange.backup`.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, MetaData
from sqlalchemy.engine import URL

from formcheck.history.store.database import BUSY_TIMEOUT_S, SQLITE_ERRORS, locate
from formcheck.support.errors import OutputError
from formcheck.support.files import replacing
from formcheck.support.folders import BACKUP_FOLDERS, home_folder, private_folder


def backups_folder(url: URL) -> Path:
    """Where formcheck keeps its own backups: beside an SQLite file, otherwise in the user-data folder.

    If a file has the name, the next name is taken: a backup or a restore must not fail because of it.
    """
    in_file = url.get_backend_name() == "sqlite" and url.database
    folder = locate(Path(str(url.database))).parent if in_file else home_folder()
    places = [folder / name for name in BACKUP_FOLDERS]
    return private_folder(next((place for place in places if place.is_dir() or not os.path.lexists(place)), places[0]))


def copy_sqlite(url: URL, target: Path) -> Path:
    """A consistent copy of a live SQLite database, also while others write to it."""
    with replacing(target, private=True) as temporary:
        try:
            with (
                closing(sqlite3.connect(str(url.database), timeout=BUSY_TIMEOUT_S)) as source,
                closing(sqlite3.connect(temporary)) as copy,
            ):
                source.backup(copy)
                # One file, not three: the copy must not need its log beside it.
                copy.execute("PRAGMA journal_mode=DELETE")
        except SQLITE_ERRORS as error:
            raise OutputError(f"{target}: the backup cannot be written ({error}); choose another place.") from error
    return target


def dump_tables(engine: Engine, target: Path) -> Path:
    """Every table of a server's database as it stands, whatever its revision, as compressed JSON."""
    metadata = MetaData()
    metadata.reflect(bind=engine)
    with engine.connect() as connection:
        tables = {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()] for table in metadata.sorted_tables
        }
    with replacing(target, private=True) as temporary, gzip.open(temporary, "wt", encoding="utf-8") as out:
        json.dump(tables, out, default=_plain)
    return target


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"no plain form of {type(value).__name__}")
