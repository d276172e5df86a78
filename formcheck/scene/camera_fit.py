"""From where the background's corners went to how the camera turned and swayed, in a pinhole camera.

All places are in focal lengths from the picture's center, to the right and downward.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from formcheck.support.arrays import FloatArray

# Until the film's parallax says more, the wall is half as far behind the person as the camera is before them.
USUAL_WALL_NEARNESS = 0.7
# Floor in front of the person counts up to this nearness; what is nearer to the camera is more likely something else.
MAX_NEARNESS = 1.6
# Feet must be this far below the horizon (in focal lengths: 5 degrees) for the floor to show distances.
MIN_FEET_BELOW_HORIZON = 0.09
# Sway against turning, in person distances a radian: hands move a phone by some 1 cm and turn it by some 0.6 degrees (1 sigma), and
# a whole person is filmed from some 3 m.
SWAY_PER_TURN = 0.3
MIN_TURN_RAD = 0.002
# A corner's place is known to this, pixels of `background.SHORT_SIDE` lines (Lucas-Kanade on compressed film), or to what the
# corners' misfit says.
CORNER_ERROR_PX = 0.1
HUBER = 1.5
ITERATIONS = 3


def apply(homography: FloatArray, points: FloatArray) -> FloatArray:
    """(3, 3) and (..., 2) pixels to (..., 2) pixels."""
    moved = points @ homography[:, :2].T + homography[:, 2]
    return np.asarray(moved[..., :2] / moved[..., 2:])


@dataclass(frozen=True)
class Depths:
    """How near the background is, as the ratio of the person's distance to its own, from its row in the picture.

    ``feet`` is the row of the person's feet, NaN where it is not known, ``horizon`` that of what is as high as the camera.
    """

    feet: float
    horizon: float = 0.0
    wall: float = USUAL_WALL_NEARNESS

    def at(self, rows: FloatArray) -> FloatArray:
        """(N,) rows to (N,) nearness."""
        if not self.feet - self.horizon > MIN_FEET_BELOW_HORIZON:
            return np.full(len(rows), self.wall)
        return np.asarray(np.clip((rows - self.horizon) / (self.feet - self.horizon), self.wall, MAX_NEARNESS))


@dataclass(frozen=True)
class Fit:
    """One frame's camera against its reference's: (3, 3) turn, (3,) sway in person distances, their (6, 6) covariance.

    ``loss`` is how badly the corners fit (Huber's, in standard errors).
    """

    turn: FloatArray
    sway: FloatArray
    covariance: FloatArray
    loss: float

    @property
    def from_reference(self) -> FloatArray:
        """(3, 3) from places in the reference to places in the frame (focal lengths), at the person's distance."""
        return self.turn + np.outer(self.sway, (0.0, 0.0, 1.0))

    def error_at(self, place: FloatArray) -> float:
        """Return 1 sigma of the shift of what is at ``place``, (2,) focal lengths, at the person's distance, focal lengths."""
        jacobian = _differentiate(np.array([[*place, 1.0]]), np.ones(1))
        return float(np.sqrt(np.trace(jacobian[0] @ self.covariance @ jacobian[0].T) / 2))


def _differentiate(seen: FloatArray, nearness: FloatArray) -> FloatArray:
    """(N, 2, 6) how the pictures of (N, 3) points change with three small turns and three sways."""
    x, y, z = seen.T
    project = np.zeros((len(seen), 2, 3))
    project[:, 0, 0] = project[:, 1, 1] = 1 / z
    project[:, 0, 2], project[:, 1, 2] = -x / z**2, -y / z**2
    turned = np.zeros((len(seen), 3, 3))  # the cross product with each axis
    turned[:, 0, 1], turned[:, 0, 2] = z, -y
    turned[:, 1, 0], turned[:, 1, 2] = -z, x
    turned[:, 2, 0], turned[:, 2, 1] = y, -x
    swayed = nearness[:, None, None] * np.eye(3)
    return np.asarray(project @ np.concatenate([turned, swayed], axis=2))


def fit_camera(corners: FloatArray, places: FloatArray, nearness: FloatArray, turn_rad: float, error: float) -> Fit:
    """Fit turning and swaying to where a reference's corners went (Gauss-Newton with Huber's weights).

    Parameters
    ----------
    corners, places
        (N, 2) in the reference and in the frame, focal lengths from the center.
    nearness
        (N,) of the corners (`Depths.at`).
    turn_rad
        How far the camera is expected to turn (1 sigma); it sways `SWAY_PER_TURN` of it.
    error
        The corners' error, focal lengths.
    """
    turn, sway, so_far = np.eye(3), np.zeros(3), np.zeros(6)
    prior = np.diag(1.0 / np.repeat([turn_rad, SWAY_PER_TURN * turn_rad], 3) ** 2)
    points = np.column_stack([corners, np.ones(len(corners))])
    precision, loss = prior, np.inf
    for _ in range(ITERATIONS):
        seen = points @ turn.T + nearness[:, None] * sway
        missed = places - seen[:, :2] / seen[:, 2:]
        off = np.linalg.norm(missed, axis=1)
        spread = max(error, 1.2 * float(np.median(off)))  # the median of a two-dimensional normal deviation is 1.18 sigma
        ratio = off / (HUBER * spread)
        weights = 1.0 / np.maximum(1.0, ratio) / spread**2
        loss = float(np.sum(np.where(ratio < 1, (off / error) ** 2 / 2, HUBER * off / error)))
        jacobian = _differentiate(seen, nearness)
        precision = prior + np.einsum("nij,n,nik->jk", jacobian, weights, jacobian)
        pull = np.einsum("nij,n,ni->j", jacobian, weights, missed) - prior @ so_far
        step = np.linalg.solve(precision, pull)
        so_far = so_far + step
        turn = cv2.Rodrigues(step[:3])[0] @ turn
        sway = cv2.Rodrigues(step[:3])[0] @ sway + step[3:]
    loss += float(so_far @ prior @ so_far) / 2
    return Fit(np.asarray(turn, float), np.asarray(sway, float), np.asarray(np.linalg.inv(precision), float), loss)
