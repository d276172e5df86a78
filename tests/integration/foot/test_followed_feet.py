"""A foot that turned by a known angle is measured at that angle, from pixels alone."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.foot import (
    FootFollower,
)
from tests.helpers.drawn_feet import (
    LENGTH,
    SIZE,
    STILL,
    draw_foot,
    follow,
    heel_rise,
    in_rgb,
    make_pose,
    make_turns,
    watch_plain_foot,
    watch_shaded_foot,
)


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


@pytest.mark.parametrize("top", [0.0, 6.0, 12.0])
def test_the_shadow_of_the_other_leg_over_a_heel_is_no_lift_and_hides_none(top: float) -> None:
    turns = make_turns(top)
    motion = watch_shaded_foot(turns, 0.8)
    np.testing.assert_allclose(motion.turn_deg, turns, atol=1.5)


@pytest.mark.parametrize("top", [0.0, 12.0])
def test_a_heel_that_a_deep_shadow_hides_is_neither_down_nor_up(top: float) -> None:
    """What is still seen, near the ball, hardly moves as a heel lifts."""
    motion = watch_shaded_foot(make_turns(top), 0.5)
    assert np.isnan(motion.heel_rise_px).all()
    assert np.isnan(motion.slide_px).all()


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
    motion = follower.measure_turn()
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
    motion = follower.measure_turn()
    assert motion.turn_deg[follower.peak] == pytest.approx(top, abs=1.5)
    assert np.nanmax(np.abs(motion.slide_px)) < 0.04 * LENGTH


@pytest.mark.parametrize("slid", [-0.2, 0.06, 0.15, 0.25])
def test_a_plain_foot_is_seen_to_slide_and_not_to_lift(slid: float) -> None:
    motion = watch_plain_foot(STILL, slid * np.clip(np.linspace(-0.5, 1.5, len(STILL)), 0.0, 1.0))
    assert motion.slide_px[-1] == pytest.approx(slid * LENGTH, abs=0.02 * LENGTH)
    assert np.nanmax(np.abs(motion.heel_rise_px)) < 0.02 * LENGTH


# What cannot be seen


def test_a_clearly_seen_turn_is_used_even_against_the_ankle_landmark() -> None:
    for likeliest in (12.0, 35.0):
        turns = make_turns(20.0)
        _, turn, _ = follow("right", turns, (likeliest, likeliest), raised=True)
        assert turn[int(np.argmax(turns))] == pytest.approx(20.0, abs=2.0)
