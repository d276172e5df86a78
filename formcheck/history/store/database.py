"""Where the history lies, how it is opened, migrated and backed up, and its errors in words."""

from __future__ import annotations

import base64
import gzip
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from formcheck.support.errors import InputError, OutputError, UsageError
from formcheck.support.folders import home_folder, private_folder

# The newest migration this program knows; tests hold it against the migrations folder.
HEAD = "0004"
DATABASE_NAME = "history.sqlite3"
# How long a save waits for another process that is saving, in seconds.
BUSY_TIMEOUT_S = 30.0
# Any fixed number: it names formcheck's migration lock on a PostgreSQL server.
_MIGRATION_LOCK = 0x666F726D


def database_url(url: str | None = None) -> URL:
    """The database to use: the given one, else ``FORMCHECK_DATABASE_URL``, else SQLite in :func:`home_folder`."""
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


def connect(url: URL) -> Engine:
    """An engine on the database, which must be reachable and, for SQLite, ours to write."""
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    if is_file:
        _create_private_file(Path(str(url.database)))
    try:
        if url.get_backend_name() == "sqlite":
            engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
        else:
            engine = create_engine(url, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError, ArgumentError) as error:
        raise UsageError(f"No driver for {describe(url)} is installed here: {_first_line(error)}.") from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _create_private_file(path: Path) -> None:
    """Create the file before SQLite does, so that nobody else can ever read it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise OutputError(
            f"{path}: the history cannot be written ({error.strerror}); set FORMCHECK_HOME to another folder."
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Every SQLite connection: transactions are ours alone, keys hold, erased data is overwritten."""
    connection.isolation_level = None  # the driver's own implicit transactions would leave migrations half done
    connection.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")  # an acknowledged set survives a power cut
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA page_size=8192")  # of a new file: reports of some 1.5 kB waste less of such pages
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
    """Writers take the write lock at once: a reader that turns writer later could only fail."""
    writes = connection.get_execution_options().get("formcheck_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def writer(engine: Engine) -> Engine:
    """The same engine, for transactions that write."""
    return engine.execution_options(formcheck_writes=True)


@contextmanager
def errors_in_words(url: URL, doing: str) -> Iterator[None]:
    """Turn what the database throws into one line: what is wrong, with which database, what to do."""
    where = describe(url)
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).lower()
        if "full" in said or "no space" in said:
            message = f"{where}: the disk is full, so {doing} failed and nothing was changed; free some space and try again."
            raise OutputError(message) from error
        if "readonly" in said or "read-only" in said:
            message = f"{where} is read-only, so {doing} failed; make it writable or set FORMCHECK_HOME to another folder."
            raise OutputError(message) from error
        if "locked" in said:
            message = f"{where} is in use by another program, so {doing} failed and nothing was changed; try again."
            raise OutputError(message) from error
        if "not a database" in said or "malformed" in said:
            message = f"{where} is damaged or not a formcheck history; restore a backup, or move it away to start anew."
            raise InputError(message) from error
        raise OutputError(f"{where}: {doing} failed and nothing was changed: {_first_line(error.orig)}.") from error
    except SQLAlchemyError as error:
        raise OutputError(f"{where}: {doing} failed and nothing was changed: {_first_line(error)}.") from error
    except OSError as error:
        raise OutputError(f"{where}: {doing} failed and nothing was changed: {error.strerror}.") from error


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


# --- migrations ---------------------------------------------------------------------------------------------------


def current_revision(connection: Connection) -> str | None:
    """The revision of the database's tables; None for a new, empty one."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is not None:
            return str(found)
    if "sets" in tables or ("alembic_version" not in tables and tables and connection.dialect.name == "sqlite"):
        raise InputError(
            f"{describe(connection.engine.url)} is not a formcheck history; set FORMCHECK_DATABASE_URL or "
            "FORMCHECK_HOME to another place."
        )
    return None


def migrate(engine: Engine) -> Path | None:
    """Bring the tables to :data:`HEAD`, in one transaction; an older database is backed up first.

    Returns
    -------
    The backup that was made, or None when none was needed.
    """
    with engine.connect() as connection:
        found = current_revision(connection)
    if found == HEAD:
        return None
    _refuse_newer(engine.url, found)
    backup = None
    if found is not None:
        backup = _backup_before_migration(engine, found)
    with writer(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        now_found = current_revision(connection)  # another process may have been faster
        _refuse_newer(engine.url, now_found)
        if now_found != HEAD:
            upgrade(connection, HEAD)
    return backup


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to ``revision`` on a connection, inside its transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _refuse_newer(url: URL, found: str | None) -> None:
    # Revisions are numbered: one that is not below HEAD was made by a later formcheck.
    if found is not None and found > HEAD:
        raise InputError(
            f"{describe(url)} was written by a newer formcheck (its format is {found}, this one knows up to {HEAD}); "
            "update formcheck, or set FORMCHECK_HOME to another folder."
        )


def backups_folder(url: URL) -> Path:
    """Where the backups made on formcheck's own account go: beside an SQLite file, else in the user-data folder."""
    if url.get_backend_name() == "sqlite" and url.database:
        return private_folder(Path(url.database).resolve().parent / "backups")
    return private_folder(home_folder() / "backups")


def _backup_before_migration(engine: Engine, revision: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    name = f"before-migration-from-{revision}-{stamp}"
    if engine.dialect.name == "sqlite":
        return copy_sqlite(engine.url, backups_folder(engine.url) / f"{name}.sqlite3")
    return _dump_tables(engine, backups_folder(engine.url) / f"{name}.json.gz")


# --- backups ------------------------------------------------------------------------------------------------------


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A private temporary name beside ``path`` that replaces it at the end, or vanishes: never half a file."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{time.monotonic_ns()}.part")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: this file cannot be written ({error.strerror}); choose another place.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def copy_sqlite(url: URL, target: Path) -> Path:
    """A consistent copy of a live SQLite database, also while others write to it."""
    with replacing(target) as temporary:
        try:
            with (
                closing(sqlite3.connect(str(url.database), timeout=BUSY_TIMEOUT_S)) as source,
                closing(sqlite3.connect(temporary)) as copy,
            ):
                source.backup(copy)
                # One file, not three: the copy must not need its log beside it.
                copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise OutputError(f"{target}: the backup cannot be written ({error}); choose another place.") from error
    return target


def restore_sqlite(source: Path, url: URL) -> None:
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
    _refuse_newer(backup_url, found)
    try:
        with closing(sqlite3.connect(source)) as backup, closing(sqlite3.connect(str(url.database))) as live:
            live.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")
            backup.backup(live)
    except sqlite3.Error as error:
        raise OutputError(f"{describe(url)}: the backup cannot be restored ({error}); close other programs.") from error


def _dump_tables(engine: Engine, target: Path) -> Path:
    """Every table of a server's database as it stands, whatever its revision, as compressed JSON."""
    metadata = MetaData()
    metadata.reflect(bind=engine)
    with engine.connect() as connection:
        tables = {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()] for table in metadata.sorted_tables
        }
    with replacing(target) as temporary, gzip.open(temporary, "wt", encoding="utf-8") as out:
        json.dump(tables, out, default=_plain)
    return target


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"no plain form of {type(value).__name__}")
