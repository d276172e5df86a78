"""The history store: open it here. Every change is one transaction; what was acknowledged stays."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from formcheck.history.store import database
from formcheck.history.store.kept import KeptStore
from formcheck.history.store.planbook import PlanBook
from formcheck.history.store.runningbook import RunningBook
from formcheck.support.errors import InputError, OutputError


def open_store(url: str | None = None) -> Store:
    """Open the history: the given database, else ``FORMCHECK_DATABASE_URL``, else SQLite in the user's data folder.

    A new database gets its tables; an older one is backed up and migrated; a newer one is refused.
    """
    resolved = database.database_url(url)
    engine = database.connect(resolved)
    try:
        with database.errors_in_words(resolved, "opening the history"):
            backup = database.migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, migrated_from=backup)


class Store(KeptStore):
    """An open history.

    ``plans`` is the athletes' 12-week plans and hand ticks, ``running`` their running log. ``migrated_from`` is the
    backup that was made when an older database was opened, else None. Safe to share between threads.
    """

    def __init__(self, engine: Engine, migrated_from: Path | None = None) -> None:
        """Take over an engine whose tables are up to date; :func:`open_store` makes one."""
        super().__init__(engine, migrated_from)
        self.plans = PlanBook(self)
        self.running = RunningBook(self)

    def __enter__(self) -> Store:
        """Open for the length of a with block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def backup(self, target: Path | str | None = None) -> Path:
        """Copy the whole history into one file: a database for SQLite, an importable JSON export for a server.

        ``target`` may be a folder; default is the backups folder beside the history.
        """
        path = Path(target) if target is not None else database.backups_folder(self.url)
        if path.is_dir():
            stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
            path = path / f"formcheck-history-{stamp}.{'sqlite3' if self.is_sqlite else 'json'}"
        if self.is_sqlite:
            if path.resolve() == Path(str(self.url.database)).resolve():
                raise OutputError(f"{path} is the history itself; give the backup another name.")
            return database.copy_sqlite(self.url, path)
        from formcheck.history.exchange.json_file import write_json

        return write_json(self, path)

    def restore(self, source: Path | str) -> Path:
        """Put a backup in the place of the whole history; the backup of the present one that was made first."""
        path = Path(source)
        if not self.is_sqlite:
            raise InputError(f"{self.where} is on a server: import the JSON backup with formcheck history import {path}.")
        kept = self.backup()
        self._engine.dispose()
        database.restore_sqlite(path, self.url)
        with database.errors_in_words(self.url, "migrating the restored history"):
            database.migrate(self._engine)
        return kept
