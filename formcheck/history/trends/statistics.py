"""The statistics of a trend: pure functions on arrays of days and values.

A day is a number (``date.toordinal``). The sets of one day share its warm-up, camera place and shoes, so they are
averaged first: the trend's uncertainty then counts days, not sets, and is not flattered by three sets in a row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy  # loads its parts when they are first asked for
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# A trend looks four weeks to each side: short enough to follow a block of training, long enough to calm single days.
BANDWIDTH_DAYS = 28.0
# Where sets are rarer than that can serve, it looks further, but never past a year.
MAX_BANDWIDTH_DAYS = 365.0
_GAPS_PER_BANDWIDTH = 3.0
# A line through two days would fit them perfectly and know nothing of their scatter.
MIN_DAYS = 3
# Change is read between the first and the last week of what is shown.
CHANGE_WINDOW_DAYS = 7


@dataclass(frozen=True)
class Trend:
    """A smooth trend on every day from the first to the last, and the band its true course lies in.

    ``fitted``, ``low`` and ``high`` are nan on days with too few sets around them: a gap stays a gap. ``low`` and
    ``high`` are nan everywhere when there are too few days to know the scatter.
    """

    days: IntArray
    fitted: FloatArray
    low: FloatArray
    high: FloatArray
    bandwidth_days: float
    residual_sd: float
    degrees_of_freedom: float
    confidence: float


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


def smooth_trend(
    days: IntArray, values: FloatArray, *, bandwidth_days: float | None = None, confidence: float = 0.95
) -> Trend | None:
    """Local linear regression with tricube weights, and its pointwise confidence band.

    On each day a straight line is fitted to the day averages within ``bandwidth_days``, the nearer ones weighing more
    (``(1 − |d/h|³)³``); its value there is the trend. The band is ``fit ± t · s · ‖l‖``, where ``l`` are the weights
    that the fit gives the day averages, ``s² = Σ r² / (n − 2 tr L + tr LLᵀ)`` and ``t`` is Student's quantile with the
    same degrees of freedom (Cleveland & Devlin 1988; Loader 1999).

    Returns
    -------
    None with fewer than three days of sets.

    Notes
    -----
    The band says where the average lies, given scatter that is alike and independent from day to day. It knows nothing
    of an error that all days share, such as a camera that always stands askew; the minimal detectable change does.
    """
    x, y = average_by_day(days, values)
    if len(x) < MIN_DAYS:
        return None
    bandwidth = choose_bandwidth(x) if bandwidth_days is None else bandwidth_days
    grid = np.arange(x[0], x[-1] + 1, dtype=np.int64)
    at = x - x[0]  # where the sets lie in the grid
    has_set = np.zeros(len(grid))
    has_set[at] = 1.0
    value = np.zeros(len(grid))
    value[at] = y - y.mean()  # centred, for the arithmetic's sake

    reach = min(math.ceil(bandwidth), len(grid) - 1)
    distance = np.arange(-reach, reach + 1, dtype=float)
    weight = np.clip(1 - np.abs(distance / bandwidth) ** 3, 0, None) ** 3

    def around(signal: FloatArray, kernel: FloatArray) -> FloatArray:
        """Σ over the days around each day of signal × kernel(distance)."""
        return np.correlate(np.pad(signal, reach), kernel, mode="valid")

    s0, s1, s2 = (around(has_set, weight * distance**k) for k in range(3))
    t0, t1 = (around(value, weight * distance**k) for k in range(2))
    q0, q1, q2 = (around(has_set, weight**2 * distance**k) for k in range(3))
    neighbours = around(has_set, (weight > 0).astype(float))
    determinant = s0 * s2 - s1**2
    supported = (np.round(neighbours) >= MIN_DAYS) & (determinant > 1e-9 * np.maximum(s0 * s2, 1e-300))
    with np.errstate(divide="ignore", invalid="ignore"):
        fitted = np.where(supported, (s2 * t0 - s1 * t1) / determinant, np.nan)
        squared_norm = np.where(
            supported, (s2**2 * q0 - 2 * s1 * s2 * q1 + s1**2 * q2) / determinant**2, np.nan
        )  # ‖l‖² on each day
        leverage = np.where(supported, s2 / determinant, np.nan)  # the weight of a day's own value in its fit; w(0) = 1

    inside = at[supported[at]]
    residuals = value[inside] - fitted[inside]
    freedom = len(inside) - 2 * float(np.sum(leverage[inside])) + float(np.sum(squared_norm[inside]))
    if freedom >= 0.5:
        residual_sd = math.sqrt(float(np.sum(residuals**2)) / freedom)
        quantile = float(scipy.special.stdtrit(freedom, 0.5 + confidence / 2))  # Student's t
    else:
        residual_sd = quantile = math.nan
    half = quantile * residual_sd * np.sqrt(np.maximum(squared_norm, 0.0))
    centre = fitted + y.mean()
    return Trend(grid, centre, centre - half, centre + half, bandwidth, residual_sd, freedom, confidence)


# --- change and the minimal detectable change ---

ChangeKind = Literal["gained", "lost", "no change", "unknown error", "too early"]


@dataclass(frozen=True)
class Change:
    """How far the last week is from the first. ``kind`` is "unknown error" where no measurement error is published.

    ``baseline`` and ``latest`` are the means of the day averages of the first and last week; ``since`` and ``until``
    the first and last day of all.
    """

    kind: ChangeKind
    since: int | None
    until: int | None
    baseline: float
    latest: float
    mdc: float | None

    @property
    def amount(self) -> float:
        """Latest minus baseline."""
        return self.latest - self.baseline

    @property
    def band(self) -> tuple[float, float] | None:
        """What lies between is no detectable change: the baseline ± the minimal detectable change."""
        if self.mdc is None or not math.isfinite(self.baseline):
            return None
        return self.baseline - self.mdc, self.baseline + self.mdc


def exceeds(amount: float, mdc: float) -> bool:
    """Whether a change is larger than the minimal detectable one, as printed with one decimal."""
    return round(abs(amount), 1) > round(mdc, 1)


def compare_first_and_last(days: IntArray, values: FloatArray, mdc: float | None) -> Change:
    """The change from the first to the last week of day averages.

    With less than two weeks in all, the windows shrink so that they never share a day; with one day there is no
    change to speak of.
    """
    x, y = average_by_day(days, values)
    if len(x) == 0:
        return Change("too early", None, None, math.nan, math.nan, mdc)
    since, until = int(x[0]), int(x[-1])
    span = until - since
    if span == 0:
        return Change("too early", since, until, float(y[0]), float(y[0]), mdc)
    window = max(1, min(CHANGE_WINDOW_DAYS, (span + 1) // 2))
    baseline = float(np.mean(y[x < since + window]))
    latest = float(np.mean(y[x > until - window]))
    amount = latest - baseline
    kind: ChangeKind
    if mdc is None:
        kind = "unknown error"
    elif not exceeds(amount, mdc):
        kind = "no change"
    else:
        kind = "gained" if amount > 0 else "lost"
    return Change(kind, since, until, baseline, latest, mdc)


# --- sides ---


@dataclass(frozen=True)
class SideComparison:
    """Left against right, both in the measure's unit."""

    left: float
    right: float

    @property
    def difference(self) -> float:
        """Left minus right, in the measure's unit."""
        return self.left - self.right

    @property
    def symmetry_percent(self) -> float | None:
        """The smaller of the two in % of the larger; None unless both are above zero."""
        larger = max(self.left, self.right)
        smaller = min(self.left, self.right)
        return None if smaller <= 0 else 100 * smaller / larger


def compare_sides(left_days: IntArray, left: FloatArray, right_days: IntArray, right: FloatArray) -> SideComparison | None:
    """The last week of each side (up to that side's last set) against each other; None if a side has no sets."""
    latest = [_latest_week(*average_by_day(*side)) for side in ((left_days, left), (right_days, right))]
    if latest[0] is None or latest[1] is None:
        return None
    return SideComparison(latest[0], latest[1])


def _latest_week(days: IntArray, values: FloatArray) -> float | None:
    if len(days) == 0:
        return None
    return float(np.mean(values[days > days[-1] - CHANGE_WINDOW_DAYS]))


def fade_percent(heights: FloatArray) -> float | None:
    """Mean of the last third of the reps against the first third, in %; negative = the heels rose less at the end.

    None with fewer than three reps, or a first third of no height.
    """
    known = heights[np.isfinite(heights)]
    third = len(known) // 3
    if third == 0:
        return None
    first, last = float(np.mean(known[:third])), float(np.mean(known[-third:]))
    return None if first <= 0 else 100 * (last - first) / first
