"""A heel's rise from its marks in the picture, whatever the view."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.heel_in_space import FlatFoot, solve_heel, solve_sole
from formcheck.foot.shape import turn_about
from formcheck.scene.camera import first_look
from formcheck.scene.scene import Scene
from tests.helpers.bodies import FRAME_SIZE, turn_camera

LENGTH, BALL, TURN_DEG = 0.27, 0.19, 30.0  # meters
SOLE, BACK = (0.03, 0.0), (0.0, 0.03)


def turn(place: tuple[float, float]) -> tuple[float, float, float]:
    """Return where a place of the flat foot goes when the foot turns about its ball."""
    forward, up = turn_about(np.array([place]), np.array([BALL, 0.0]), TURN_DEG)[0]
    return forward, up, 0.0


RISE = turn(SOLE)[1]


def see(place: tuple[float, float, float], scene: Scene, yaw_deg: float, camera_m: float = 1.2) -> np.ndarray:
    """Return the pixels of (forward, up, sideways) meters on a foot 3 m away from a camera ``camera_m`` above the floor."""
    yaw, pitch = np.radians(yaw_deg), np.radians(scene.pitch_deg)
    forward, up, side = place
    right, away, high = forward * np.cos(yaw) - side * np.sin(yaw), 3.0 - forward * np.sin(yaw) - side * np.cos(yaw), up - camera_m
    down, depth = -high * np.cos(pitch) - away * np.sin(pitch), away * np.cos(pitch) - high * np.sin(pitch)
    return np.array([right, down]) / depth * scene.focal_px + np.array(FRAME_SIZE) / 2


@pytest.mark.parametrize("yaw_deg", [-35.0, 0.0, 26.0])
@pytest.mark.parametrize("pitch_deg", [0.0, 17.0])
def test_the_rise_is_the_same_from_every_side(yaw_deg: float, pitch_deg: float) -> None:
    scene = turn_camera(Scene(first_look(FRAME_SIZE, yaw_deg, 100.0), "right", "side", "right", FRAME_SIZE), pitch=pitch_deg)
    flat = [(*SOLE, 0.0), (BALL, 0.0, 0.0), (*BACK, 0.0), (LENGTH, 0.03, 0.0)]
    sole, ball, back, toe = (see(place, scene, yaw_deg) for place in flat)
    found = solve_heel(FlatFoot(sole, ball, back, toe), see(turn(BACK), scene, yaw_deg), ball, scene)
    by_sole = solve_sole(FlatFoot(sole, ball, back, toe), see(turn(SOLE), scene, yaw_deg), ball, scene)
    for raised in (found, by_sole):
        assert raised.rise == pytest.approx(RISE / LENGTH, rel=0.02)
        assert raised.turn_deg == pytest.approx(TURN_DEG, abs=0.5)
    risen_px = sole[1] - see(turn(SOLE), scene, yaw_deg)[1]
    in_picture = risen_px / np.linalg.norm(toe - back) * np.cos(np.radians(yaw_deg))
    if pitch_deg and yaw_deg > 0:
        assert in_picture < 0.9 * RISE / LENGTH


@pytest.mark.parametrize("off_px", [-2.0, 0.0, 2.0])
def test_near_the_floor_a_toe_marked_too_high_or_low_does_not_change_the_rise(off_px: float) -> None:
    scene = Scene(first_look(FRAME_SIZE, 5.0, 100.0), "right", "side", "right", FRAME_SIZE)
    flat = [(*SOLE, 0.0), (BALL, 0.0, 0.0), (*BACK, 0.0), (LENGTH, 0.03, 0.0)]
    sole, ball, back, toe = (see(place, scene, 5.0, camera_m=0.2) for place in flat)
    marks, raised = FlatFoot(sole, ball, back, np.add(toe, (0.0, off_px))), see(turn(SOLE), scene, 5.0, camera_m=0.2)
    found = solve_sole(marks, raised, ball, scene)
    assert found.rise == pytest.approx(RISE / LENGTH, rel=0.05)
    assert found.turn_deg == pytest.approx(TURN_DEG, abs=2.0)
