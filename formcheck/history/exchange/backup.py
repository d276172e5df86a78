"""Copy the whole history into one file, and replace the history with such a backup.

A restore is for the day when the history is damaged: it needs nothing of what lies in its place. The backup is copied and checked
in full first (SQLite's own checks, the format, tables and columns, every row, every report); what it replaces is kept.
"""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, delete, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from formcheck.export.curves import Curves
from formcheck.history.exchange.json_file import Exported, write_json
from formcheck.history.exchange.limits import find_picture_problem
from formcheck.history.store.copies import backups_folder, copy_sqlite
from formcheck.history.store.database import BUSY_TIMEOUT_S, SQLITE_ERRORS, database_url, describe, locate, refuse_device
from formcheck.history.store.migration import HEAD, check_revision, current_revision, upgrade
from formcheck.history.store.store import Store
from formcheck.history.store.tables import Base, CurvesRecord, PictureRecord, ReportRecord, SetRecord
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError, OutputError
from formcheck.support.files import is_folder, sync_to_disk, temporary_beside
from formcheck.support.folders import private_folder
from formcheck.support.reading import open_ordinary

# What SQLite keeps beside a database, and would apply to the one that takes its place.
_SIDECARS = ("-wal", "-shm", "-journal")
# Kept with a set, and read on their own: what is damaged in one of them costs that set alone.
_OF_ONE_SET = (ReportRecord, CurvesRecord, PictureRecord)


@dataclass(frozen=True)
class Restored:
    """What a restore did: the number of sets now, where the replaced history is kept, and which sets were left out."""

    sets: int
    kept: Path | None
    left_out: tuple[str, ...] = ()


def back_up(store: Store, target: Path | str | None = None) -> Exported:
    """Copy the whole history into one file: a database for SQLite, an importable JSON export for a server.

    ``target`` may be a folder; default is the backups folder beside the history.
    """
    path = Path(target) if target is not None else backups_folder(store.url)
    if is_folder(path):
        path = path / f"formcheck-history-{_stamp()}.{'sqlite3' if store.is_sqlite else 'json'}"
    if not store.is_sqlite:
        return write_json(store, path)
    if os.path.realpath(path) == os.path.realpath(str(store.url.database)):
        raise OutputError(f"{path} is the history itself; give the backup another name.")
    return Exported((copy_sqlite(store.url, path),))


def restore(source: Path | str, url: str | None = None, *, leave_out_damaged: bool = False) -> Restored:
    """Replace the whole history with a backup, even if what lies there is damaged or no history at all.

    Parameters
    ----------
    url
        The history's database; default as for :func:`formcheck.history.store.store.open_store`.
    leave_out_damaged
        Restore a backup in which some sets are damaged, without those.

    Raises
    ------
    InputError
        If the backup is not whole; nothing was changed then.
    OutputError
        If it cannot be put in place.
    """
    path, where = Path(source), database_url(url)
    if where.get_backend_name() != "sqlite":
        raise InputError(f"{describe(where)} is on a server: import the JSON backup with formcheck history import {path}.")
    live = locate(Path(str(where.database)))
    refuse_device(live)
    check_backup(path)
    if Path(os.path.realpath(path)) == live:
        raise InputError(f"{path} is the history itself; give the name of a backup.")
    backups_folder(where)  # made before anything is changed
    with temporary_beside(live.with_name("restoring")) as prepared:  # not named for what lies there: it may be anything
        _copy_backup(path, prepared)
        sets, left_out = _check(path, prepared, leave_out_damaged)
        sync_to_disk(prepared)
        kept = _take_place(prepared, live, where)
    return Restored(sets, kept, left_out)


# --- checking a backup --------------------------------------------------------------------------------------------


def check_backup(source: Path) -> None:
    """Refuse anything but an ordinary file, before it is opened or a question is asked (raises `InputError`)."""
    open_ordinary(source, "give the name of a backup; formcheck history backup shows where they are").close()


