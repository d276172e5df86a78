"""What is drawn on a live picture stands where the person is."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.live.draw import draw_live
from formcheck.live.state import LiveState
from formcheck.pose.track import Landmark
from formcheck.render.marks import draw_inclination, draw_leg
from formcheck.scene.scene import LEVEL_UP
from formcheck.signals.geometry import rotate
from tests.helpers.figure import SIZE, kneeling


@pytest.mark.parametrize("roll_deg", [0.0, 8.0, -8.0])
def test_the_angle_is_drawn_against_the_true_vertical_for_any_turn_of_the_camera(roll_deg: float) -> None:
    points = kneeling(30.0).points * SIZE
    up = rotate(LEVEL_UP, roll_deg)
    forward = rotate(up, 90.0)
    state = LiveState(
        stage="ready", big="", leg="right", points=points, pose_time_s=1.0, time_s=1.0, value=30.0, unit="°", up=up, forward=forward
    )
    blank = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    expected = draw_leg(blank.copy(), points, "right")
    ankle, knee = (points[Landmark.of("right", part)] for part in ("ankle", "knee"))
    draw_inclination(expected, ankle, knee, up, 30.0, forward=forward)
    level = draw_leg(blank.copy(), points, "right")
    draw_inclination(level, ankle, knee, LEVEL_UP, 30.0, forward=rotate(LEVEL_UP, 90.0))
    drawn = draw_live(blank.copy(), state)
    assert (drawn == expected).all()
    assert (drawn == level).all() == (roll_deg == 0.0)
