"""The history store, opened here. Every change is one transaction; what was acknowledged stays."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Engine

from formcheck.history.store import database
from formcheck.history.store.attachments import AttachmentStore
from formcheck.history.store.diary import Diary
from formcheck.history.store.migration import migrate
from formcheck.history.store.plans import PlanBook
from formcheck.history.store.runs import RunningBook


def open_store(url: str | None = None) -> Store:
    """Open the history: the given database, then ``FORMCHECK_DATABASE_URL``, then SQLite in the user's data folder.

    A new database gets its tables; an older one is backed up and migrated; a newer one is refused.
    """
    resolved = database.database_url(url)
    engine = database.connect(resolved)
    try:
        with database.errors_in_words(resolved, "opening the history"):
            backup = migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, migrated_from=backup)


class Store(AttachmentStore):
    """An open history.

    ``plans`` is the athletes' 12-week plans and hand ticks, ``running`` their running log, ``diary`` their pain scores, answers,
    levels and test results. ``migrated_from`` is the backup that was made when an older database was opened, or None. Safe to share
    between threads.
    """

    def __init__(self, engine: Engine, migrated_from: Path | None = None) -> None:
        """Take over an engine whose tables are up to date; :func:`open_store` makes one."""
        super().__init__(engine, migrated_from)
        self.running = RunningBook(self)
        self.diary = Diary(self)
        self.plans = PlanBook(self, self.running, self.diary)

    def __enter__(self) -> Store:
        """Open for the length of a with block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()
