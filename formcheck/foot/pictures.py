"""Comparing pictures of the foot: how far the flat foot must be turned or slid to match another picture.

The likeness is the normalized cross-correlation of the colors in which the foot stands out from the floor. In brightness alone a
sock can match the shaded floor behind it.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.foot.shape import Crop, FootPose, Polygon
from formcheck.support.arrays import FloatArray

# The hindfoot with its outline, where the contrast is; pictures are compared at this many of its pixels.
HINDFOOT_WITH_OUTLINE = ((-0.02, 0.0), (0.50, 0.02), (0.50, 0.20), (0.34, 0.34), (0.02, 0.34))
COMPARED_PIXELS = 700
# An area well within the foot, and the floor under and behind it.
FOOT = ((0.06, 0.04), (0.50, 0.04), (0.50, 0.16), (0.06, 0.16))
FLOOR = ((-0.20, -0.10), (0.50, -0.10), (0.50, -0.03), (-0.06, -0.03), (-0.06, 0.16), (-0.20, 0.16))
# Two colors that differ by less than this, of 255, may be the same: there is noise, and video stores color coarsely.
COLOR_NOISE = 8.0
# Detail finer than this, in foot lengths, is noise.
BLUR_FEET = 1 / 60
# Keeps the correlation with a picture of one brightness at 0, in gray levels.
FLAT_SPREAD = 1e-6


def find_contrast(flat: Crop, pose: FootPose) -> FloatArray:
    """(3,) weights of red, green and blue with which the flat foot stands out from the floor most, from an RGB picture.

    Fisher's linear discriminant of their colors (Fisher 1936, doi 10.1111/j.1469-1809.1936.tb02137.x). If the picture does not show
    both foot and floor, the three weights are equal.
    """
    alike = np.full(3, 1 / 3)
    if not flat.shows_something:
        return alike
    foot, floor = (flat.picture[flat.mask(pose.outline(area)) > 0].astype(float) for area in (FOOT, FLOOR))
    if min(len(foot), len(floor)) < 2:
        return alike
    spread = np.cov(foot.T) + np.cov(floor.T) + COLOR_NOISE**2 * np.eye(3)
    weights = np.linalg.solve(spread, foot.mean(axis=0) - floor.mean(axis=0))
    length = np.linalg.norm(weights)
    return weights / length if length else alike


def blur(crop: Crop, pose: FootPose) -> Crop:
    """Remove the noise from a picture that will be compared with a `Template`."""
    return crop.blurred(BLUR_FEET * pose.length_px)


def choose_pixels(pose: FootPose, flat: Crop, area: Polygon) -> NDArray[np.intp] | None:
    """Return (N, 2) columns and rows, evenly chosen within an area of the flat foot; None if there are hardly any."""
    if not flat.shows_something:
        return None
    rows, columns = np.nonzero(flat.mask(pose.outline(area)))
    chosen = slice(None, None, max(1, len(rows) // COMPARED_PIXELS))
    pixels = np.stack([columns[chosen], rows[chosen]], axis=1)
    return pixels if len(pixels) >= COMPARED_PIXELS // 8 else None


class Template(NamedTuple):
    """The flat foot to search for: its pose, (N, 2) places on it in foot lengths, and (N,) their standardized brightness."""

    pose: FootPose
    places: FloatArray
    values: NDArray[np.float32]

    @classmethod
    def cut(cls, pose: FootPose, flat: Crop, area: Polygon) -> Template | None:
        """Take the flat foot's pixels within an area; None if there are hardly any."""
        if (pixels := choose_pixels(pose, flat, area)) is None:
            return None
        values = blur(flat, pose).picture[pixels[:, 1], pixels[:, 0]]
        return cls(pose, pose.in_feet(pixels + flat.offset), standardize(np.asarray(values, np.float32)))

    def keep_changed(self, flat: Crop, other: Crop, least: float, enough: float) -> Template:
        """Return the template without the pixels at which two blurred pictures of the same place do not differ.

        A pixel differs if it, or one next to it, changed by more than ``least`` of the flat picture's spread. If fewer than
        the share ``enough`` of the pixels differ, the foot hardly moved, and all pixels are kept.
        """
        if flat.picture.shape != other.picture.shape:
            return self
        differs = np.abs(flat.picture - other.picture) > least * float(flat.picture.std())
        differs = cv2.dilate(differs.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        columns, rows = np.rint(self.pose.place(self.places[:, 0], self.places[:, 1]) - flat.offset).astype(int).T
        kept = differs[np.clip(rows, 0, differs.shape[0] - 1), np.clip(columns, 0, differs.shape[1] - 1)]
        if kept.mean() < enough:
            return self
        return self._replace(places=self.places[kept], values=standardize(self.values[kept]))

    def compare(self, blurred: Crop, places: FloatArray) -> NDArray[np.float32]:
        """(K,) correlations with a picture when the template's pixels are at (K, N, 2) places of the foot."""
        pixels = self.pose.find_pixels(places, blurred.offset)
        values = np.asarray(cv2.remap(blurred.picture, pixels[0], pixels[1], cv2.INTER_LINEAR), np.float32)
        return correlate(values, self.values)


def find_best(steps: FloatArray, likeness: NDArray[np.float32] | FloatArray) -> tuple[float, float]:
    """Return the greatest of (A,) likenesses and its position among (A,) even steps, interpolated between them."""
    likely = int(np.argmax(likeness))
    return float(likeness[likely]), float(steps[likely] + (steps[1] - steps[0]) * _vertex(likeness, likely))


def _vertex(values: FloatArray | NDArray[np.float32], index: int) -> float:
    """Return the peak of the parabola through a maximum and its neighbors, in steps from the maximum (−0.5..0.5)."""
    if not 0 < index < len(values) - 1:
        return 0.0
    before, here, after = (float(v) for v in values[index - 1 : index + 2])
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def standardize(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Standardize the last axis, so that the mean product of two arrays is their correlation."""
    centered = values - values.mean(axis=-1, keepdims=True)
    return np.asarray(centered / (centered.std(axis=-1, keepdims=True) + FLAT_SPREAD), np.float32)


def correlate(values: NDArray[np.float32], standardized: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K,) correlations of (K, N) values with (N,) standardized ones."""
    centered = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.einsum("kn,kn->k", centered, centered) / values.shape[-1])
    return np.asarray(centered @ standardized / (values.shape[-1] * (spread + FLAT_SPREAD)), np.float32)
