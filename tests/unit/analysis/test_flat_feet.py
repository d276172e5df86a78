"""Where the flat feet of a set of heel raises lie in the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.analysis.flat_feet import Window, drop_contradicted, flat_foot, lay_feet, stands_free, stood
from formcheck.foot import FootMotion
from formcheck.pose.track import Landmark
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from tests.helpers.bodies import FRAME_SIZE, make_standing, make_turn

WINDOWS = [Window(first=first, flat=first, peak=first + 30, end=first + 44, last=first + 45, key=False) for first in (10, 70, 130)]
LOOKS_DOWN = make_turn(15.0, 1.0)


def see(yaw_deg: float, toes_moved_px: float = 0.0) -> View:
    """Return a view of somebody who stands still, whose toes' landmark moves during the second window."""
    track = make_standing(200, yaw_deg=yaw_deg)
    points = track.points.copy()
    points[90:120, Landmark.RIGHT_FOOT_INDEX, 0] += toes_moved_px
    track = replace(track, points=points)
    return View(track, observe_scene(track, FRAME_SIZE), "right")


@pytest.mark.parametrize("yaw_deg", [-30.0, 30.0])
def test_feet_point_down_the_picture_toward_a_camera_that_looks_down_and_up_away_from_it(yaw_deg: float) -> None:
    level, down = (lay_feet(see(yaw_deg), WINDOWS, turn)[0].forward[1] for turn in (None, LOOKS_DOWN))
    assert np.sign(down - level) == np.sign(yaw_deg)


def test_feet_in_one_place_share_one_direction() -> None:
    """One rep's landmarks wander; the foot stays."""
    view = see(20.0)
    view.track.points[65:76, Landmark.RIGHT_HEEL, 1] -= 12.0
    first, second, third = lay_feet(view, WINDOWS, LOOKS_DOWN)
    assert second.forward == pytest.approx(first.forward)
    assert third.forward == pytest.approx(first.forward)


def test_a_foot_that_was_elsewhere_when_it_was_flat_is_noticed() -> None:
    assert all(stood(see(0.0), window) for window in WINDOWS)
    assert [stood(see(0.0, toes_moved_px=60.0), window) for window in WINDOWS] == [True, False, True]


def see_far_leg(other: dict[str, tuple[float, float]]) -> View:
    """Return a view of the far right leg of somebody who holds parts of the left leg elsewhere, pixels from where they were."""
    track = make_standing(200, near="left")
    for part, moved in other.items():
        track.points[:, Landmark.of("left", part)] += moved
    return View(track, observe_scene(track, FRAME_SIZE), "right")


LIFTED_BEHIND = {"knee": (10.0, -5.0), "ankle": (-150.0, -120.0), "heel": (-190.0, -130.0), "foot_index": (-170.0, -60.0)}


def test_a_far_foot_stands_free_if_the_near_one_is_lifted_behind() -> None:
    view = see_far_leg(LIFTED_BEHIND)
    pose = lay_feet(view, WINDOWS, None)[0]
    assert stands_free(view, WINDOWS[0], pose)


@pytest.mark.parametrize(
    "other",
    [
        {},
        dict.fromkeys(("ankle", "heel", "foot_index"), (60.0, 10.0)),
        LIFTED_BEHIND | {"foot_index": (-80.0, 0.0)},
        LIFTED_BEHIND | {"heel": (np.nan, np.nan)},
    ],
    ids=["beside it", "in front of its toes", "toes hang down to its heel", "not seen"],
)
def test_a_far_foot_does_not_stand_free_if_the_near_one_may_be_before_it(other: dict[str, tuple[float, float]]) -> None:
    view = see_far_leg(other)
    assert not stands_free(view, WINDOWS[0], lay_feet(view, WINDOWS, None)[0])


@pytest.mark.parametrize(
    ("heel_cm", "ankle_cm", "kept"),
    [(0.3, 0.0, True), (3.0, 0.0, True), (6.2, 0.0, False), (6.2, 2.5, True), (6.2, 4.8, True), (0.0, 1.5, True)],
    ids=["planted", "a small lift that the landmark misses", "the floor's pattern", "a landmark short of it", "a lift", "drift"],
)
def test_a_lift_that_the_ankle_does_not_share_is_not_the_heels(heel_cm: float, ankle_cm: float, kept: bool) -> None:
    view, window = see(0.0), WINDOWS[0]
    pose = flat_foot(view, window)
    px_per_cm = pose.length_px / 25.0
    frames = window.last - window.first + 1
    lifted = np.zeros(frames, bool)
    lifted[25:35] = True
    view.track.points[window.first : window.last + 1, Landmark.RIGHT_ANKLE, 1] -= np.where(lifted, ankle_cm * px_per_cm, 0.0)
    seen = replace(FootMotion.empty(frames), heel_rise_px=np.where(lifted, heel_cm * px_per_cm, 0.0), turn_deg=np.zeros(frames))
    found = drop_contradicted(view, window, pose, seen).heel_rise_px
    assert np.isfinite(found[lifted]).all() == kept
    assert np.isfinite(found[~lifted]).all()
