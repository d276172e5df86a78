"""The trend's line and band equal those of statsmodels, SciPy and the textbook's matrices."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from formcheck.history.trends.statistics import (
    average_by_day,
    choose_bandwidth,
    smooth_trend,
)
from formcheck.history.trends.uncertainty import DayErrors, find_quantile

DAY = 739_000


def noisy_course(seed: int = 1, n: int = 40, span: int = 120) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    days = DAY + np.sort(rng.choice(span, n, replace=False))
    return days.astype(np.int64), 35 + 4 * np.sin((days - DAY) / 40) + rng.normal(0, 1, n)


@pytest.mark.parametrize("scatter", [0.0, 1e-300, 1e-170, 1e-9, 1e-3])
def test_a_scatter_of_nearly_nothing_leaves_the_normal_quantile_of_what_is_known(scatter: float) -> None:
    with np.errstate(all="raise"):
        assert find_quantile(scatter, 1.0, 4.0) == pytest.approx(stats.norm.ppf(0.975), rel=1e-5)


def test_scatter_alone_has_students_quantile() -> None:
    assert find_quantile(np.array([1e-170, 1.0, 50.0]), 0.0, 4.0) == pytest.approx(stats.t.ppf(0.975, 4))


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


def test_the_band_is_that_of_the_smoother_matrix_and_the_covariance_of_the_days() -> None:
    """The band against its definition: every row of the smoother and the whole covariance written out."""
    days, values = noisy_course(2, 30, 90)
    errors = DayErrors(np.full(30, 1.5), np.arange(30) // 5)
    trend = smooth_trend(days, values, errors, bandwidth_days=28)
    assert trend is not None

    def row(day: float) -> np.ndarray:
        distance = (days - day).astype(float)
        w = np.clip(1 - np.abs(distance / 28) ** 3, 0, None) ** 3
        x = np.column_stack([np.ones(len(days)), distance])
        return np.asarray(np.linalg.inv(x.T @ (w[:, None] * x)) @ (x.T * w))[0]

    scatter = trend.scatter
    apart = np.abs(days[:, None] - days[None, :])
    of_scatter = scatter.sd**2 * scatter.serial_correlation**apart
    of_setups = 1.5**2 * (errors.setups[:, None] == errors.setups[None, :])
    for at in (0, 33, len(trend.days) - 1):
        weights = row(trend.days[at])
        parts = weights @ of_scatter @ weights, weights @ of_setups @ weights
        freedom = sum(parts) ** 2 / (parts[0] ** 2 / scatter.freedom)
        half = stats.t.ppf(0.975, freedom) * np.sqrt(sum(parts))
        assert trend.high[at] - trend.fitted[at] == pytest.approx(half)
        assert trend.fitted[at] - trend.low[at] == pytest.approx(half)


def test_with_a_very_wide_window_it_is_the_straight_line_of_scipy() -> None:
    days, values = noisy_course(3)
    trend = smooth_trend(days, values, bandwidth_days=1e6)
    assert trend is not None
    line = stats.linregress(days - days[0], values)
    np.testing.assert_allclose(trend.fitted, line.intercept + line.slope * (trend.days - days[0]), rtol=1e-6)


def test_a_straight_course_is_followed_exactly() -> None:
    days = DAY + np.arange(0, 84, 3)
    trend = smooth_trend(days, 30 + 0.1 * (days - DAY))
    assert trend is not None
    np.testing.assert_allclose(trend.fitted, 30 + 0.1 * (trend.days - DAY), atol=1e-9)
    assert trend.scatter.sd == pytest.approx(0, abs=1e-6)


def test_two_days_make_no_trend_and_a_long_pause_is_a_gap() -> None:
    assert smooth_trend(np.array([DAY, DAY, DAY + 4]), np.array([30.0, 31.0, 32.0])) is None
    assert smooth_trend(np.array([], dtype=np.int64), np.array([])) is None
    days = np.concatenate([DAY + np.arange(0, 30, 2), DAY + 300 + np.arange(0, 30, 2)])
    trend = smooth_trend(days, np.full(len(days), 33.0))
    assert trend is not None
    assert np.isnan(trend.fitted[150])
    assert trend.fitted[10] == pytest.approx(33.0)
    assert trend.fitted[-1] == pytest.approx(33.0)


def test_the_trends_window_is_wider_for_rare_sets() -> None:
    assert choose_bandwidth(DAY + np.arange(0, 60, 2)) == 28
    assert choose_bandwidth(DAY + np.arange(0, 600, 30)) == 90
    assert choose_bandwidth(DAY + np.arange(0, 3000, 300)) == 365
