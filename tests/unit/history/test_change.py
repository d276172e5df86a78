"""When a difference is called a change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.history.trends.change import (
    compare_first_and_last,
    compare_sides,
    exceeds,
    judge_one_side_difference,
)
from formcheck.history.trends.statistics import average_errors_by_day, smooth_trend
from formcheck.history.trends.uncertainty import DayErrors, count_effective, estimate_scatter, find_setups

DAY = 739_000


def of_days(*errors: float, setups: list[int] | None = None) -> DayErrors:
    numbers = np.arange(len(errors)) if setups is None else np.array(setups)
    return DayErrors(np.array(errors), numbers)


def test_the_change_is_the_last_two_weeks_against_the_first_two() -> None:
    # first two weeks 30, 32 (mean 31); last two weeks 36, 38.2 (mean 37.1): +6.1
    days = np.array([0, 13, 14, 40, 43, 56]) + DAY
    change = compare_first_and_last(days, np.array([30.0, 32.0, 33.0, 34.0, 36.0, 38.2]), 4.7)
    assert change.baseline == pytest.approx(31.0)
    assert change.latest == pytest.approx(37.1)
    assert change.amount == pytest.approx(6.1)
    assert (change.since, change.until) == (DAY, DAY + 56)


@pytest.mark.parametrize(
    ("amount", "kind"),
    [(4.7, "rising"), (4.74, "rising"), (4.8, "gained"), (-4.7, "falling"), (-4.76, "lost"), (0.0, "steady"), (0.02, "steady")],
)
def test_a_change_is_one_only_beyond_the_minimal_detectable_change(amount: float, kind: str) -> None:
    change = compare_first_and_last(np.array([DAY, DAY + 30]), np.array([30.0, 30.0 + amount]), 4.7)
    assert change.kind == kind


@pytest.mark.parametrize(("amount", "kind"), [(5.4, "rising"), (5.6, "gained")])
def test_a_change_must_also_exceed_the_error_of_these_two_measurements(amount: float, kind: str) -> None:
    # 1.96 · √(2² + 2²) = 5.54
    change = compare_first_and_last(np.array([DAY, DAY + 30]), np.array([30.0, 30.0 + amount]), 4.7, of_days(2.0, 2.0))
    assert change.kind == kind
    assert change.threshold == pytest.approx(5.54, abs=0.01)
    assert change.standard_error == pytest.approx(math.sqrt(8))
    assert change.band == pytest.approx((30.0 - 5.54, 30.0 + 5.54), abs=0.01)


def test_another_camera_setup_makes_the_error_smaller_and_another_set_with_the_same_one_does_not() -> None:
    days = np.array([0, 1, 2, 3, 60, 61, 62, 63]) + DAY
    values = np.full(8, 30.0)

    def standard_error(setups: list[int]) -> float:
        return compare_first_and_last(days, values, 4.7, of_days(*[2.0] * 8, setups=setups)).standard_error

    assert standard_error([0, 0, 0, 0, 1, 1, 1, 1]) == pytest.approx(math.sqrt(4 + 4))
    assert standard_error([0, 1, 2, 3, 4, 5, 6, 7]) == pytest.approx(math.sqrt(1 + 1))


@pytest.mark.parametrize(("days_between", "kind"), [(13, "too early"), (14, "gained")])
def test_fourteen_days_must_lie_between(days_between: int, kind: str) -> None:
    change = compare_first_and_last(np.array([DAY, DAY + days_between]), np.array([30.0, 60.0]), 4.7)
    assert change.kind == kind


def test_short_histories_never_compare_a_day_with_itself() -> None:
    assert compare_first_and_last(np.array([DAY, DAY]), np.array([30.0, 60.0]), 4.7).kind == "too early"
    for span in range(1, 60):
        days = DAY + np.arange(span + 1)
        change = compare_first_and_last(days, np.arange(span + 1.0), None)
        assert change.baseline < span / 2 < change.latest
        assert change.kind == ("unknown error" if span >= 26 else "too early")


def test_nothing_measured_is_too_early() -> None:
    assert compare_first_and_last(np.array([DAY]), np.array([np.nan]), 4.7).kind == "too early"
    assert compare_first_and_last(np.array([], dtype=np.int64), np.array([]), 4.7).since is None


def test_values_that_print_alike_are_not_a_change() -> None:
    assert not exceeds(4.7000001, 4.7)
    assert exceeds(-4.8, 4.7)


def test_one_side_difference_is_judged_by_the_change_of_it_over_the_square_root_of_two() -> None:
    assert judge_one_side_difference(1.5) == pytest.approx(1.06, abs=0.005)


def test_sides_are_compared_over_their_last_week() -> None:
    days = np.array([0, 19, 20, 26]) + DAY  # of a week that ends with day 26, day 20 is the first
    sides = compare_sides(days, np.array([10.0, 10.0, 36.0, 38.0]), days, np.array([10.0, 10.0, 40.0, 40.0]))
    assert sides is not None
    assert (sides.left, sides.right, sides.difference) == (37.0, 40.0, -3.0)
    assert compare_sides(days, np.arange(4.0), days, np.full(4, np.nan)) is None


# --- the errors under a change ---


def test_correlated_days_count_as_fewer() -> None:
    assert count_effective(np.array([5]), 0.5) == 1
    assert count_effective(np.array([0, 1]), 0.5) == pytest.approx(4 / 3)
    assert count_effective(np.array([0, 1000]), 0.5) == pytest.approx(2.0)


@pytest.mark.parametrize(("correlation", "sd"), [(0.0, 2.0), (0.7, 2.0), (0.7, 0.7)])
def test_scatter_and_correlation_are_found_again(correlation: float, sd: float) -> None:
    rng = np.random.default_rng(3)
    found = []
    for _ in range(40):
        values = rng.normal(0, sd, 80)
        for i in range(1, 80):
            values[i] = correlation * values[i - 1] + math.sqrt(1 - correlation**2) * values[i]
        found.append(estimate_scatter(np.arange(80), 30 + 0.05 * np.arange(80) + values))
    assert np.mean([scatter.sd for scatter in found]) == pytest.approx(sd, rel=0.12)
    assert np.mean([scatter.serial_correlation for scatter in found]) == pytest.approx(max(0.3, correlation), abs=0.06)


def test_a_few_days_do_not_make_the_scatter_look_smaller_than_it_is() -> None:
    """A line through eight days takes two of them: without its freedom the variance would come out a quarter too small."""
    rng = np.random.default_rng(5)
    days = np.arange(8) * 40
    found = [estimate_scatter(days, 30 + 0.01 * days + rng.normal(0, 2.0, 8)).sd ** 2 for _ in range(600)]
    assert np.mean(found) == pytest.approx(2.0**2, rel=0.1)


def test_two_days_know_no_scatter() -> None:
    assert estimate_scatter(np.array([DAY, DAY + 20]), np.array([30.0, 40.0])).sd == 0.0


def test_a_setup_is_new_on_a_new_day_with_another_yaw_or_distance() -> None:
    days = np.array([1, 1, 2, 3, 4, 5, 6])
    yaw = np.array([0.0, 30.0, 16.0, 3.0, np.nan, 4.0, 5.0])
    height = np.array([180.0, 180.0, 180.0, 180.0, np.nan, 190.0, 240.0])
    # day 1 is 15° (its two sets share one), day 2 the same, day 3 turned, day 4 unknown, day 5 the same, day 6 further away
    assert find_setups(days, yaw, height).tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert find_setups(np.array([1, 2]), np.zeros(2), np.array([240.0, 190.0])).tolist() == [0, 1], "nearer is another place too"


def test_the_sets_of_a_day_share_their_error() -> None:
    found = average_errors_by_day(np.array([1, 1, 2]), np.array([30.0, 31.0, 32.0]), np.array([2.0, 2.0, 4.0]), np.array([0, 0, 1]))
    assert found.errors.tolist() == [2.0, 4.0]
    assert found.setups.tolist() == [0, 1]


@given(st.lists(st.tuples(st.integers(0, 4000), st.none() | st.floats(-500, 500)), max_size=60))
def test_a_trend_is_finite_or_missing_for_any_sets(points: list[tuple[int, float | None]]) -> None:
    days = np.array(sorted(DAY + day for day, _ in points), dtype=np.int64)
    values = np.array([np.nan if value is None else value for _, value in points], dtype=float)
    errors = average_errors_by_day(days, values, np.full(len(days), 2.0), np.zeros(len(days), dtype=np.int64))
    trend = smooth_trend(days, values, errors)
    change = compare_first_and_last(days, values, 4.7, errors)
    assert change.kind in ("gained", "lost", "rising", "falling", "steady", "too early")
    if trend is not None:
        assert not np.any(np.isinf(trend.fitted))
        ok = np.isfinite(trend.low)
        assert np.all(trend.low[ok] <= trend.high[ok])
        assert trend.days[0] >= days.min()
