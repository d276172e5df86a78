"""What of a planted foot's edges is taken for a lift or a slide, and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.foot.edges import EDGE_SLIDES, EDGE_TURNS_DEG, EdgeFollower, _Fit, _turn_of_both, smooth_seen
from formcheck.foot.shape import FootPose

POSE = FootPose(np.array([100.0, 200.0]), np.array([0.0, -1.0]), np.array([1.0, 0.0]), 100.0)
PEAK = 10


@pytest.mark.parametrize(
    ("turn_deg", "slide", "correlation", "found"),
    [
        (0.0, 0.0, 0.95, True),
        (float(EDGE_TURNS_DEG[0]), 0.0, 0.95, False),
        (float(EDGE_TURNS_DEG[-1]), 0.0, 0.95, False),
        (0.0, float(EDGE_SLIDES[0]), 0.95, False),
        (0.0, float(EDGE_SLIDES[-1]), 0.95, False),
        (0.0, 0.0, 0.5, False),
        (0.0, 0.0, 0.87, True),
        (0.0, 0.2, 0.87, False),  # another place takes more
    ],
)
def test_a_place_at_an_end_of_the_search_or_of_another_thing_is_not_found(
    turn_deg: float, slide: float, correlation: float, found: bool
) -> None:
    assert _Fit(0.9, turn_deg, slide, correlation, np.zeros(len(EDGE_TURNS_DEG))).is_found is found


def see(turn_deg: float, gain: float, likeness: float) -> _Fit:
    """What looks most alike at one turn, by ``gain`` more than flat, and less and less so away from it."""
    gains = gain * (1.0 - ((EDGE_TURNS_DEG - turn_deg) / turn_deg) ** 2)
    return _Fit(likeness, turn_deg, 0.0, 0.97, gains)


def test_a_shoe_that_looks_turned_up_without_the_floor_and_turned_down_with_it_is_planted() -> None:
    """A leg's shadow came over a planted shoe: turned by 3.9° it looked more alike by 0.07, with the floor by -2.9° and 0.21."""
    of_foot, on_floor = see(3.9, 0.07, 0.90), see(-2.9, 0.21, 0.79)
    assert _turn_of_both(of_foot, [on_floor, of_foot]) == 0.0


@pytest.mark.parametrize("on_floor", [see(4.0, 0.3, 0.8), see(2.6, 0.15, 0.8)], ids=["as far", "held back by the foot's shadow"])
def test_a_heel_that_both_comparisons_see_lifted_is_lifted(on_floor: _Fit) -> None:
    of_foot = see(4.5, 0.3, 0.95)
    assert _turn_of_both(of_foot, [on_floor, of_foot]) == of_foot.turn_deg
    assert _turn_of_both(of_foot, [of_foot]) == of_foot.turn_deg


def test_a_shadows_edge_that_passes_over_the_heel_is_no_slide_and_leaves_it_unknown() -> None:
    """The heel seems 0.26 foot lengths away and turned by 4° for half of the repetition, and is back in its place at its end."""
    elsewhere = np.where(np.abs(np.arange(20) - PEAK) < 5, 1.0, 0.0)
    follower = EdgeFollower(POSE, turns=list(4.0 * elsewhere), slides=list(0.26 * elsewhere))
    assert follower.read(PEAK) is None


def test_a_foot_that_is_elsewhere_when_the_repetition_ends_slid() -> None:
    slides = 0.2 * np.clip((np.arange(20) - 5) / 5, 0.0, 1.0)
    read = EdgeFollower(POSE, turns=[0.0] * 20, slides=list(slides)).read(PEAK)
    assert read is not None
    np.testing.assert_allclose(read[0], 0.0)
    assert read[1][-1] == pytest.approx(0.2)


@pytest.mark.parametrize("lost", [range(PEAK, PEAK + 1), range(5)], ids=["at the peak", "for a quarter of the repetition"])
def test_a_foot_lost_at_the_peak_or_for_too_long_is_not_measured(lost: range) -> None:
    values = np.zeros(20)
    assert np.isfinite(smooth_seen(values, PEAK)).all()
    values[list(lost)] = np.nan
    assert np.isnan(smooth_seen(values, PEAK)).all()
