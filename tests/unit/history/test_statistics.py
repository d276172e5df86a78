from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from formcheck.history.trends.statistics import (
    average_by_day,
    choose_bandwidth,
    compare_first_and_last,
    compare_sides,
    exceeds,
    fade_percent,
    smooth_trend,
)

DAY = 739_000


def noisy_course(seed: int = 1, n: int = 40, span: int = 120) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    days = DAY + np.sort(rng.choice(span, n, replace=False))
    return days.astype(np.int64), 35 + 4 * np.sin((days - DAY) / 40) + rng.normal(0, 1, n)


def test_the_sets_of_a_day_count_as_one_measurement() -> None:
    days, values = average_by_day(np.array([5, 3, 5, 3, 9]), np.array([1.0, 2.0, 3.0, np.nan, np.nan]))
    assert days.tolist() == [3, 5]
    assert values.tolist() == [2.0, 2.0]


@pytest.mark.parametrize("at", [0, 17, 60, 100])
def test_the_trend_is_the_weighted_regression_of_statsmodels(at: int) -> None:
    days, values = noisy_course()
    trend = smooth_trend(days, values, bandwidth_days=28)
    assert trend is not None
    distance = days - trend.days[at]
    weights = np.clip(1 - np.abs(distance / 28) ** 3, 0, None) ** 3
    near = weights > 0
    fit = sm.WLS(values[near], sm.add_constant(distance[near].astype(float)), weights=weights[near]).fit()
    assert trend.fitted[at] == pytest.approx(fit.params[0], abs=1e-9)


def test_the_band_is_that_of_the_smoother_matrix() -> None:
    """The closed form against the definition: every row of the smoother written out."""
    days, values = noisy_course(2, 30, 90)
    trend = smooth_trend(days, values, bandwidth_days=28)
    assert trend is not None

    def row(day: float) -> np.ndarray:
        distance = (days - day).astype(float)
        w = np.clip(1 - np.abs(distance / 28) ** 3, 0, None) ** 3
        x = np.column_stack([np.ones(len(days)), distance])
        return np.asarray(np.linalg.inv(x.T @ (w[:, None] * x)) @ (x.T * w))[0]

    smoother = np.array([row(day) for day in days])
    residuals = values - smoother @ values
    freedom = len(days) - 2 * np.trace(smoother) + np.trace(smoother @ smoother.T)
    sd = np.sqrt(residuals @ residuals / freedom)
    assert trend.degrees_of_freedom == pytest.approx(freedom)
    assert trend.residual_sd == pytest.approx(sd)
    for at in (0, 33, len(trend.days) - 1):
        half = stats.t.ppf(0.975, freedom) * sd * np.linalg.norm(row(trend.days[at]))
        assert trend.high[at] - trend.fitted[at] == pytest.approx(half)
        assert trend.fitted[at] - trend.low[at] == pytest.approx(half)


def test_with_a_very_wide_window_it_is_the_straight_line_of_statsmodels_and_scipy() -> None:
    days, values = noisy_course(3)
    trend = smooth_trend(days, values, bandwidth_days=1e6)
    assert trend is not None
    ols = sm.OLS(values, sm.add_constant((days - days[0]).astype(float))).fit()
    band = ols.get_prediction(sm.add_constant((trend.days - days[0]).astype(float))).conf_int(alpha=0.05)
    np.testing.assert_allclose(trend.low, band[:, 0], rtol=1e-6)
    np.testing.assert_allclose(trend.high, band[:, 1], rtol=1e-6)
    line = stats.linregress(days - days[0], values)
    np.testing.assert_allclose(trend.fitted, line.intercept + line.slope * (trend.days - days[0]), rtol=1e-6)


def test_a_straight_course_is_followed_exactly() -> None:
    days = DAY + np.arange(0, 84, 3)
    trend = smooth_trend(days, 30 + 0.1 * (days - DAY))
    assert trend is not None
    np.testing.assert_allclose(trend.fitted, 30 + 0.1 * (trend.days - DAY), atol=1e-9)
    assert trend.residual_sd == pytest.approx(0, abs=1e-6)


def test_the_band_holds_the_true_course_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(400):
        days = DAY + np.sort(rng.choice(100, 40, replace=False))
        truth = 30 + 0.05 * (days - DAY)
        trend = smooth_trend(days, truth + rng.normal(0, 1.5, len(days)))
        assert trend is not None
        at = len(trend.days) // 2
        inside.append(trend.low[at] <= 30 + 0.05 * (trend.days[at] - DAY) <= trend.high[at])
    assert 0.92 <= np.mean(inside) <= 0.98


