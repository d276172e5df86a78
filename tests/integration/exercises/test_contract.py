"""What every exercise must do, whichever it is: from a person who does it to a finished report with faults, words and charts.

Each registered exercise is tried, and the worked one of docs/add-an-exercise.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from formcheck.analysis import build_report
from formcheck.analysis.archive import read_analysis, write_analysis
from formcheck.analysis.build_report import assemble_report, name_software
from formcheck.analysis.correction import remove_rep, undo_last
from formcheck.analysis.detection import Detection, detect_set
from formcheck.analysis.film import Film
from formcheck.analysis.measure import judge, make_recording, rate_recording
from formcheck.analysis.pipeline import Analysis
from formcheck.analysis.refine import PictureQuality, Refinement
from formcheck.analysis.set_errors import SetErrors
from formcheck.analysis.settings import Settings
from formcheck.analysis.sticker_films import measure_stickers, record
from formcheck.exercises import EXERCISES, Exercise
from formcheck.exercises.base import Recording
from formcheck.exercises.short_foot import ShortFoot
from formcheck.export.csv import format_csv, with_series
from formcheck.export.facts import describe_set_value, format_value, headline_of, title_of
from formcheck.foot import FOOT_PER_SHANK, FootMotion
from formcheck.foot.sticker_track import StickerTrack
from formcheck.pose.track import PoseTrack
from formcheck.render.charts import reps_chart, series_of, signal_chart
from formcheck.render.page import render_html
from formcheck.report.faults import FAULTS
from formcheck.report.limits import is_possible
from formcheck.report.schema import Athlete, FaultCode, SetReport
from formcheck.scene.camera_motion import CameraMotion
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from formcheck.signals.criteria import list_failed
from formcheck.video.reader import VideoInfo
from tests.helpers.bodies import FRAME_SIZE
from tests.helpers.drills import PERIOD_S, film, make_lunges, make_squats, read_squat
from tests.helpers.figure import SIZE, balancing, crouching, kneeling, on_a_step, standing, swing

ATHLETE = Athlete(height_cm=175.0, mass_kg=70.0)
REPS = 4
# What a person does who does the exercise well, and the size of the picture.
PEOPLE: dict[str, tuple[Callable[[], PoseTrack], tuple[int, int]]] = {
    "half-kneeling": (lambda: film(lambda t: kneeling(swing(t, PERIOD_S, 3.0, 36.0)), REPS), SIZE),
    "heel-raise": (lambda: film(lambda t: standing(swing(t, PERIOD_S, 0.0, 14.0)), REPS), SIZE),
    "soleus-raise": (lambda: film(lambda t: crouching(swing(t, PERIOD_S, 0.0, 14.0)), REPS), SIZE),
    "knee-to-wall": (lambda: make_lunges([34, 38, 36, 37]), FRAME_SIZE),
    "single-leg-balance": (lambda: film(lambda t: balancing(swing(t, PERIOD_S, 0.0, 40.0)), REPS), SIZE),
    "step-drop": (lambda: film(lambda t: on_a_step(swing(t, PERIOD_S, 0.0, 20.0)), REPS), SIZE),
    "squat": (lambda: make_squats([90, 100, 95, 92]), FRAME_SIZE),
}
DRILLS = [*EXERCISES, "squat"]


class ReportOfAnything(SetReport):
    """The report once an exercise's name is among `ExerciseName`, as the page says in step 2."""

    exercise: str | None  # type: ignore[assignment]


@pytest.fixture(scope="module")
def known() -> dict[str, Exercise]:
    return {**EXERCISES, "squat": read_squat()}


@pytest.fixture
def analysis(request: pytest.FixtureRequest, known: dict[str, Exercise], monkeypatch: pytest.MonkeyPatch) -> Analysis:
    """A whole analysis of someone doing the exercise, without a video: the landmarks are exact, the foot stays flat or turns."""
    name = request.param
    if name not in EXERCISES:
        monkeypatch.setitem(EXERCISES, name, known[name])
        monkeypatch.setattr(build_report, "SetReport", ReportOfAnything)
    exercise = known[name]
    if isinstance(exercise, ShortFoot):
        return analyze_stickers(exercise)
    track, size = PEOPLE[name][0](), PEOPLE[name][1]
    return analyze_track(name, track, size)


