"""A foot that turned by a known angle is measured at that angle, from pixels alone."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from formcheck.foot import (
    ANKLE,
    BALL,
    HINDFOOT_WITH_OUTLINE,
    PLANTAR_HEEL,
    ExpectedTurn,
    FootFollower,
    FootMotion,
    FootPose,
    solve_raises,
    solve_turns,
)
from formcheck.foot.shape import turn_about

LENGTH = 130.0
SIZE = (360, 480)
UP = np.array([0.0, -1.0])


def make_pose(facing: str) -> FootPose:
    forward = np.array([1.0 if facing == "right" else -1.0, 0.0])
    return FootPose(np.array([180.0, 290.0]) if facing == "right" else np.array([300.0, 290.0]), UP, forward, LENGTH)


def draw_texture(seed: int, low: int, high: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.uniform(0, 255, SIZE).astype(np.float32), (0, 0), 2.0)
    noise = (noise - noise.min()) / (noise.max() - noise.min())
    return low + (high - low) * noise


def in_rgb(gray: np.ndarray) -> np.ndarray:
    """A gray picture as a frame."""
    return np.repeat(gray.astype(np.uint8)[..., None], 3, axis=2)


def draw_foot(pose: FootPose, turn_deg: float, floor: np.ndarray, skin: np.ndarray) -> np.ndarray:
    """The hindfoot turned heel-up about the ball over a floor that stays."""
    ball = pose.place(*BALL)
    # on the screen the heel rises clockwise of a foot that points right, counterclockwise of one that points left
    clockwise = turn_deg if pose.forward[0] > 0 else -turn_deg
    matrix = cv2.getRotationMatrix2D((float(ball[0]), float(ball[1])), -clockwise, 1.0)
    mask = np.zeros(SIZE, np.uint8)
    cv2.fillPoly(mask, [np.round(pose.place(*np.asarray(HINDFOOT_WITH_OUTLINE).T)).astype(np.int32)], 255)
    turned_mask = cv2.warpAffine(mask, matrix, SIZE[::-1]) > 127
    turned_skin = cv2.warpAffine(skin, matrix, SIZE[::-1])
    picture = np.where(turned_mask, turned_skin, floor)
    return np.clip(picture + np.random.default_rng(int(turn_deg * 100) % 997).normal(0, 1.5, SIZE), 0, 255).astype(np.uint8)


def make_turns(top_deg: float, frames: int = 24) -> np.ndarray:
    """Flat, up by minimum jerk, and down again."""
    share = np.linspace(0, 1, frames)
    up = 10 * share**3 - 15 * share**4 + 6 * share**5
    return top_deg * np.concatenate([[0.0, 0.0], up, up[::-1]])


def move_ankle(turn_deg: float) -> np.ndarray:
    """How far the ankle's axis moves when the foot turns about its ball, foot lengths."""
    ankle = np.asarray([ANKLE])
    return (turn_about(ankle, np.asarray(BALL), turn_deg) - ankle)[0]


def solve(follower: FootFollower, turn_range: tuple[float, float], *, raised: bool) -> tuple[np.ndarray, ...]:
    """Heel rise (pixels), turn (degrees) and support of one repetition's frames; the ankle of a raised one says the middle."""
    least, most = turn_range
    likeliest = (least + most) / 2
    if raised:
        motion = solve_raises([follower], [[move_ankle(likeliest)]])[0]
    else:
        motion = solve_turns([follower], [ExpectedTurn(least, likeliest, most)])[0]
    return motion.heel_rise_px, motion.turn_deg, motion.support


def follow(facing: str, turns: np.ndarray, turn_range: tuple[float, float], *, raised: bool) -> tuple[np.ndarray, ...]:
    pose = make_pose(facing)
    floor, skin = draw_texture(1, 90, 140), draw_texture(2, 120, 250)
    follower = FootFollower(pose, int(np.argmax(turns)))
    for turn in turns:
        follower.feed(in_rgb(draw_foot(pose, float(turn), floor, skin)))
    return solve(follower, turn_range, raised=raised)


def heel_rise(turn_deg: np.ndarray | float) -> np.ndarray:
    """How far the plantar heel is off the floor when the foot has turned about its ball."""
    turn = np.radians(turn_deg)
    back, up = PLANTAR_HEEL[0] - BALL[0], PLANTAR_HEEL[1] - BALL[1]
    return LENGTH * (np.cos(turn) * up - np.sin(turn) * back - up)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("top", [10.0, 20.0, 30.0, 40.0])
