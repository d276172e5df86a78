"""Compare a part of the flat foot with another picture cell by cell: a shadow's edge spoils only the cells that it crosses.

A shadow darkens what it falls on by a constant factor (the same light is missing there), and a correlation does not depend on such
a factor. Over the whole foot there are two: inside the shadow and outside it. Its edge then looks like an edge of the foot, and
where a thigh's shadow passed over planted heels it was read as a heel that rose by 1 to 3 cm. Within a small cell there is one
factor, except in the few cells that the edge crosses.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.foot.pictures import blur, choose_pixels, correlate, find_best, standardize
from formcheck.foot.shape import BALL, Crop, FootPose, Polygon, turn_about
from formcheck.support.arrays import FloatArray

# A cell's length and height, in foot lengths (2.5 and 1.6 cm): room for one edge, and small beside a leg's shadow. With fewer
# pixels than this a cell has no pattern.
CELL = (0.10, 0.065)
MIN_CELL_PIXELS = 8
# Spread of the noise left in a blurred picture, gray levels: a cell that varies less shows nothing.
NOISE = 2.0
# The share of a cell's variance that no motion explains: pixels fall between pixels, and video is compressed.
UNEXPLAINED = 0.05


class Found(NamedTuple):
    """Where the foot is likeliest: its likeness cell by cell, the step, and the best correlation of the whole at any step.

    The whole shows whether it is the foot at all: cells say where it is, but a few of them look like much else. ``gains`` is how
    much more alike each of the (A,) steps looks than no step at all.
    """

    likeness: float
    step: float
    correlation: float
    gains: FloatArray


class Cells(NamedTuple):
    """A part of the flat foot, cut into cells.

    Attributes
    ----------
    pose
        The flat foot.
    places
        (N, 2) places of its pixels, foot lengths, one cell after the other.
    brightness
        (N,) their brightness, standardized over all of them.
    values
        (N,) their brightness less the mean of their cell, gray levels.
    starts, sizes
        (C,) the first pixel of each cell, and its number of pixels.
    variances
        (C,) of the cells' brightness, noise included.
    """

    pose: FootPose
    places: FloatArray
    brightness: NDArray[np.float32]
    values: NDArray[np.float32]
    starts: NDArray[np.intp]
    sizes: FloatArray
    variances: FloatArray

    @classmethod
    def cut(cls, pose: FootPose, flat: Crop, area: Polygon) -> Cells | None:
        """Take the flat foot's pixels within an area; None if there are hardly any, or all are alike."""
        if (pixels := choose_pixels(pose, flat, area)) is None:
            return None
        places = pose.in_feet(pixels + flat.offset)
        across, up = np.floor((places - np.min(area, axis=0)) / CELL).astype(int).clip(0).T
        cell = across * (up.max() + 1) + up
        cell = np.where(np.bincount(cell)[cell] >= MIN_CELL_PIXELS, cell, -1)
        order = np.argsort(cell, kind="stable")[np.count_nonzero(cell < 0) :]
        brightness = np.asarray(blur(flat, pose).picture[pixels[order, 1], pixels[order, 0]], np.float32)
        starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
        if not len(starts):
            return None
        sizes = np.diff(starts, append=len(order)).astype(float)
        values = brightness - np.repeat(np.add.reduceat(brightness, starts) / sizes, sizes.astype(int)).astype(np.float32)
        variances = np.add.reduceat(values**2, starts) / sizes
        if not variances.max() > NOISE**2:
            return None
        return cls(pose, places[order], standardize(brightness), values, starts, sizes, variances + NOISE**2)

    def turned_pixels(self, offset: FloatArray, turns_deg: FloatArray, slide: float = 0.0) -> NDArray[np.float32]:
        """(2, A, N) columns and rows, in a crop at ``offset``, of the cells turned about the ball by (A,) turns, and slid."""
        places = turn_about(self.places, np.asarray(BALL), turns_deg) + np.array([slide, 0.0])
        return self.pose.find_pixels(places, offset)

    def slid_pixels(self, offset: FloatArray, turn_deg: float, slides: FloatArray) -> NDArray[np.float32]:
        """(2, A, N) columns and rows of the cells turned about the ball and slid along the floor by (A,) slides."""
        in_place = self.pose.place(*turn_about(self.places, np.asarray(BALL), turn_deg).T) - offset
        along = self.pose.length_px * slides[:, None] * self.pose.forward
        # one axis after the other and in its memory's order, which takes a fraction of the time for the same sums
        axes = zip(np.ascontiguousarray(in_place.T), along.T, strict=True)
        return np.stack([(start + steps[:, None]).astype(np.float32) for start, steps in axes])

    def find(
        self, blurred: Crop, steps: FloatArray, pixels: NDArray[np.float32], *, gain: float = 0.0, within: float = math.inf
    ) -> Found:
        """Find the likeliest of (A,) even steps, whose pixels are (2, A, N) columns and rows of a picture.

        No step at all, 0, stands unless one of up to ``within`` is more alike by ``gain``.
        """
        values = np.asarray(cv2.remap(blurred.picture, pixels[0], pixels[1], cv2.INTER_LINEAR), np.float32)
        alike = self.compare(values)
        likeness, step = find_best(steps, alike)
        unmoved = float(np.interp(0.0, steps, alike))
        if abs(step) <= within and likeness < unmoved + gain:
            step = 0.0
        return Found(likeness, step, float(np.max(correlate(values, self.brightness))), alike - unmoved)

    def compare(self, values: NDArray[np.float32]) -> FloatArray:
        """(A, N) brightness of a picture where the cells' pixels may be → (A,) likeness: 0 to 1, which is the flat foot.

        The log-likelihood of a cell with an unknown factor and offset of brightness is −½ n log(1 − r²), with n pixels and their
        correlation r. A cell that a shadow's edge crosses, or that the foot's turn hid, says nothing (r ≤ 0) instead of something
        against the motion.
        """
        means = np.add.reduceat(values, self.starts, axis=-1) / self.sizes
        variances = np.add.reduceat(values**2, self.starts, axis=-1) / self.sizes - means**2
        shared = np.add.reduceat(values * self.values, self.starts, axis=-1) / self.sizes
        r = np.clip(shared / np.sqrt((np.maximum(variances, 0.0) + NOISE**2) * self.variances), 0.0, 1.0)
        flat = 1.0 - NOISE**2 / self.variances
        return np.asarray(self._weigh(r) / self._weigh(flat), float)

    def _weigh(self, r: FloatArray) -> FloatArray:
        """(..., C) correlations → (...,) what they say together."""
        return np.asarray(np.log((1.0 + UNEXPLAINED) / (1.0 + UNEXPLAINED - r**2)) @ self.sizes)
