"""The statistics of a trend: pure functions on arrays of days and values.

A day is a number (``date.toordinal``). The sets of one day share its warm-up, camera place and shoes, so they are
averaged first: three sets in a row count as one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from formcheck.history.trends.uncertainty import DayErrors, IntArray, Scatter, estimate_scatter, find_quantile
from formcheck.support.arrays import FloatArray

# A trend uses four weeks to each side: short enough to follow a block of training, long enough to smooth out single days.
BANDWIDTH_DAYS = 28.0
# Where sets are too rare for that, it reaches further, but never past a year.
MAX_BANDWIDTH_DAYS = 365.0
_GAPS_PER_BANDWIDTH = 3.0
# A line through two days would fit them perfectly and know nothing of their scatter.
MIN_DAYS = 3
# On so many days of a trend its band is computed; between them it is a straight line.
BAND_POINTS = 150


@dataclass(frozen=True)
class Trend:
    """A smooth trend on every day from the first to the last, and the band its true course lies in with 95 % certainty.

    ``fitted``, ``low`` and ``high`` are nan on days with too few sets around them: a gap stays a gap.
    """

    days: IntArray
    fitted: FloatArray
    low: FloatArray
    high: FloatArray
    scatter: Scatter


def average_by_day(days: IntArray, values: FloatArray) -> tuple[IntArray, FloatArray]:
    """One value a day: the mean of the day's values; what was not measured (nan) is left out."""
    known = np.isfinite(values)
    unique_days, place = np.unique(days[known], return_inverse=True)
    counts = np.bincount(place, minlength=len(unique_days))
    sums = np.bincount(place, weights=values[known], minlength=len(unique_days))
    return unique_days.astype(np.int64), sums / np.maximum(counts, 1)


def choose_bandwidth(days: IntArray) -> float:
    """Four weeks, or three times the usual gap between days with sets where that is longer, in days."""
    gaps = np.diff(np.unique(days))
    usual = float(np.median(gaps)) if len(gaps) else 0.0
    return min(MAX_BANDWIDTH_DAYS, max(BANDWIDTH_DAYS, _GAPS_PER_BANDWIDTH * usual))


def average_errors_by_day(days: IntArray, values: FloatArray, errors: FloatArray, setups: IntArray) -> DayErrors:
    """The errors of the day averages: the sets of a day share its set-up, so their errors do not average out."""
    known = np.isfinite(values)
    _, first, place = np.unique(days[known], return_index=True, return_inverse=True)
    squares = np.bincount(place, weights=errors[known] ** 2, minlength=len(first))
    return DayErrors(np.sqrt(squares / np.maximum(np.bincount(place, minlength=len(first)), 1)), setups[known][first])


def smooth_trend(
    days: IntArray, values: FloatArray, errors: DayErrors | None = None, *, bandwidth_days: float | None = None
) -> Trend | None:
    """Local linear regression with tricube weights, and its pointwise 95 % confidence band.

    On each day a straight line is fitted to the day averages within ``bandwidth_days``, the nearer ones weighing more
    (``(1 − |d/h|³)³``); its value there is the trend. With the weights ``l`` that the fit gives the day averages, the trend's
    variance is ``lᵀ V l``, where ``V`` is the covariance of the day averages: their scatter, which fades from day to day, and the
    error that the sets of one camera set-up share. The band is what a block bootstrap by set-up converges to, without its chance.

    Parameters
    ----------
    days, values
        (N,) of the sets; those of one day are averaged first. nan where not measured.
    errors
        Of the *days* in the order of `average_by_day`; without, no error is known beyond the scatter.

    Returns
    -------
    None with fewer than three days of sets.

    Notes
    -----
    An error that all set-ups share, such as a camera that is always tilted, is in no trend's band. How often the band holds the
    true course in simulated histories stands in docs/trend-statistics.md.
    """
    x, y = average_by_day(days, values)
    if len(x) < MIN_DAYS:
        return None
    bandwidth = choose_bandwidth(x) if bandwidth_days is None else bandwidth_days
    grid = np.arange(x[0], x[-1] + 1, dtype=np.int64)
    fitted = _fit(x, y, grid, bandwidth)
    scatter = estimate_scatter(x, y)
    half = _half_band(x, errors or DayErrors.none(len(x)), scatter, grid[np.isfinite(fitted)], bandwidth)
    low, high = np.full(len(grid), np.nan), np.full(len(grid), np.nan)
    low[np.isfinite(fitted)], high[np.isfinite(fitted)] = -half, half
    return Trend(days=grid, fitted=fitted, low=fitted + low, high=fitted + high, scatter=scatter)


def _fit(x: IntArray, y: FloatArray, grid: IntArray, bandwidth: float) -> FloatArray:
    """The smooth line on every day of the grid, by sums over the days around each; nan where too few have sets."""
    at = x - x[0]
    has_set, value = np.zeros(len(grid)), np.zeros(len(grid))
    has_set[at], value[at] = 1.0, y - y.mean()  # centered, for the arithmetic's sake
    reach = min(math.ceil(bandwidth), len(grid) - 1)
    distance = np.arange(-reach, reach + 1, dtype=float)
    weight = np.clip(1 - np.abs(distance / bandwidth) ** 3, 0, None) ** 3

    def around(signal: FloatArray, kernel: FloatArray) -> FloatArray:
        """Σ over the days around each day of signal × kernel(distance)."""
        return np.correlate(np.pad(signal, reach), kernel, mode="valid")

    s0, s1, s2 = (around(has_set, weight * distance**k) for k in range(3))
    t0, t1 = (around(value, weight * distance**k) for k in range(2))
    neighbors = around(has_set, (weight > 0).astype(float))
    determinant = s0 * s2 - s1**2
    supported = (np.round(neighbors) >= MIN_DAYS) & (determinant > 1e-9 * np.maximum(s0 * s2, 1e-300))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(supported, (s2 * t0 - s1 * t1) / determinant, np.nan) + y.mean())


def _half_band(x: IntArray, errors: DayErrors, scatter: Scatter, grid: IntArray, bandwidth: float) -> FloatArray:
    """Half the band's width on the days of the grid: computed on some of them, as a straight line between."""
    if len(grid) == 0:
        return np.zeros(0)
    chosen = np.unique(np.round(np.linspace(0, len(grid) - 1, min(len(grid), BAND_POINTS))).astype(int))
    of_scatter, of_setups = np.zeros(len(chosen)), np.zeros(len(chosen))
    for place, day in enumerate(grid[chosen]):
        near = np.abs(x - day) < bandwidth
        weights = weigh_days((x[near] - day).astype(float), bandwidth)
        of_scatter[place] = weights @ scatter.covariance(x[near]) @ weights
        of_setups[place] = weights @ DayErrors(errors.errors[near], errors.setups[near]).covariance() @ weights
    half = find_quantile(of_scatter, of_setups, scatter.freedom) * np.sqrt(of_scatter + of_setups)
    return np.interp(grid, grid[chosen], half)


def weigh_days(distance: FloatArray, bandwidth: float) -> FloatArray:
    """(N,) the weights by which the local line's value is the sum of the day averages at these distances, in days."""
    near = np.clip(1 - np.abs(distance / bandwidth) ** 3, 0, None) ** 3
    s0, s1, s2 = (float(np.sum(near * distance**k)) for k in range(3))
    return np.asarray(near * (s2 - s1 * distance) / (s0 * s2 - s1**2))
