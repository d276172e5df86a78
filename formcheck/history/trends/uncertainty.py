"""How far the day averages of a trend scatter, how much one day is like the next, and which camera set-up each was filmed with.

A day is a number (``date.toordinal``). There are two kinds of error, because they do not shrink in the same way when more sets are
made:

- *scatter*, of standard deviation ``s``: the person's form of the day and the noise of a measurement. The share ``ρ`` of it is left
  on the next day; sets on near days therefore count as fewer than they are.
- *the error of a set-up*, ``σ``: where the camera stood, how it was turned, how far away it was. All sets of one set-up share it,
  so only another set-up makes it smaller. ``σ`` is the standard error that each set's report states.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy  # loads its parts when they are first asked for
from numpy.typing import NDArray

from formcheck.support.arrays import FloatArray, median_known

IntArray = NDArray[np.int64]

# Less than this share of a day's scatter is never assumed to be left on the next day: the estimate from few days is too low.
MIN_SERIAL_CORRELATION = 0.3
_CORRELATIONS = np.arange(MIN_SERIAL_CORRELATION, 0.96, 0.05)
# The course that the scatter is counted from may bend once in this many days, no more often than this many times, and has one
# parameter for each so many days with sets.
_DAYS_PER_BEND = 56
_DAYS_PER_PARAMETER = 4
_MAX_BENDS = 9
# Another camera set-up: three times what yaw and distance scatter by in the reports of a camera that stayed where it was.
YAW_CHANGE_DEG = 10.0
DISTANCE_CHANGE = 0.20


@dataclass(frozen=True)
class Scatter:
    """The scatter of day averages: ``sd`` (``s``), serial correlation from one day to the next, and how well ``sd`` is known.

    ``freedom`` are the degrees of freedom of ``sd``; 0 where there are too few days to know it.
    """

    sd: float
    serial_correlation: float
    freedom: float

    def covariance(self, days: IntArray) -> FloatArray:
        """(N, N) the covariance of the scatter of day averages."""
        apart = np.abs(days[:, None] - days[None, :]).astype(float)
        return np.asarray(self.sd**2 * self.serial_correlation**apart)


@dataclass(frozen=True)
class DayErrors:
    """The set-up error of each day average (N,), in the measure's unit, and the number of the set-up that it was filmed with."""

    errors: FloatArray
    setups: IntArray

    @classmethod
    def none(cls, count: int) -> DayErrors:
        """No error is known, and every day is a set-up of its own."""
        return cls(np.zeros(count), np.arange(count, dtype=np.int64))

    def covariance(self) -> FloatArray:
        """(N, N) the covariance that the shared set-ups cause."""
        return np.asarray(np.outer(self.errors, self.errors) * (self.setups[:, None] == self.setups[None, :]))

    def variance_of_mean(self, chosen: NDArray[np.bool_]) -> float:
        """The variance of the mean of some days: ``σ² / k``, with ``k`` distinct set-ups among them."""
        return float(np.mean(self.errors[chosen] ** 2)) / len(np.unique(self.setups[chosen]))