def _copy_backup(source: Path, target: Path) -> None:
    """Copy a backup with what SQLite keeps beside it, so that the file itself is never written to."""
    address = f"file:{quote(os.path.realpath(source))}?mode=ro"
    try:
        try:
            _copy_database(address, target)
        except sqlite3.OperationalError:  # a folder that is read-only: SQLite cannot make its own files there
            _copy_database(f"{address}&immutable=1", target)
    except SQLITE_ERRORS as error:
        _raise_if_full(error, target)
        raise _not_whole(source, str(error)) from error


def _copy_database(address: str, target: Path) -> None:
    with closing(sqlite3.connect(address, uri=True)) as backup, closing(sqlite3.connect(target)) as copy:
        backup.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _check(source: Path, copy: Path, leave_out_damaged: bool) -> tuple[int, tuple[str, ...]]:
    """Check a copied backup in full and bring it up to date; return its number of sets and the damaged ones taken out."""
    engine = create_engine(URL.create("sqlite", database=str(copy)))
    try:
        with _in_words(source), engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
                raise _not_whole(source, "its pages or indexes are damaged")
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise _not_whole(source, "rows in it belong to nothing")
            if connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index')").first() is not None:
                raise _not_whole(source, "it has views or triggers")
            found = current_revision(connection)
            if found is None:
                raise _not_whole(source, "it is empty")
            check_revision(found, str(source))
        with _in_words(source), engine.begin() as connection:
            if found != HEAD:
                upgrade(connection, HEAD)
            differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
            if differences:
                raise _not_whole(source, "its tables or columns are not those of a history")
        with _in_words(source):
            _check_rows(source, engine)
            damaged = _find_damaged_sets(engine)
            if damaged and not leave_out_damaged:
                names = ", ".join(damaged.values())
                raise InputError(
                    f"{source} has damaged sets ({names}), so nothing was restored; choose another backup, or restore the other "
                    "sets with --leave-out-damaged."
                )
            return _take_out(engine, damaged), tuple(damaged.values())
    finally:
        engine.dispose()


def _check_rows(source: Path, engine: Engine) -> None:
    """Read every row but those of single sets, and refuse values of another kind than their column's."""
    for mapper in Base.registry.mappers:
        if mapper.class_ in _OF_ONE_SET:
            continue
        columns = list(mapper.columns)
        with Session(engine) as session:
            for row in session.execute(select(*columns)).yield_per(500):
                for column, value in zip(columns, row, strict=True):
                    if not _fits(value, column.type.python_type):
                        raise _not_whole(source, f"its table {column.table.name} has a {column.name} that is none")


def _fits(value: Any, kind: type) -> bool:
    if value is None:
        return True
    if kind is float:
        return isinstance(value, int | float) and math.isfinite(value)
    return isinstance(value, kind)


def _find_damaged_sets(engine: Engine) -> dict[int, str]:
    """The sets whose report, curves or pictures cannot be read, by number, each named by its day, time and exercise."""
    damaged = {}
    with Session(engine) as session:
        rows = session.execute(select(SetRecord.id, SetRecord.recorded_at, SetRecord.exercise).order_by(SetRecord.id)).all()
        for set_id, moment, exercise in rows:
            if not _is_readable(session, set_id):
                damaged[set_id] = f"{exercise or 'no exercise'} of {moment.astimezone():%Y-%m-%d %H:%M}"
            session.expunge_all()
    return damaged


def _is_readable(session: Session, set_id: int) -> bool:
    try:
        report = session.get(ReportRecord, set_id)
        curves = session.get(CurvesRecord, set_id)
        if report is None:
            return False
        SetReport.model_validate_json(report.report)
        if curves is not None:
            Curves.model_validate_json(curves.curves)
        pictures = session.scalars(select(PictureRecord.jpeg).where(PictureRecord.set_id == set_id))
        return all(isinstance(jpeg, bytes) and find_picture_problem(jpeg) is None for jpeg in pictures)
    except (zlib.error, ValueError, TypeError):
        return False


