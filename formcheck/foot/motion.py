"""How a foot moved."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from formcheck.report.limits import MAX_TURN_DEG as MAX_TURN_DEG
from formcheck.support.arrays import FloatArray


@dataclass(frozen=True)
class FootMotion:
    """The foot over time, from the pixels; NaN on frames that did not show it.

    Attributes
    ----------
    heel_rise_px
        (T,) rise of the plantar heel above the flat foot of the same repetition.
    turn_deg
        (T,) turn of the foot about its ball from flat; positive = heel up (plantarflexion of the foot against the floor).
    support
        (T,) share of the followed corners that agree on that turn.
    slide_px
        (T,) how far the foot has slid along the floor, along its own axis, since the repetition's start; positive = forward. It
        is known only for a foot that should stay down.
    error_px
        (T,) standard deviation of ``heel_rise_px``, from the spread of the foot's own evidence; NaN where unknown.
    """

    heel_rise_px: FloatArray
    turn_deg: FloatArray
    support: FloatArray
    slide_px: FloatArray
    error_px: FloatArray

    @classmethod
    def empty(cls, frames: int) -> FootMotion:
        """Return a motion in which nothing is known."""
        return cls(
            np.full(frames, np.nan), np.full(frames, np.nan), np.zeros(frames), np.full(frames, np.nan), np.full(frames, np.nan)
        )

    def scaled(self, factor: float) -> FootMotion:
        """Return the same motion in pixels of a picture ``factor`` times as large."""
        lengths = (self.heel_rise_px * factor, self.slide_px * factor, self.error_px * factor)
        return FootMotion(lengths[0], self.turn_deg, self.support, *lengths[1:])

    def put(self, rows: slice, part: FootMotion) -> None:
        """Copy in ``part``, which has as many frames as ``rows``."""
        for field in fields(self):
            getattr(self, field.name)[rows] = getattr(part, field.name)

    def take(self, rows: slice | NDArray[np.integer]) -> FootMotion:
        """Return some of the frames, in arrays of their own."""
        return FootMotion(*(getattr(self, field.name)[rows].copy() for field in fields(self)))
