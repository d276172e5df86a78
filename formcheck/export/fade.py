"""Whether the movement became smaller within a set: the first third of the reps against the last, with its error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from formcheck.export.facts import headline_of
from formcheck.report.schema import FaultCode, SetReport
from formcheck.support.statistics import Z95

# With fewer reps there is no first and last third.
MIN_REPS_FOR_FADE = 3
# Faults that end a rep's range early: what such a rep lacks is technique and not fatigue.
_NOT_FATIGUE: frozenset[FaultCode] = frozenset(("heel-lifted", "foot-slid"))


@dataclass(frozen=True)
class Fade:
    """How the headline went from the first third of the reps to the last, in its unit.

    ``threshold`` is the least difference that is more than chance and measurement error; None where neither is known.
    ``reps`` is how many reps are in a third.
    """

    first: float
    last: float
    threshold: float | None
    reps: int

    @property
    def changed(self) -> bool:
        """Whether the last reps differ from the first by more than error."""
        return self.threshold is not None and abs(self.first - self.last) > self.threshold

    @property
    def fell(self) -> bool:
        """Whether they are lower by more than error."""
        return self.changed and self.last < self.first

    @property
    def percent(self) -> float:
        """The change in % of the first third; NaN where that is nothing."""
        return 100.0 * (self.last / self.first - 1.0) if self.first else math.nan


def measure_fade(report: SetReport) -> Fade | None:
    """Return how the headline changed within the set; None with too few measured reps.

    The threshold is 1.96 · s · √(2 / n) for two means of n reps each; s is the larger of the set's expected error and the reps'
    own scatter about a straight line.
    """
    headline = headline_of(report)
    if headline is None:
        return None
    sound = [rep for rep in report.reps if not _NOT_FATIGUE & set(rep.faults)]
    values = np.array([value for rep in sound if (value := rep.measures.get(headline.name)) is not None], dtype=float)
    if len(values) < MIN_REPS_FOR_FADE:
        return None
    reps = max(1, len(values) // 3)
    errors = [report.quality.expected_error.get(headline.name), _scatter(values)]
    known = [error for error in errors if error is not None]
    threshold = Z95 * max(known) * math.sqrt(2.0 / reps) if known else None
    return Fade(float(values[:reps].mean()), float(values[-reps:].mean()), threshold, reps)


def _scatter(values: np.ndarray) -> float | None:
    """The standard deviation of the values about their straight line; None with too few values."""
    if len(values) <= MIN_REPS_FOR_FADE:
        return None
    numbers = np.arange(len(values))
    rest = values - np.polyval(np.polyfit(numbers, values, 1), numbers)
    return float(np.sqrt(np.sum(rest**2) / (len(values) - 2)))