def test_a_heel_raise_is_measured_by_comparing_pictures(facing: str, top: float) -> None:
    turns = make_turns(top)
    rise, turn, support = follow(facing, turns, (max(3.0, 0.5 * top), min(60.0, 2.0 * top + 12.0)), raised=True)
    peak = int(np.argmax(turns))
    assert turn[peak] == pytest.approx(top, abs=2.0)
    assert rise[peak] == pytest.approx(heel_rise(top), abs=0.03 * LENGTH)
    assert support[peak] > 0.75


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("top", [0.0, 4.0, 8.0])
def test_a_small_turn_is_measured_by_following_corners(facing: str, top: float) -> None:
    turns = make_turns(top)
    rise, turn, support = follow(facing, turns, (-4.0, 40.0), raised=False)
    known = np.isfinite(turn)
    assert known.mean() > 0.9
    np.testing.assert_allclose(turn[known], turns[known], atol=1.0)
    np.testing.assert_allclose(rise[known], heel_rise(turns[known]), atol=0.02 * LENGTH)
    assert support[known].min() > 0.3


def test_between_the_floor_and_the_top_the_turn_goes_with_the_foot() -> None:
    turns = make_turns(25.0)
    _, turn, _ = follow("right", turns, (12.0, 60.0), raised=True)
    known = np.isfinite(turn)
    assert known.mean() > 0.5
    np.testing.assert_allclose(turn[known], turns[known], atol=3.0)


def test_a_foot_that_stays_flat_measures_no_turn() -> None:
    turns = np.zeros(40)
    turns[20] = 1e-6
    _, turn, _ = follow("right", turns, (0.0, 10.0), raised=True)
    known = np.isfinite(turn)
    assert known.mean() > 0.9
    np.testing.assert_allclose(turn[known], 0.0, atol=1.0)


def test_pixels_and_ankle_that_contradict_each_other_give_nothing() -> None:
    """The ankle rose by a turn of 40°; the pixels are those of a still floor, or of another foot."""
    turns = np.zeros(40)
    turns[20] = 1e-6
    rise, turn, _ = follow("right", turns, (40.0, 40.0), raised=True)
    assert np.isnan(rise).all()
    assert np.isnan(turn).all()


def test_the_plantar_heel_of_a_flat_foot_is_on_the_sole_in_both_directions() -> None:
    for facing in ("left", "right"):
        pose = make_pose(facing)
        heel, ball = pose.place(*PLANTAR_HEEL), pose.place(*BALL)
        assert heel[1] == pytest.approx(pose.back[1])
        assert (ball - heel) @ pose.forward == pytest.approx((BALL[0] - PLANTAR_HEEL[0]) * LENGTH)


# A foot that should stay down


def draw_plain_foot(pose: FootPose, turn_deg: float, lean_deg: float, floor: np.ndarray) -> np.ndarray:
    """A foot in a plain sock, turned about its ball, and the shank that leans over it: nothing on it to follow but its edges."""
    ankle = pose.place(0.25, 0.34)
    lean = np.radians(lean_deg)
    knee = ankle + 220.0 * (np.sin(lean) * pose.forward + np.cos(lean) * UP)
    behind = floor.astype(np.float32)
    cv2.line(behind, tuple(map(int, ankle)), tuple(map(int, knee)), 60, 30)
    return draw_foot(pose, turn_deg, behind, np.full(SIZE, 200.0))


def watch_plain_foot(turns: np.ndarray, slides: np.ndarray) -> FootMotion:
    """What is told of a foot that turns (degrees) and slides forward (foot lengths) under a shank that leans by 38°."""
    floor = draw_texture(1, 90, 140)
    top = int(np.argmax(np.abs(make_turns(1.0))))
    follower = FootFollower(make_pose("right"), top, stays_down=True)
    for turn, slide, lean in zip(turns, slides, make_turns(38.0), strict=True):
        there = replace(follower.pose, back=follower.pose.back + float(slide) * LENGTH * follower.pose.forward)
        follower.feed(in_rgb(draw_plain_foot(there, float(turn), float(lean), floor)))
    return solve_turns([follower], [ExpectedTurn(-4.0, 18.0, 40.0)])[0]


STILL = np.zeros(len(make_turns(1.0)))


def test_a_plain_foot_under_a_leaning_shank_is_seen_to_stay_down() -> None:
    motion = watch_plain_foot(STILL, STILL)
    assert np.isfinite(motion.turn_deg).mean() > 0.9
    assert np.nanmax(np.abs(motion.turn_deg)) < 1.5
    assert np.nanmax(np.abs(motion.heel_rise_px)) < 0.02 * LENGTH
    assert np.nanmax(np.abs(motion.slide_px)) < 0.02 * LENGTH


@pytest.mark.parametrize("top", [6.0, 10.0, 14.0])
def test_a_plain_foot_under_a_leaning_shank_is_seen_to_lift(top: float) -> None:
    turns = make_turns(top)
    motion = watch_plain_foot(turns, STILL)
    peak = int(np.argmax(turns))
    assert motion.turn_deg[peak] == pytest.approx(top, abs=1.5)
    assert motion.heel_rise_px[peak] == pytest.approx(heel_rise(top), abs=0.03 * LENGTH)
    assert np.nanmax(np.abs(motion.slide_px)) < 0.04 * LENGTH


