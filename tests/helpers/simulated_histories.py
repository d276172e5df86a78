"""Histories in which nothing changed, with the errors that cameras make: how often is a change called, how often is the band right?

``python -m tests.helpers.simulated_histories [HISTORIES]`` prints the table of docs/trend-statistics.md.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.history.trends.change import compare_first_and_last
from formcheck.history.trends.statistics import average_errors_by_day, smooth_trend
from formcheck.history.trends.uncertainty import find_setups
from formcheck.support.arrays import FloatArray

Kind = Literal["independent", "AR(1)", "set-up"]
KINDS: tuple[Kind, ...] = ("independent", "AR(1)", "set-up")
# The standard error of a set, and the published minimal detectable change of its measure.
ERRORS = ((2.0, 4.7), (4.0, 4.7), (0.7, 2.2), (1.4, 2.2))
LEVEL = 35.0
FIRST_DAY = 739_000
CORRELATION = 0.7  # from one day to the next, in the AR(1) histories
_SETS_A_DAY = 2
_SHARE_OF_DAYS = 0.5


@dataclass(frozen=True)
class History:
    """Sets as a trend reads them (N,). ``true`` is the course that the sets were drawn about."""

    days: np.ndarray
    values: FloatArray
    errors: FloatArray
    yaw_deg: FloatArray
    distance: FloatArray
    true: FloatArray


def simulate(kind: Kind, error: float, rng: np.random.Generator, *, weeks: int = 12, gain: float = 0.0) -> History:
    """Draw a history on half of the days, two sets each, whose true course rises evenly by ``gain``."""
    trained = np.flatnonzero(rng.random(7 * weeks) < _SHARE_OF_DAYS)
    count = len(trained)
    setups = np.arange(count)
    if kind == "independent":
        off = rng.normal(0, error, count)
    elif kind == "AR(1)":
        off = _draw_ar1(trained, error, rng)
    else:
        lengths = rng.integers(6, 13, count)
        setups = np.repeat(np.arange(count), lengths)[:count]
        off = rng.normal(0, error, count)[setups] + rng.normal(0, error / 4, count)
    # A set-up that lasts is seen as the same place of the camera, up to what yaw and distance scatter by.
    yaw = np.where(setups % 2 == 0, -8.0, 8.0) + rng.normal(0, 1.0, count)
    true = LEVEL + gain * trained / (7 * weeks - 1)
    each = np.repeat(np.arange(count), _SETS_A_DAY)
    within = rng.normal(0, error / 4, len(each))
    return History(
        days=FIRST_DAY + trained[each],
        values=(true + off)[each] + within,
        errors=np.full(len(each), error),
        yaw_deg=yaw[each],
        distance=np.full(len(each), 180.0),
        true=true[each],
    )


def _draw_ar1(days: np.ndarray, error: float, rng: np.random.Generator) -> FloatArray:
    off = rng.normal(0, error, len(days))
    for i in range(1, len(days)):
        kept = CORRELATION ** int(days[i] - days[i - 1])
        off[i] = kept * off[i - 1] + math.sqrt(1 - kept**2) * off[i]
    return np.asarray(off)


def calls_change(history: History, mdc: float) -> bool:
    """Whether a change is called."""
    setups = find_setups(history.days, history.yaw_deg, history.distance)
    of_days = average_errors_by_day(history.days, history.values, history.errors, setups)
    return compare_first_and_last(history.days, history.values, mdc, of_days).kind in ("gained", "lost")


def band_holds(history: History) -> FloatArray:
    """On which days with sets the band holds the true course, 1 or 0."""
    setups = find_setups(history.days, history.yaw_deg, history.distance)
    of_days = average_errors_by_day(history.days, history.values, history.errors, setups)
    trend = smooth_trend(history.days, history.values, of_days)
    assert trend is not None
    at = history.days - trend.days[0]
    return np.asarray((trend.low[at] <= history.true) & (history.true <= trend.high[at]), float)


def main(count: int) -> None:
    """Print the table."""
    print("| error of a set | histories | false calls | coverage of the band | a true gain of twice the MDC is called |")
    print("|---|---|---|---|---|")
    for error, mdc in ERRORS:
        for kind in KINDS:
            rng = np.random.default_rng(20260301)
            calls = np.mean([calls_change(simulate(kind, error, rng), mdc) for _ in range(count)])
            held = np.mean(np.concatenate([band_holds(simulate(kind, error, rng)) for _ in range(count // 4)]))
            found = np.mean([calls_change(simulate(kind, error, rng, gain=2 * mdc), mdc) for _ in range(count // 4)])
            unit = "°" if mdc > 4 else " cm"
            print(f"| {error}{unit} | {kind} | {100 * calls:.1f} % | {100 * held:.0f} % | {100 * found:.0f} % |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