def _take_out(engine: Engine, damaged: dict[int, str]) -> int:
    """Delete sets with everything that belongs to them; return how many are left."""
    with Session(engine) as session, session.begin():
        for table in Base.metadata.sorted_tables:
            if "set_id" in table.c:
                session.execute(delete(table).where(table.c.set_id.in_(damaged)))
        session.execute(delete(SetRecord).where(SetRecord.id.in_(damaged)))
        return int(session.scalar(select(func.count()).select_from(SetRecord)) or 0)


@contextmanager
def _in_words(source: Path) -> Iterator[None]:
    """Put into one line whatever SQLAlchemy or Alembic raises on a damaged backup."""
    try:
        yield
    except (SQLAlchemyError, CommandError, sqlite3.Error, ValueError, TypeError, LookupError) as error:
        _raise_if_full(error, source)
        raise _not_whole(source, type(error).__name__) from error


def _not_whole(source: Path, why: str) -> InputError:
    return InputError(f"{source} is not a whole formcheck backup ({why}), so nothing was restored; choose another file.")


def _raise_if_full(error: Exception, path: Path) -> None:
    if "disk is full" in str(error) or "disk I/O" in str(error):
        raise OutputError(f"{path}: there is no room for a copy of it; free some space on the disk and try again.") from error


# --- putting it in place ------------------------------------------------------------------------------------------


def _take_place(prepared: Path, live: Path, url: URL) -> Path | None:
    """Put the checked copy in the history's place; return where the replaced history is kept.

    A sound history is written over through SQLite, page by page under its lock: other processes that have it open see the restored
    one. Anything else is moved aside.
    """
    if not _exists(live):
        _remove_sidecars(live)
        prepared.replace(live)
        return None
    if _is_sound(live):
        kept = copy_sqlite(URL.create("sqlite", database=str(live)), backups_folder(url) / f"formcheck-history-{_stamp()}.sqlite3")
        with suppress(_CannotWriteOver):
            _write_over(prepared, live)
            return kept
    kept = _move_aside(live, backups_folder(url) / f"replaced-{_stamp()}")
    prepared.replace(live)
    sync_to_disk(live.parent)
    return kept


class _CannotWriteOver(Exception):  # noqa: N818 - a reason to go another way, shown to nobody
    """The live database cannot be written to page by page."""


def _is_sound(live: Path) -> bool:
    if not live.is_file():
        return False
    try:
        with closing(sqlite3.connect(live, timeout=BUSY_TIMEOUT_S)) as connection:
            return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
    except SQLITE_ERRORS as error:
        _refuse_if_busy(error, live)
        return False


def _write_over(prepared: Path, live: Path) -> None:
    try:
        with closing(sqlite3.connect(prepared)) as new, closing(sqlite3.connect(live, timeout=BUSY_TIMEOUT_S)) as old:
            new.backup(old)
            old.execute("PRAGMA journal_mode=WAL")
    except SQLITE_ERRORS as error:
        _refuse_if_busy(error, live)
        _raise_if_full(error, live)
        raise _CannotWriteOver from error


def _refuse_if_busy(error: Exception, live: Path) -> None:
    if "locked" in str(error) or "busy" in str(error):
        raise OutputError(f"{live} is in use by another program, so nothing was restored; close it and try again.") from error


def _move_aside(live: Path, folder: Path) -> Path:
    private_folder(folder)
    for path in (live, *(live.with_name(live.name + ending) for ending in _SIDECARS)):
        if _exists(path):
            shutil.move(path, folder / path.name)  # the backups may lie on another disk
    return folder / live.name


def _remove_sidecars(live: Path) -> None:
    """Remove the files that a removed database left beside it: SQLite would apply them to the next one."""
    for ending in _SIDECARS:
        live.with_name(live.name + ending).unlink(missing_ok=True)


def _exists(path: Path) -> bool:
    """Whether anything lies there, even a broken link."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _stamp() -> str:
    return datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
