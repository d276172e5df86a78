"""Reading from the history and writing to it: the transactions under every store method."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from formcheck.history.store import database
from formcheck.support.errors import OutputError
from formcheck.support.folders import home_folder

# Two processes that save at once can both make the day's session; the slower one tries again.
_ATTEMPTS = 5
_T = TypeVar("_T")


class StoreConnection:
    """An open database. Safe to share between threads."""

    def __init__(self, engine: Engine, migrated_from: Path | None = None) -> None:
        """Take over an engine whose tables are up to date."""
        self.url = engine.url
        self.migrated_from = migrated_from
        self._engine = engine
        self._writer = database.writer(engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @property
    def where(self) -> str:
        """The database as a user knows it, without its password."""
        return database.describe(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether the history is one file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def reports_folder(self) -> Path:
        """Where this history's reports with pictures are kept: beside the database, otherwise in the user-data folder."""
        beside = Path(self.url.database).parent if self.is_sqlite and self.url.database else home_folder()
        return beside / "reports"

    def find_own_file(self, path: Path | str | None) -> Path | None:
        """The file, if it lies in `reports_folder`; None for any other.

        The path may have come with an import, from anybody: a file elsewhere must neither be shown nor deleted.
        """
        if not path:
            return None
        try:
            found = Path(os.path.realpath(path))
            return found if found.is_relative_to(os.path.realpath(self.reports_folder)) and found.is_file() else None
        except (OSError, ValueError):
            return None

    @contextmanager
    def reading(self, doing: str = "reading the history") -> Iterator[Session]:
        """A session that only reads."""
        with database.errors_in_words(self.url, doing), Session(self._engine) as session:
            yield session

    def write(self, doing: str, change: Callable[[Session], _T]) -> _T:
        """Make one change in one transaction; ``change`` runs again if another process interfered."""
        with database.errors_in_words(self.url, doing):
            for attempt in range(_ATTEMPTS):
                try:
                    with Session(self._writer) as session, session.begin():
                        return change(session)
                except IntegrityError:
                    if attempt == _ATTEMPTS - 1:
                        raise
        raise AssertionError("unreachable")

    def scrub(self) -> None:
        """Leave no deleted row readable in SQLite's file or its log."""
        if not self.is_sqlite:
            return
        try:
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("VACUUM")
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except database.SQLITE_ERRORS as error:
            raise OutputError(
                f"{self.where}: the rows are deleted, but the file could not be cleaned of them ({error}); close other "
                "programs that use it and run formcheck history purge."
            ) from error
