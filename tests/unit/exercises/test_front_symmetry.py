"""From the front: whether both sides of a heel raise rise alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.exercises.raise_form import measure_side_difference
from formcheck.pose.track import Landmark
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from tests.helpers.bodies import FRAME_SIZE, make_standing


@pytest.mark.parametrize(("left_share", "expected"), [(1.0, 0.0), (0.8, 20.0), (0.0, 100.0), (1.25, -20.0)])
def test_the_higher_side_is_seen_and_named_by_its_sign(left_share: float, expected: float) -> None:
    """Positive = the right rises higher, in % of the larger rise."""
    standing = make_standing(120)
    rise = 30.0 * np.clip(np.minimum(standing.time_s - 0.5, 3.5 - standing.time_s) / 0.8, 0.0, 1.0)
    points = standing.points.copy()
    points[:, Landmark.RIGHT_HIP, 1] -= rise
    points[:, Landmark.LEFT_HIP, 1] -= left_share * rise
    track = replace(standing, points=points)
    scene = observe_scene(track, FRAME_SIZE, view="front")
    view = View(track, scene, "right")
    assert measure_side_difference(view, RepSpan(0.25, 2.0, 3.75, 0.0, 1.0)) == pytest.approx(expected, abs=1.0)
    aside = view.with_scene(observe_scene(track, FRAME_SIZE, view="side"))
    assert np.isnan(measure_side_difference(aside, RepSpan(0.25, 2.0, 3.75, 0.0, 1.0)))
