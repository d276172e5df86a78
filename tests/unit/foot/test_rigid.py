"""A foot that turns about its ball, and a ball that rolls forward."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.foot.motion import MAX_TURN_DEG
from formcheck.foot.rigid import FootTurn, fit_motion, turn_of_ankle
from formcheck.foot.shape import ANKLE, BALL, PLANTAR_HEEL, FootPose, find_forward, turn_about
from formcheck.support.arrays import FloatArray

UP = np.array([0.0, -1.0])
PLACES = np.random.default_rng(7).uniform((0.05, 0.0), (0.5, 0.3), (24, 2))


def make_pose(slope: float = 0.0) -> FootPose:
    return FootPose(np.array([180.0, 290.0]), UP, np.array([1.0, slope]), 130.0)


def move_ankle_by(turn_deg: float) -> FloatArray:
    """(2,) how far the ankle's axis moves, foot lengths, when the foot turns about its ball."""
    ankle = np.asarray([ANKLE])
    return np.asarray((turn_about(ankle, np.asarray(BALL), turn_deg) - ankle)[0])


@pytest.mark.parametrize("turn_deg", [4.0, 20.0, 40.0, 55.0])
@pytest.mark.parametrize("roll", [0.0, 0.08])
def test_a_turn_and_a_roll_are_both_found(turn_deg: float, roll: float) -> None:
    true = FootTurn(turn_deg, np.array([roll, 0.0]))
    start = FootTurn(turn_deg - 5.0, np.zeros(2))
    found, agree = fit_motion(PLACES, true.apply(PLACES), start, held=2.0)
    assert found.turn_deg == pytest.approx(turn_deg, abs=1.0)
    assert found.shift == pytest.approx([roll, 0.0], abs=0.012)
    assert agree.all()


def test_a_third_of_the_corners_on_the_floor_change_nothing() -> None:
    now = FootTurn(25.0, np.zeros(2)).apply(PLACES)
    now[::3] = PLACES[::3]
    found, agree = fit_motion(PLACES, now, FootTurn(22.0, np.zeros(2)))
    assert found.turn_deg == pytest.approx(25.0, abs=1.0)
    assert not agree[::3].any()


@pytest.mark.parametrize("turn_deg", [0.0, 15.0, 30.0, 50.0])
@pytest.mark.parametrize("roll", [0.0, 0.05, 0.1])  # a bare foot's to a running shoe's
def test_the_ankles_way_gives_the_turn_whether_the_foot_rolls_or_not(turn_deg: float, roll: float) -> None:
    found = turn_of_ankle(np.add(move_ankle_by(turn_deg), (roll * np.sin(np.radians(turn_deg)), 0.0)))
    assert found.turn_deg == pytest.approx(turn_deg, abs=5.0)
    assert found.heel_rise == pytest.approx(FootTurn(turn_deg, np.zeros(2)).heel_rise, abs=0.06)


@pytest.mark.parametrize("turn_deg", [40.0, 52.0, 60.0])
def test_an_ankle_read_a_little_too_high_is_no_foot_on_tiptoe(turn_deg: float) -> None:
    """By its rise alone, 1.3 cm more would turn a foot from 52 to 72°: there the axis passes over the ball and rises no more."""
    found = turn_of_ankle(np.add(move_ankle_by(turn_deg), (0.0, 0.05)))
    assert found.turn_deg == pytest.approx(turn_deg, abs=8.0)
    assert turn_of_ankle(np.array([0.2, 0.8])).turn_deg < MAX_TURN_DEG


def test_a_roll_lifts_nothing() -> None:
    still, rolled = (FootTurn(30.0, np.array([roll, 0.0])).heel_rise for roll in (0.0, 0.1))
    assert rolled == pytest.approx(still)
    assert still == pytest.approx(0.6 * np.sin(np.radians(30.0)) + 0.1 * (1 - np.cos(np.radians(30.0))))


def test_the_way_forward_is_no_rise_on_a_floor_that_slopes_in_the_picture() -> None:
    """Away from a camera that looks down, a heel that moves forward also moves up in the picture."""
    pose, motion = make_pose(slope=-0.3), FootTurn(25.0, np.array([0.1, 0.0]))
    before, after = pose.place(*PLANTAR_HEEL), pose.place(*motion.apply(np.asarray([PLANTAR_HEEL]))[0])
    seen = (before[1] - after[1]) / pose.length_px
    assert seen - motion.heel_rise == pytest.approx(0.3 * motion.heel_travel[0])
    assert motion.heel_travel[0] > 0.05


def test_the_foots_own_line_decides_which_way_it_points() -> None:
    """The body faces the camera's side; the foot points down the picture and the other way."""
    heel, toe = np.array([300.0, 200.0]), np.array([210.0, 240.0])
    pose = FootPose.from_landmarks(heel, toe, UP, np.array([0.95, -0.1]), 210.0)
    assert pose.forward[0] < 0
    assert pose.forward[1] / abs(pose.forward[0]) == pytest.approx(40 / 90, abs=0.1)


def test_a_foot_that_points_at_the_camera_is_laid_as_the_body_faces() -> None:
    forward = np.array([0.95, -0.1])
    heel, toe = np.array([300.0, 200.0]), np.array([305.0, 215.0])
    assert FootPose.from_landmarks(heel, toe, UP, forward, 210.0).forward == pytest.approx(forward)


def test_where_the_floor_is_known_it_has_the_greater_share_in_the_slope() -> None:
    """Shoes raise the heel's landmark, so the line from heel to toe is too steep."""
    heel, toe, floor = np.array([200.0, 200.0]), np.array([300.0, 240.0]), np.array([0.95, 0.1])
    by_line, by_both = (find_forward(heel, toe, UP, floor, 210.0, floor_sd=sd) for sd in (np.inf, 0.1))
    slope = by_both[1] / by_both[0]
    assert 0.1 / 0.95 < slope < by_line[1] / by_line[0]
    assert slope - 0.1 / 0.95 < by_line[1] / by_line[0] - slope
