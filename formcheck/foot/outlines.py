"""The foot's outline at its top, found by edge directions: plain shoes and socks have an outline even where corners drift.

An edge of the flat hindfoot, moved as the foot moves, should lie on an edge of the same direction.
Directions do not depend on brightness, so neither a shadow nor a different floor behind the foot changes them (Steger 2002,
Occlusion, clutter, and illumination invariant object recognition).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.foot.shape import BALL, Crop, FootPose, turn_about
from formcheck.support.arrays import FloatArray

# The hindfoot down to its sole, and the background behind the heel. What lies lower is the floor and, with the light behind the
# person, the foot's shadow, whose border moves too. Taken for the sole's edge, it raised dark feet on shadow by 1 to 2 cm.
OUTLINE_REGION = ((-0.10, 0.0), (0.50, 0.0), (0.50, 0.20), (0.34, 0.30), (-0.10, 0.34))
# The edges are the strongest quarter of the region's pixels; at most COMPARED_EDGES of them are compared, a limit for speed, and
# with fewer than MIN_EDGES there is no outline. By trial, as the limits below; on which clips was not recorded.
STRONGEST_PERCENTILE = 75.0
COMPARED_EDGES = 300
MIN_EDGES = 40
# Detail finer than this, in foot lengths, is noise.
EDGE_BLUR_FEET = 1 / 45
# The length, pixels, of a foot whose outline is blurred by one pixel, the least that removes noise (`Crop.blurred`). A smaller one
# would lose its own edges, and from pixel to pixel its motion is coarse: it is enlarged to this before its pictures are compared.
SMALL_FOOT_PX = 1.0 / EDGE_BLUR_FEET
# An edge seen again in the same place, with the same direction and about the same strength, belongs to the floor.
SAME_DIRECTION, SAME_STRENGTH = 0.9, 0.6


@dataclass(frozen=True)
class Outline:
    """The edges of the flat hindfoot, to be compared with a picture at the top.

    Attributes
    ----------
    places, directions
        (N, 2) positions and directions of the edges on the foot, in foot lengths.
    weights
        (N,) weight of each edge: its strength.
    gradient
        (h, w, 2) of the picture at the top, divided by its own length plus half an edge's: 0 where the picture is even, near 1
        on edges.
    offset
        (2,) the frame's pixel at that picture's upper left corner.
    """

    pose: FootPose
    places: FloatArray
    directions: FloatArray
    weights: FloatArray
    gradient: FloatArray
    offset: FloatArray

    @classmethod
    def find(cls, pose: FootPose, flat: Crop, top: Crop) -> Outline | None:
        """Take the edges of the flat foot that do not belong to the floor; None if there are hardly any."""
        if not flat.shows_something or flat.picture.shape != top.picture.shape:
            return None
        before, after = _gradient(flat, pose), _gradient(top, pose)
        strength, strength_after = np.linalg.norm(before, axis=2), np.linalg.norm(after, axis=2)
        inside = flat.mask(pose.outline(OUTLINE_REGION)) > 0
        if not inside.any():
            return None
        least = float(np.percentile(strength[inside], STRONGEST_PERCENTILE))
        alike = np.sum(before * after, axis=2) > SAME_DIRECTION * strength * strength_after
        floor = alike & (strength_after > SAME_STRENGTH * strength) & (strength_after < strength / SAME_STRENGTH)
        rows, columns = np.nonzero(inside & (strength > least) & ~floor)
        if len(rows) < MIN_EDGES or not least > 0:
            return None
        chosen = slice(None, None, max(1, len(rows) // COMPARED_EDGES))
        rows, columns = rows[chosen], columns[chosen]
        across = before[rows, columns] / strength[rows, columns, None]
        axes = np.stack([pose.forward, pose.up], axis=1)
        along = np.linalg.solve(axes, np.stack([-across[:, 1], across[:, 0]])).T
        weights = np.minimum(strength[rows, columns], np.percentile(strength[rows, columns], 80))
        places = pose.in_feet(np.stack([columns, rows], axis=1) + flat.offset)
        gradient = (after / (strength_after + 0.5 * least)[..., None]).astype(np.float32)
        return cls(pose, places, along, weights / weights.sum(), gradient, top.offset)

    def compare(self, turns_deg: FloatArray, shifts: FloatArray) -> FloatArray:
        """(K,) turns about the ball and (K, 2) shifts of it → (K,) agreement of the moved edges with the picture's: 0 to 1."""
        return np.concatenate([self._compare(turns_deg[k : k + 256], shifts[k : k + 256]) for k in range(0, len(turns_deg), 256)])

    def _compare(self, turns_deg: FloatArray, shifts: FloatArray) -> FloatArray:
        places = turn_about(self.places, np.asarray(BALL), turns_deg) + shifts[:, None]
        pixels = (self.pose.place(places[..., 0], places[..., 1]) - self.offset).astype(np.float32)
        along = turn_about(self.directions, np.zeros(2), turns_deg) @ np.stack([self.pose.forward, self.pose.up])
        along /= np.linalg.norm(along, axis=-1, keepdims=True) + 1e-9
        seen = np.asarray(cv2.remap(self.gradient, pixels[..., 0], pixels[..., 1], cv2.INTER_LINEAR), float)
        across = np.abs(along[..., 0] * seen[..., 1] - along[..., 1] * seen[..., 0])
        return np.asarray(across @ self.weights)


def _gradient(crop: Crop, pose: FootPose) -> FloatArray:
    """(h, w, 2) gradient of a picture of one channel."""
    picture = crop.blurred(EDGE_BLUR_FEET * pose.length_px).picture
    return np.stack([cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=3)], axis=2)