def test_two_days_make_no_trend_and_a_long_pause_is_a_gap() -> None:
    assert smooth_trend(np.array([DAY, DAY, DAY + 4]), np.array([30.0, 31.0, 32.0])) is None
    assert smooth_trend(np.array([], dtype=np.int64), np.array([])) is None
    days = np.concatenate([DAY + np.arange(0, 30, 2), DAY + 300 + np.arange(0, 30, 2)])
    trend = smooth_trend(days, np.full(len(days), 33.0))
    assert trend is not None
    assert np.isnan(trend.fitted[150])
    assert trend.fitted[10] == pytest.approx(33.0)
    assert trend.fitted[-1] == pytest.approx(33.0)


def test_rare_sets_are_looked_at_from_further_away() -> None:
    assert choose_bandwidth(DAY + np.arange(0, 60, 2)) == 28
    assert choose_bandwidth(DAY + np.arange(0, 600, 30)) == 90
    assert choose_bandwidth(DAY + np.arange(0, 3000, 300)) == 365


@given(
    st.lists(
        st.tuples(st.integers(0, 4000), st.none() | st.floats(-500, 500)),
        max_size=60,
    )
)
def test_a_trend_is_finite_or_missing_whatever_the_sets(points: list[tuple[int, float | None]]) -> None:
    days = np.array([DAY + day for day, _ in points], dtype=np.int64)
    values = np.array([np.nan if value is None else value for _, value in points], dtype=float)
    trend = smooth_trend(days, values)
    change = compare_first_and_last(days, values, 4.7)
    assert change.kind in ("gained", "lost", "no change", "too early")
    if trend is not None:
        assert not np.any(np.isinf(trend.fitted))
        ok = np.isfinite(trend.low)
        assert np.all(trend.low[ok] <= trend.high[ok])
        assert trend.days[0] >= days.min()


def test_the_change_is_last_week_against_first_week() -> None:
    # first week 30, 32 (mean 31); last week 36, 38.2 (mean 37.1): +6.1
    days = np.array([0, 6, 7, 40, 47, 53]) + DAY
    change = compare_first_and_last(days, np.array([30.0, 32.0, 90.0, 10.0, 36.0, 38.2]), 4.7)
    assert change.baseline == pytest.approx(31.0)
    assert change.latest == pytest.approx(37.1)
    assert change.amount == pytest.approx(6.1)
    assert (change.kind, change.since, change.until) == ("gained", DAY, DAY + 53)
    assert change.band == pytest.approx((26.3, 35.7))


@pytest.mark.parametrize(
    ("amount", "kind"),
    [(4.7, "no change"), (4.74, "no change"), (4.8, "gained"), (-4.7, "no change"), (-4.76, "lost"), (0.0, "no change")],
)
def test_a_change_is_one_only_beyond_the_minimal_detectable_change(amount: float, kind: str) -> None:
    change = compare_first_and_last(np.array([DAY, DAY + 30]), np.array([30.0, 30.0 + amount]), 4.7)
    assert change.kind == kind


def test_short_histories_never_compare_a_day_with_itself() -> None:
    one_day = compare_first_and_last(np.array([DAY, DAY]), np.array([30.0, 60.0]), 4.7)
    assert one_day.kind == "too early"
    two_days = compare_first_and_last(np.array([DAY, DAY + 1]), np.array([30.0, 36.0]), 4.7)
    assert (two_days.baseline, two_days.latest) == (30.0, 36.0)
    for span in range(1, 20):
        days = DAY + np.arange(span + 1)
        change = compare_first_and_last(days, np.arange(span + 1.0), None)
        assert change.baseline < span / 2 < change.latest
        assert change.kind == "unknown error"


def test_nothing_measured_is_too_early() -> None:
    assert compare_first_and_last(np.array([DAY]), np.array([np.nan]), 4.7).kind == "too early"
    assert compare_first_and_last(np.array([], dtype=np.int64), np.array([]), 4.7).since is None


def test_what_is_printed_alike_is_no_change() -> None:
    assert not exceeds(4.7000001, 4.7)
    assert exceeds(-4.8, 4.7)


def test_sides_are_compared_over_their_last_week() -> None:
    days = np.array([0, 20, 26]) + DAY
    sides = compare_sides(days, np.array([10.0, 36.0, 38.0]), days, np.array([10.0, 40.0, 40.0]))
    assert sides is not None
    assert (sides.left, sides.right, sides.difference) == (37.0, 40.0, -3.0)
    assert sides.symmetry_percent == pytest.approx(92.5)
    assert compare_sides(days, np.array([1.0, 2.0, 3.0]), days, np.full(3, np.nan)) is None
    below = compare_sides(days, np.full(3, -2.0), days, np.full(3, 5.0))
    assert below is not None
    assert below.symmetry_percent is None


def test_fade_is_the_last_third_against_the_first() -> None:
    assert fade_percent(np.array([10.0, 10.0, 9.0, 9.0, 8.0, 8.0])) == pytest.approx(-20.0)
    assert fade_percent(np.array([10.0, 9.0])) is None
    assert fade_percent(np.array([0.0, 1.0, 1.0])) is None