@pytest.mark.parametrize("top", [6.0, 8.0])
def test_the_shade_that_stays_on_the_floor_does_not_hold_the_foot_down(top: float) -> None:
    """A white shoe with a line along its sole lifts off the narrow shade under it, which stays."""
    pose, turns = make_pose("right"), make_turns(top)
    rows = np.arange(SIZE[0])[:, None]
    above = (pose.back[1] - rows) / LENGTH
    planks = np.broadcast_to(150 + 15 * np.sign(np.sin(rows / 9.0)), SIZE)
    floor = np.where((above > -0.06) & (above < 0.03), 40.0, planks)
    shoe = np.where(np.abs(above - 0.1) < 0.015, 190.0, np.full(SIZE, 225.0))
    follower = FootFollower(pose, int(np.argmax(turns)), stays_down=True)
    for turn in turns:
        follower.feed(in_rgb(draw_foot(pose, float(turn), floor, shoe)))
    motion = solve_turns([follower], [ExpectedTurn(-4.0, 18.0, 40.0)])[0]
    assert motion.turn_deg[follower.peak] == pytest.approx(top, abs=1.5)


@pytest.mark.parametrize("top", [6.0, 12.0])
def test_a_sock_as_bright_as_the_shaded_floor_is_separated_from_it_by_color(top: float) -> None:
    """Behind the foot the floor lies in a shade that ends along the sole; the sock has that shade's brightness."""
    pose, turns = make_pose("right"), make_turns(top)
    above = (pose.back[1] - np.arange(SIZE[0])[:, None]) / LENGTH
    floor = np.broadcast_to(np.where(above > -0.02, 90.0, 180.0), SIZE)
    follower = FootFollower(pose, int(np.argmax(turns)), stays_down=True)
    for turn in turns:
        sock = draw_foot(pose, float(turn), np.zeros(SIZE), np.full(SIZE, 200.0)) > 100
        picture = in_rgb(np.asarray(floor))
        picture[sock] = (50, 125, 60)  # a green of brightness 95
        follower.feed(picture)
    motion = solve_turns([follower], [ExpectedTurn(-4.0, 18.0, 40.0)])[0]
    assert motion.turn_deg[follower.peak] == pytest.approx(top, abs=1.5)
    assert np.nanmax(np.abs(motion.slide_px)) < 0.04 * LENGTH


@pytest.mark.parametrize("slid", [-0.2, 0.06, 0.15, 0.25])
def test_a_plain_foot_is_seen_to_slide_and_not_to_lift(slid: float) -> None:
    motion = watch_plain_foot(STILL, slid * np.clip(np.linspace(-0.5, 1.5, len(STILL)), 0.0, 1.0))
    assert motion.slide_px[-1] == pytest.approx(slid * LENGTH, abs=0.02 * LENGTH)
    assert np.nanmax(np.abs(motion.heel_rise_px)) < 0.02 * LENGTH


# What cannot be seen


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
    follower = FootFollower(FootPose(np.array(back), UP, np.array([1.0, 0.0]), LENGTH), 5, stays_down)
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


def test_a_clearly_seen_turn_is_used_even_against_the_ankle_landmark() -> None:
    for likeliest in (12.0, 35.0):
        turns = make_turns(20.0)
        _, turn, _ = follow("right", turns, (likeliest, likeliest), raised=True)
        assert turn[int(np.argmax(turns))] == pytest.approx(20.0, abs=2.0)


def test_a_turn_is_doubted_more_the_further_it_is_from_the_likeliest() -> None:
    expected = ExpectedTurn(10.0, 20.0, 60.0)
    np.testing.assert_allclose(expected.doubt(np.array([10.0, 15.0, 20.0, 40.0, 60.0])), [1.0, 0.25, 0.0, 0.25, 1.0])
    steps = expected.steps(1.5)
    assert steps[0] == 10.0
    assert steps[-1] >= 60.0


def test_a_foot_seen_at_an_angle_is_shorter_and_turns_as_far() -> None:
    for yaw_deg in (0.0, 25.0):
        short = np.cos(np.radians(yaw_deg))
        pose = FootPose(np.array([180.0, 290.0]), UP, np.array([short, 0.0]), LENGTH)
        places = np.array([[0.0, 0.0], [0.5, 0.1], [1.0, 0.0]])
        pixels = pose.place(*places.T)
        assert pixels[2, 0] - pixels[0, 0] == pytest.approx(LENGTH * short)
        np.testing.assert_allclose(pose.in_feet(pixels), places, atol=1e-9)
