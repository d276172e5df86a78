"""Where the history lies, how a connection to it is set up, and what the database's errors mean."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from formcheck.support.errors import InputError, OutputError, UsageError
from formcheck.support.folders import home_folder, private_folder
from formcheck.support.reading import is_made_by_kernel

DATABASE_NAME = "history.sqlite3"
# How long a save waits for another process that is saving, in seconds.
BUSY_TIMEOUT_S = 30.0
# What SQLite's module throws: it quotes names out of the file in its messages, and a damaged name need not be text.
SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
_DAMAGED = (
    "{where} is damaged or not a formcheck history; restore a backup with formcheck history restore FILE, or move it away to start "
    "anew."
)


def database_url(url: str | None = None) -> URL:
    """The database to use: the given one, then ``FORMCHECK_DATABASE_URL``, then SQLite in :func:`home_folder`."""
    given = url or os.environ.get("FORMCHECK_DATABASE_URL")
    if not given:
        return URL.create("sqlite", database=str(private_folder(home_folder()) / DATABASE_NAME))
    try:
        parsed = make_url(given)
    except ArgumentError as error:
        raise UsageError(
            "The database URL cannot be read; write it like sqlite:////folder/history.sqlite3 or "
            "postgresql+psycopg://user:password@host/name."
        ) from error
    # The plain names mean the driver that formcheck is tested with.
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername in ("postgresql", "postgres") else parsed


def describe(url: URL) -> str:
    """The database as a user knows it, without any password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "the history in memory"
    return url.render_as_string(hide_password=True)


def locate(path: Path) -> Path:
    """The file that the history's path leads to. A link that leads back to itself is what gets replaced."""
    return Path(os.path.realpath(path))


def refuse_device(path: Path) -> None:
    """Refuse a device, pipe or socket as the place of a history: it would be written over or moved away.

    Raises
    ------
    OutputError
        If the path leads to something that is neither a file on a disk nor a folder, such as ``/dev/null``.
    """
    try:
        mode = path.stat().st_mode
        is_file = stat.S_ISREG(mode) and not is_made_by_kernel(path)
    except OSError:  # nothing there yet, a link that leads nowhere, or not ours to read
        return
    if not (is_file or stat.S_ISDIR(mode)):
        raise OutputError(
            f"{path} is a device or a pipe, so no history can be kept there; set FORMCHECK_HOME to a folder of yours."
        )


def connect(url: URL) -> Engine:
    """An engine for the database. An SQLite file must be writable."""
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    if is_file:
        refuse_device(Path(str(url.database)))
        _create_private_file(Path(str(url.database)))
    try:
        if url.get_backend_name() == "sqlite":
            engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
        else:
            engine = create_engine(url, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError, ArgumentError) as error:
        raise UsageError(f"No driver for {describe(url)} is installed here: {first_line(error)}.") from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _create_private_file(path: Path) -> None:
    """Create the file before SQLite does, so that only its owner can ever read it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise OutputError(
            f"{path}: the history cannot be written ({error.strerror}); set FORMCHECK_HOME to another folder."
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Set up an SQLite connection: explicit transactions, foreign keys enforced, erased data overwritten."""
    connection.isolation_level = None  # the driver's own implicit transactions would leave migrations half done
    connection.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")  # an acknowledged set survives a power cut
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA page_size=8192")  # only for a new file: reports of about 1.5 kB waste less of such pages
    # Switching a new file to write-ahead logging ignores the busy timeout: another process may be doing just that.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once for a write: a reader that becomes a writer later could only fail."""
    writes = connection.get_execution_options().get("formcheck_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def writer(engine: Engine) -> Engine:
    """The same engine, for transactions that write."""
    return engine.execution_options(formcheck_writes=True)


@contextmanager
def errors_in_words(url: URL, doing: str) -> Iterator[None]:
    """Turn a database error into one line: what is wrong, with which database, what to do."""
    where = describe(url)
    try:
        yield
    except DBAPIError as error:
        message = str(error.orig).lower()
        if "full" in message or "no space" in message:
            message = f"{where}: the disk is full, so {doing} failed and nothing was changed; free some space and try again."
            raise OutputError(message) from error
        if "disk i/o" in message:  # so SQLite says too that a full disk has no place for the index beside the file
            advice = "the disk is full or does not answer; free some space and try again"
            raise OutputError(f"{where}: {doing} failed and nothing was changed: {advice}.") from error
        if "readonly" in message or "read-only" in message:
            message = f"{where} is read-only, so {doing} failed; make it writable or set FORMCHECK_HOME to another folder."
            raise OutputError(message) from error
        if "locked" in message:
            message = f"{where} is in use by another program, so {doing} failed and nothing was changed; try again."
            raise OutputError(message) from error
        if any(sign in message for sign in ("not a database", "malformed", "no such table", "no such column")):
            raise InputError(_DAMAGED.format(where=where)) from error
        raise OutputError(f"{where}: {doing} failed and nothing was changed: {first_line(error.orig)}.") from error
    except UnicodeDecodeError as error:
        raise InputError(_DAMAGED.format(where=where)) from error
    except SQLAlchemyError as error:
        raise OutputError(f"{where}: {doing} failed and nothing was changed: {first_line(error)}.") from error
    except BrokenPipeError:
        raise  # the program that reads an export has seen enough
    except OSError as error:
        raise OutputError(f"{where}: {doing} failed and nothing was changed: {error.strerror}.") from error


def first_line(error: BaseException | None) -> str:
    """The first line of an error's text, without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
