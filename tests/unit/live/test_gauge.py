"""The number shown during a live set: the headline, in its own unit."""

from __future__ import annotations

import math

import pytest

from formcheck.analysis.detection import list_exercises
from formcheck.live.counting import Candidate
from formcheck.live.gauge import Gauge
from formcheck.live.state import LiveRep
from formcheck.signals.reps import RepSpan

SINKING = RepSpan(0.0, 2.0, 3.0, 0.0, 0.2)


def make_candidate(exercise: str, value: float) -> Candidate:
    (found,) = list_exercises(exercise)
    return Candidate(found, "left", value=value)


@pytest.mark.parametrize(
    ("exercise", "unit"), [("half-kneeling", "°"), ("heel-raise", "cm"), ("single-leg-balance", "s"), ("step-drop", "s")]
)
def test_the_unit_is_that_of_the_headline(exercise: str, unit: str) -> None:
    assert Gauge(170.0).unit_of(make_candidate(exercise, 0.1)) == unit


def test_the_time_of_a_drop_is_no_height() -> None:
    """A drop of 2 s was shown as a heel 2 cm high."""
    dropped = LiveRep(1, SINKING, {"lower_s": 2.0}, (), 2.0)
    assert math.isnan(Gauge(170.0).read(3.5, make_candidate("step-drop", 0.2), [dropped]))
