"""The commands of the history: what they print, what they refuse, and what they ask for before they delete."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from formcheck.cli.history import app
from formcheck.history.store.store import open_store
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError, UsageError
from tests.helpers.commands import run_command
from tests.helpers.factories import half_kneeling_report, heel_raise_report

run = partial(run_command, app)


@pytest.fixture
def saved(home: Path) -> list[int]:
    with open_store() as store:
        return [
            store.save_report(half_kneeling_report(), "Ada").id,
            store.save_report(heel_raise_report(), "Ada").id,
        ]


def test_the_list_names_every_set(saved: list[int]) -> None:
    out = run("list", "--athlete", "ada")
    assert "half-kneeling" in out
    assert "32.0°" in out
    assert "8.5 cm" in out
    rows = json.loads(run("list", "--json", "-", "--exercise", "heel-raise"))
    assert [(row["id"], row["athlete"], row["best_height_cm"]) for row in rows] == [(saved[1], "Ada", 9.0)]


def test_an_empty_history_says_how_the_first_set_and_the_first_person_get_into_it() -> None:
    assert "--save" in run("list")
    assert json.loads(run("list", "--json", "-")) == []
    assert "--add NAME" in run("athletes")
    for command in ("records", "trend"):
        with pytest.raises(UsageError, match=r"analyze VIDEO --save, or start the plan with formcheck plan start"):
            run(command)


def test_show_gives_the_whole_report(saved: list[int], tmp_path: Path) -> None:
    assert json.loads(run("show", str(saved[0]), "--json", "-"))["schema"] == "formcheck.report/1"
    assert "heel-lifted" in run("show", str(saved[0]))
    run("show", str(saved[0]), "--json", str(tmp_path / "set.json"))
    assert json.loads((tmp_path / "set.json").read_text())["exercise"] == "half-kneeling"


def test_a_deleted_set_is_in_the_bin_until_it_is_brought_back_or_purged(saved: list[int]) -> None:
    run("delete", str(saved[0]))
    assert [row["id"] for row in json.loads(run("list", "--json", "-"))] == [saved[1]]
    assert [row["id"] for row in json.loads(run("list", "--deleted", "--json", "-"))] == [saved[0]]
    assert "Back again: March 3" in run("undo")
    assert "nothing" in run("undo")
    run("delete", str(saved[0]))
    assert "1 set deleted" in run("purge", "--yes")


def test_a_set_is_deleted_once_however_often_it_is_named(saved: list[int]) -> None:
    one, other = map(str, saved)
    assert run("delete", one, one).startswith("1 set deleted;")
    assert run("delete", one, other).startswith("1 set deleted;")
    assert "1 set in the bin already" in run("delete", one)
    run("undo")
    assert [row["id"] for row in json.loads(run("list", "--json", "-"))] == [saved[1]]


def test_the_faults_of_a_rep_stand_whole_in_a_table_that_goes_into_a_file(home: Path) -> None:
    wide = half_kneeling_report().model_dump(by_alias=True)
    for rep in wide["reps"]:
        rep.update({f"measure_{i}_deg": 1.0 for i in range(12)})
    with open_store() as store:
        number = store.save_report(SetReport.model_validate(wide), "Ada").id
    rows = [line for line in run("show", str(number)).splitlines() if line.startswith("│")]
    letters = "".join(row.rsplit("│", 2)[-2].strip() for row in rows)
    assert "heel-lifted" in letters


def test_a_set_without_reps_has_its_title_and_no_empty_table(saved: list[int]) -> None:
    number = str(saved[0])
    run("correct", number, "--remove", "1", "--remove", "2", "--remove", "3")
    shown = run("show", number)
    assert "half-kneeling, left; 0 reps, mean –, best –\n" in shown
    assert "┃" not in shown


@pytest.mark.parametrize(
    "wrong", ["list --side middle", "list --exercise squat", "trend --side middle", "plan tick short-foot --side middle"]
)
def test_a_choice_that_does_not_exist_is_wrong_usage_and_not_an_empty_answer(saved: list[int], wrong: str) -> None:
    assert CliRunner().invoke(app, wrong.split()).exit_code == 2


@pytest.mark.parametrize("command", ["list", "trend"])
def test_a_period_that_ends_before_it_begins_is_refused(saved: list[int], command: str) -> None:
    with pytest.raises(UsageError, match="exchange the two days"):
        run(command, "--since", "2026-05-01", "--until", "2026-04-01")


def test_the_ten_percent_rule_is_for_running_and_not_for_reps(saved: list[int]) -> None:
    exercise = json.loads(run("running", "show", "--json", "-"))["exercise"]
    assert "Levels and pain decide" in exercise["message"]
    assert "running" not in exercise["message"]


def test_a_reader_that_has_seen_enough_of_an_export_ends_it_without_an_error(home: Path) -> None:
    run("sample")
    export = subprocess.Popen(
        [sys.executable, "-m", "formcheck", "history", "export", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert export.stdout is not None
    assert export.stderr is not None
    export.stdout.read(100)
    export.stdout.close()
    assert export.stderr.read() == b""
    export.stderr.close()
    assert export.wait() == 0


def test_irreversible_actions_need_confirmation(saved: list[int]) -> None:
    with pytest.raises(UsageError, match="--yes"):
        run("delete", "--athlete", "Ada")
    with pytest.raises(UsageError, match="numbers"):
        run("delete")
    assert "2 sets" in run("delete", "--athlete", "Ada", "--yes")
    assert json.loads(run("list", "--json", "-")) == []


def test_an_exported_history_is_imported_once_whichever_way_it_comes(saved: list[int], tmp_path: Path) -> None:
    assert json.loads(run("export", "-"))["schema"] == "formcheck.history/1"
    run("export", str(tmp_path / "all.json"))
    run("export", "--csv", str(tmp_path / "tables"))
    run("delete", "--athlete", "Ada", "--yes")
    assert "Imported 2 sets" in run("import", str(tmp_path / "tables"))
    assert "2 were there already" in run("import", str(tmp_path / "all.json"))
    with pytest.raises(InputError, match=r"missing\.json"):
        run("import", str(tmp_path / "missing.json"))


def test_a_backup_brings_back_a_deleted_athletes_sets(saved: list[int], tmp_path: Path) -> None:
    run("backup", str(tmp_path / "copy.sqlite3"))
    run("delete", "--athlete", "Ada", "--yes")
    assert json.loads(run("list", "--json", "-")) == []
    run("restore", str(tmp_path / "copy.sqlite3"), "--yes")
    assert {row["id"] for row in json.loads(run("list", "--json", "-"))} == set(saved)


def test_the_samples_gains_are_in_its_trend_and_its_records(home: Path) -> None:
    run("sample")
    out = run("trend")
    assert "Your left ankle gained" in out
    assert "Your right ankle is rising" in out
    (left,) = json.loads(run("trend", "--side", "left", "--json", "-", "--best"))["trends"]
    assert (left["which"], left["kind"]) == ("best", "gained")
    assert len(left["sets"]) > 80
    records = {(r["measure"], r["side"]): r["value"] for r in json.loads(run("records", "--json", "-"))}
    assert records["dorsiflexion", "left"] == max(one["best"] for one in left["sets"])
    assert "removed" in run("sample", "--remove")
    assert json.loads(run("athletes", "--json", "-")) == []


def test_a_wrong_measure_or_date_is_refused_with_the_right_ones(saved: list[int]) -> None:
    with pytest.raises(UsageError, match="dorsiflexion"):
        run("trend", "--measure", "mood")
    with pytest.raises(UsageError, match="2026-03-31"):
        run("trend", "--since", "yesterday")


def test_a_plan_is_ticked_paused_shifted_and_stopped(saved: list[int]) -> None:
    today = date.today()
    run("plan", "start", "--on", str(today - timedelta(days=2)))
    work = json.loads(run("plan", "today", "--on", str(today - timedelta(days=2)), "--json", "-"))
    assert (work["week"], work["state"]) == (1, "running")
    assert "Short foot" in run("plan", "today")
    run("plan", "tick", "short-foot")
    items = json.loads(run("plan", "today", "--json", "-"))["work"]
    assert [item["done"] for item in items if item["work"] == "short-foot"] == [True]
    assert "paused" in run("plan", "pause")
    run("plan", "resume", "--on", str(today + timedelta(days=3)))
    # 84 days from two days ago, three of them paused, and one more
    assert f"ends on {today + timedelta(days=81 + 3 + 1)}" in run("plan", "shift", "1", "--on", str(today + timedelta(days=5)))
    assert "Recovery day" in run("plan", "show", "--weeks", "3")
    run("plan", "stop")
    with pytest.raises(UsageError, match="no plan under way"):
        run("plan", "pause")


def test_runs_by_hand_and_from_a_file_add_up_and_count_once(saved: list[int], tmp_path: Path) -> None:
    today = date.today()
    assert "5.0\u00a0km this week" in run("running", "add", "5")
    table = tmp_path / "runs.csv"
    table.write_text(f"date,km\n{today},2.5\n")
    assert "Imported 1 run" in run("running", "import", str(table))
    assert "Imported 0 runs; 1 was there already" in run("running", "import", str(table))
    weeks = json.loads(run("running", "show", "--json", "-"))
    assert weeks["running"]["weeks"][-1]["total"] == 7.5
    assert "7.5\u00a0km" in run("running", "show")


def test_help_loads_no_database_and_no_numbers() -> None:
    code = "import formcheck.cli.history, sys; print([m for m in ('sqlalchemy', 'numpy', 'pydantic') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_two_sets_are_compared_in_words_and_as_data(saved: list[int]) -> None:
    with open_store() as store:
        later = store.save_report(half_kneeling_report((36.0, 38.0)), "Ada", recorded_at=datetime(2026, 4, 3, 18, tzinfo=UTC)).id
    assert "5.0° more, more than measurement error (4.7°)" in run("compare", str(saved[0]), str(later))
    data = json.loads(run("compare", str(saved[0]), str(later), "--json", "-"))
    (headline,) = (m for m in data["measures"] if m["name"] == "valid_peak_deg")
    assert (headline["difference"], headline["verdict"], data["first"]["set"]) == (5.0, "more", saved[0])
    assert "two different exercises" in run("compare", *map(str, saved))


def test_a_saved_set_is_corrected_marked_and_taken_back(saved: list[int]) -> None:
    number = str(saved[0])
    assert "2 reps, mean 32.0°, best 34.0°, corrected by hand" in run("correct", number, "--remove", "2")
    assert "corrected" in run("list")
    assert "The rep at 0:04.0 was removed." in run("show", number)
    run("correct", number, "--side", "right")
    assert "2 reps" in run("correct", number, "--undo")
    assert "3 reps, mean 32.0°, best 34.0°." in run("correct", number, "--reset")
    for wrong in ([], ["--undo"], ["--remove", "9"], ["--remove", "1", "--undo"]):
        with pytest.raises(UsageError):
            run("correct", number, *wrong)


@pytest.mark.parametrize("command", ["show", "correct --undo", "delete", "undo", "compare 1"])
def test_a_number_that_no_set_has_ends_in_one_line(saved: list[int], command: str) -> None:
    with pytest.raises(InputError, match="There is no set"):
        run(*command.split(), str(10**20))


def test_a_name_of_invalid_bytes_ends_in_a_one_line_error(saved: list[int]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "formcheck", "history", "list", "--athlete", b"Ad\xff\x1b[31m"], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stderr


def test_a_damaged_history_is_restored_from_a_backup(saved: list[int], tmp_path: Path, home: Path) -> None:
    run("backup", str(tmp_path / "backup.sqlite3"))
    (home / "history.sqlite3").write_bytes(b"damaged" * 5000)
    for ending in ("-wal", "-shm"):
        (home / f"history.sqlite3{ending}").unlink(missing_ok=True)
    with pytest.raises(InputError, match="formcheck history restore FILE"):
        run("list")
    assert "Restored 2 sets. The history as it was is kept in" in run("restore", str(tmp_path / "backup.sqlite3"), "--yes")
    assert len(json.loads(run("list", "--json", "-"))) == 2
