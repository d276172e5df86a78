"""Movements are a set where they follow each other; two by chance are none."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.analysis.detection import Detection, count_in_a_row, judge_set
from formcheck.exercises.heel_raise import HeelRaise
from formcheck.signals.criteria import list_failed
from formcheck.signals.reps import Rejection, RepSpan


@pytest.mark.parametrize(
    ("starts_s", "count"),
    [([], 0), ([3.0], 1), ([0.0, 15.2], 1), ([0.0, 1.5, 3.0], 3), ([0.0, 1.5, 30.0, 31.5, 33.0], 3)],
    ids=["none", "one", "two by chance", "a set", "two sets"],
)
def test_only_repetitions_that_follow_each_other_are_a_set(starts_s: list[float], count: int) -> None:
    assert count_in_a_row([RepSpan(t, t + 0.3, t + 0.7, 0.0, 0.1) for t in starts_s]) == count


def test_slow_repetitions_may_have_slow_pauses() -> None:
    assert count_in_a_row([RepSpan(t, t + 4.0, t + 8.0, 0.0, 20.0) for t in (0.0, 20.0)]) == 2


@pytest.mark.parametrize(("others", "is_set"), [(0, True), (1, True), (2, False), (5, False)])
def test_repetitions_among_as_many_other_movements_are_no_set(others: int, is_set: bool) -> None:
    spans = [RepSpan(t, t + 0.5, t + 1.0, 0.0, 0.2) for t in (0.0, 4.0)]
    between = [Rejection(RepSpan(t, t + 0.2, t + 0.4, 0.0, 0.2), ()) for t in 1.5 + 0.4 * np.arange(others)]
    small = [Rejection(RepSpan(3.6, 3.7, 3.8, 0.0, 0.05), ())] * 9
    after = [Rejection(RepSpan(6.0, 6.5, 7.0, 0.0, 0.2), ())] * 9
    found = Detection(HeelRaise(), "left", "both", spans, 1.0, [*between, *small, *after])
    assert (not list_failed(judge_set(found))) == is_set
