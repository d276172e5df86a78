"""A set's curves, small enough to keep with it for ten years: the exercise's own signals, sampled evenly and rounded.

From them come the curves of single repetitions, each over 0 to 100 % of its own time, also after its borders were moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from formcheck.export.facts import curve_of, exercise_of
from formcheck.export.figure import Figure, make_figure
from formcheck.export.trace import MAX_SAMPLES, Trace
from formcheck.report.schema import Rep
from formcheck.support.arrays import FloatArray

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis

# The exercises' movements have nothing above 5 Hz: twenty samples a second lose nothing visible.
STEP_S = 0.05
# Kept before the first repetition and after the last, so that their start and end can be checked by eye.
MARGIN_S = 1.0
# What a signal's values are rounded to, by the ending of its name (half a millimeter, a fifth of a % of the foot) and usually: less
# than any error that is stated.
UNITS, USUAL_UNIT = {"cm": 0.05, "foot": 0.2}, 0.1
# Each repetition's curve has a value for every percent of its time.
POINTS = 101


class Curves(BaseModel):
    """Signals of a set by name, on samples every ``step_s`` from ``first_s`` of the video on, and the best rep as a figure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_s: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
    step_s: Annotated[float, Field(gt=0, le=10)] = STEP_S
    signals: dict[str, Trace]
    figure: Figure | None = None

    @classmethod
    def sample(cls, time_s: FloatArray, signals: dict[str, FloatArray], start_s: float, end_s: float) -> Curves:
        """Sample (T,) signals evenly between two times; NaN stays unknown."""
        first = max(0.0, float(np.floor(start_s / STEP_S) * STEP_S), float(time_s[0]))
        grid = np.arange(first, min(end_s, float(time_s[-1])) + STEP_S / 2, STEP_S)[:MAX_SAMPLES]
        traces = {name: Trace.of(_resample(grid, time_s, values), _unit_of(name)) for name, values in signals.items()}
        return cls(first_s=round(first, 3), signals=traces)

    @property
    def time_s(self) -> FloatArray:
        """(N,) the times of the samples, seconds; N is the length of the longest signal."""
        longest = max((len(trace.steps) for trace in self.signals.values()), default=0)
        return self.first_s + self.step_s * np.arange(longest, dtype=np.float64)

    def of_reps(self, signal: str, reps: Sequence[Rep]) -> FloatArray:
        """(R, 101) the signal over 0 to 100 % of each repetition's time; NaN where it is not known."""
        trace = self.signals.get(signal)
        if trace is None or not reps:
            return np.full((len(reps), POINTS), np.nan)
        values = trace.values
        time_s = self.first_s + self.step_s * np.arange(len(values), dtype=np.float64)
        return np.array([_resample(np.asarray(np.linspace(rep.start_s, rep.end_s, POINTS), float), time_s, values) for rep in reps])


def make_curves(analysis: Analysis) -> Curves | None:
    """Return the curves to keep of an analysis: its chart's and the heel's; None without a repetition."""
    report = analysis.report
    if not report.reps or exercise_of(report) is None:
        return None
    wanted = [curve_of(report).signal]
    wanted += ["heel_rise_cm" if report.scale.cm_per_px else "heel_rise_pct_foot"]
    signals = {name: values for name in wanted if (values := analysis.signals.get(name)) is not None and np.isfinite(values).any()}
    start_s, end_s = report.reps[0].start_s - MARGIN_S, report.reps[-1].end_s + MARGIN_S
    if not signals:
        return None
    return Curves.sample(analysis.track.time_s, signals, start_s, end_s).model_copy(update={"figure": make_figure(analysis)})


def _resample(grid: FloatArray, time_s: FloatArray, values: FloatArray) -> FloatArray:
    """(T,) values at other times: between two known samples in a straight line, NaN elsewhere."""
    with np.errstate(invalid="ignore"):
        return np.interp(grid, time_s, values, left=np.nan, right=np.nan)


def _unit_of(signal: str) -> float:
    return UNITS.get(signal.rsplit("_", 1)[-1], USUAL_UNIT)
