"""A heel's rise from its marks in the picture, whatever the view."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.heel_in_space import FlatFoot, solve_heel
from formcheck.scene.scene import Scene
from tests.helpers.bodies import FRAME_SIZE

LENGTH, RISE, FORWARD = 0.27, 0.08, 0.03  # meters


def see(place: tuple[float, float, float], scene: Scene, yaw_deg: float) -> np.ndarray:
    """Return the pixels of (forward, up, sideways) meters on a foot 3 m away from a camera 1.2 m above the floor."""
    yaw, pitch = np.radians(yaw_deg), np.radians(scene.pitch_deg or 0.0)
    forward, up, side = place
    right, away, high = forward * np.cos(yaw) - side * np.sin(yaw), 3.0 - forward * np.sin(yaw) - side * np.cos(yaw), up - 1.2
    down, depth = -high * np.cos(pitch) - away * np.sin(pitch), away * np.cos(pitch) - high * np.sin(pitch)
    return np.array([right, down]) / depth * scene.focal_px + np.array(FRAME_SIZE) / 2


@pytest.mark.parametrize("yaw_deg", [-35.0, 0.0, 26.0])
@pytest.mark.parametrize("pitch_deg", [0.0, 17.0])
def test_the_rise_is_the_same_from_every_side(yaw_deg: float, pitch_deg: float) -> None:
    up, forward = np.array([0.0, -1.0]), np.array([1.0, 0.0])
    scene = Scene(up, forward, "right", "side", yaw_deg, 0.0, 100.0, "right", FRAME_SIZE, pitch_deg=pitch_deg)
    sole, back, toe = (see(p, scene, yaw_deg) for p in ((0.03, 0.0, 0.0), (0.0, 0.03, 0.0), (LENGTH, 0.03, 0.0)))
    found = solve_heel(FlatFoot(sole, back, toe), see((0.03 + FORWARD, RISE, 0.0), scene, yaw_deg), scene)
    assert found.rise == pytest.approx(RISE / LENGTH, rel=0.01)
    in_picture = (
        (sole[1] - see((0.03 + FORWARD, RISE, 0.0), scene, yaw_deg)[1]) / np.linalg.norm(toe - back) * np.cos(np.radians(yaw_deg))
    )
    if pitch_deg and yaw_deg > 0:
        assert in_picture < 0.9 * RISE / LENGTH
