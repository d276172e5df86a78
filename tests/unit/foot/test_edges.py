"""What of a planted foot's edges is taken for a lift or a slide, and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.foot.edges import EDGE_SLIDES, EDGE_TURNS_DEG, EdgeFollower, _Fit, smooth_seen
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
    assert _Fit(0.9, turn_deg, slide, correlation).is_found is found


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
