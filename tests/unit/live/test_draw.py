"""What is drawn on a live picture stands where the person is."""

from __future__ import annotations

from dataclasses import replace

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
    draw_inclination(expected, ankle, knee, up, "30°", forward=forward)
    level = draw_leg(blank.copy(), points, "right")
    draw_inclination(level, ankle, knee, LEVEL_UP, "30°", forward=rotate(LEVEL_UP, 90.0))
    drawn = draw_live(blank.copy(), state)
    assert (drawn == expected).all()
    assert (drawn == level).all() == (roll_deg == 0.0)


def test_the_names_of_best_and_record_do_not_cover_each_other() -> None:
    blank = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    running = LiveState(stage="running", big="", unit="°", value=10.0, best=33.0)
    both, best = draw_live(blank.copy(), running, own_record=34.0), draw_live(blank.copy(), running)
    alone = draw_live(blank.copy(), replace(running, best=np.nan), own_record=34.0)
    beside = slice(int(SIZE[0] * 0.5), int(SIZE[0] * 0.85))  # between the count and the gauge
    names = [np.flatnonzero(picture[:, beside].max(axis=(1, 2)) > 200) for picture in (both, best, alone)]
    assert len(names[0]) == len(names[1]) + len(names[2]) > 0
