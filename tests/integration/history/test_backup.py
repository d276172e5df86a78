"""A restore works over anything, and takes only what is whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache, partial
from pathlib import Path

import pytest

from formcheck.history.exchange.backup import back_up, restore
from formcheck.history.store import migration
from formcheck.history.store.store import Store, open_store
from formcheck.support.errors import FormcheckError, InputError, OutputError
from formcheck.support.files import STALE_PARTIAL_S
from tests.helpers.factories import half_kneeling_report, heel_raise_report


@cache
def make_history(sets: int) -> bytes:
    """The file of a closed history with some sets in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "history.sqlite3")
        with open_store(f"sqlite:///{path}") as store:
            for number in range(sets):
                store.save_report(half_kneeling_report((30.0 + number, 32.0)), "Ada")
            store.scrub()
        return path.read_bytes()


def fill(path: Path, sets: int = 12) -> Path:
    """Put a history with some sets in it in a place."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(make_history(sets))
    path.chmod(0o600)
    return path


def read_all(path: Path) -> list[float | None]:
    with open_store(f"sqlite:///{path}") as store:
        return [store.get_report(row.id).reps[0].measures["valid_peak_deg"] for row in store.list_sets()]


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def overwrite(path: Path, start: float, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(int(start * path.stat().st_size))
        file.write(data)


def replace_bytes(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


def cut(path: Path, share: float) -> None:
    os.truncate(path, int(share * path.stat().st_size))


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something").write_text("in it")


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "gone" / "history.sqlite3")


def put_foreign_log(path: Path) -> None:
    """A log of another database beside it, which SQLite would apply to this one."""
    with closing(sqlite3.connect(path.parent / "other")) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE t (x)")
        other.commit()
        shutil.copy(path.parent / "other-wal", f"{path}-wal")
    cut(path, 0.4)


def spoil_backups_folder(path: Path, what: str) -> None:
    """Put something else in the place of the folder of backups, and damage the history."""
    folder = path.parent / "backups"
    shutil.rmtree(folder, ignore_errors=True)
    if what == "a file":
        folder.write_text("notes")
    elif what == "a link to a folder":
        (path.parent / "elsewhere").mkdir()
        folder.symlink_to("elsewhere")
    else:
        folder.symlink_to({"a link to itself": "backups", "a link to nothing": "gone"}[what])
    cut(path, 0.5)


LIVE: dict[str, Callable[[Path], None]] = {
    "nothing is wrong": lambda path: None,
    "it is gone": Path.unlink,
    "it is gone, its log is not": lambda path: (Path(f"{path}-wal").write_bytes(b"left" * 1000), path.unlink())[1],
    "it is empty": lambda path: cut(path, 0),
    "it is text": lambda path: path.write_text("notes\n" * 1000) and None,
    "it is a folder": replace_by_folder,
    "it is a link to itself": link_to_itself,
    "it is a link to nothing": link_to_nothing,
    "its header is overwritten": lambda path: overwrite(path, 0, b"\xff" * 100),
    "its page size is wrong": lambda path: overwrite(path, 0, b"SQLite format 3\0\x00\x03"),
    "its first page is zeros": lambda path: overwrite(path, 0, bytes(8192)),
    "its middle is zeros": lambda path: overwrite(path, 0.4, bytes(20_000)),
    "its end is noise": lambda path: overwrite(path, 0.8, bytes(range(256)) * 40),
    "cut at 10 %": lambda path: cut(path, 0.1),
    "cut at 50 %": lambda path: cut(path, 0.5),
    "cut at 95 %": lambda path: cut(path, 0.95),
    "a foreign log lies beside it": put_foreign_log,
    **{
        f"the folder of backups is {what}": partial(spoil_backups_folder, what=what)
        for what in ("a file", "a link to a folder", "a link to itself", "a link to nothing")
    },
    "its format is of nobody": lambda path: execute(path, "UPDATE alembic_version SET version_num = 'alien'"),
    "its format is newer": lambda path: execute(path, "UPDATE alembic_version SET version_num = '0099'"),
    "a table is missing": lambda path: execute(path, "DROP TABLE set_reports"),
    "a column is missing": lambda path: execute(path, "ALTER TABLE sets DROP COLUMN warnings"),
    "a trigger swallows what is saved": lambda path: execute(
        path, "CREATE TRIGGER t BEFORE INSERT ON sets BEGIN SELECT RAISE(IGNORE); END"
    ),
    "it is another program's": lambda path: (path.unlink(), execute(path, "CREATE TABLE bookmarks (url)"))[1],
}


@pytest.mark.parametrize("damage", LIVE.values(), ids=LIVE.keys())
def test_a_backup_is_restored_over_anything_and_what_lay_there_is_kept(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    live, backup = tmp_path / "home" / "history.sqlite3", tmp_path / "backup.sqlite3"
    fill(live)
    with open_store(f"sqlite:///{live}") as store:
        back_up(store, backup)
    before = backup.read_bytes()
    damage(live)
    done = restore(backup, f"sqlite:///{live}")
    assert done.sets == 12
    assert read_all(live) == [30.0 + number for number in range(12)]
    assert backup.read_bytes() == before
    with open_store(f"sqlite:///{live}") as store:
        assert not store.save_report(heel_raise_report(), "Ada").already_saved
    if done.kept is None:
        assert damage in (LIVE["it is gone"], LIVE["it is gone, its log is not"], LIVE["it is a link to nothing"])
    else:
        assert os.path.lexists(done.kept)
        assert {live.parent, live.parent / "backups", live.parent / "backups-2"} & set(done.kept.parents)
        assert done.kept != live
    assert not list(live.parent.rglob("*partial*"))


def flip_in_report(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        blob = bytearray(connection.execute("SELECT report FROM set_reports WHERE set_id = 3").fetchone()[0])
        blob[len(blob) // 2] ^= 0x10
        connection.execute("UPDATE set_reports SET report = ? WHERE set_id = 3", (bytes(blob),))
        connection.commit()


BACKUPS: dict[str, Callable[[Path], None]] = {
    "empty": lambda path: cut(path, 0),
    "text": lambda path: path.write_text("notes\n" * 1000) and None,
    "a folder": replace_by_folder,
    "cut at 60 %": lambda path: cut(path, 0.6),
    "zeros in the middle": lambda path: overwrite(path, 0.5, bytes(9000)),
    "a format of nobody": LIVE["its format is of nobody"],
    "a format of zero": lambda path: execute(path, "UPDATE alembic_version SET version_num = '0000'"),
    "a newer format": LIVE["its format is newer"],
    "an older format than its tables": lambda path: execute(path, "UPDATE alembic_version SET version_num = '0001'"),
    "no format": lambda path: execute(path, "DELETE FROM alembic_version"),
    "a table is missing": LIVE["a table is missing"],
    "a column is missing": LIVE["a column is missing"],
    "a table too many": lambda path: execute(path, "CREATE TABLE bookmarks (url)"),
    "a trigger": LIVE["a trigger swallows what is saved"],
    "a table whose name is no text": lambda path: replace_bytes(path, b"CREATE TABLE sets ", b"CREATE \xff\xfe\xfd\xfc sets "),
    "a view": lambda path: execute(path, "CREATE VIEW everybody AS SELECT * FROM athletes"),
    "reps of no set": lambda path: execute(path, "PRAGMA foreign_keys=OFF", "DELETE FROM sets WHERE id = 4"),
    "a day that is none": lambda path: execute(path, "UPDATE sets SET day = 'tomorrow' WHERE id = 5"),
    "a word for a number": lambda path: execute(path, "UPDATE sets SET mean = 'much' WHERE id = 5"),
    "infinity for a number": lambda path: execute(path, "UPDATE sets SET mean = 9e999 WHERE id = 5"),
    "a report whose byte is flipped": flip_in_report,
    "a report that is missing": lambda path: execute(path, "DELETE FROM set_reports WHERE set_id = 2"),
    "a picture that is none": lambda path: execute(path, "INSERT INTO set_pictures VALUES (1, 1500, x'FFD8FF00')"),
}


@pytest.mark.parametrize("damage", BACKUPS.values(), ids=BACKUPS.keys())
def test_a_backup_that_is_not_whole_is_refused_in_one_line_and_the_history_stays(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    live, backup = fill(tmp_path / "home" / "history.sqlite3", 2), fill(tmp_path / "backup.sqlite3")
    damage(backup)
    with pytest.raises(FormcheckError) as caught:
        restore(backup, f"sqlite:///{live}")
    assert "\n" not in str(caught.value)
    assert "backup" in str(caught.value)
    assert read_all(live) == [30.0, 31.0]
    assert not list(live.parent.rglob("*partial*"))


def test_the_sets_that_are_whole_are_restored_from_a_backup_with_damaged_ones_on_wish(tmp_path: Path) -> None:
    live, backup = fill(tmp_path / "home" / "history.sqlite3", 2), fill(tmp_path / "backup.sqlite3")
    flip_in_report(backup)
    with pytest.raises(InputError, match=r"half-kneeling of 2026-03-03 .*--leave-out-damaged"):
        restore(backup, f"sqlite:///{live}")
    done = restore(backup, f"sqlite:///{live}", leave_out_damaged=True)
    assert (done.sets, len(done.left_out)) == (11, 1)
    assert read_all(live) == [30.0 + number for number in range(12) if number != 2]


def test_a_backup_of_every_earlier_format_is_restored(tmp_path: Path) -> None:
    live = fill(tmp_path / "home" / "history.sqlite3", 1)
    from tests.integration.history.test_database import make_older

    make_older(f"sqlite:///{tmp_path / 'older.sqlite3'}")
    restore(tmp_path / "older.sqlite3", f"sqlite:///{live}")
    with open_store(f"sqlite:///{live}") as store:
        assert [athlete.name for athlete in store.list_athletes()] == ["Ada"]
        assert store.migrated_from is None
    with closing(sqlite3.connect(tmp_path / "older.sqlite3")) as older:
        assert older.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert migration.HEAD > "0001"


def test_a_history_that_is_open_elsewhere_shows_the_restored_sets(tmp_path: Path) -> None:
    live, backup = fill(tmp_path / "home" / "history.sqlite3", 5), fill(tmp_path / "backup.sqlite3", 2)
    with open_store(f"sqlite:///{live}") as elsewhere:
        assert len(elsewhere.list_sets()) == 5
        done = restore(backup, f"sqlite:///{live}")
        assert len(elsewhere.list_sets()) == 2
        assert not elsewhere.save_report(heel_raise_report(), "Ada").already_saved
    assert len(read_all_sets(live)) == 3
    assert done.kept is not None
    assert len(read_all(done.kept)) == 5


def read_all_sets(path: Path) -> list[int]:
    with open_store(f"sqlite:///{path}") as store:
        return [row.id for row in store.list_sets()]


def test_the_history_itself_is_refused_as_a_backup_and_a_missing_file_is_named(tmp_path: Path) -> None:
    live = fill(tmp_path / "history.sqlite3", 1)
    with pytest.raises(InputError, match="itself"):
        restore(live, f"sqlite:///{live}")
    with pytest.raises(InputError, match="nothing"):
        restore(tmp_path / "nothing", f"sqlite:///{live}")
    with pytest.raises(InputError, match="server"):
        restore(live, "postgresql+psycopg://u@127.0.0.1:1/x")
    assert read_all(live) == [30.0]


def test_a_backup_is_private_and_the_next_one_removes_what_a_killed_one_left(sqlite_store: Store) -> None:
    sqlite_store.save_report(half_kneeling_report(), "Ada")
    [path] = back_up(sqlite_store).paths
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    left = path.with_name(f".{path.name[:40]}.abc.formcheck.partial")
    left.write_bytes(b"half")
    os.utime(left, (left.stat().st_mtime - STALE_PARTIAL_S - 60,) * 2)
    back_up(sqlite_store)
    assert not left.exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="makes a device of its own")
@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFIFO])
def test_a_device_or_pipe_is_never_the_place_of_a_history_and_is_not_moved_away(tmp_path: Path, linked: bool, kind: int) -> None:
    with open_store(f"sqlite:///{tmp_path / 'own.sqlite3'}") as store:
        backup = back_up(store, tmp_path / "backup.sqlite3").paths[0]
    device = tmp_path / "device"
    os.mknod(device, kind | 0o666, os.makedev(1, 3) if kind == stat.S_IFCHR else 0)  # the device behaves like /dev/null
    place = tmp_path / "history.sqlite3" if linked else device
    if linked:
        place.symlink_to(device)
    for use in (lambda: open_store(f"sqlite:///{place}"), lambda: restore(backup, f"sqlite:///{place}")):
        with pytest.raises(OutputError, match="is a device"):
            use()
    assert stat.S_IFMT(device.stat().st_mode) == kind
    assert sorted(path.name for path in tmp_path.iterdir() if "backup" not in path.name) == sorted(
        {"own.sqlite3", "device", place.name}
    )


@pytest.mark.parametrize("what", ["a file", "a link to itself", "a link to nothing"])
def test_a_backup_is_kept_and_named_when_the_data_are_erased_even_if_a_file_has_its_folders_name(tmp_path: Path, what: str) -> None:
    with open_store(f"sqlite:///{tmp_path / 'home' / 'history.sqlite3'}") as store:
        ada = store.save_report(half_kneeling_report(), "Ada").row.athlete_id
        (tmp_path / "home" / "backups").write_text("notes") if what == "a file" else (tmp_path / "home" / "backups").symlink_to(
            "backups" if what == "a link to itself" else "gone"
        )
        [path] = back_up(store).paths
        assert path.parent == tmp_path / "home" / "backups-2"
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert str(path) in store.delete_athlete(ada).backups_left


def test_a_backup_with_a_name_that_no_file_can_have_is_refused_in_one_line(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        back_up(sqlite_store, tmp_path / ("n" * 300))
