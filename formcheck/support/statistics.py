"""What counts as more than chance, for every comparison of two numbers."""

from __future__ import annotations

import math

# 95 % of a normal distribution lies within this many standard deviations of its mean.
Z95 = 1.96


def least_difference(mdc: float, *errors: float | None) -> float:
    """Return the smallest difference between two measurements that is more than error: ``max(MDC95, 1.96 √(σa² + σb²))``.

    Parameters
    ----------
    mdc
        The published minimal detectable change, in the measure's unit.
    errors
        The standard error of each measurement, in the same unit; None where it is not known.
    """
    return max(mdc, Z95 * math.sqrt(sum(error**2 for error in errors if error is not None)))
