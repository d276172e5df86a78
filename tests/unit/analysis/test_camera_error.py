"""What a moving camera leaves uncertain: lengths are refused, or their error is larger."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.analysis.build_report import settle_measures
from formcheck.analysis.expected_error import expect_errors
from formcheck.analysis.set_errors import MAX_ERROR_FEET, SetErrors, drop_shaken, measure_rep
from formcheck.exercises import EXERCISES, PoseExercise
from formcheck.exercises.base import Recording
from formcheck.foot import FootMotion
from formcheck.scene.camera_motion import CameraMotion
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from tests.helpers.bodies import FRAME_SIZE, make_standing

FOOT_PX = 100.0
SPANS = [RepSpan(0.2, 1.0, 1.4, 0.0, 0.2), RepSpan(1.6, 2.2, 2.8, 0.0, 0.2)]


def make_recording() -> Recording:
    track = make_standing(90)
    rise = 30.0 * np.clip(np.sin(np.pi * (track.time_s - 0.2) / 1.3), 0, None)
    foot = FootMotion(rise, rise, np.ones(90), np.zeros(90), np.full(90, np.nan))
    scene = observe_scene(track, FRAME_SIZE)
    return Recording(View(track, scene, "right"), 0.25, FOOT_PX, np.zeros(90), foot, SPANS)


def measure_all(recording: Recording, exercise: PoseExercise, refused: list[bool]) -> list[dict[str, float]]:
    return [measure_rep(recording, exercise, span, refused=no) for span, no in zip(SPANS, refused, strict=True)]


def move(recording: Recording, error_px: np.ndarray) -> CameraMotion:
    return replace(CameraMotion.none(recording.view.track.time_s, 1280), error_px=error_px, still=False)


@pytest.fixture
def exercise() -> PoseExercise:
    drill = EXERCISES["heel-raise"]
    assert isinstance(drill, PoseExercise)
    return drill


def test_a_still_camera_leaves_every_measure_as_it_is(exercise: PoseExercise) -> None:
    recording = make_recording()
    kept, lost = drop_shaken(recording, CameraMotion.none(recording.view.track.time_s, 1280))
    measures = measure_all(kept, exercise, lost.refused)
    assert measures == [pytest.approx(exercise.measure(recording, span), nan_ok=True) for span in SPANS]
    assert lost == ([False, False], 0.0)


def test_lengths_are_refused_only_in_the_repetition_in_which_the_view_was_lost(exercise: PoseExercise) -> None:
    recording = make_recording()
    lost = np.where(recording.view.track.time_s > 2.0, np.inf, 0.5)
    kept, loss = drop_shaken(recording, move(recording, lost))
    measures = measure_all(kept, exercise, loss.refused)
    assert np.isfinite(measures[0]["height_cm"])
    assert np.isnan([measures[1]["height_cm"], measures[1]["height_pct_foot"]]).all()
    assert np.isnan(kept.foot.heel_rise_px[kept.view.frames_of(SPANS[1])]).all()
    assert loss.refused == [False, True]
    assert loss.error_cm == pytest.approx(0.5 * np.sqrt(2) * 0.25)


def test_an_error_below_the_limit_widens_lengths_and_no_angle(exercise: PoseExercise) -> None:
    recording = make_recording()
    error = 0.9 * MAX_ERROR_FEET * FOOT_PX / np.sqrt(2)
    kept, (refused, error_cm) = drop_shaken(recording, move(recording, np.full(90, error)))
    measures = measure_all(kept, exercise, refused)
    assert all(np.isfinite(m["height_cm"]) for m in measures)
    scene = recording.view.scene
    still, moved = (expect_errors(exercise, scene, [], SetErrors(camera_cm=cm)) for cm in (0.0, error_cm))
    assert moved["height_cm"] == pytest.approx(np.hypot(still["height_cm"], error_cm), abs=0.01)
    lunge = EXERCISES["half-kneeling"]
    moving = SetErrors(camera_cm=1.0)
    assert expect_errors(lunge, scene, [], moving)["valid_peak_deg"] == expect_errors(lunge, scene, [])["valid_peak_deg"]


def test_lengths_that_the_camera_spoiled_are_explained_by_it_and_not_by_a_hidden_heel() -> None:
    """Of two alike repetitions without a seen heel only the first was filmed by a camera that moved."""
    drill = EXERCISES["half-kneeling"]
    values = dict.fromkeys((m.name for m in drill.measures), float("nan")) | {"tibial_inclination_deg": 30.0}
    _, (shaken, steady) = settle_measures(drill, [values, values], SPANS, [True, False])
    assert "camera moved" in shaken["valid_peak_deg"]
    assert "heel was hidden" in steady["valid_peak_deg"]
    unread = values | {"tibial_inclination_deg": float("nan")}
    _, (reasons,) = settle_measures(drill, [unread], SPANS[:1], [True])
    assert "cannot be read in this view" in reasons["valid_peak_deg"]
