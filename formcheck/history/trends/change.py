"""When a difference is called a change: between two parts of a trend, between two sets, and between two legs.

A difference is a change only when it exceeds both the published minimal detectable change (MDC95) and the error of the measurements
that it is the difference of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.history.trends.statistics import average_by_day
from formcheck.history.trends.uncertainty import (
    DayErrors,
    IntArray,
    count_effective,
    estimate_scatter,
    find_quantile,
)
from formcheck.support.arrays import FloatArray

# The change is read between the first and the last two weeks of what is shown.
CHANGE_WINDOW_DAYS = 14
# Tissue does not change in less, and two means that are nearer share the form of the day.
MIN_DAYS_BETWEEN = 14
# The sides are read from the last week of each.
SIDE_WINDOW_DAYS = 7

ChangeKind = Literal["gained", "lost", "rising", "falling", "steady", "unknown error", "too early"]


@dataclass(frozen=True)
class Change:
    """How far the last two weeks of a trend are from the first two.

    Attributes
    ----------
    kind
        "gained" or "lost": a change. "rising" or "falling": more than its own standard error, and not yet a change. "steady": less.
        "unknown error": no measurement error is published. "too early": fewer than 14 days lie between.
    since, until
        The first and the last day of all.
    baseline, latest
        The means of the day averages of the first and the last two weeks, in the measure's unit.
    threshold
        The smallest difference that would be called a change: the published MDC or the half width of the difference's own 95 %
        interval, whichever is larger. None where no MDC is published.
    standard_error
        Of the difference.
    """

    kind: ChangeKind
    since: int | None
    until: int | None
    baseline: float
    latest: float
    threshold: float | None
    standard_error: float = 0.0

    @property
    def amount(self) -> float:
        """Latest minus baseline."""
        return self.latest - self.baseline

    @property
    def band(self) -> tuple[float, float] | None:
        """The interval without a detectable change: the baseline ± the threshold."""
        if self.threshold is None or not math.isfinite(self.baseline):
            return None
        return self.baseline - self.threshold, self.baseline + self.threshold


def exceeds(amount: float, threshold: float) -> bool:
    """Whether a difference is larger than the smallest detectable one, as printed with one decimal."""
    return round(abs(amount), 1) > round(threshold, 1)


def compare_first_and_last(days: IntArray, values: FloatArray, mdc: float | None, errors: DayErrors | None = None) -> Change:
    """Compare the last two weeks of day averages with the first two.

    The difference has the variance ``s² (1/n₁ + 1/n₂) + σ₁²/k₁ + σ₂²/k₂``: the scatter over the effective numbers of days
    (`count_effective`), and the error of the sets over the numbers of distinct camera set-ups, of each of the two means.

    Parameters
    ----------
    days, values
        (N,) of the sets; those of one day are averaged first. nan where not measured.
    errors
        Of the *days* in the order of `average_by_day`; without, no error is known beyond the scatter.

    Notes
    -----
    In less than four weeks the windows shrink so that they never share a day. docs/trend-statistics.md has how often histories
    without a change are called one.
    """
    x, y = average_by_day(days, values)
    if len(x) == 0:
        return Change(kind="too early", since=None, until=None, baseline=math.nan, latest=math.nan, threshold=mdc)
    since, until = int(x[0]), int(x[-1])
    window = max(1, min(CHANGE_WINDOW_DAYS, (until - since + 1) // 2))
    early, late = x < since + window, x > until - window
    baseline, latest = float(np.mean(y[early])), float(np.mean(y[late]))
    if float(np.mean(x[late]) - np.mean(x[early])) < MIN_DAYS_BETWEEN:
        return Change(kind="too early", since=since, until=until, baseline=baseline, latest=latest, threshold=mdc)
    known = errors or DayErrors.none(len(x))
    scatter = estimate_scatter(x, y)
    counts = [count_effective(x[part], scatter.serial_correlation) for part in (early, late)]
    of_scatter = scatter.sd**2 * (1 / counts[0] + 1 / counts[1])
    of_setups = known.variance_of_mean(early) + known.variance_of_mean(late)
    standard_error = math.sqrt(of_scatter + of_setups)
    quantile = float(find_quantile(of_scatter, of_setups, scatter.freedom))
    threshold = None if mdc is None else max(mdc, quantile * standard_error)
    return Change(
        kind="unknown error" if threshold is None else _call(latest - baseline, threshold, standard_error),
        since=since,
        until=until,
        baseline=baseline,
        latest=latest,
        threshold=threshold,
        standard_error=standard_error,
    )


def _call(amount: float, threshold: float, standard_error: float) -> ChangeKind:
    if exceeds(amount, threshold):
        return "gained" if amount > 0 else "lost"
    if abs(amount) <= standard_error or round(abs(amount), 1) == 0:
        return "steady"
    return "rising" if amount > 0 else "falling"


# --- sides --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SideComparison:
    """Left against right, both in the measure's unit."""

    left: float
    right: float

    @property
    def difference(self) -> float:
        """Left minus right, in the measure's unit."""
        return self.left - self.right


def compare_sides(left_days: IntArray, left: FloatArray, right_days: IntArray, right: FloatArray) -> SideComparison | None:
    """The last week of each side (up to that side's last set) against each other; None if a side has no sets."""
    latest = [_latest_week(*average_by_day(*side)) for side in ((left_days, left), (right_days, right))]
    if latest[0] is None or latest[1] is None:
        return None
    return SideComparison(latest[0], latest[1])


def _latest_week(days: IntArray, values: FloatArray) -> float | None:
    if len(days) == 0:
        return None
    return float(np.mean(values[days > days[-1] - SIDE_WINDOW_DAYS]))


def judge_one_side_difference(mdc_of_change: float) -> float:
    """What one side difference must exceed, from the MDC of a *change* of it: a change is made of two, so ``MDC / √2``."""
    return mdc_of_change / math.sqrt(2)
