"""The current value of the headline, from the landmarks, corrected by the repetitions measured so far."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from formcheck.foot import ANKLE, BALL, FOOT_PER_SHANK, PLANTAR_HEEL
from formcheck.live.counting import Candidate
from formcheck.live.state import LiveRep
from formcheck.scene.scene import SHANK_PER_HEIGHT

# A signal's resting level is its minimum over this time, which is longer than a slow repetition.
REST_S = 12.0
# Heel and ankle turn about the ball together, so for small turns they rise in proportion to their distance from it.
HEEL_PER_TRUNK_RISE = (BALL[0] - PLANTAR_HEEL[0]) / (BALL[0] - ANKLE[0])


class Gauge:
    """Converts the rep signal to the headline's unit."""

    def __init__(self, height_cm: float | None) -> None:
        """Prepare for a person of this height, if known."""
        self._height_cm = height_cm
        self._recent: deque[tuple[float, float]] = deque()

    def unit_of(self, candidate: Candidate) -> str:
        """The headline's unit: of an angle, of a heel's height, or of a time."""
        if candidate.exercise.reads_shank:
            return "°"
        if candidate.exercise.lifts_heel:
            return "cm" if self._height_cm else "% foot"
        return "s"

    def read(self, time_s: float, candidate: Candidate, reps: Sequence[LiveRep]) -> float:
        """Return the headline's current value; NaN where it is the time of a movement, which is known only at its end."""
        if candidate.exercise.trial_s is not None:
            return candidate.balanced_s(time_s)
        if self.unit_of(candidate) == "s":
            return float("nan")
        value = candidate.value
        self._recent.append((time_s, value))
        while self._recent[0][0] < time_s - REST_S:
            self._recent.popleft()
        measured = [rep for rep in reps if np.isfinite(rep.headline)]
        if candidate.exercise.reads_shank:
            # the correction measured at the peaks, scaled down below them
            gaps = [rep.measures["tibial_inclination_deg"] - rep.span.peak for rep in measured]
            top = float(np.median([rep.span.peak for rep in measured])) if measured else 1.0
            share = float(np.clip(value / max(top, 1.0), 0.0, 1.0))
            return value + share * (float(np.median(gaps)) if gaps else 0.0)
        rest = min(v for _, v in self._recent if np.isfinite(v)) if np.isfinite(value) else np.nan
        factors = [rep.headline / rep.span.rise for rep in measured if rep.span.rise > 0]
        return max(0.0, value - rest) * (float(np.median(factors)) if factors else self._usual_factor())

    def _usual_factor(self) -> float:
        """Shank lengths of trunk rise → heel rise in cm, or % of the foot without a height."""
        if self._height_cm:
            return HEEL_PER_TRUNK_RISE * SHANK_PER_HEIGHT * self._height_cm
        return HEEL_PER_TRUNK_RISE * 100.0 / FOOT_PER_SHANK
