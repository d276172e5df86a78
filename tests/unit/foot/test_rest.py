"""Where a foot rests is told by the whole set: one repetition whose silhouette misleads does not lay the foot beside itself."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from formcheck.foot import FootFollower, FootPose
from formcheck.foot.rest import find_rest
from formcheck.foot.silhouette import END_SD
from tests.helpers.drawn_feet import LENGTH, SIZE, draw_texture, make_pose
from tests.unit.foot.test_silhouette import FLOOR, SKIN, WHOLE

TRUE = make_pose("right")
# Where the foot really stands in each repetition, pixels from the first.
STEPS = ((0, 0), (6, 2), (-4, 3))
# A patch of the foot's color on the carpet behind its heel, foot lengths.
PATCH = np.array(((-0.13, -0.06), (0.1, -0.06), (0.1, 0.1), (-0.13, 0.1)))


def film(step: tuple[int, int], *, patch: bool = False, free: bool = True, skin_seed: int = 2) -> tuple[FootFollower, FootPose]:
    """A flat foot ``step`` pixels from the first, perhaps with a patch behind it; ``free`` if nothing stands before it."""
    real = replace(TRUE, back=TRUE.back + step)
    mask = np.zeros(SIZE, np.uint8)
    for outline in (WHOLE, PATCH) if patch else (WHOLE,):
        cv2.fillPoly(mask, [np.round(real.place(*outline.T)).astype(np.int32)], 255)
    skin = np.roll(draw_texture(skin_seed, -40, 40), (step[1], step[0]), axis=(0, 1))
    foot, floor = np.array(SKIN) + skin[..., None], np.array(FLOOR) + draw_texture(4, -12, 12)[..., None]
    follower = FootFollower(real, 3, outlined=free)
    follower.feed(np.clip(np.where(mask[..., None] > 0, foot, floor), 0, 255).astype(np.uint8))
    return follower, real


def off(pose: FootPose, real: FootPose) -> float:
    """How far the heel's back is from the true one along the floor, foot lengths."""
    return float((pose.back - real.back)[0] / LENGTH)


def test_a_silhouette_that_runs_onto_the_carpet_is_put_right_by_the_others_wherever_they_stood() -> None:
    feet = [film(step, patch=number == 2) for number, step in enumerate(STEPS)]
    followers = [follower for follower, _ in feet]
    assert off(followers[2].seen, feet[2][1]) < -0.1
    rest = find_rest(followers[2], followers)
    assert off(rest.pose, feet[2][1]) == pytest.approx(0.0, abs=END_SD)
    assert rest.pose.length_px == pytest.approx(LENGTH, rel=0.04)


def test_silhouettes_that_agree_stand_as_they_are_beside_one_that_does_not() -> None:
    followers = [film(step, patch=number == 2)[0] for number, step in enumerate(STEPS)]
    for follower in followers[:2]:
        rest = find_rest(follower, followers)
        assert rest.pose is follower.seen
        assert rest.back_sd < END_SD


def test_a_foot_alone_rests_where_it_is_seen() -> None:
    follower, _ = film(STEPS[0], patch=True)
    assert find_rest(follower, [follower]) == (follower.seen, 0.0)


def test_two_silhouettes_that_differ_are_both_doubted() -> None:
    followers = [film(STEPS[0], patch=patch)[0] for patch in (False, True)]
    for follower in followers:
        rest = find_rest(follower, followers)
        assert rest.pose is follower.seen
        assert rest.back_sd > 0.05


def test_a_foot_that_looks_otherwise_tells_nothing() -> None:
    follower, _ = film(STEPS[0], patch=True)
    others = [film(STEPS[0], skin_seed=seed)[0] for seed in (7, 8)]
    assert find_rest(follower, [follower, *others]).pose is follower.seen


def test_a_foot_without_a_silhouette_takes_place_and_length_from_those_that_have_one() -> None:
    followers = [film(step)[0] for step in STEPS[:2]]
    lost, real = film(STEPS[2], free=False)
    lost.seen = replace(lost.seen, back=lost.seen.place(0.1, 0.0), length_px=1.1 * LENGTH)
    rest = find_rest(lost, [*followers, lost])
    assert off(rest.pose, real) == pytest.approx(0.0, abs=END_SD)
    assert rest.pose.length_px == pytest.approx(LENGTH, rel=0.04)


def test_without_any_silhouette_every_foot_stays_where_its_landmarks_lie() -> None:
    followers = [film(step, free=False)[0] for step in STEPS]
    assert all(find_rest(follower, followers) == (follower.seen, 0.0) for follower in followers)


def test_the_set_s_rest_is_not_counted_again_as_a_repetition_s_own() -> None:
    followers = [film(step, patch=number == 2)[0] for number, step in enumerate(STEPS)]
    before = [find_rest(follower, followers) for follower in followers]
    for follower, rest in zip(followers, before, strict=True):
        follower.rest_on(*rest)
    after = [find_rest(follower, followers) for follower in followers]
    assert np.allclose([rest.pose.back for rest in after], [rest.pose.back for rest in before])


def test_corners_on_the_carpet_beside_a_foot_put_right_are_left_out() -> None:
    feet = [film(step, patch=number == 2) for number, step in enumerate(STEPS)]
    followers = [follower for follower, _ in feet]
    follower, real = followers[2], feet[2][1]
    behind = (real.in_feet(follower.corners.paths[0])[:, 0] < 0.0).sum()
    assert behind > 0
    follower.rest_on(*find_rest(follower, followers))
    rows, flat, _ = follower.corners.moved(0, 0.03)
    assert 0 < len(rows) <= len(follower.corners.paths[0]) - behind
    assert flat[:, 0].min() > 0.0
