"""Holds in a signal: when they begin and end, and what is none."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.signals.holds import HoldCounter, HoldRule
from formcheck.signals.movements import count_movements, make_counter
from formcheck.signals.reps import RepCounter, RepRule
from formcheck.support.arrays import FloatArray

RULE = HoldRule(min_rise=0.15, end_rise=0.08, edge_rise=0.03)
FPS = 15.0


def ramps(points: list[tuple[float, float]]) -> tuple[FloatArray, FloatArray]:
    """Seconds and a signal that goes in straight lines through (time, value) points."""
    time = np.arange(0.0, points[-1][0], 1 / FPS)
    return time, np.interp(time, *zip(*points, strict=True))


def holds_of(points: list[tuple[float, float]], rule: HoldRule = RULE) -> list[tuple[float, float]]:
    time, values = ramps(points)
    counter = count_movements(time, values, np.ones(len(time), bool), rule)
    return [(span.start_s, span.end_s) for span in counter.reps]


def test_a_hold_runs_from_the_floor_to_the_floor_however_slowly_it_is_taken_up() -> None:
    for way_s in (0.2, 1.0):
        (hold,) = holds_of([(0, 0), (2, 0), (2 + way_s, 0.3), (10, 0.3), (10 + way_s, 0), (13, 0)])
        assert hold == pytest.approx((2.0, 10.0 + way_s), abs=0.15)


def test_a_touch_without_a_rest_ends_one_hold_and_begins_the_next() -> None:
    holds = holds_of([(0, 0), (1, 0), (1.3, 0.3), (6, 0.3), (6.2, 0.05), (6.4, 0.3), (12, 0.3), (12.3, 0), (13, 0)])
    assert [end - start for start, end in holds] == pytest.approx([5.2, 6.0], abs=0.2)


def test_sinking_far_without_a_touch_ends_nothing() -> None:
    assert len(holds_of([(0, 0), (1, 0), (1.3, 0.4), (4, 0.4), (5, 0.1), (6, 0.4), (9, 0.4), (9.3, 0), (11, 0)])) == 1


def test_a_level_that_was_never_at_rest_near_the_floor_is_no_start() -> None:
    assert holds_of([(0, 0.6), (3, 0.6), (3.3, 0.9), (8, 0.9), (8.3, 0.6), (10, 0.6)]) == []


def test_a_hold_that_never_rose_far_or_was_a_step_is_none_and_the_step_is_named() -> None:
    assert holds_of([(0, 0), (1, 0), (1.3, 0.12), (6, 0.12), (6.3, 0), (8, 0)]) == []
    time, values = ramps([(0, 0), (1, 0), (1.2, 0.3), (1.5, 0.3), (1.7, 0), (4, 0)])
    counter = count_movements(time, values, np.ones(len(time), bool), RULE)
    assert counter.reps == []
    assert [rejection.failed[0].name for rejection in counter.rejected] == ["too-short"]


def test_the_recordings_end_closes_a_hold() -> None:
    (hold,) = holds_of([(0, 0), (1, 0), (1.3, 0.3), (9, 0.3)])
    assert hold == pytest.approx((1.0, 9.0), abs=0.15)


@pytest.mark.parametrize(("unseen_s", "held_s"), [(0.3, 8.0), (2.0, 3.0)])
def test_a_short_gap_does_not_end_a_hold_and_a_long_one_does(unseen_s: float, held_s: float) -> None:
    time, values = ramps([(0, 0), (1, 0), (1.2, 0.3), (9, 0.3), (9.2, 0), (11, 0)])
    values[(time > 4.0) & (time < 4.0 + unseen_s)] = np.nan
    counter = count_movements(time, values, np.isfinite(values), RULE)
    assert [span.duration_s for span in counter.reps] == pytest.approx([held_s], abs=0.25)


def test_a_live_counter_says_since_when_it_is_held() -> None:
    counter = HoldCounter(RULE)
    time, values = ramps([(0, 0), (1, 0), (1.2, 0.3), (5, 0.3), (5.2, 0), (6, 0)])
    since = [
        (now, counter.open_since_s) for now, value in zip(time, values, strict=True) if counter.update(now, value, True) or True
    ]
    assert all(start is None for now, start in since if now < 1.1 or now > 5.3)
    assert all(start == pytest.approx(1.0, abs=0.1) for now, start in since if 1.5 < now < 5.0)


def test_other_rules_keep_their_counter() -> None:
    assert isinstance(make_counter(RepRule(min_rise=1.0)), RepCounter)
    assert isinstance(make_counter(RULE), HoldCounter)
