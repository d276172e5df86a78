"""A foot on the floor shows which way it points, where the floor is seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.track import LANDMARK_COUNT, Landmark
from formcheck.scene.camera import first_look
from formcheck.scene.foot_yaw import HEEL_OVER_TOE_SHANKS, find_foot_yaw
from formcheck.scene.scene import Scene
from formcheck.support.arrays import FloatArray
from tests.helpers.bodies import turn_camera

SIZE = (1080, 1920)


def project(yaw_deg: float, *, camera_up: float, pitch_deg: float, facing: str = "right") -> tuple[FloatArray, Scene]:
    """Heel and toe as a pinhole camera sees them, in shank lengths, six of them away: a foot of 0.55 between its landmarks."""
    sign = 1.0 if facing == "right" else -1.0
    level = Scene(first_look(SIZE, 0.0, 256.0), facing, "side", "right", SIZE)  # type: ignore[arg-type]
    scene = turn_camera(level, pitch=pitch_deg)
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    along = scene.focal_px / scene.shank_px
    # the heel lies at this depth along the camera's axis
    down = camera_up - HEEL_OVER_TOE_SHANKS
    away = (along - down * np.sin(pitch)) / np.cos(pitch)
    heel = np.array([sign * 0.3, -down, away])
    toe = heel + np.array([sign * 0.55 * np.cos(yaw), -HEEL_OVER_TOE_SHANKS, -0.55 * np.sin(yaw)])
    points = np.full((1, LANDMARK_COUNT, 2), np.nan)
    for landmark, place in ((Landmark.RIGHT_HEEL, heel), (Landmark.RIGHT_FOOT_INDEX, toe)):
        x, up, z = place
        depth = z * np.cos(pitch) - up * np.sin(pitch)
        below = -(up * np.cos(pitch) + z * np.sin(pitch))
        points[0, landmark] = np.array(SIZE) / 2 + scene.focal_px * np.array([x, below]) / depth
    return points, scene


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("yaw_deg", [-20.0, 0.0, 25.0])
@pytest.mark.parametrize(("camera_up", "pitch_deg"), [(2.2, 0.0), (3.0, 11.0)])
def test_the_foots_direction_is_read_from_either_side(yaw_deg: float, facing: str, camera_up: float, pitch_deg: float) -> None:
    points, scene = project(yaw_deg, camera_up=camera_up, pitch_deg=pitch_deg, facing=facing)
    assert find_foot_yaw(points, "right", scene) == pytest.approx(yaw_deg, abs=1.0)


def test_from_near_the_floor_the_foots_yaw_is_not_known() -> None:
    points, scene = project(25.0, camera_up=0.8, pitch_deg=0.0)
    assert find_foot_yaw(points, "right", scene) is None
