"""The best rep of a set as a figure of lines, to be drawn again over another picture: the ghost.

The figure has no picture of the person. Its places are distances from the toes in shank lengths, so that it fits another camera,
another distance and, nearly, another person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from formcheck.export.facts import best_rep
from formcheck.export.trace import Trace
from formcheck.pose.track import Landmark
from formcheck.report.schema import SetReport
from formcheck.support.arrays import FloatArray

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis

Joint = Literal["shoulder", "hip", "knee", "ankle", "heel", "foot_index"]
JOINTS: tuple[Joint, ...] = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
# The order in which one line passes the joints: down the body, round the foot, and back to the ankle.
OUTLINE: tuple[Joint, ...] = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index", "ankle")
# Samples a second: enough for a movement that takes seconds, and a line between two samples is straight.
RATE_HZ = 15.0
# A tenth of a centimeter of a shank of 42 cm, in shank lengths.
UNIT = 0.0025
# A minute: no rep takes longer.
MAX_FIGURE_SAMPLES = 900
# A figure with more of a joint missing is not drawn.
MIN_KNOWN_SHARE = 0.5


class Figure(BaseModel):
    """One rep of the working leg, seen from the side, from its start to its end.

    Attributes
    ----------
    rep
        The rep's number in its set.
    rate_hz
        Samples per second.
    forward, up
        Each joint's distance from the toes' place, in shank lengths: toward where the person faces, and against gravity.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rep: Annotated[int, Field(ge=1, le=100_000)]
    rate_hz: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)] = RATE_HZ
    forward: dict[Joint, Trace]
    up: dict[Joint, Trace]

    @model_validator(mode="after")
    def _check(self) -> Figure:
        """Refuse a figure without a joint, or with joints of several lengths."""
        lengths = {len(trace.steps) for trace in (*self.forward.values(), *self.up.values())}
        if set(self.forward) != set(JOINTS) or set(self.up) != set(JOINTS):
            raise ValueError("a figure has all six joints")
        if len(lengths) != 1 or not 2 <= max(lengths) <= MAX_FIGURE_SAMPLES:
            raise ValueError("a figure's joints have one length, from 2 to 900 samples")
        return self

    @property
    def duration_s(self) -> float:
        """How long the rep takes, seconds."""
        return (len(self.up["knee"].steps) - 1) / self.rate_hz

    def places(self) -> FloatArray:
        """(T, 6, 2) each joint's distance forward and up from the toes' place, in shank lengths; in the order of `JOINTS`."""
        return np.stack([np.stack([self.forward[j].values, self.up[j].values], axis=1) for j in JOINTS], axis=1)


def make_figure(analysis: Analysis) -> Figure | None:
    """Return the best rep of a set as a figure; None if there is none, or if it was not filmed from the side."""
    rep, leg, scene = best_rep(analysis.report), analysis.leg, analysis.scene
    if rep is None or leg is None or scene.kind != "side":
        return None
    track = analysis.track
    inside = (track.time_s >= rep.start_s) & (track.time_s <= rep.end_s)
    grid = np.arange(rep.start_s, rep.end_s, 1.0 / RATE_HZ)[:MAX_FIGURE_SAMPLES]
    toes = track.points[inside, Landmark.of(leg, "foot_index")]
    if len(grid) < 2 or not np.isfinite(toes).all(axis=1).any():
        return None
    toe = np.nanmedian(toes, axis=0)
    forward: dict[Joint, Trace] = {}
    up: dict[Joint, Trace] = {}
    for joint in JOINTS:
        away = (track.points[:, Landmark.of(leg, joint)] - toe) / scene.shank_px
        known = np.isfinite(away).all(axis=1) & inside
        if known.sum() < max(2.0, MIN_KNOWN_SHARE * inside.sum()):
            return None
        for axis, traces in ((scene.forward, forward), (scene.up, up)):
            traces[joint] = Trace.of(np.interp(grid, track.time_s[known], away[known] @ axis), UNIT)
    return Figure(rep=rep.number, forward=forward, up=up)


def figure_of(report: SetReport, figure: Figure | None) -> Figure | None:
    """Return a kept figure if it is still of the report's best rep: after a correction by hand another rep may be the best."""
    best = best_rep(report)
    return figure if figure is not None and best is not None and best.number == figure.rep else None
