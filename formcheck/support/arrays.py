"""The array type that the whole program computes with, the nearest of its elements, and the median of its known ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def nearest_index(values: FloatArray, wanted: float) -> int:
    """Return the index of the element of ``values``, (N,), nearest to ``wanted``: the first of several.

    Raises
    ------
    ValueError
        If there is none.
    """
    return int(np.argmin(np.abs(values - wanted)))


def median_known(values: FloatArray) -> float:
    """Return the median of the finite ``values``, of any shape; NaN if there is none."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