def analyze_track(name: str, track: PoseTrack, size: tuple[int, int]) -> Analysis:
    info = VideoInfo(Path("set.mp4"), float(track.time_s[-1]), 30.0, len(track), *size, 0, 0.0, "h264")
    scene = observe_scene(track, size, standing=name == "heel-raise")
    found = detect_set(track, scene, name)
    assert isinstance(found, Detection)
    still, lifted = FootMotion.empty(len(track)), name in ("heel-raise", "soleus-raise")
    turn = np.array([swing(t, PERIOD_S, 0.0, 25.0) if lifted else 0.0 for t in track.time_s])
    # the underside of the heel is 0.6 foot lengths behind the ball
    heel_px = FOOT_PER_SHANK * scene.shank_px * 0.6 * np.sin(np.radians(turn))
    foot = replace(still, heel_rise_px=heel_px, turn_deg=turn, slide_px=np.zeros(len(track)))
    recording = make_recording(View(track, scene, found.leg), found.exercise, found.spans, Refinement(foot, []), 0.4)
    measures = [found.exercise.measure(recording, span) for span in found.spans]
    settings = Settings(exercise=name, athlete=ATHLETE) if name in EXERCISES else Settings(athlete=ATHLETE)
    film = Film.of(info, settings, track, CameraMotion.none(track.time_s, info.width))
    quality = rate_recording(recording, film, PictureQuality(), SetErrors())
    measured = judge(recording, found.exercise, measures, quality)
    return Analysis(assemble_report(info, settings, measured, found.side, name_software("full")), info, recording)


def analyze_stickers(exercise: ShortFoot) -> Analysis:
    """Four holds of 4 s: the navicular's sticker rises by 5 mm over the others."""
    time = np.arange(0.0, 4 * 8.0 + 1.0, 1 / 15)
    rise_mm = np.array([swing(t, 8.0, 0.0, 5.0) for t in time])
    mm_per_px = 0.2
    points = np.tile(np.array([[300.0, 200.0], [420.0, 230.0], [470.0, 236.0]]), (len(time), 1, 1))
    points[:, 0, 1] -= rise_mm / mm_per_px
    stickers = StickerTrack(time, points, points, np.ones((len(time), 3), bool), 19.0 / mm_per_px, True)
    info = VideoInfo(Path("foot.mp4"), float(time[-1]), 15.0, len(time), 640, 480, 0, 0.0, "h264")
    settings = Settings(exercise="short-foot", athlete=ATHLETE, sticker_mm=19.0)
    measured = measure_stickers(record(stickers, info, exercise, settings), info, settings.max_fps)
    report = assemble_report(info, settings, measured, "left", name_software("stickers"))
    return Analysis(report, info, measured.recording)


every_drill = pytest.mark.parametrize("analysis", DRILLS, indirect=True)


@every_drill
def test_a_set_becomes_a_whole_report(analysis: Analysis, known: dict[str, Exercise]) -> None:
    report, exercise = analysis.report, known[analysis.report.drill or ""]
    assert report.summary.rep_count == REPS
    assert report.quality.usable
    for rep in report.reps:
        assert {m.name for m in exercise.measures} <= set(rep.measures)
        assert set(rep.faults) <= set(exercise.faults)
        assert all(value is None or is_possible(name, value) for name, value in rep.measures.items())
        missing = {gap.measure for gap in rep.unmeasured}
        assert all(rep.measures[name] is None for name in missing if name in rep.measures)
    assert {m.name for m in exercise.summary_measures} <= set(report.summary.measures)
    assert type(report).model_validate_json(report.model_dump_json()) == report


@every_drill
def test_the_headline_is_the_mean_of_the_reps_it_names(analysis: Analysis, known: dict[str, Exercise]) -> None:
    summary, exercise = analysis.report.summary, known[analysis.report.drill or ""]
    measures = [{n: np.nan if v is None else v for n, v in rep.measures.items()} for rep in analysis.report.reps]
    headline = exercise.headline_of(measures)
    assert headline in {m.name for m in exercise.measures}
    assert summary.headline_reps, "a set done well has a headline"
    assert summary.headline == pytest.approx(np.mean([measures[k - 1][headline] for k in summary.headline_reps]), abs=1e-3)
    assert summary.headline <= summary.best + 1e-9  # type: ignore[operator]


