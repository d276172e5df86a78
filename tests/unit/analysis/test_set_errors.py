"""The error of a set's headline follows from its own evidence and from what the camera's place adds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.analysis.key_frames import NETWORKS, KeyPose
from formcheck.analysis.set_errors import BODY_SHARE, measure_height_error, measure_shank_error
from formcheck.exercises import EXERCISES, PoseExercise
from formcheck.exercises.base import Recording
from formcheck.foot import FootMotion
from formcheck.scene.camera import SCALE_ERROR_SHARE
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from formcheck.signals.evidence import Estimate
from formcheck.signals.reps import RepSpan
from tests.helpers.bodies import FRAME_SIZE, make_standing

TOP = 30
SPANS = [RepSpan(0.2, TOP / 30, 1.8, 0.0, 0.2)]
RISE_PX, CM_PER_PX = 30.0, 0.25


def record(name: str, *, pitch_error_deg: float = 0.0, roll_error_deg: float = 0.0, error_px: float = 0.0) -> Recording:
    track, exercise = make_standing(60), EXERCISES[name]
    assert isinstance(exercise, PoseExercise)
    scene = observe_scene(track, FRAME_SIZE)
    roll, pitch = Estimate(0.0, roll_error_deg, "edges"), Estimate(0.0, pitch_error_deg, "edges")
    scene = replace(scene, camera=replace(scene.camera, roll=roll, pitch=pitch))
    foot = FootMotion.empty(60)
    foot.heel_rise_px[:], foot.error_px[:] = RISE_PX, error_px
    return Recording(View(track, scene, "right"), CM_PER_PX, 100.0, np.zeros(60), foot, SPANS, exercise)


def expect_height_error(**camera: float) -> float:
    return height_error_of(record("heel-raise", **camera))


def height_error_of(recording: Recording) -> float:
    assert recording.exercise is not None
    return measure_height_error(recording, recording.exercise)


def test_a_height_is_never_surer_than_the_bodys_proportions() -> None:
    assert expect_height_error() == pytest.approx(np.hypot(BODY_SHARE, SCALE_ERROR_SHARE) * RISE_PX * CM_PER_PX, rel=0.01)


def test_evidence_that_disagrees_adds_to_a_heights_error() -> None:
    assert expect_height_error(error_px=4.0) == pytest.approx(np.hypot(4.0 * CM_PER_PX, expect_height_error()))


def test_a_height_seen_by_a_camera_whose_pitch_is_unknown_is_less_sure() -> None:
    """A camera that looks up by 8° stretches what is near the floor, by more than the body that gives the scale."""
    assert expect_height_error(pitch_error_deg=8.0) > 1.1 * expect_height_error(pitch_error_deg=0.8)


def test_a_set_without_heights_has_no_height_error() -> None:
    recording = record("heel-raise")
    recording.foot.heel_rise_px[:] = np.nan
    assert height_error_of(recording) == 0.0


def read_shank(apart_deg: float, **camera: float) -> float:
    """The error of a shank that the two networks see leaning by 30° and ``apart_deg`` more."""
    recording = record("half-kneeling", **camera)
    ankle = recording.view.leg.ankle[TOP]
    leans = np.radians([30.0 - apart_deg / 2, 30.0 + apart_deg / 2])
    scene = recording.scene
    knees = [ankle + recording.view.shank_px * (np.cos(lean) * scene.up + np.sin(lean) * scene.forward) for lean in leans]
    shanks = np.stack([np.stack([knee, ankle]) for knee in knees])
    return measure_shank_error(recording, [KeyPose(TOP, recording.view.track.points[TOP], shanks)])


def test_networks_that_disagree_make_the_shank_less_sure() -> None:
    assert NETWORKS[0][1] / 2**0.5 < read_shank(0.0) < read_shank(6.0) < read_shank(14.0)


def test_an_uncertain_pitch_makes_the_shank_less_sure() -> None:
    assert read_shank(0.0, pitch_error_deg=6.0) > 1.15 * read_shank(0.0, pitch_error_deg=0.8)


def test_without_a_key_frame_at_a_peak_the_shanks_own_error_is_not_known() -> None:
    assert measure_shank_error(record("half-kneeling"), []) == 0.0
    assert measure_shank_error(record("heel-raise"), []) == 0.0


def test_a_camera_that_may_be_askew_makes_the_shank_less_sure() -> None:
    """What turns the picture turns the shank."""
    assert read_shank(0.0, roll_error_deg=2.0) == pytest.approx(np.hypot(read_shank(0.0), 2.0), rel=0.02)
