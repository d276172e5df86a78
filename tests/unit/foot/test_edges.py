"""What is likeliest at an end of the search may be anywhere: it is not found."""

from __future__ import annotations

import pytest

from formcheck.foot.edges import EDGE_SLIDES, EDGE_TURNS_DEG, _Fit


@pytest.mark.parametrize(
    ("turn_deg", "slide", "correlation", "found"),
    [
        (0.0, 0.0, 0.95, True),
        (float(EDGE_TURNS_DEG[0]), 0.0, 0.95, False),
        (float(EDGE_TURNS_DEG[-1]), 0.0, 0.95, False),
        (0.0, float(EDGE_SLIDES[0]), 0.95, False),
        (0.0, float(EDGE_SLIDES[-1]), 0.95, False),
        (0.0, 0.0, 0.5, False),
    ],
)
def test_a_place_at_an_end_of_the_search_or_of_another_thing_is_not_found(
    turn_deg: float, slide: float, correlation: float, found: bool
) -> None:
    assert _Fit(0.9, turn_deg, slide, correlation).is_found is found
