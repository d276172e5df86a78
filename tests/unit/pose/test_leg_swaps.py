"""Labels that the landmarker gave to the wrong leg are put back, and none that it gave rightly is taken away."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.leg_swaps import fix_leg_swaps, order_legs
from formcheck.pose.track import LEG_PARTS, SIDES, Landmark, PoseTrack
from tests.helpers.bodies import exchange_legs, make_standing

LOWER_LEGS = [Landmark.of(side, part) for side in SIDES for part in LEG_PARTS[1:]]


def make_walker(apart_px: float = 120.0) -> PoseTrack:
    """Stands, with the left leg bending and stretching, so that the two can be told apart by how they move."""
    track = make_standing(apart_px=apart_px)
    points = track.points.copy()
    points[:, Landmark.LEFT_KNEE, 0] += 30.0 * np.sin(2 * np.pi * track.time_s)
    return track.with_points(points)


@pytest.mark.parametrize("swapped", [slice(30, 31), slice(40, 60), slice(0, 12), slice(70, 90)], ids=str)
def test_legs_taken_for_each_other_are_put_back(swapped: slice) -> None:
    true = make_walker()
    fixed = fix_leg_swaps(exchange_legs(true, swapped))
    np.testing.assert_array_equal(fixed.points, true.points)


def test_a_track_without_a_swap_is_returned_as_it_is() -> None:
    track = make_walker()
    assert fix_leg_swaps(track) is track


def test_legs_that_lie_over_each_other_are_left_as_they_are() -> None:
    track = exchange_legs(make_walker(apart_px=5.0), slice(40, 60))
    fixed = fix_leg_swaps(track)
    np.testing.assert_array_equal(fixed.points, track.points)


def test_swaps_around_a_gap_are_put_back() -> None:
    true = make_walker()
    points = exchange_legs(true, slice(50, 90)).points.copy()
    points[45:50] = np.nan
    fixed = fix_leg_swaps(true.with_points(points))
    known = np.r_[0:45, 50:90]
    np.testing.assert_array_equal(fixed.points[known], true.points[known])


def carry_over(track: PoseTrack, first: int, shares: list[float]) -> PoseTrack:
    """Move each leg's landmarks by these shares of the way to the other leg, as the landmarker's smoothing does, frame by frame."""
    exchanged = exchange_legs(track, slice(None)).points
    points = track.points.copy()
    for frame, share in enumerate(shares, start=first):
        points[frame] += share * (exchanged[frame] - points[frame])
    return track.with_points(points)


def test_labels_that_are_carried_from_leg_to_leg_are_put_back() -> None:
    """One-euro smoothing takes some frames for it; what lies between the legs meanwhile is no leg."""
    true = make_walker(apart_px=200.0)
    seen = carry_over(true, 40, [0.2, 0.5, 0.9, *[1.0] * 30, 0.6, 0.3])
    fixed = fix_leg_swaps(seen)
    known = np.isfinite(fixed.points[:, LOWER_LEGS]).all(axis=(1, 2))
    assert (~known).sum() <= 5
    np.testing.assert_allclose(fixed.points[known][:, LOWER_LEGS], true.points[known][:, LOWER_LEGS], atol=0.25 * 200.0)


def test_labels_that_waver_between_a_kneeling_persons_legs_return_to_their_leg() -> None:
    """Slowly enough that no knee rushes."""
    true = make_walker(apart_px=300.0)
    waver = [0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.55, 0.5, 0.45, 0.4, 0.3, 0.2, 0.1]
    fixed = fix_leg_swaps(carry_over(true, 40, waver))
    np.testing.assert_array_equal(fixed.points[56:], true.points[56:])
    between = fixed.points[44:51, Landmark.LEFT_ANKLE]
    assert np.isnan(between).all()


def test_legs_that_nearly_change_labels_and_do_not_keep_them() -> None:
    true = make_walker(apart_px=200.0)
    fixed = fix_leg_swaps(carry_over(true, 40, [0.5, 0.6, 0.3]))
    after = slice(45, None)
    np.testing.assert_array_equal(fixed.points[after], true.points[after])


@pytest.mark.parametrize("swapped", [slice(0, 30), slice(0, 70), slice(0, 90)], ids=str)
def test_from_behind_the_shoulders_decide_left_and_right(swapped: slice) -> None:
    """However long the labels were exchanged: a body's hips lie in the order of its shoulders."""
    true = make_walker(apart_px=120.0)
    fixed = fix_leg_swaps(exchange_legs(true, swapped))
    np.testing.assert_array_equal(fixed.points, true.points)


def test_two_poses_of_a_moment_are_brought_to_the_same_order() -> None:
    true = make_walker().points[0]
    crossed = exchange_legs(make_walker(), slice(None)).points[0]
    moved = crossed + 3.0
    np.testing.assert_array_equal(moved[order_legs(moved, true)], true + 3.0)
    np.testing.assert_array_equal(true[order_legs(true, true)], true)
