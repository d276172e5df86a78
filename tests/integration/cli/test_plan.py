"""``formcheck plan …`` from the first answer to the printed week."""

from __future__ import annotations

import json
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from formcheck.cli.plan import plan_app, running_app
from formcheck.support.errors import InputError, UsageError
from tests.helpers.commands import run_command

run = partial(run_command, plan_app)


@pytest.fixture(autouse=True)
def started(home: Path) -> None:
    run("start", "--on", "2026-03-02", "--track", "achilles", "--athlete", "Ada")


def test_two_clean_sessions_at_low_pain_raise_adas_level_and_are_given_as_the_reason() -> None:
    for day in ("2026-03-02", "2026-03-04"):
        run("tick", "heel-raise", "--on", day)
        assert "counts toward the next level" in run("pain", "--before", "1", "--after", "1", "--morning", "1", "--on", day)
    today = json.loads(run("today", "--on", "2026-03-06", "--json", "-"))
    assert today["sentence"] == "Heel raise on one leg today: two clean sessions at pain 1 moved you up."
    assert "heel drop off a step" in today["next"]


def test_a_red_flag_stops_the_plan_and_gives_the_place_to_go() -> None:
    assert "no longer rise onto the toes" in run("flags")
    printed = run("flags", "--yes", "achilles-rupture", "--on", "2026-03-02")
    assert "emergency department" in printed
    assert "today" in printed
    assert "The plan is stopped" in run("today", "--on", "2026-03-03")
    run("flags", "--none", "--on", "2026-03-10")
    assert "The plan is stopped" not in run("today", "--on", "2026-03-11")
    with pytest.raises(UsageError):
        run("flags", "--yes", "cough")


def test_pain_above_five_steps_back_and_twice_asks_for_a_professional() -> None:
    assert "go back one level" in run("pain", "--after", "6", "--on", "2026-03-02")
    printed = run("pain", "--after", "7", "--on", "2026-03-04")
    assert "See a doctor or a physiotherapist" in printed
    assert "formcheck plan flags" in printed


def test_tests_stand_side_by_side_with_their_own_error() -> None:
    for day, value in (("2026-03-02", "7"), ("2026-03-30", "10")):
        run("test", "knee-to-wall", value, "--side", "left", "--end", "heel stayed down", "--on", day)
    table = json.loads(run("tests", "--on", "2026-03-30", "--json", "-"))
    wall = next(row for row in table["tests"] if row["kind"] == "knee-to-wall" and row["side"] == "left")
    assert [cell and cell["value"] for cell in wall["results"]] == [7.0, 10.0, None, None]
    assert wall["results"][0]["end_reason"] == "heel stayed down"
    assert (wall["change"], wall["verdict"]) == (3.0, "more, beyond measurement error")
    assert {item["kind"] for item in table["due"]} >= {"heel-raise-endurance", "range"}
    assert "Knee to wall" in run("tests")
    assert "Score 87.5" in run("questionnaire", "faam-adl", "70", "--answered", "20")


def test_the_pdf_has_the_weeks_work_and_the_calendar_file_its_days(tmp_path: Path) -> None:
    run("week", "--out", str(tmp_path / "week.pdf"), "--on", "2026-03-02")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO((tmp_path / "week.pdf").read_bytes())).pages)
    assert "Ada: week from March 2, 2026" in text
    assert "Heel raise with a ball 3×15" in text.replace("\n", " ")
    assert "go back one level" in text
    run("calendar", "--out", str(tmp_path / "plan.ics"), "--on", "2026-03-02")
    assert (tmp_path / "plan.ics").read_bytes().count(b"BEGIN:VEVENT") >= 4 * 6


def test_the_clinicians_view_lists_athletes_in_pain_first() -> None:
    run("start", "--on", "2026-03-02", "--athlete", "Zoe")
    run("pain", "--after", "8", "--on", "2026-03-03", "--athlete", "Zoe")
    rows = json.loads(run("clinic", "--on", "2026-03-04", "--json", "-"))
    assert [row["athlete"]["name"] for row in rows] == ["Zoe", "Ada"]
    assert (rows[0]["worst_pain"], rows[1]["worst_pain"]) == (8, None)
    assert rows[0]["attention"] == ["Pain reached 8 in the last seven days."]
    assert rows[1]["asked"] > 0
    assert rows[1]["due"]
    assert "Zoe" in run("clinic", "--on", "2026-03-04")


def test_levels_weights_and_notes_are_kept() -> None:
    run("level", "heel-raise", "loaded", "--on", "2026-03-02")
    run("kg", "heel-raise", "7.5", "--on", "2026-03-02")
    run("note", "felt strong", "--on", "2026-03-02")
    assert "Heel drop off a step, with weight" in run("today", "--on", "2026-03-02")
    with pytest.raises(UsageError, match="no level"):
        run("level", "heel-raise", "heaviest")


def test_a_saved_test_says_what_was_saved_and_a_wrong_ending_which_there_are() -> None:
    saved = run("test", "knee-to-wall", "8.5", "--side", "right", "--on", "2026-03-02")
    assert saved == "Saved: Knee to wall, right, 8.5 cm on 2026-03-02.\n"
    with pytest.raises(UsageError, match="heel stayed down, pain, stopped on purpose"):
        run("test", "knee-to-wall", "8.5", "--end", "got bored")


@pytest.mark.parametrize(
    "refused",
    [
        ("start", "--track", "nonsense", "--athlete", "Zoe"),
        ("start", "--on", "2026-02-30", "--athlete", "Zoe"),
        ("flags", "--none", "--on", "1815-06-18", "--athlete", "Zoe"),
    ],
)
def test_a_command_that_is_refused_adds_nobody(refused: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(*refused)
    with pytest.raises(UsageError, match="not between 0 and 500"):
        run_command(running_app, "add", "nan", "--athlete", "Zoe")
    assert [row["athlete"]["name"] for row in json.loads(run("clinic", "--json", "-"))] == ["Ada"]


def test_a_changed_programme_is_checked_before_it_is_used(tmp_path: Path, home: Path) -> None:
    copy = tmp_path / "programme.toml"
    run("table", "--out", str(copy))
    assert "fits" in run("check", str(copy))
    copy.write_text(copy.read_text(encoding="utf-8").replace('["run"],', '["rum"],', 1), encoding="utf-8")
    with pytest.raises(InputError, match="no exercise or activity called rum"):
        run("check", str(copy))
    (home / "programme.toml").write_bytes(copy.read_bytes())
    with pytest.raises(InputError, match="rum"):
        run("today")
