"""Movements are a set where they follow each other; two by chance are none."""

from __future__ import annotations

import pytest

from formcheck.analysis.detection import count_in_a_row
from formcheck.signals.reps import RepSpan


@pytest.mark.parametrize(
    ("starts_s", "count"),
    [([], 0), ([3.0], 1), ([0.0, 15.2], 1), ([0.0, 1.5, 3.0], 3), ([0.0, 1.5, 30.0, 31.5, 33.0], 3)],
    ids=["none", "one", "two by chance", "a set", "two sets"],
)
def test_only_repetitions_that_follow_each_other_are_a_set(starts_s: list[float], count: int) -> None:
    assert count_in_a_row([RepSpan(t, t + 0.3, t + 0.7, 0.0, 0.1) for t in starts_s]) == count


def test_slow_repetitions_may_have_slow_pauses() -> None:
    assert count_in_a_row([RepSpan(t, t + 4.0, t + 8.0, 0.0, 20.0) for t in (0.0, 20.0)]) == 2
