"""Where the camera stood, and what that does to the numbers: points of a body in space, seen by a pinhole camera."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.analysis.measure import make_recording
from formcheck.analysis.refine import Refinement
from formcheck.exercises.half_kneeling import USUAL_PITCH_DEG, HalfKneeling
from formcheck.foot import FootMotion
from formcheck.pose.track import LANDMARK_COUNT, Landmark
from formcheck.scene.camera import first_look, usual_focal_px
from formcheck.scene.camera_from_all import estimate_camera
from formcheck.scene.camera_from_edges import CameraTurn
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.evidence import Estimate
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from tests.helpers.bodies import FRAME_SIZE, make_standing, make_turn, turn_camera

SHANK_M, DISTANCE_M, MIDDLE_M = 0.43, 2.7, 0.6
FOCAL_PX = usual_focal_px(FRAME_SIZE)
SCENE = Scene(first_look(FRAME_SIZE, 0.0, FOCAL_PX * SHANK_M / DISTANCE_M), "right", "side", "right", FRAME_SIZE)


def pitch_at(height_m: float) -> float:
    """How far a camera looks down that aims at the middle of somebody who kneels."""
    return float(np.degrees(np.arctan2(height_m - MIDDLE_M, DISTANCE_M)))


def photograph(points: FloatArray, height_m: float, yaw_deg: float = 0.0) -> FloatArray:
    """(..., 3) meters (forward, up, toward the camera's side) → (..., 2) pixels, by a camera that aims at the body's middle."""
    pitch, yaw = np.radians(pitch_at(height_m)), np.radians(yaw_deg)
    forward, up, near = np.moveaxis(np.asarray(points, float), -1, 0)
    across, toward = forward * np.cos(yaw) - near * np.sin(yaw), forward * np.sin(yaw) + near * np.cos(yaw)
    down, away = height_m - up, DISTANCE_M - toward
    y, z = down * np.cos(pitch) - away * np.sin(pitch), down * np.sin(pitch) + away * np.cos(pitch)
    return np.stack([FRAME_SIZE[0] / 2 + FOCAL_PX * across / z, FRAME_SIZE[1] / 2 + FOCAL_PX * y / z], axis=-1)


def read_pitch(height_m: float, edges: CameraTurn | None = None, *, yaw_deg: float = 0.0, scene: Scene = SCENE) -> Estimate:
    """The pitch of a camera that sees somebody kneel, right foot in front."""
    points = np.zeros((2, LANDMARK_COUNT, 2))
    for landmark, place in (
        (Landmark.RIGHT_FOOT_INDEX, (0.55, 0.0, 0.1)),
        (Landmark.LEFT_FOOT_INDEX, (-0.3, 0.0, -0.1)),
        (Landmark.RIGHT_SHOULDER, (0.0, 1.0, 0.19)),
        (Landmark.LEFT_SHOULDER, (0.0, 1.0, -0.19)),
    ):
        points[:, landmark] = photograph(np.array(place), height_m, yaw_deg)
    return estimate_camera(scene, "right", edges, points, USUAL_PITCH_DEG).pitch


@pytest.mark.parametrize("yaw_deg", [0.0, 20.0])
def test_a_higher_camera_shows_the_farther_foot_higher(yaw_deg: float) -> None:
    low, usual, high = (read_pitch(h, yaw_deg=yaw_deg).value for h in (0.3, 0.9, 1.7))
    assert usual == pytest.approx(pitch_at(0.9), abs=2.0)
    assert low < usual - 3.0
    assert high > usual + 4.0


def test_edges_that_the_feet_contradict_are_believed_less() -> None:
    """A ladder leans as plumb edges do that are seen from above."""
    right, wrong = read_pitch(0.9, make_turn(pitch_at(0.9), 1.0)), read_pitch(0.9, make_turn(pitch_at(0.9) + 25.0, 1.0))
    assert right.sd < 3.0
    assert wrong.sd > 2.0 * right.sd
    assert abs(wrong.value - pitch_at(0.9)) < 2.0 * wrong.sd


def test_of_two_pitches_that_edges_leave_open_the_feet_show_the_right_one() -> None:
    low, high = (pitch_at(height_m) for height_m in (0.3, 1.6))
    either = CameraTurn(
        make_turn(0.0, 1.0).roll, np.logaddexp(make_turn(low, 1.5).pitches, make_turn(high, 1.5).pitches) - np.log(2)
    )
    assert either.pitch.sd > 8.0
    assert read_pitch(0.3, either).value == pytest.approx(low, abs=2.0)
    assert read_pitch(1.6, either).value == pytest.approx(high, abs=2.0)


def test_feet_show_less_of_the_pitch_if_the_vertical_is_not_sure() -> None:
    """The feet are apart across the picture: a turned picture shows one higher too."""
    given = replace(SCENE, camera=replace(SCENE.camera, roll=Estimate(0.0, 0.0, "given")))
    assert read_pitch(0.9).sd > 1.1 * read_pitch(0.9, scene=given).sd


def test_the_camera_s_height_does_not_change_the_angle_where_its_pitch_is_known() -> None:
    lean = np.radians(35.0)
    shank = np.array([[0.2, 0.08, 0.1], [0.2 + SHANK_M * np.sin(lean), 0.08 + SHANK_M * np.cos(lean), 0.1]])

    def measure(height_m: float, *, pitch_known: bool) -> float:
        track = make_standing(3)
        track.points[:, [Landmark.RIGHT_ANKLE, Landmark.RIGHT_KNEE]] = photograph(shank, height_m)
        scene = turn_camera(SCENE, pitch=pitch_at(height_m)) if pitch_known else SCENE
        view, spans = View(track, scene, "right"), [RepSpan(0.0, 0.03, 0.06, 0.0, 1.0)]
        seen = Refinement(FootMotion.empty(3), [])
        return float(make_recording(view, HalfKneeling(), spans, seen, None).inclination_deg[0])

    heights = (0.4, 0.9, 1.5)
    assert np.ptp([measure(h, pitch_known=False) for h in heights]) > 4.0
    assert np.ptp([measure(h, pitch_known=True) for h in heights]) < 1.5
    assert measure(0.9, pitch_known=True) == pytest.approx(35.0, abs=2.0)
