"""Gaps, outliers and jitter: pure functions on arrays whose first axis is time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from formcheck.support.arrays import FloatArray

# The exercises are slow: a repetition takes 1–6 s. A heel raise at 60 beats per minute has 99 % of its power below 3 Hz. Landmark
# jitter is white up to the Nyquist frequency. 4 Hz keeps the peak and removes the jitter (Winter 2009, ch. 2.2.4 on cut-offs).
CUTOFF_HZ = 4.0
# Hampel filter: a sample this many robust standard deviations from its window's median is an outlier (the usual three: Pearson
# 2016). The window, and the longest gap that is filled, are shorter than any movement of an exercise; chosen by design.
HAMPEL_SIGMAS = 3.0
HAMPEL_WINDOW_S, MAX_GAP_S = 0.5, 0.5
# Medians are found for this many samples at once, which limits the memory for a long recording at a high frame rate.
MEDIANS_AT_ONCE = 65536
MAD_TO_SIGMA = 1.4826  # median absolute deviation → standard deviation of a normal distribution


def find_outliers(values: FloatArray, window: int, floor: float = 0.0) -> NDArray[np.bool_]:
    """Return a (T,) mask of the outliers that a Hampel filter finds in ``values`` (Pearson 2016, doi 10.1186/s13634-016-0383-6).

    ``window`` is the full width in samples. A deviation up to ``floor`` (in the values' unit) is never an outlier; without it, tiny
    movements in a perfectly still period would count as outliers. NaN is not an outlier.
    """
    known = np.isfinite(values)
    if known.sum() < 3:
        return np.zeros(len(values), dtype=bool)
    # a landmark that is unknown at the first or the last frame has no neighbor there, so the nearest known value is held
    index = np.arange(len(values))
    filled = np.interp(index, index[known], values[known])
    deviation = np.abs(filled - _find_running_median(filled, window))
    spread = MAD_TO_SIGMA * _find_running_median(deviation, window)
    return known & (deviation > np.maximum(HAMPEL_SIGMAS * spread, floor))


def _find_running_median(values: FloatArray, window: int) -> FloatArray:
    """Return the (T,) medians over ``window`` samples around each; the first and the last value continue beyond the ends."""
    before = window // 2
    around = np.lib.stride_tricks.sliding_window_view(np.pad(values, (before, window - before - 1), mode="edge"), window)
    chunks = [around[k : k + MEDIANS_AT_ONCE] for k in range(0, len(around), MEDIANS_AT_ONCE)]
    return np.concatenate([np.partition(chunk, before, axis=1)[:, before] for chunk in chunks])


def fill_gaps(values: FloatArray, max_gap: int) -> FloatArray:
    """Interpolate linearly over NaN runs of at most ``max_gap`` samples in (T,) ``values``. Longer runs and ends stay NaN."""
    missing = ~np.isfinite(values)
    if not missing.any() or missing.all():
        return values
    index = np.arange(len(values))
    filled = values.copy()
    filled[missing] = np.interp(index[missing], index[~missing], values[~missing])
    for run in _runs(missing):
        if run.start == 0 or run.stop == len(values) or run.stop - run.start > max_gap:
            filled[run] = np.nan
    return filled


def _runs(mask: NDArray[np.bool_]) -> list[slice]:
    """Return the runs of True in a (T,) mask."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return [slice(start, stop) for start, stop in edges.reshape(-1, 2).tolist()]


# What cannot be smoothed stays as it is: fewer samples than this, or so few a second that the cut-off is beyond this share of the
# Nyquist frequency. Times that span more than so many periods a sample have holes, and are not made even. By design.
LEAST_SAMPLES, HIGHEST_CUTOFF, MOST_UNEVEN = 8, 0.95, 4
# A second-order Butterworth filter run forward and backward is 3 dB down at this fraction of each pass's corner frequency (Winter
# 2009, ch. 2.2.4.4): 1 / (1 + x⁴) = 1 / √2.
TWO_PASS_CORNER = float((np.sqrt(2.0) - 1.0) ** 0.25)


def smooth(time_s: FloatArray, values: FloatArray, cutoff_hz: float = CUTOFF_HZ) -> FloatArray:
    """Low-pass filter (T,) ``values`` without delay: a second-order Butterworth run forward and backward (fourth order in total).

    At ``cutoff_hz`` the result is 3 dB down. Unevenly timed values are resampled to the median period and back. Parts between NaNs
    are smoothed separately.
    """
    result = values.copy()
    for run in _runs(np.isfinite(values)):
        time, part = time_s[run], values[run]
        if len(part) < LEAST_SAMPLES:
            continue
        period = float(np.median(np.diff(time)))
        nyquist = 0.5 / period
        if cutoff_hz >= HIGHEST_CUTOFF * nyquist:
            continue
        with_holes = time[-1] - time[0] >= MOST_UNEVEN * len(part) * period
        even = time if with_holes else np.arange(time[0], time[-1] + period / 2, period)
        response = _design_low_pass(cutoff_hz / nyquist)
        padding = min(len(even) - 1, int(np.ceil(1.0 / (cutoff_hz * period))))
        smoothed = _filter_both_ways(response, np.interp(even, time, part), padding)
        result[run] = np.interp(time, even, smoothed)
    return result


# A filter's response is cut where it has fallen below this share of its largest value, under the precision of a double.
RESPONSE_FLOOR = 1e-17


# A live set smooths the same window many times a second, and the design takes as long as the filtering.
@lru_cache(maxsize=256)
def _design_low_pass(cutoff: float) -> FloatArray:
    """Return the (N,) impulse response of one pass; two passes are 3 dB down at ``cutoff``, a fraction of the Nyquist frequency.

    A second-order Butterworth by the bilinear transform (Oppenheim and Schafer 2010, ch. 7.2.2), as `scipy.signal.butter` gives it.
    SciPy's own would take longer to load than two seconds of video take to follow: it brings statistics, splines and optimizers.
    """
    # the bilinear transform warps frequencies, so the corner is computed on the warped scale
    warped = float(np.tan(np.pi / 2 * cutoff)) / TWO_PASS_CORNER
    scale = 1.0 + np.sqrt(2.0) * warped + warped**2
    first, second = 2.0 * (warped**2 - 1.0) / scale, (1.0 - np.sqrt(2.0) * warped + warped**2) / scale
    # the two poles are conjugate, so the response decays by their magnitude with every sample
    length = 3 + int(np.ceil(np.log(RESPONSE_FLOOR) / np.log(np.sqrt(second))))
    response = np.zeros(length)
    response[:3] = np.array([1.0, 2.0, 1.0]) * warped**2 / scale
    for k in range(1, length):
        response[k] -= first * response[k - 1] + (second * response[k - 2] if k > 1 else 0.0)
    return response


def _filter_both_ways(response: FloatArray, values: FloatArray, padding: int) -> FloatArray:
    """Return (T,) values filtered forward and then backward, as `scipy.signal.sosfiltfilt` does with odd padding.

    Each pass begins as if its first value had lasted forever.
    """
    before = 2 * values[0] - values[padding:0:-1]
    after = 2 * values[-1] - values[-2 : -padding - 2 : -1]
    filtered = np.concatenate([before, values, after])
    for _ in range(2):
        history = np.full(len(response) - 1, filtered[0])
        filtered = np.convolve(np.concatenate([history, filtered]), response, mode="valid")[::-1]
    return filtered[padding : padding + len(values)]


def clean_path(time_s: FloatArray, path: FloatArray, floor: float) -> FloatArray:
    """Clean a (T, 2) landmark path: remove outliers, fill short gaps and smooth jitter.

    A deviation up to ``floor`` pixels is never an outlier.
    """
    if len(time_s) < 3:
        return path
    period = float(np.median(np.diff(time_s)))
    window = max(3, round(HAMPEL_WINDOW_S / period) | 1)
    bad = np.zeros(len(path), dtype=bool)
    for axis in range(path.shape[1]):
        bad |= find_outliers(path[:, axis], window, floor=floor)
    kept = np.where(bad[:, None], np.nan, path)
    columns = [smooth(time_s, fill_gaps(kept[:, axis], max_gap=max(1, round(MAX_GAP_S / period)))) for axis in range(path.shape[1])]
    return np.stack(columns, axis=1)


def compute_speed(time_s: FloatArray, path: FloatArray) -> FloatArray:
    """Return the (T,) speed along a (T, 2) path, in the path's unit per second."""
    if len(time_s) < 2:
        return np.zeros(len(time_s))
    return np.asarray(np.linalg.norm(np.gradient(path, time_s, axis=0), axis=1))


# Two equal first-order stages in series are 3 dB down at this fraction of each stage's corner frequency.
TWO_STAGE_CORNER = float(np.sqrt(np.sqrt(2.0) - 1.0))


@dataclass
class CausalSmoother:
    """The live counterpart of `smooth`: a critically damped second-order low-pass for uneven times that uses past samples only.

    A slow movement comes out `delay_s` late, so an output describes the moment `delay_s` before its input's time.
    """

    cutoff_hz: float = CUTOFF_HZ
    max_gap_s: float = MAX_GAP_S
    _time_s: float | None = None
    _first: FloatArray | None = None
    _second: FloatArray | None = None

    @property
    def delay_s(self) -> float:
        """Delay of a slow movement, seconds."""
        return 2.0 * TWO_STAGE_CORNER / (2.0 * np.pi * self.cutoff_hz)

    def update(self, time_s: float, values: FloatArray) -> FloatArray:
        """Take one sample, an array of any shape, and return it smoothed. NaN stays NaN. A long gap restarts the filter."""
        if not np.isfinite(values).all():
            return np.full_like(values, np.nan)
        stale = self._time_s is None or time_s - self._time_s > self.max_gap_s
        if stale or self._first is None or self._second is None or self._time_s is None:
            self._first, self._second = values.copy(), values.copy()
        else:
            share = 1.0 - np.exp(-2.0 * np.pi * self.cutoff_hz / TWO_STAGE_CORNER * (time_s - self._time_s))
            self._first = self._first + share * (values - self._first)
            self._second = self._second + share * (self._first - self._second)
        self._time_s = time_s
        return self._second
