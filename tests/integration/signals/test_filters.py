"""Outliers and the low-pass filter are those of SciPy, without loading it."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal

from formcheck.signals.filters import CUTOFF_HZ, HAMPEL_SIGMAS, MAD_TO_SIGMA, TWO_PASS_CORNER, find_outliers, smooth


@pytest.mark.parametrize("cutoff_hz", [0.5, CUTOFF_HZ])
@pytest.mark.parametrize("samples", [8, 9, 450])
@pytest.mark.parametrize("fps", [9.0, 15.0, 30.0, 240.0])
def test_smoothing_is_scipys_butterworth_forward_and_backward(fps: float, samples: int, cutoff_hz: float) -> None:
    values = 500 + 10 * np.cumsum(np.random.default_rng(0).normal(size=samples))
    time_s = np.arange(samples) / fps
    period = float(np.median(np.diff(time_s)))
    corner = np.arctan(np.tan(np.pi / 2 * cutoff_hz * 2 * period) / TWO_PASS_CORNER) / (np.pi / 2)
    padding = min(samples - 1, int(np.ceil(1 / (cutoff_hz * period))))
    expected = scipy.signal.sosfiltfilt(scipy.signal.butter(2, corner, output="sos"), values, padtype="odd", padlen=padding)
    assert smooth(time_s, values, cutoff_hz) == pytest.approx(expected, abs=1e-9)


def test_cleaning_a_path_loads_nothing_of_scipy() -> None:
    """SciPy's filters bring optimizers, splines and statistics, and take as long to load as two seconds of video to follow."""
    program = (
        "import sys, numpy as np; from formcheck.signals.filters import clean_path; "
        "clean_path(np.arange(30) / 15, np.ones((30, 2)), 1.0); print(sum(name.startswith('scipy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "0\n"


@pytest.mark.parametrize("window", [3, 4, 7, 61])
@pytest.mark.parametrize("samples", [3, 9, 450])
def test_outliers_are_those_of_scipys_median(samples: int, window: int) -> None:
    values = np.random.default_rng(1).normal(size=samples)
    values[samples // 2] += 20
    median = scipy.ndimage.median_filter(values, size=window, mode="nearest")
    spread = MAD_TO_SIGMA * scipy.ndimage.median_filter(np.abs(values - median), size=window, mode="nearest")
    expected = np.abs(values - median) > HAMPEL_SIGMAS * spread
    assert find_outliers(values, window).tolist() == expected.tolist()
