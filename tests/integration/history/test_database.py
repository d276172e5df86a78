"""The database's file: migrated after a backup, refused if it is not ours, and whole on a full disk."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from formcheck.history.exchange.backup import back_up
from formcheck.history.store import database, migration
from formcheck.history.store.store import open_store
from formcheck.history.store.tables import Base
from formcheck.support.errors import FormcheckError, InputError, OutputError, UsageError
from formcheck.support.folders import BACKUP_FOLDERS
from tests.helpers.factories import half_kneeling_report, heel_raise_report


def make_older(url: str) -> None:
    """A history of the first format, with one athlete in it."""
    engine = database.connect(database.database_url(url))
    with database.writer(engine).begin() as connection:
        migration.upgrade(connection, "0001")
        connection.execute(
            text(
                "INSERT INTO athletes (id, name, name_key, created_at, sample) VALUES (1, 'Ada', 'ada', '2026-01-01 00:00:00', :no)"
            ),
            {"no": False},
        )
    engine.dispose()


def test_head_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(database.__file__).parents[1] / "migrations"))
    assert scripts.get_current_head() == migration.HEAD


def test_the_migrations_make_the_tables_of_the_models(database_url: str) -> None:
    open_store(database_url).close()
    engine = database.connect(database.database_url(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_an_older_history_is_migrated_after_a_backup(database_url: str) -> None:
    make_older(database_url)
    with open_store(database_url) as store:
        assert [athlete.name for athlete in store.list_athletes()] == ["Ada"]
        assert store.save_report(half_kneeling_report(), "Ada").id
        backup = store.migrated_from
        store.plans.start(1, store.list_sets()[0].day)
    assert backup is not None
    if backup.suffix == ".gz":
        with gzip.open(backup, "rt") as dump:
            tables = json.load(dump)
        assert tables["alembic_version"] == [{"version_num": "0001"}]
        assert tables["athletes"][0]["name"] == "Ada"
    else:
        with closing(sqlite3.connect(backup)) as copy:
            assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
            assert copy.execute("SELECT name FROM athletes").fetchall() == [("Ada",)]
    with open_store(database_url) as store:
        assert store.migrated_from is None


def test_no_backup_no_migration(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'history.sqlite3'}"
    make_older(url)
    for name in BACKUP_FOLDERS:
        (tmp_path / name).write_text("in the way")
    with pytest.raises(OutputError):
        open_store(url)
    with closing(sqlite3.connect(tmp_path / "history.sqlite3")) as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_a_newer_history_is_refused_and_left_alone(database_url: str) -> None:
    with open_store(database_url) as store:
        store.save_report(half_kneeling_report(), "Ada")
        store.write("aging", lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0042'")))
    with pytest.raises(InputError, match=r"newer formcheck.*0042.*update formcheck"):
        open_store(database_url)


def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(InputError, match="not a formcheck history"):
        open_store(f"sqlite:///{path}")
    assert b"bookmarks" in path.read_bytes()
    assert b"athletes" not in path.read_bytes()
    assert before


def test_a_file_that_is_not_a_database_is_refused_with_a_message(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite3"
    path.write_text("this is a text file that somebody put here\n" * 50)
    with pytest.raises(InputError, match="not a formcheck history"):
        open_store(f"sqlite:///{path}")


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.6, 0.95])
def test_a_cut_history_ends_in_one_line(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "history.sqlite3"
    with open_store(f"sqlite:///{path}") as store:
        for i in range(30):
            store.save_report(half_kneeling_report((30.0 + i,)), "Ada")
        store.scrub()
    cut = tmp_path / "cut.sqlite3"
    cut.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])

    def read_everything() -> None:
        with open_store(f"sqlite:///{cut}") as store:
            for row in store.list_sets():
                store.get_report(row.id)

    with pytest.raises(FormcheckError) as caught:
        read_everything()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "oracle+nodriver://x/y", "://"])
def test_a_database_url_that_cannot_be_used_is_wrong_usage(url: str) -> None:
    with pytest.raises(UsageError):
        open_store(url)


def test_the_password_of_a_database_is_never_shown() -> None:
    url = "postgresql+psycopg://ada:secret@127.0.0.1:1/none?connect_timeout=2"
    with pytest.raises(FormcheckError) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


def test_the_url_and_the_home_folder_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    open_store().close()
    assert (home / database.DATABASE_NAME).exists()
    monkeypatch.setenv("FORMCHECK_DATABASE_URL", f"sqlite:///{tmp_path / 'other.sqlite3'}")
    open_store().close()
    assert (tmp_path / "other.sqlite3").exists()
    assert database.database_url("postgres://u@h/d").drivername == "postgresql+psycopg"


def test_a_full_disk_loses_nothing_and_the_set_can_be_saved_again(tmp_path: Path) -> None:
    # max_page_count is SQLite's own full disk: the write fails with SQLITE_FULL at the same place
    with open_store(f"sqlite:///{tmp_path / 'history.sqlite3'}") as store:
        kept = store.save_report(half_kneeling_report(), "Ada")
        with store._engine.connect() as connection:
            raw = connection.connection.driver_connection
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count={pages}")
        failed = None
        for i in range(50):
            try:
                store.save_report(half_kneeling_report((10.0 + i,)), "Ada")
            except OutputError as error:
                failed = (i, str(error))
                break
        assert failed is not None
        assert "disk is full" in failed[1]
        with store._engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA max_page_count=1000000")
        assert len(store.list_sets()) == 1 + failed[0]
        assert not store.save_report(half_kneeling_report((10.0 + failed[0],)), "Ada").already_saved
        assert store.get_report(kept.id)


def test_a_disk_without_a_place_for_sqlites_index_says_to_free_some_space() -> None:
    """On a full tmpfs a history could not even be listed: "disk I/O error" was all that was said."""
    url = database.database_url("sqlite:///history.sqlite3")
    with pytest.raises(OutputError, match="free some space"), database.errors_in_words(url, "opening the history"):
        raise OperationalError("PRAGMA journal_mode=WAL", None, sqlite3.OperationalError("disk I/O error"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_export_to_a_full_disk_is_an_error_message(sqlite_store: object) -> None:
    with pytest.raises(OutputError):
        back_up(sqlite_store, Path("/dev/full/copy"))  # type: ignore[attr-defined]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_an_error_message(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="locked"):
        open_store(f"sqlite:///{folder / 'history.sqlite3'}")


def test_a_folder_in_the_databases_place_is_an_error_message(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite3").mkdir()
    with pytest.raises(OutputError):
        open_store(f"sqlite:///{tmp_path / 'history.sqlite3'}")


def test_a_copy_taken_while_others_write_is_whole(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}") as store:
        for i in range(20):
            store.save_report(heel_raise_report((8.0 + i / 10,)), "Ada")
            [copy] = back_up(store, tmp_path / "b.sqlite3").paths
            with closing(sqlite3.connect(copy)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert connection.execute("SELECT count(*) FROM sets").fetchone() == (i + 1,)
        shutil.copy(copy, tmp_path / "moved.sqlite3")
    with open_store(f"sqlite:///{tmp_path / 'moved.sqlite3'}") as moved:
        assert len(moved.list_sets()) == 20


def test_sets_saved_before_get_their_errors_and_camera_from_their_reports(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'history.sqlite3'}"
    report = half_kneeling_report()
    known = report.quality.model_copy(update={"expected_error": {"valid_peak_deg": 2.1, "knee_over_toe_cm": 0.9}})
    with open_store(url) as store:
        store.save_report(report.model_copy(update={"quality": known}), "Ada")
        store.save_report(heel_raise_report(), "Ada")
        now = store.list_sets()
    with closing(sqlite3.connect(tmp_path / "history.sqlite3")) as older:
        for table in ("set_errors", "pain_scores", "plan_answers", "drill_settings", "test_results", "questionnaire_scores"):
            older.execute(f"DROP TABLE {table}")
        older.execute("ALTER TABLE plan_enrolments DROP COLUMN track")
        for column in ("view", "yaw_deg", "picture_height_cm", "headline", "test"):
            older.execute(f"ALTER TABLE sets DROP COLUMN {column}")
        older.execute("UPDATE set_reports SET report = x'00' WHERE set_id = 2")
        older.execute("UPDATE alembic_version SET version_num = '0004'")
        older.commit()
    engine = database.connect(database.database_url(url))
    with database.writer(engine).begin() as connection:
        migration.upgrade(connection, "0005")
        columns = "view, yaw_deg, picture_height_cm, headline"
        first, second = connection.execute(text(f"SELECT {columns} FROM sets ORDER BY id")).all()
        errors = connection.execute(text("SELECT set_id, measure, error FROM set_errors ORDER BY measure")).all()
    engine.dispose()
    assert first == (now[0].view, now[0].yaw_deg, now[0].picture_height_cm, now[0].headline)
    assert first == ("side", 4.0, pytest.approx(0.21 * 720), 32.0)
    assert second == (None, None, None, 8.5)
    assert errors == [(1, "knee_over_toe_cm", 0.9), (1, "valid_peak_deg", 2.1)]
