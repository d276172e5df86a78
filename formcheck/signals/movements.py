"""Reps or holds: the counter that a rule needs, and all movements of a whole recording."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.signals.holds import HoldCounter, HoldRule
from formcheck.signals.reps import RepCounter, RepRule, find_typical_rise
from formcheck.support.arrays import FloatArray


def make_counter(rule: RepRule, typical_rise: float | None = None) -> RepCounter | HoldCounter:
    """Return the counter that a rule needs."""
    return HoldCounter(rule) if isinstance(rule, HoldRule) else RepCounter(rule, typical_rise)


def count_movements(time_s: FloatArray, values: FloatArray, ready: NDArray[np.bool_], rule: RepRule) -> RepCounter | HoldCounter:
    """Count the holds or the repetitions of a whole recording; return the counter, with what it counted and what it rejected.

    The counter runs twice, so that the second run knows the set's range from the first repetition.

    Parameters
    ----------
    time_s, values
        (T,) seconds and (T,) the signal; NaN where it is unknown.
    ready
        (T,) whether the person is in the exercise's pose.
    """
    counter = make_counter(rule)
    for _ in range(2):
        counter = make_counter(rule, find_typical_rise(counter.reps))
        for sample in zip(time_s, values, ready, strict=True):
            counter.update(float(sample[0]), float(sample[1]), bool(sample[2]))
        counter.finish()
    return counter
