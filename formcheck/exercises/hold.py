"""How long a position is held: the time for which an angle hardly changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.support.arrays import FloatArray

# Held is what moves more slowly than this. A glide of 35° there and back in 6 s is that slow for a quarter of a second.
STILL_DEG_PER_S = 2.0
# The speed is the slope of a straight line over this long: of angles that jitter by 0.3° it is known to 1° a second. A hold
# comes out short by up to as much, because the line sees the movement before and after it.
SLOPE_WINDOW_S = 0.4
# A slope takes this many samples: through two there is always a line.
LEAST_SAMPLES = 3
# A faster moment this short, a sway or jitter, does not end a hold. A pause this far below the repetition's peak is a rest on the
# way, not the hold. Chosen by trial; on which clips was not recorded.
MAX_SWAY_S = 0.35
NEAR_PEAK_DEG = 4.0
# Nor does a longer sway in which the angle leaves no band this wide and goes nowhere: the definition's 2° (docs/measurements.md).
KEPT_BAND_DEG = 2.0


def measure_hold(time_s: FloatArray, angle_deg: FloatArray, counts: NDArray[np.bool_]) -> float:
    """Return the longest time, seconds, for which an angle near its peak moves at under ``STILL_DEG_PER_S``.

    Still moments are one hold if the angle sways between them for no longer than ``MAX_SWAY_S``, or stays in one band from the
    first to the last (`_is_kept`).

    Parameters
    ----------
    time_s, angle_deg
        (N,) one repetition; NaN where the angle is not known.
    counts
        (N,) whether a frame may count at all: the heel is down on it.

    Notes
    -----
    Rendered holds of 1.0 s are measured as 0.47 to 1.3 s, because the body sways and sinks at a degree or two a second.
    """
    if not (np.isfinite(angle_deg) & counts).any():
        return float("nan")
    speed = np.abs(compute_slope(time_s, angle_deg, SLOPE_WINDOW_S))
    peak = float(np.nanmax(angle_deg[counts]))
    with np.errstate(invalid="ignore"):
        still = (speed < STILL_DEG_PER_S) & (angle_deg > peak - NEAR_PEAK_DEG) & counts
    samples = np.flatnonzero(still)
    if not len(samples):
        return 0.0
    gaps_s = np.diff(time_s[samples])
    runs = np.split(samples, np.flatnonzero(gaps_s > MAX_SWAY_S) + 1)
    step_s = float(np.median(np.diff(time_s)))
    held = [
        (first[0], last[-1])
        for k, first in enumerate(runs)
        for last in runs[k:]
        if last is first or _is_kept(time_s, angle_deg, counts, slice(first[0], last[-1] + 1))
    ]
    return max(float(time_s[end] - time_s[start]) for start, end in held) + step_s


def _is_kept(time_s: FloatArray, angle_deg: FloatArray, counts: NDArray[np.bool_], frames: slice) -> bool:
    """Whether an angle is known throughout, leaves no band of `KEPT_BAND_DEG` and does not glide through it."""
    time, angle = time_s[frames], angle_deg[frames]
    in_band = bool(counts[frames].all() and np.ptp(angle) <= KEPT_BAND_DEG)  # NaN is in no band
    return in_band and abs(float(np.polyfit(time, angle, 1)[0])) < STILL_DEG_PER_S


def compute_slope(time_s: FloatArray, values: FloatArray, window_s: float) -> FloatArray:
    """Return the (N,) slope of the least-squares line through the values within ``window_s`` around each sample.

    Units per second; NaN where fewer than three values are known there.
    """
    slope = np.full(len(time_s), np.nan)
    for sample, when in enumerate(time_s):
        near = (np.abs(time_s - when) <= window_s / 2 + 1e-9) & np.isfinite(values)
        if near.sum() >= LEAST_SAMPLES:
            time, value = time_s[near] - time_s[near].mean(), values[near]
            slope[sample] = float(time @ value / (time @ time))
    return slope
