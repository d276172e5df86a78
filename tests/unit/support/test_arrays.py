"""Medians of what is known."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from formcheck.support.arrays import median_known


@pytest.mark.parametrize(
    ("values", "median"), [([1.0, np.nan, 3.0, 8.0], 3.0), ([[1.0, np.nan], [2.0, np.inf]], 1.5), ([np.nan], np.nan), ([], np.nan)]
)
def test_the_median_leaves_out_what_is_not_known_and_of_nothing_is_not_known(values: list, median: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert median_known(np.array(values)) == pytest.approx(median, nan_ok=True)
