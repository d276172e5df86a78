"""Nothing lost: processes killed at any moment, and processes that save at the same time.

FORMCHECK_TEST_KILLS sets how many times a process is killed in each test (default 8).
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from formcheck.history.exchange.json_file import export_json
from formcheck.history.store.store import Store, open_store
from tests.helpers.factories import half_kneeling_report
from tests.integration.history.test_database import make_older

WORKER = Path(__file__).with_name("worker.py")
KILLS = int(os.environ.get("FORMCHECK_TEST_KILLS", "8"))


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(WORKER), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check_whole(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_acknowledged_set_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    chance = random.Random(1)
    acknowledged: set[int] = set()
    for round_number in range(KILLS):
        worker = start("save", f"sqlite:///{path}", str(round_number), "500")
        assert worker.stdout is not None
        for _ in range(chance.randrange(1, 12)):
            line = worker.stdout.readline()
            assert line, worker.stderr and worker.stderr.read()
            acknowledged.add(int(line.split()[0]))
        time.sleep(chance.random() * 0.02)  # the kill falls anywhere in a save
        worker.kill()
        rest, _ = worker.communicate()
        acknowledged |= {int(line.split()[0]) for line in rest.splitlines() if len(line.split()) == 3}
        with open_store(f"sqlite:///{path}") as store:
            there = [row.id for row in store.list_sets()]
            assert acknowledged <= set(there)
            assert len(there) == len(set(there))
            for row in store.list_sets(newest_first=True, limit=3):
                assert len(store.get_report(row.id).reps) == row.rep_count
        check_whole(path)


def test_a_killed_import_is_there_whole_or_not_at_all(sqlite_store: Store, tmp_path: Path) -> None:
    for i in range(150):
        sqlite_store.save_report(half_kneeling_report((20.0 + 0.2 * i,)), "Ada")
    export = tmp_path / "export.json"
    export.write_text(export_json(sqlite_store))
    chance = random.Random(2)
    path = tmp_path / "target.sqlite3"
    url = f"sqlite:///{path}"
    open_store(url).close()
    for _ in range(KILLS):
        worker = start("import", url, str(export))
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(chance.random() * 0.4)
        worker.kill()
        rest, _ = worker.communicate()
        with open_store(url) as store:
            sets = len(store.list_sets())
            assert sets in (0, 150)
            assert sets == 150 or "done" not in rest
            for athlete in store.list_athletes():
                store.delete_athlete(athlete.id)
        check_whole(path)


def test_a_killed_migration_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    chance = random.Random(3)
    for round_number in range(KILLS):
        path = tmp_path / f"{round_number}.sqlite3"
        make_older(f"sqlite:///{path}")
        worker = start("migrate", f"sqlite:///{path}")
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(chance.random() * 0.15)
        worker.kill()
        worker.communicate()
        check_whole(path)
        with open_store(f"sqlite:///{path}") as store:
            assert [athlete.name for athlete in store.list_athletes()] == ["Ada"]
    backups = [file for file in (tmp_path / "backups").iterdir() if not file.name.startswith(".")]
    for backup in backups:
        with closing(sqlite3.connect(backup)) as copy:
            assert copy.execute("SELECT name FROM athletes").fetchall() == [("Ada",)]


def test_processes_that_save_at_once_lose_nothing(database_url: str) -> None:
    workers = [start("save", database_url, str(tag), "12") for tag in range(3)]
    lines = []
    for worker in workers:
        out, err = worker.communicate(timeout=120)
        assert worker.returncode == 0, err
        lines += out.splitlines()
    ids = [int(line.split()[0]) for line in lines]
    with open_store(database_url) as store:
        assert sorted(row.id for row in store.list_sets()) == sorted(ids)
        assert len(set(ids)) == 36
        assert [athlete.name for athlete in store.list_athletes()] == ["Ada"]


def test_the_same_set_saved_at_once_by_two_processes_is_one(database_url: str) -> None:
    workers = [start("save", database_url, "7", "10") for _ in range(2)]
    lines = []
    for worker in workers:
        out, err = worker.communicate(timeout=120)
        assert worker.returncode == 0, err
        lines += out.splitlines()
    with open_store(database_url) as store:
        assert len(store.list_sets()) == 10
    assert sum(line.endswith("False") for line in lines) == 10
    assert sum(line.endswith("True") for line in lines) == 10
