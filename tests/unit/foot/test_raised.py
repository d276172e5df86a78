"""How high a heel rose in one repetition."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.foot import BALL
from formcheck.foot.corners import CornerFollower
from formcheck.foot.raised import Raise, follow_raise
from formcheck.foot.rigid import FootTurn
from formcheck.foot.shape import turn_about
from formcheck.signals.evidence import Estimate
from tests.helpers.drawn_feet import LENGTH, make_pose


def test_corners_that_drift_on_the_way_down_do_not_raise_the_heel_further_than_at_its_top() -> None:
    """In one recording of a person they drifted from 33 to 44 % of the foot after the top."""
    pose = make_pose("right")
    places = np.stack(np.meshgrid(np.linspace(0.1, 0.5, 5), np.linspace(0.05, 0.2, 3)), axis=-1).reshape(-1, 2)
    corners = CornerFollower(pose, strength=np.full(len(places), 12.0))
    for turn_deg in (0.0, 15.0, 30.0, 42.0, 20.0, 0.0):
        corners.paths.append(pose.place(*turn_about(places, np.asarray(BALL), turn_deg).T))
        corners.alive.append(np.ones(len(places), dtype=bool))
    top = Estimate(0.30, 0.02, "corners")
    motion = FootTurn(30.0, np.zeros(2))
    rise = follow_raise(pose, corners, 2, Raise((top,), top, motion, np.arange(len(places)))).heel_rise_px / LENGTH
    assert rise[2] == pytest.approx(0.30)
    assert rise.max() <= 0.32 + 1e-9
    assert rise[4] < rise[2]
