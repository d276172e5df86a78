"""The format of the tables: find which one a database has, and bring an older one up to date after a backup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from formcheck.history.store.copies import backups_folder, copy_sqlite, dump_tables
from formcheck.history.store.database import describe, writer
from formcheck.support.errors import InputError

# The newest migration this program knows; tests hold it against the migrations folder.
HEAD = "0009"
# Any fixed number: it names formcheck's migration lock on a PostgreSQL server.
_MIGRATION_LOCK = 0x666F726D


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
    backup = None
    if found is not None:
        check_revision(found, describe(engine.url))
        backup = _backup_before_migration(engine, found)
    with writer(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        now_found = current_revision(connection)  # another process may have been faster
        if now_found is not None:
            check_revision(now_found, describe(engine.url))
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


def check_revision(found: str, where: str) -> None:
    """Raise `InputError` unless this program knows the format: revisions are numbered from 0001 to :data:`HEAD`."""
    if not re.fullmatch(r"[0-9]{4}", found) or found == "0000":
        raise InputError(f"{where} is not a formcheck history: its format is called {found[:40]!r}; choose another one.")
    if found > HEAD:
        raise InputError(
            f"{where} was written by a newer formcheck (its format is {found}, this one knows up to {HEAD}); "
            "update formcheck, or set FORMCHECK_HOME to another folder."
        )


def _backup_before_migration(engine: Engine, revision: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    name = f"before-migration-from-{revision}-{stamp}"
    if engine.dialect.name == "sqlite":
        return copy_sqlite(engine.url, backups_folder(engine.url) / f"{name}.sqlite3")
    return dump_tables(engine, backups_folder(engine.url) / f"{name}.json.gz")
