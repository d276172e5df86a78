"""One signal in few bytes: whole multiples of a unit, each as its difference from the one before it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from formcheck.support.arrays import FloatArray

# More than an hour at twenty samples a second.
MAX_SAMPLES = 100_000
# No signal moves so far between two samples; the sum of as many steps as there may be still has a place in 64 bits.
MAX_STEP = 10**6


class Trace(BaseModel):
    """One signal: multiples of ``unit``, each as its difference from the one before it; null where nothing was seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
    steps: Annotated[list[Annotated[int, Field(ge=-MAX_STEP, le=MAX_STEP)] | None], Field(max_length=MAX_SAMPLES, fail_fast=True)]

    @classmethod
    def of(cls, values: FloatArray, unit: float) -> Trace:
        """Round (N,) values."""
        known = np.isfinite(values)
        whole = np.round(values[known] / unit).astype(int)
        steps = iter(np.diff(whole, prepend=0).tolist())
        return cls(unit=unit, steps=[next(steps) if seen else None for seen in known])

    @property
    def values(self) -> FloatArray:
        """(N,) the signal; NaN where nothing was seen."""
        known = np.array([step is not None for step in self.steps], bool)
        values = np.full(len(known), np.nan)
        values[known] = self.unit * np.cumsum([step for step in self.steps if step is not None])
        return values