def estimate_scatter(days: IntArray, values: FloatArray) -> Scatter:
    """Estimate how day averages scatter about their course, by restricted maximum likelihood.

    The course is a polynomial in time with one bend in 8 weeks at the most; the scatter about it is an autoregressive process of
    first order on unevenly spaced days (correlation ``ρ**|Δt|``; Jones 1981). REML takes the course's own freedom into account, so
    that neither ``s`` nor ``ρ`` comes out too small from few days (Patterson & Thompson 1971).

    Parameters
    ----------
    days, values
        (N,) day averages, one a day, in order.
    """
    count, span = len(days), int(days[-1] - days[0]) if len(days) else 0
    parameters = max(2, min(2 + min(_MAX_BENDS, span // _DAYS_PER_BEND), count // _DAYS_PER_PARAMETER))
    if count <= parameters:
        return Scatter(0.0, MIN_SERIAL_CORRELATION, 0.0)
    time = (days - days[0]).astype(float)
    course = np.polynomial.legendre.legvander(2 * time / span - 1, parameters - 1)
    gaps = np.diff(time)
    best: tuple[float, float, float] | None = None
    for rho in _CORRELATIONS:
        kept = rho**gaps
        fresh = np.sqrt(1 - kept**2)
        q, r = np.linalg.qr(_innovations(course, kept[:, None], fresh[:, None]))
        y = _innovations(values, kept, fresh)
        residual = y - q @ (q.T @ y)
        square = float(residual @ residual)
        likelihood = -(count - parameters) * math.log(max(square, 1e-300)) - 2 * float(
            np.sum(np.log(fresh)) + np.sum(np.log(np.abs(np.diag(r))))
        )
        if best is None or likelihood > best[0]:
            best = (likelihood, float(rho), square / (count - parameters))
    assert best is not None  # the grid is not empty
    _, rho, variance = best
    lag = float(np.mean(rho**gaps))
    # Between those of a known correlation and those of as many independent days as the correlated ones are worth.
    worth = max(1.0, count * (1 - lag) / (1 + lag) - parameters)
    return Scatter(math.sqrt(variance), rho, math.sqrt(worth * (count - parameters)))


def _innovations(values: FloatArray, kept: FloatArray, fresh: FloatArray) -> FloatArray:
    """What each day brings that the day before did not, on one scale."""
    out = values.copy()
    out[1:] = (values[1:] - kept * values[:-1]) / fresh
    return out


def count_effective(days: IntArray, serial_correlation: float) -> float:
    """How many independent days these days are worth: ``n² / ΣΣ ρ^|tᵢ − tⱼ|``."""
    apart = np.abs(days[:, None] - days[None, :]).astype(float)
    return float(len(days) ** 2 / np.sum(serial_correlation**apart))


def find_quantile(scatter_part: NDArray[np.float64] | float, other_part: NDArray[np.float64] | float, freedom: float) -> FloatArray:
    """Student's quantile for a 95 % interval whose variance is an estimated part plus a known one (Satterthwaite 1946)."""
    scatter, total = np.asarray(scatter_part, float), np.asarray(scatter_part, float) + np.asarray(other_part, float)
    # a part that is nearly nothing, as of values all alike, would overflow when its share is squared
    share = np.divide(scatter, total, out=np.zeros_like(total), where=total > 0)
    combined = max(freedom, 1e-9) / np.square(np.maximum(share, 1e-9))
    return np.asarray(scipy.special.stdtrit(np.clip(combined, 1e-3, 1e6), 0.975), float)


def find_setups(days: IntArray, yaw_deg: FloatArray, picture_height_cm: FloatArray) -> IntArray:
    """Number the camera set-ups with which sets were filmed, in order of time.

    The sets of one day share one. A later day is a new set-up when the camera's yaw has changed by more than 10° or its distance by
    more than 20 %; what is not known has not changed. Fewer set-ups than there were make an error too large, never too small.

    Parameters
    ----------
    days
        (N,) the day of each set.
    yaw_deg, picture_height_cm
        (N,) of each set, nan where not known; the height that the picture shows grows in proportion to the distance.
    """
    found = np.zeros(len(days), dtype=np.int64)
    reference: tuple[float, float] | None = None
    number = 0
    for day in np.unique(days):
        of_day = days == day
        here = median_known(yaw_deg[of_day]), median_known(picture_height_cm[of_day])
        if reference is None:
            reference = here
        elif _has_moved(reference, here):
            number, reference = number + 1, here
        else:
            reference = tuple(now if math.isnan(then) else then for then, now in zip(reference, here, strict=True))  # type: ignore[assignment]
        found[of_day] = number
    return found


def _has_moved(then: tuple[float, float], now: tuple[float, float]) -> bool:
    turned = abs(now[0] - then[0]) > YAW_CHANGE_DEG
    further = then[1] > 0 and now[1] > 0 and abs(math.log(now[1] / then[1])) > math.log(1 + DISTANCE_CHANGE)
    return turned or further
