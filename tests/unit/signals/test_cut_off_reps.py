"""A last movement that the recording's end cuts off counts if its top was reached: it was held, or the way down had begun."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.signals.movements import count_movements
from formcheck.signals.reps import RepCounter, RepSpan, find_typical_rise, span_between
from tests.helpers.rep_signals import RULE, count, make_set


def test_a_set_cut_off_on_its_last_way_down_keeps_the_last_one() -> None:
    time, values, at = make_set([38.0] * 3)
    most_of_the_way_down = time < at[-1] + 0.5 + 0.9
    assert len(count(time[most_of_the_way_down], values[most_of_the_way_down])) == 3
    assert count(time[most_of_the_way_down], values[most_of_the_way_down])[-1].cut_off


def test_a_top_that_was_reached_and_held_counts_where_the_recording_ends_in_it() -> None:
    time, values, at = make_set([38.0] * 3)
    held = time < at[-1]
    reps = count(time[held], values[held])
    assert [rep.cut_off for rep in reps] == [False, False, True]
    assert reps[-1].base == pytest.approx(reps[0].base, abs=2.0)
    assert reps[-1].end_s == time[held][-1]


@pytest.mark.parametrize("rise_s", [0.8, 1.0, 1.3, 1.8])
def test_how_long_a_last_top_must_be_held_follows_from_the_sets_own_pace(rise_s: float) -> None:
    """The last 8 % of the way take under a quarter of the rise's time: what is up there for 0.2 s more has stopped."""
    time, values, at = make_set([38.0] * 3, rise_s=rise_s, hold_s=0.2, lower_s=rise_s)
    way_up, held = time < at[-1] - 0.1, time < at[-1] + 0.1
    assert len(count(time[way_up], values[way_up])) == 2
    assert len(count(time[held], values[held])) == 3


@pytest.mark.parametrize("before_the_middle_of_the_hold_s", [0.45, 0.7, 1.0, 1.4])
def test_a_last_rise_counts_nothing_where_the_recording_ends_before_its_top_was_held(
    before_the_middle_of_the_hold_s: float,
) -> None:
    time, values, at = make_set([38.0] * 3)
    seen = time < at[-1] - before_the_middle_of_the_hold_s
    assert len(count(time[seen], values[seen])) == 2


@pytest.mark.parametrize(("fallen", "expected"), [(0.2, 3), (0.4, 3)])
def test_a_last_rep_without_a_hold_counts_once_its_way_down_has_begun(fallen: float, expected: int) -> None:
    time, values, at = make_set([38.0] * 3, rise_s=0.8, hold_s=0.0, lower_s=0.8)
    low, high = float(values.min()), float(values.max())
    way_down = (time > at[-1]) & (values < high - fallen * (high - low))
    seen = time <= time[np.flatnonzero(way_down)[0]]
    assert len(count(time[seen], values[seen])) == expected


@pytest.mark.parametrize(("fallen", "counted"), [(0.55, 0), (0.65, 1)])
def test_a_single_movement_is_one_once_three_fifths_of_the_way_back_are_seen(fallen: float, counted: int) -> None:
    time, values, at = make_set([38.0])
    seen = (time < at[0]) | (values > 38.0 - fallen * 34.0)
    assert len(count(time[seen], values[seen])) == counted


def test_a_last_rise_is_judged_by_whole_repetitions_only() -> None:
    """Neither by the size that another set had, nor by another movement that was cut off."""
    time, values, at = make_set([38.0])
    counter = RepCounter(RULE, typical_rise=34.0)
    for t, v in zip(time[time < at[0] + 0.4], values, strict=False):
        counter.update(float(t), float(v), True)
    assert counter.finish() is None
    whole, cut_off = RepSpan(0.0, 1.0, 2.0, 4.0, 38.0), RepSpan(2.0, 3.0, 4.0, 4.0, 14.0, fallen=0.0)
    assert find_typical_rise([whole, cut_off]) == 34.0
    assert find_typical_rise([cut_off]) is None


def test_a_border_set_by_hand_at_the_recordings_end_leaves_the_repetition_cut_off() -> None:
    time, values, at = make_set([38.0])
    held = time < at[0] + 0.4
    cut = span_between(time[held], values[held], 0.5, float(time[held][-1]))
    whole = span_between(time, values, 0.5, float(time[-1]))
    assert cut is not None
    assert whole is not None
    assert (cut.cut_off, whole.cut_off) == (True, False)


def test_a_pause_halfway_up_is_not_the_top() -> None:
    time, values, _ = make_set([38.0, 38.0, 21.0])
    held = time < time[int(np.flatnonzero(values > 20.0)[-1])]
    assert len(count(time[held], values[held])) == 2


def test_a_single_movement_cut_off_at_its_top_is_not_a_set() -> None:
    time, values, at = make_set([38.0])
    held = time < at[0] + 0.4
    counter = count_movements(time[held], values[held], np.ones(held.sum(), bool), RULE)
    assert not counter.reps
    assert [c.name for c in counter.rejected[-1].failed] == ["cut-off"]
