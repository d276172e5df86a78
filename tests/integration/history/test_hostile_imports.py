"""Files that somebody made to fill the memory, to break the history or to reach another's files."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from formcheck.history.exchange.csv_tables import import_tables, write_tables
from formcheck.history.exchange.json_file import export_json, import_json, import_json_file, write_json
from formcheck.history.store.store import Store
from formcheck.support.errors import InputError
from tests.helpers.factories import half_kneeling_report, heel_raise_report

Import = Callable[[str, Path], tuple[int, str]]
HEAD = '{"schema":"formcheck.history/1","exported_at":"2026-01-01T00:00:00Z","athletes":['
ATHLETE = '{"name":"Eve","created_at":"2026-01-01T00:00:00Z"'
# The program with everything loaded takes some 150 MB; what a file of the size that is allowed adds must stay far below a laptop's.
CEILING_MB = 450

# Loads everything once, and imports each file in a child of its own: a child's most memory begins at what its parent has.
SERVER = """
import os, resource, sys
from pathlib import Path
from formcheck.support.errors import FormcheckError
from formcheck.history.exchange.csv_tables import import_tables
from formcheck.history.exchange.json_file import import_json_file
from formcheck.history.store.store import open_store
from formcheck.training.run_files import read_runs_file

def read(kind, name):
    path = Path(name)
    resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
    with open_store() as store:
        try:
            if kind == "runs":
                read_runs_file(path)
            else:
                {"json": import_json_file, "csv": import_tables}[kind](store, path)
            said = "imported"
        except FormcheckError as error:
            said = str(error)
    status = Path("/proc/self/status")
    # what getrusage says includes the process that started this one, which may be large
    most_kb = (
        int(status.read_text().split("VmHWM:")[1].split()[0])
        if status.exists()
        else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    )
    print(most_kb // 1024, said.count("\\n"), said, flush=True)

open_store().close()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        read(*line.rstrip("\\n").split("\\t"))
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print("0 0 died", flush=True)
"""


@pytest.fixture(scope="module")
def import_in_a_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Import]:
    """Import a file in a process of its own; the most memory that it took in MB, and what it said."""
    environment = os.environ | {"FORMCHECK_HOME": str(tmp_path_factory.mktemp("home"))}
    environment.pop("FORMCHECK_DATABASE_URL", None)
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        asked, answers = server.stdin, server.stdout
        assert asked is not None
        assert answers is not None

        def ask(kind: str, path: Path) -> tuple[int, str]:
            asked.write(f"{kind}\t{path}\n")
            asked.flush()
            memory, lines, said = answers.readline().split(" ", 2)
            assert said != "died\n"
            assert lines == "0"
            return int(memory), said.rstrip("\n")

        yield ask
        asked.close()


def repeat(path: Path, head: str, part: str, mega_bytes: int) -> Path:
    with path.open("w") as out:
        out.write(head)
        block = part * (2**20 // len(part))
        for _ in range(mega_bytes):
            out.write(block)
    return path


BOMBS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "runs of one digit a line": ("runs", lambda f: repeat(f / "x.csv", "", "1\n", 15)),
    "runs of one digit a line, 64 MB": ("runs", lambda f: repeat(f / "x.csv", "", "1\n", 64)),
    "runs, all in one line": ("runs", lambda f: repeat(f / "x.csv", "date,km\n", "1,", 15)),
    "runs, all good": ("runs", lambda f: repeat(f / "x.csv", "date,km\n", "2026-01-01,5\n", 15)),
    "a track nested without end": ("runs", lambda f: repeat(f / "x.gpx", "<gpx>", "<a>", 15)),
    "a track of many names": ("runs", lambda f: repeat(f / "x.gpx", "<gpx>", "<a></a>", 15)),
    "sets.csv of commas": ("csv", lambda f: repeat(f / "sets.csv", "athlete_name,report\n", ",", 32)),
    "sets.csv of empty reports": ("csv", lambda f: repeat(f / "sets.csv", "athlete_name,report\n", "Eve,{}\n", 32)),
    "sets.csv with one endless cell": ("csv", lambda f: repeat(f / "sets.csv", 'athlete_name,report\nEve,"', "x", 32)),
    "a report of brackets": ("csv", lambda f: repeat(f / "sets.csv", 'athlete_name,report\nEve,"{""reps"":[', "[],", 7)),
    "JSON of brackets": ("json", lambda f: repeat(f / "x.json", HEAD, "[],", 16)),
    "JSON nested without end": ("json", lambda f: repeat(f / "x.json", HEAD, "[", 16)),
    "JSON of empty sets": ("json", lambda f: repeat(f / "x.json", HEAD + ATHLETE + ',"sets":[', "{},", 16)),
    "JSON of empty runs": ("json", lambda f: repeat(f / "x.json", HEAD + ATHLETE + ',"runs":[', "{},", 16)),
    "JSON of empty athletes": ("json", lambda f: repeat(f / "x.json", HEAD, "{},", 16)),
    "JSON of notes": ("json", lambda f: repeat(f / "x.json", HEAD + ATHLETE + ',"notes":{', '"a":"","b":"",', 16)),
    "JSON with one endless name": ("json", lambda f: repeat(f / "x.json", HEAD + '{"name":"', "x", 64)),
    "JSON of spaces": ("json", lambda f: repeat(f / "x.json", HEAD, " ", 64)),
}


@pytest.mark.parametrize(("kind", "make"), BOMBS.values(), ids=BOMBS.keys())
def test_a_file_cannot_fill_the_memory(
    import_in_a_process: Import, tmp_path: Path, kind: str, make: Callable[[Path], Path]
) -> None:
    memory, printed = import_in_a_process(kind, make(tmp_path))
    assert printed != "imported"
    assert memory < CEILING_MB


def document(store: Store) -> dict[str, object]:
    data: dict[str, object] = json.loads(export_json(store))
    return data


def test_one_damaged_set_does_not_stop_the_export_of_the_others_and_is_named(sqlite_store: Store, tmp_path: Path) -> None:
    for number in range(4):
        sqlite_store.save_report(half_kneeling_report((30.0 + number,)), "Ada")

    def flip(set_id: int) -> None:
        with sqlite_store._engine.begin() as connection:
            blob = connection.execute(text("SELECT report FROM set_reports WHERE set_id = :id"), {"id": set_id}).scalar()
            damaged = bytearray(blob)
            damaged[len(damaged) // 2] ^= 0x10
            connection.execute(text("UPDATE set_reports SET report = :r WHERE set_id = :id"), {"r": bytes(damaged), "id": set_id})

    whole = export_json(sqlite_store)
    flip(2)
    done = write_json(sqlite_store, tmp_path / "all.json")
    assert len(done.unreadable) == 1
    assert "2026-03-03" in done.warning
    assert "(Ada)" in done.warning
    found = json.loads((tmp_path / "all.json").read_text())
    assert len(found["athletes"][0]["sets"]) == 3
    assert found["unreadable"] == list(done.unreadable)
    assert write_tables(sqlite_store, tmp_path / "tables").unreadable == done.unreadable
    assert (tmp_path / "tables" / "sets.csv").read_text().count("\n") == 4
    # An export from before brings the damaged set back.
    assert import_json(sqlite_store, whole).already_there == 4
    assert sqlite_store.get_report(2).reps[0].measures["valid_peak_deg"] == 31.0
    assert write_json(sqlite_store, tmp_path / "all.json").unreadable == ()


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999", "1e308"])
@pytest.mark.parametrize("name", ["end_s", "pose_coverage", "duration_s"])
def test_nan_and_infinity_are_refused_by_json_and_table_imports(
    sqlite_store: Store, tmp_path: Path, literal: str, name: str
) -> None:
    sqlite_store.save_report(half_kneeling_report(), "Ada")
    write_tables(sqlite_store, tmp_path)
    as_json = export_json(sqlite_store)
    table = (tmp_path / "sets.csv").read_text()
    old = {"end_s": ":3.0,", "pose_coverage": ":0.98,", "duration_s": ":45.2,"}[name]
    spoilt = as_json.replace(f'"{name}"{old}', f'"{name}":{literal},', 1)
    assert spoilt != as_json
    with pytest.raises(InputError):
        import_json(sqlite_store, spoilt)
    spoilt_table = table.replace(f'""{name}""{old}', f'""{name}"":{literal},', 1)
    assert spoilt_table != table
    (tmp_path / "sets.csv").write_text(spoilt_table)
    with pytest.raises(InputError):
        import_tables(sqlite_store, tmp_path / "sets.csv")
    assert len(sqlite_store.list_sets()) == 1


def test_an_imported_set_never_reaches_anothers_files(sqlite_store: Store) -> None:
    sqlite_store.reports_folder.mkdir(parents=True)
    page = sqlite_store.reports_folder / "set-1.html"
    page.write_text("Ada's")
    sqlite_store.save_report(half_kneeling_report(), "Ada", html_path=page)
    data = json.loads(export_json(sqlite_store))
    data["athletes"][0]["name"] = "Eve"
    for path in (str(page), str(page.parent / ".." / "reports" / "set-1.html"), "/etc/passwd"):
        data["athletes"][0]["sets"][0]["html_path"] = path
        data["athletes"][0]["sets"][0]["recording_path"] = path
        import_json(sqlite_store, json.dumps(data))
        eve = sqlite_store.resolve_athlete("Eve")
        [row] = sqlite_store.list_sets(eve.id)
        assert (row.html_path, row.recording_path) == (None, None)
        sqlite_store.delete_athlete(eve.id)
        assert page.read_text() == "Ada's"


def test_erasing_one_of_two_sets_that_name_a_file_leaves_it_to_the_other(sqlite_store: Store) -> None:
    sqlite_store.reports_folder.mkdir(parents=True)
    page = sqlite_store.reports_folder / "set-1.html"
    page.write_text("Ada's")
    sqlite_store.save_report(half_kneeling_report(), "Ada", html_path=page)
    eve = sqlite_store.save_report(half_kneeling_report(), "Eve", html_path=page).row.athlete_id
    assert sqlite_store.delete_athlete(eve).files_removed == []
    assert page.read_text() == "Ada's"


def test_a_history_that_is_moved_to_a_new_computer_keeps_its_pages(sqlite_store: Store) -> None:
    sqlite_store.reports_folder.mkdir(parents=True)
    page = sqlite_store.reports_folder / "set-1.html"
    page.write_text("Ada's")
    saved = sqlite_store.save_report(half_kneeling_report(), "Ada", html_path=page)
    exported = export_json(sqlite_store)
    sqlite_store.write("losing the set", lambda session: session.execute(text(f"DELETE FROM sets WHERE id = {saved.id}")))
    import_json(sqlite_store, exported)
    assert [row.html_path for row in sqlite_store.list_sets()] == [str(page)]


@pytest.mark.parametrize("jpeg", [b"<svg/>", b"\x89PNG\r\n", b"\xff\xd8\xff"])
def test_a_file_that_is_not_a_picture_is_refused(sqlite_store: Store, jpeg: bytes) -> None:
    sqlite_store.save_report(heel_raise_report(), "Ada")
    data = json.loads(export_json(sqlite_store))
    data["athletes"][0]["sets"][0]["pictures"] = {"900": base64.b64encode(jpeg).decode()}
    data["athletes"][0]["name"] = "Eve"
    with pytest.raises(InputError, match="JPEG"):
        import_json(sqlite_store, json.dumps(data))
    assert sqlite_store.find_athlete("Eve") is None


def test_an_export_whose_keys_were_sorted_by_another_program_is_imported(sqlite_store: Store, tmp_path: Path) -> None:
    ada = sqlite_store.add_athlete("Ada", sex="female", birth_year=1990)
    sqlite_store.save_report(half_kneeling_report(), ada)
    data = json.loads(export_json(sqlite_store))
    data["athletes"][0]["name"] = "Grace"
    (tmp_path / "sorted.json").write_text(json.dumps(data, sort_keys=True, indent=4))
    done = import_json_file(sqlite_store, tmp_path / "sorted.json")
    assert (done.athletes, done.sets) == (1, 1)
    assert sqlite_store.resolve_athlete("Grace").sex == "female"


def test_numbers_and_names_that_no_row_has_end_in_one_line(sqlite_store: Store) -> None:
    sqlite_store.save_report(half_kneeling_report(), "Ada")
    for number in (10**20, -1, 2**31, 2**63):
        for call in (sqlite_store.get_set, sqlite_store.get_report, sqlite_store.get_curves):
            if call == sqlite_store.get_curves:
                assert sqlite_store.get_curves(number) is None
                continue
            with pytest.raises(InputError, match="There is no set"):
                call(number)
        with pytest.raises(InputError, match="There is no set"):
            sqlite_store.delete_sets([number])
    assert sqlite_store.find_athlete("\udcff\udcfe") is None
