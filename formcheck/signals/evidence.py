"""Combine several estimates of one quantity."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.support.arrays import FloatArray

# One estimate in ten is off by several times its standard deviation, because of the wrong foot, a shadow or a swapped landmark.
GROSS_SHARE, GROSSLY = 0.1, 4.0


@dataclass(frozen=True)
class Estimate:
    """A value, its standard deviation in the same unit, and its source."""

    value: float
    sd: float
    source: str

    @property
    def known(self) -> bool:
        """Whether value and standard deviation are finite."""
        return bool(np.isfinite(self.value) and np.isfinite(self.sd))


def fuse(estimates: Sequence[Estimate]) -> Estimate:
    """Return the posterior mean and standard deviation of one quantity from independent estimates.

    Each estimate's error is normal with its own standard deviation or, with probability `GROSS_SHARE`, with `GROSSLY` times
    that (a contaminated normal: Tukey 1960; Huber 1981, Robust Statistics). The prior is flat, so the posterior is a mixture of
    normals, one for each choice of which estimates are gross errors. Estimates that disagree widen the result.

    Returns
    -------
    The mean and standard deviation of that mixture, with the sources joined by ``+``; NaN if no estimate is known.
    """
    known = [e for e in estimates if e.known]
    if not known:
        return Estimate(float("nan"), float("nan"), "")
    values = np.array([e.value for e in known])
    weights, means, variances = [], [], []
    for gross in itertools.product((False, True), repeat=len(known)):
        sds = np.array([e.sd * (GROSSLY if g else 1.0) for e, g in zip(known, gross, strict=True)])
        variance = 1.0 / np.sum(1.0 / sds**2)
        mean = variance * np.sum(values / sds**2)
        prior = np.prod(np.where(gross, GROSS_SHARE, 1.0 - GROSS_SHARE))
        likelihood = np.sqrt(variance) * np.prod(np.exp(-0.5 * ((values - mean) / sds) ** 2) / sds)
        weights.append(prior * likelihood)
        means.append(mean)
        variances.append(variance)
    total = np.sum(weights)
    share = np.asarray(weights) / total if total > 0 else np.full(len(weights), 1.0 / len(weights))
    mean = float(np.sum(share * means))
    spread = float(np.sum(share * (np.asarray(variances) + (np.asarray(means) - mean) ** 2)))
    return Estimate(mean, float(np.sqrt(spread)), "+".join(e.source for e in known))


def read_grid(log_posterior: FloatArray, values: FloatArray, source: str) -> Estimate:
    """Return the posterior mean and standard deviation of one axis' values, given the log of the posterior on a grid.

    ``log_posterior`` need not be normalized; ``values`` are shaped to be broadcast along its other axes.
    """
    likely = np.exp(log_posterior - log_posterior.max())
    likely /= likely.sum()
    mean = float(np.sum(likely * values))
    return Estimate(mean, float(np.sqrt(np.sum(likely * (values - mean) ** 2))), source)


def without_gross_errors(rms: float) -> float:
    """Return the standard deviation to give `fuse` for an estimate whose errors, gross ones included, have this RMS."""
    return rms / math.sqrt(1.0 + GROSS_SHARE * (GROSSLY**2 - 1.0))