@every_drill
def test_the_report_is_drawn_and_written(analysis: Analysis, known: dict[str, Exercise]) -> None:
    report = analysis.report
    assert signal_chart(analysis).to_dict()["layer"]
    assert reps_chart(analysis).to_dict()["layer"]
    page = render_html(report, series_of(analysis), {})
    measure = headline_of(report)
    assert measure is not None
    assert format_value(measure, report.summary.best).split("\u00a0")[0] in page
    assert known[report.drill or ""].title in page
    header, first, *_ = format_csv(analysis).splitlines()
    assert header.count(",") == first.count(",")
    assert with_series(analysis).series


@every_drill
def test_a_rep_taken_out_by_hand_comes_back(analysis: Analysis) -> None:
    report = analysis.report
    corrected = remove_rep(report, 2)
    assert corrected.summary.rep_count == REPS - 1
    assert [rep.number for rep in corrected.reps] == [1, 2, 3]
    assert undo_last(corrected) == report


@pytest.mark.parametrize("analysis", list(EXERCISES), indirect=True)
def test_an_analysis_goes_on_from_its_file(analysis: Analysis, tmp_path: Path) -> None:
    write_analysis(analysis, tmp_path / "set.npz")
    assert read_analysis(tmp_path / "set.npz").report == analysis.report


@pytest.mark.parametrize("analysis", [name for name in DRILLS if name != "short-foot"], indirect=True)
def test_every_exercise_judges_the_legs_of_its_reps(analysis: Analysis) -> None:
    assert isinstance(analysis.recording, Recording)
    exercise, view = analysis.exercise, analysis.recording.view
    assert exercise is not None
    for span in analysis.recording.spans:
        assert isinstance(list_failed(exercise.judge_legs(view, span)), tuple)


@pytest.mark.parametrize("analysis", [name for name in DRILLS if name != "short-foot"], indirect=True)
def test_a_value_that_cannot_be_measured_causes_no_fault_and_no_crash(analysis: Analysis) -> None:
    """From a view that shows no angle, and with a foot that the pixels do not show."""
    assert isinstance(analysis.recording, Recording)
    assert analysis.exercise is not None
    frames = len(analysis.track)
    blind = replace(analysis.recording, inclination_deg=np.full(frames, np.nan), foot=FootMotion.empty(frames))
    exercise, spans = analysis.exercise, list(analysis.recording.spans)
    measures, reasons = build_report.settle_measures(exercise, [measure(exercise, blind, span) for span in spans], spans)
    faults: list[list[FaultCode]] = exercise.find_faults(measures, spans, {})
    assert len(faults) == len(reasons) == REPS
    chosen = exercise.choose_reps([m[exercise.headline_of(measures)] for m in measures], faults)
    extra = exercise.summarize(measures, spans, chosen, None)
    assert set(extra) == {m.name for m in exercise.summary_measures}


def measure(exercise: Any, recording: Recording, span: Any) -> dict[str, float]:
    found: dict[str, float] = exercise.measure(recording, span)
    return found


@pytest.mark.parametrize("name", DRILLS)
def test_an_exercises_page_explains_it(name: str, known: dict[str, Exercise]) -> None:
    exercise = known[name]
    assert exercise.name == name
    assert exercise.headline in {m.name for m in exercise.measures}
    assert set(exercise.faults) <= set(get_args(FaultCode))
    assert all(code in FAULTS for code in exercise.faults)
    assert exercise.guide.what
    assert exercise.guide.steps
    assert exercise.prescription.reps > 0
    assert exercise.curve_of(exercise.headline).title
    for measure_ in (*exercise.measures, *exercise.summary_measures):
        assert measure_.definition.endswith("."), measure_.name
    for tracked in exercise.trends:
        assert tracked.exercise == name
        assert (tracked.mdc is None) == (tracked.mdc_source is None), "an error without its source is no error"


def test_what_the_person_said_stands_in_the_title() -> None:
    report = analyze_track("single-leg-balance", PEOPLE["single-leg-balance"][0](), SIZE).report
    assert title_of(report) == "Balance on one leg, right leg"
    assert title_of(report.model_copy(update={"condition": "eyes-closed"})) == "Balance on one leg, right leg, eyes closed"
    assert describe_set_value(report).startswith("rep ")
