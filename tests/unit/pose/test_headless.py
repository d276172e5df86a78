"""A pose without a head is put together from two networks: whose landmark is whose, and where the person's box is."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.blazepose import Pose
from formcheck.pose.headless import FROM_MOVENET, LEGS, StandingBoxes, carry_shoulders, lower_part, merge, place_box
from formcheck.pose.track import HEAD, LANDMARK_COUNT, Landmark, PoseTrack

SURE = np.full(17, 0.9)


def pose_and_joints() -> tuple[Pose, np.ndarray]:
    """A pose with every landmark in another place, and the same places under COCO's (17, 2) keypoints."""
    points = np.random.default_rng(1).uniform(0.1, 0.9, (LANDMARK_COUNT, 2))
    joints = np.full((17, 2), 0.5)
    for landmark, joint in (FROM_MOVENET | LEGS).items():
        joints[joint] = points[landmark]
    return Pose(points, np.full(LANDMARK_COUNT, 0.8), np.array([0.1, 0.2])), joints


def test_trunk_and_knees_are_movenets_and_the_feet_blazeposes() -> None:
    pose, joints = pose_and_joints()
    moved = joints + 0.01
    points = merge(pose, moved, SURE).points
    np.testing.assert_array_equal(points[list(FROM_MOVENET)], moved[list(FROM_MOVENET.values())])
    feet = [landmark for landmark in Landmark if landmark > Landmark.RIGHT_KNEE]
    np.testing.assert_array_equal(points[feet], pose.points[feet])


def test_a_head_is_never_made_up() -> None:
    pose, joints = pose_and_joints()
    merged = merge(pose, joints, SURE)
    assert np.isnan(merged.points[HEAD]).all()
    assert not merged.visibility[HEAD].any()


def test_both_networks_mean_the_same_leg() -> None:
    pose, joints = pose_and_joints()
    exchanged = joints[[0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]]
    np.testing.assert_array_equal(merge(pose, exchanged, SURE).points, merge(pose, joints, SURE).points)


def test_a_joint_that_movenet_does_not_see_is_unknown() -> None:
    pose, joints = pose_and_joints()
    merged = merge(pose, joints, np.where(np.arange(17) == LEGS[Landmark.LEFT_HIP], 0.1, 0.9))
    unknown = np.isnan(merged.points).any(axis=1)
    assert set(np.flatnonzero(unknown)) == {*HEAD, Landmark.LEFT_HIP}


def test_the_box_of_a_standing_person_is_around_the_hips_and_holds_the_whole_body() -> None:
    """Heights above the floor in shares of the body's height: ankle 0.039, knee 0.285, hip 0.530 (Winter 2009, fig. 4.1)."""
    height_px, floor_y = 1000.0, 1100.0
    knee, ankle = ([400.0, floor_y - share * height_px] for share in (0.285, 0.039))
    box = place_box(np.array([[knee, ankle], [knee, ankle]]))
    assert box is not None
    middle_x, middle_y, side = box
    assert middle_x == 400.0
    assert middle_y == pytest.approx(floor_y - 0.530 * height_px, abs=0.01 * height_px)
    assert middle_y - side / 2 < floor_y - height_px
    assert middle_y + side / 2 > floor_y


def test_one_shin_is_enough_for_a_box_and_none_is_none() -> None:
    shin, unseen = np.array([[400.0, 800.0], [400.0, 1050.0]]), np.full((2, 2), np.nan)
    np.testing.assert_allclose(place_box(np.stack([shin, unseen])), place_box(np.stack([shin, shin])))
    assert place_box(np.stack([unseen, unseen])) is None


@pytest.mark.parametrize(("middle_y", "top", "side"), [(500.0, 100.0, 800.0), (300.0, 0.0, 700.0)], ids=["inside", "cut off"])
def test_movenet_sees_the_part_of_the_box_below_the_pictures_edge(middle_y: float, top: float, side: float) -> None:
    box = np.array([450.0, middle_y, 800.0])
    part = lower_part(box)
    assert part[2] == side
    assert part[1] - side / 2 == pytest.approx(top)
    assert part[1] + side / 2 == pytest.approx(middle_y + 400.0)


def test_between_two_pictures_the_box_moves_evenly() -> None:
    boxes = StandingBoxes(np.array([1.0, 3.0]), np.array([[0.4, 0.2, 1.0], [0.6, 0.2, 1.2]]))
    np.testing.assert_allclose(boxes.at(2.0), [0.5, 0.2, 1.1])
    np.testing.assert_allclose(boxes.at(9.0), [0.6, 0.2, 1.2])


def test_a_track_knows_that_it_lacks_the_head() -> None:
    points = np.zeros((2, LANDMARK_COUNT, 2))
    track = PoseTrack(np.array([0.0, 0.1]), points, np.ones((2, LANDMARK_COUNT)), np.ones((2, 2)))
    assert not track.headless
    points[:, HEAD] = np.nan
    assert track.headless
    assert not PoseTrack.empty(track.time_s).headless


def make_track(frames: int = 10) -> PoseTrack:
    """Somebody who rises by a pixel a frame, with every landmark in another place."""
    points = np.random.default_rng(1).uniform(100.0, 900.0, (1, LANDMARK_COUNT, 2)) - np.arange(frames)[:, None, None] * (0.0, 1.0)
    return PoseTrack(np.arange(frames) / 10.0, points, np.ones((frames, LANDMARK_COUNT)), np.ones((frames, 2)))


def test_shoulders_that_leave_the_picture_go_with_the_hips() -> None:
    track = make_track()
    cut = track.points.copy()
    cut[3:6, Landmark.LEFT_SHOULDER] = np.nan
    np.testing.assert_allclose(carry_shoulders(track.with_points(cut)).points, track.points)


def test_shoulders_that_are_mostly_out_of_the_picture_stay_unknown() -> None:
    track = make_track()
    track.points[2:8, Landmark.LEFT_SHOULDER] = np.nan
    carried = carry_shoulders(track).points
    assert np.isnan(carried[2:8, Landmark.LEFT_SHOULDER]).all()
    assert np.isfinite(carried[:, Landmark.RIGHT_SHOULDER]).all()
