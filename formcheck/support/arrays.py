"""The array type that the whole program computes with, and the nearest of its elements."""

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
