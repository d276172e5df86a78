"""A history in SQLite and, where a server is at hand, one in PostgreSQL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from formcheck.history.store.store import Store, open_store


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a user-data folder of its own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("FORMCHECK_HOME", str(folder))
    monkeypatch.delenv("FORMCHECK_DATABASE_URL", raising=False)
    return folder


def _new_postgres_database() -> Iterator[str]:
    server = os.environ.get("FORMCHECK_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("FORMCHECK_TEST_POSTGRES_URL is not set")
    name = f"formcheck_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, empty database: SQLite, and a real PostgreSQL where there is one."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store' / 'history.sqlite3'}"
    else:
        yield from _new_postgres_database()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store' / 'history.sqlite3'}") as opened:
        yield opened
