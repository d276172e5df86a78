"""What the documentation shows is run, and what it lists is all there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from typer.main import get_command

from formcheck import foot
from formcheck.analysis import quality
from formcheck.analysis.detection import detect_set
from formcheck.analysis.pipeline import Analysis
from formcheck.cli.main import app
from formcheck.exercises import EXERCISES, Exercise, heel_raise, heel_raise_limits, heel_raise_measures, hold
from formcheck.exercises import weight_bearing_lunge as lunge
from formcheck.exercises.base import Recording
from formcheck.foot import FOOT_PER_SHANK, FootMotion
from formcheck.live import raise_test
from formcheck.pose.track import PoseTrack
from formcheck.report import limits
from formcheck.report.schema import ExerciseName, FaultCode, WarningCode
from formcheck.scene import scene
from formcheck.scene.scene import Scene, observe_scene
from formcheck.scene.view import View
from formcheck.signals import filters
from formcheck.video import reader
from tests.helpers.bodies import FRAME_SIZE
from tests.helpers.drills import make_squats, read_squat

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def read_doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def python_blocks(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def test_the_python_page_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FORMCHECK_DATABASE_URL", raising=False)
    page: dict[str, object] = {}
    for block in python_blocks(read_doc("python-api.md")):
        exec(compile(block, "docs/python-api.md", "exec"), page)
    printed = capsys.readouterr().out
    assert printed.startswith("half-kneeling right 4\n")
    assert "2 ['heel-lifted']" in printed
    assert "stopped" in printed
    assert "° at rest" in printed
    assert (tmp_path / "report.html").stat().st_size > 50_000


# --- the worked exercise -------------------------------------------------------------------------------------------------


@pytest.fixture
def squat(monkeypatch: pytest.MonkeyPatch) -> Exercise:
    """The exercise of docs/add-an-exercise.md, entered among the exercises as the page says."""
    exercise = read_squat()
    monkeypatch.setitem(EXERCISES, "squat", exercise)
    return exercise


def see(track: PoseTrack) -> Scene:
    return observe_scene(track, FRAME_SIZE)


def test_the_worked_exercise_fits_on_a_page() -> None:
    (block,) = python_blocks(read_doc("add-an-exercise.md"))
    assert len(block.splitlines()) <= 60


def test_the_worked_exercise_counts_and_measures_squats(squat: Exercise) -> None:
    track = make_squats([90, 100, 65])
    seen = see(track)
    found = detect_set(track, seen)
    assert found is not None
    assert (found.exercise, found.side, len(found.spans)) == (squat, "both", 3)
    view = View(track, seen, found.leg)
    lean = found.exercise.compute_signal(view) * 0.3
    nothing = FootMotion.empty(len(track))
    recording = Recording(view, None, FOOT_PER_SHANK * seen.shank_px, lean, nothing)
    reps = [squat.measure(recording, span) for span in found.spans]
    assert [rep["knee_flexion_deg"] for rep in reps] == pytest.approx([90, 100, 65], abs=0.5)
    assert [rep["tibial_inclination_deg"] for rep in reps] == pytest.approx([27, 30, 19.5], abs=0.2)
    assert squat.find_faults(reps, found.spans) == [[], [], ["partial"]]


@pytest.mark.usefixtures("squat")
def test_the_worked_exercise_does_not_affect_the_other_exercises(sample_analysis: Analysis, heel_raise_analysis: Analysis) -> None:
    for analysis in (sample_analysis, heel_raise_analysis):
        found = detect_set(analysis.track, analysis.scene)
        assert found is not None
        assert found.exercise.name == analysis.report.drill
        assert len(found.spans) == analysis.report.summary.rep_count


# --- lists that must be whole --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", get_args(ExerciseName))
def test_every_measure_has_its_formula(name: ExerciseName) -> None:
    page = read_doc("measurements.md")
    exercise = EXERCISES[name]
    assert [m.name for m in (*exercise.measures, *exercise.summary_measures) if f"`{m.name}`" not in page] == []


@pytest.mark.parametrize(
    "phrase",
    [
        f"up to {reader.MAX_ANALYSIS_FPS:.0f} frames a",
        f"under {quality.MIN_FPS:.0f} frames a second",
        f"Past {quality.YAW_WARN_DEG:.0f}° the report warns, past {quality.YAW_REFUSE_DEG:.0f}° no angle",
        f"turned by more than {quality.LEVEL.limit:.0f}°",
        f"more than {100 * quality.STEADY.limit:.0f} % of its width",
        f"shank under {100 * quality.MIN_SHANK_SHARE_OF_FRAME:.0f} %",
        f"zero-phase low-pass: second-order Butterworth, forwards and backwards, {filters.CUTOFF_HZ:.0f} Hz",
        f"Hampel filter, {filters.HAMPEL_SIGMAS:.0f} robust standard deviations in a window of {filters.HAMPEL_WINDOW_S} s",
        f"linear up to {filters.MAX_GAP_S} s",
        f"at {foot.BALL} foot lengths",
        f"({scene.FOOT_PER_HEIGHT} / {scene.SHANK_PER_HEIGHT}) · s",
        f"`{scene.SHANK_PER_HEIGHT} · height / s`",
        f"heel rise is over {lunge.PLANTED_CM} cm ({lunge.PLANTED_PCT_FOOT:.0f} % of the foot without a scale)",
        f"heel rise of {lunge.LIFTED_CM} cm or more ({lunge.LIFTED_PCT_FOOT:.0f} % of the foot without a scale)",
        f"θ changes by under {hold.STILL_DEG_PER_S:.0f}° a second: the slope of a straight line over {hold.SLOPE_WINDOW_S} s",
        f"hold under {lunge.ASKED_HOLD_S - lunge.HOLD_TOLERANCE_S:.2f} s",
        f"peak under {100 * lunge.PARTIAL_SHARE:.0f} % of the set's largest",
        f"under {lunge.UNHURRIED.limit} s from the start to the hold",
        f"under {100 * heel_raise_limits.PARTIAL_SHARE:.0f} % of the set's best with straight knees, "
        f"less {heel_raise_measures.HEIGHT_ERROR_PCT_FOOT:.0f} %",
        f"knee bend over {heel_raise_limits.KNEE_BENT_DEG:.0f}°",
        f"up in under {heel_raise_limits.RUSHED_S} s",
        f"down in under {heel_raise_limits.DROPPED_S} s",
        f"more than {raise_test.LOST_PACE_S:.0f} s between tops twice",
        f"under {100 * raise_test.MIN_HEIGHT_SHARE:.0f} % of the best height",
        f"{limits.MAX_HEEL_PCT_FOOT:.0f} % of the foot's length",
        f"| {limits.MAX_TURN_DEG:.0f}° |",
        f"| {limits.MAX_SHANK_DEG:.0f}° |",
        f"ankles more than {heel_raise_limits.BALL_HELD.limit:.0f} cm apart",
        f"until {100 - 100 * heel_raise.PEAK_BAND_SHARE:.0f} % of the height",
        f"mass · {heel_raise.STANDARD_GRAVITY} m/s²",
    ],
)
def test_the_page_states_the_numbers_that_the_code_uses(phrase: str) -> None:
    assert phrase in read_doc("measurements.md")


def test_every_package_is_in_the_architecture() -> None:
    page = read_doc("architecture.md")
    packages = [f"{p.name}/" for p in (ROOT / "formcheck").iterdir() if p.is_dir() and not p.name.startswith("_")]
    assert [package for package in packages if f"`{package}`" not in page] == []


def test_every_file_that_the_architecture_names_exists() -> None:
    page = read_doc("architecture.md")
    rows = re.findall(r"^\| `(\w+)/` \| (.*) \|$", page, flags=re.MULTILINE)
    assert len(rows) >= 16
    named = [(package, name) for package, text in rows for name in re.findall(r"`([\w/*]+\.py)`", text)]
    assert len(named) >= 40
    assert [(package, name) for package, name in named if not list((ROOT / "formcheck" / package).rglob(name))] == []


def test_the_architecture_fits_one_screen() -> None:
    assert len(read_doc("architecture.md").splitlines()) <= 50


def test_the_limits_that_the_architecture_points_at_are_there() -> None:
    exercises = ROOT / "formcheck" / "exercises"
    assert "KNEE_BENT_DEG =" in (exercises / "heel_raise_limits.py").read_text(encoding="utf-8")
    lunge = (exercises / "weight_bearing_lunge.py").read_text(encoding="utf-8")
    assert "LIFTED_CM, LIFTED_PCT_FOOT =" in lunge
    assert "def range_trend(" in lunge
    assert "mdc=" in lunge


def test_the_accuracy_page_has_at_most_1500_words() -> None:
    assert len(read_doc("accuracy.md").split()) <= 1500


def test_every_fault_and_warning_is_explained() -> None:
    page = read_doc("measurements.md")
    assert [code for code in (*get_args(FaultCode), *get_args(WarningCode)) if f"`{code}`" not in page] == []


def test_every_warning_gives_advice_for_the_next_recording() -> None:
    page = read_doc("how-to-film.md")
    assert [code for code in get_args(WarningCode) if f"| `{code}` |" not in page] == []


def test_every_option_is_in_the_command_line_page() -> None:
    page = read_doc("cli.md")
    commands = {name: command for name, command in get_command(app).commands.items() if not hasattr(command, "commands")}
    sections = {name: re.split(r"^## ", page.split(f"## `formcheck {name}")[1], flags=re.MULTILINE)[0] for name in commands}
    missing = [
        (name, option)
        for name, command in commands.items()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option != "--help" and option not in sections[name]
    ]
    assert missing == []


def test_every_make_target_is_in_the_readme() -> None:
    recipes = [line.strip() for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("\t")]
    assert recipes
    assert [line for line in recipes if line not in README] == []


def test_every_page_and_picture_that_is_linked_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
