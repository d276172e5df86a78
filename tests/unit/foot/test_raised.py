"""How high a heel rose in one repetition."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formcheck.foot import BALL
from formcheck.foot.corners import CornerFollower
from formcheck.foot.raised import LOWERED_TURNS, Raise, drop_odd, follow_raise, measure_raise
from formcheck.foot.rigid import FootTurn
from formcheck.foot.shape import Crop, FootPose, turn_about
from formcheck.signals.evidence import Estimate
from tests.helpers.drawn_feet import LENGTH, make_pose, move_ankle
from tests.unit.foot.test_outlines import draw


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


@pytest.mark.parametrize("length_px", [28.0, 36.0, 60.0, LENGTH])
@pytest.mark.parametrize("wrong_by_deg", [-8.0, 8.0])
def test_a_plain_foot_reads_the_same_however_small_it_is_in_the_picture(length_px: float, wrong_by_deg: float) -> None:
    """A small person's foot has 30 pixels; its pictures alone, without corners, show its turn, whatever the ankle says."""
    large, scale, turn_deg = make_pose("right"), length_px / LENGTH, 26.0
    pose = FootPose((large.back + 0.5) * scale - 0.5, large.up, large.forward, length_px)
    noise = np.random.default_rng(2)
    pictures = []
    for drawn in (draw(large, 0.0), draw(large, turn_deg)):
        small = cv2.resize(np.asarray(drawn.picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        pictures.append(Crop((small + noise.normal(0.0, 2.0, small.shape)).astype(np.float32), np.zeros(2)))
    nothing = CornerFollower(pose, paths=[np.empty((0, 2))] * 2, alive=[np.empty(0, bool)] * 2)
    raised = measure_raise(pose, nothing, (pictures[0], pictures[1]), 1, [move_ankle(turn_deg + wrong_by_deg)])
    assert raised.rise.value == pytest.approx(FootTurn(turn_deg, np.zeros(2)).heel_rise, abs=0.015)


@pytest.mark.parametrize("turn_deg", [-18.0, -9.0, 0.0])
def test_a_heel_that_hangs_over_a_steps_edge_reads_as_far_below_the_flat_foot_as_it_sank(turn_deg: float) -> None:
    pose, noise = make_pose("right"), np.random.default_rng(3)
    pictures = []
    for drawn in (draw(pose, 0.0), draw(pose, turn_deg)):
        shape = np.asarray(drawn.picture).shape
        pictures.append(Crop((np.asarray(drawn.picture) + noise.normal(0.0, 2.0, shape)).astype(np.float32), np.zeros(2)))
    nothing = CornerFollower(pose, paths=[np.empty((0, 2))] * 2, alive=[np.empty(0, bool)] * 2)
    seen = measure_raise(pose, nothing, (pictures[0], pictures[1]), 1, [move_ankle(turn_deg)], LOWERED_TURNS)
    assert seen.rise.value == pytest.approx(FootTurn(turn_deg, np.zeros(2)).heel_rise, abs=0.015)


def test_a_place_of_the_heel_that_is_not_sure_makes_the_height_as_unsure() -> None:
    """A heel taken to lie behind where it is moves up by the sine of the foot's turn more, for each unit of that."""
    pose, turn_deg, back_sd = make_pose("right"), 26.0, 0.1
    pictures = [Crop(np.asarray(draw(pose, turn).picture, np.float32), np.zeros(2)) for turn in (0.0, turn_deg)]
    nothing = CornerFollower(pose, paths=[np.empty((0, 2))] * 2, alive=[np.empty(0, bool)] * 2)
    sure, unsure = (
        measure_raise(pose, nothing, (pictures[0], pictures[1]), 1, [move_ankle(turn_deg)], back_sd=sd).rise
        for sd in (0.0, back_sd)
    )
    assert unsure.value == sure.value
    assert np.sqrt(unsure.sd**2 - sure.sd**2) == pytest.approx(back_sd * np.sin(np.radians(turn_deg)), rel=0.1)


def test_corners_of_a_foot_too_small_for_their_windows_are_less_sure() -> None:
    """A window has 9 pixels at least: on a foot of 27 pixels it is a third of it instead of a ninth, and reaches onto the floor."""
    large, rows = make_pose("right"), np.arange(4)
    small = FootPose(large.back, large.up, large.forward, 27.0)
    hold = [CornerFollower(pose, strength=np.full(4, 6.0)).hold(rows) for pose in (large, small)]
    assert hold == pytest.approx([1.0, 1 / 3])


def make_raise(by_pixels: float, by_ankles: float, pixels_sd: float = 0.02) -> Raise:
    estimates = (Estimate(by_pixels, pixels_sd, "corners"), Estimate(by_ankles, 0.08, "ankles"))
    return Raise(estimates, estimates[0], FootTurn(30.0, np.zeros(2)), np.empty(0, np.int64))


def test_a_raise_whose_pixels_rose_further_beyond_its_ankle_than_the_sets_others_is_not_believed() -> None:
    """A recording of a person, compressed harder: two raises of 8 cm, and one of 11 whose ankle rose the least."""
    seen = [make_raise(0.285, 0.39), make_raise(0.275, 0.35), make_raise(0.40, 0.30)]
    assert [raised is not None and raised.rise.known for raised in drop_odd(seen)] == [True, True, False]


def test_an_ankle_that_is_off_alike_in_every_raise_is_no_reason_to_doubt_them_whatever_their_heights() -> None:
    seen = [make_raise(height, height + off) for height, off in ((0.15, 0.09), (0.30, 0.11), (0.40, 0.08), (0.22, 0.12))]
    assert drop_odd([*seen, None]) == [*seen, None]


def test_a_set_whose_pixels_say_now_this_and_now_that_has_no_height() -> None:
    """White socks on white tiles: 14 cm in two raises, 1 to 4 cm in the others, with the ankles alike in all; true were 5 to 8."""
    seen = [make_raise(*pair) for pair in ((0.02, 0.16), (0.15, 0.19), (0.50, 0.13), (0.11, 0.17), (0.54, 0.12))]
    assert not any(raised is not None and raised.rise.known for raised in drop_odd(seen))


def test_pixels_that_scatter_no_further_than_they_say_leave_a_set_its_heights() -> None:
    """A bare foot, filmed at 15 frames a second: outlines at ± 3 cm, and heights right to 1.3 cm with the ankles."""
    seen = [make_raise(0.51, 0.45, 0.12), make_raise(0.39, 0.41, 0.09), make_raise(0.49, 0.38, 0.08)]
    assert drop_odd(seen) == seen


def test_a_set_whose_pixels_all_rose_far_less_than_its_ankles_has_no_height() -> None:
    """A gray sock on a gray floor: the only raise read right looked odd among four that were read 4 cm too low alike."""
    seen = [make_raise(*pair) for pair in ((0.31, 0.36), (0.16, 0.37), (0.12, 0.33), (0.20, 0.41), (0.17, 0.37))]
    assert not any(raised is not None and raised.rise.known for raised in drop_odd(seen))


def test_of_two_raises_neither_is_the_odd_one() -> None:
    seen = [make_raise(0.285, 0.39), make_raise(0.40, 0.30)]
    assert drop_odd(seen) == seen
