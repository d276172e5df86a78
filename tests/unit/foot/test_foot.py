"""A foot's place, size and expected turn; a foot that cannot be followed is not measured."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.foot import (
    BALL,
    PLANTAR_HEEL,
    FootFollower,
    FootPose,
)
from formcheck.foot.raised import _fuse_with_drift
from formcheck.signals.evidence import Estimate, fuse
from tests.helpers.drawn_feet import (
    LENGTH,
    SIZE,
    UP,
    draw_texture,
    in_rgb,
    make_pose,
    solve,
)


def test_the_plantar_heel_of_a_flat_foot_is_on_the_sole_in_both_directions() -> None:
    for facing in ("left", "right"):
        pose = make_pose(facing)
        heel, ball = pose.place(*PLANTAR_HEEL), pose.place(*BALL)
        assert heel[1] == pytest.approx(pose.back[1])
        assert (ball - heel) @ pose.forward == pytest.approx((BALL[0] - PLANTAR_HEEL[0]) * LENGTH)


# A foot that should stay down


@pytest.mark.parametrize(
    "back",
    [(-400.0, 290.0), (180.0, -500.0), (2000.0, 290.0), (180.0, 3000.0), (-20.0, 5.0), (470.0, 355.0)],
    ids=["left", "above", "right", "below", "corner", "other corner"],
)
@pytest.mark.parametrize("raised", [True, False])
@pytest.mark.parametrize("stays_down", [True, False])
def test_a_foot_outside_the_picture_is_not_measured_and_nothing_fails(
    back: tuple[float, float], raised: bool, stays_down: bool
) -> None:
    follower = FootFollower(FootPose(np.array(back), UP, np.array([1.0, 0.0]), LENGTH), 5, stays_down=stays_down)
    picture = in_rgb(draw_texture(3, 0, 255))
    for _ in range(10):
        follower.feed(picture)
    rise, turn, support = solve(follower, (0.0, 30.0), raised=raised)
    assert rise.shape == turn.shape == support.shape == (10,)


def test_an_even_gray_picture_has_nothing_to_follow() -> None:
    follower = FootFollower(make_pose("right"), 3)
    for _ in range(6):
        follower.feed(in_rgb(np.full(SIZE, 128, np.uint8)))
    rise, turn, support = solve(follower, (5.0, 40.0), raised=True)
    assert np.isnan(rise).all()
    assert np.isnan(turn).all()
    assert not support.any()


def test_a_recording_that_ends_before_the_peak_gives_nothing() -> None:
    follower = FootFollower(make_pose("right"), 50)
    for _ in range(6):
        follower.feed(in_rgb(draw_texture(4, 0, 255)))
    rise, _, _ = solve(follower, (5.0, 40.0), raised=True)
    assert np.isnan(rise).all()


@pytest.mark.parametrize("shank", [np.nan, 0.0, 3.0])
def test_a_foot_of_no_known_size_is_not_measured_and_nothing_fails(shank: float) -> None:
    pose = FootPose.from_landmarks(np.array([180.0, 290.0]), np.array([300.0, 290.0]), UP, np.array([1.0, 0.0]), shank)
    follower = FootFollower(pose, 2)
    for _ in range(5):
        follower.feed(in_rgb(np.full(SIZE, 128, np.uint8)))
    assert np.isnan(solve(follower, (5.0, 40.0), raised=True)[0]).all()


def test_landmarks_that_were_not_seen_give_no_foot_and_nothing_fails() -> None:
    unseen = np.full(2, np.nan)
    follower = FootFollower(FootPose.from_landmarks(unseen, unseen, UP, np.array([1.0, 0.0]), 100.0), 2)
    for _ in range(5):
        follower.feed(in_rgb(np.full(SIZE, 128, np.uint8)))
    assert np.isnan(solve(follower, (5.0, 40.0), raised=False)[0]).all()


def test_a_foot_seen_at_an_angle_is_shorter_and_turns_as_far() -> None:
    for yaw_deg in (0.0, 25.0):
        short = np.cos(np.radians(yaw_deg))
        pose = FootPose(np.array([180.0, 290.0]), UP, np.array([short, 0.0]), LENGTH)
        places = np.array([[0.0, 0.0], [0.5, 0.1], [1.0, 0.0]])
        pixels = pose.place(*places.T)
        assert pixels[2, 0] - pixels[0, 0] == pytest.approx(LENGTH * short)
        np.testing.assert_allclose(pose.in_feet(pixels), places, atol=1e-9)


def test_what_all_corners_share_in_error_widens_the_height_and_does_not_move_it() -> None:
    """However many corners agree, they may all have lagged."""
    corners, pictures = Estimate(0.30, 0.01, "corners"), Estimate(0.34, 0.03, "pictures")
    alone, both = _fuse_with_drift([corners], 0.05), _fuse_with_drift([corners, pictures], 0.05)
    assert alone.value == pytest.approx(0.30)
    assert alone.sd >= 0.05
    assert both.value == fuse([corners, pictures]).value
    assert fuse([corners, pictures]).sd < both.sd < alone.sd
    assert _fuse_with_drift([pictures], 0.05) == fuse([pictures])
