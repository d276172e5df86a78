"""Several people in a picture: find them, compare two poses, and show only one person."""

from __future__ import annotations

import numpy as np

from formcheck.pose.blazepose import PoseEstimator
from formcheck.pose.track import SIDES, Landmark
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# Enough to tell that there are several, and to leave out who is not followed.
MOST_PEOPLE = 3
# Within a tenth of a second a trunk moves less than this fraction of its length, and its length changes by less than this factor.
SAME_PLACE_TRUNKS, SAME_SIZE = 0.5, 1.4
# Margin around all landmarks, in trunk lengths: the top of the head and the tips of the toes lie outside the landmarks.
MARGIN_TRUNKS = 0.3
# What hides the others, of 255: neither dark nor bright, so that its border is no strong edge.
GRAY = 128


def _ends_of_trunk(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    shoulders, hips = (points[[Landmark.of(side, part) for side in SIDES]].mean(axis=0) for part in ("shoulder", "hip"))
    return shoulders, hips


def measure_trunk(points: FloatArray) -> float:
    """Return the trunk length of (33, 2) points, in their unit. The nearer of two people has the longer trunk."""
    shoulders, hips = _ends_of_trunk(points)
    return float(np.linalg.norm(shoulders - hips))


def is_same_person(points: FloatArray, other: FloatArray) -> bool:
    """Whether two poses, (33, 2) pixels, at most a tenth of a second apart, belong to the same person."""
    lengths = measure_trunk(points), measure_trunk(other)
    apart = max(float(np.linalg.norm(a - b)) for a, b in zip(_ends_of_trunk(points), _ends_of_trunk(other), strict=True))
    return max(lengths) < SAME_SIZE * min(lengths) and apart < SAME_PLACE_TRUNKS * max(lengths)


def find_people(image: Image) -> list[FloatArray]:
    """Return the people in a frame, at most three, nearest first, as (33, 2) points in fractions of the frame.

    This needs a landmarker of its own, because one that follows a person does not search for others.
    """
    size = np.array(image.shape[1::-1], float)
    with PoseEstimator("lite", still=True, people=MOST_PEOPLE) as estimator:
        found = [pose.points for pose in estimator.estimate_all(image)]
    return sorted(found, key=lambda points: measure_trunk(points * size), reverse=True)


def show_only(image: Image, points: FloatArray) -> Image:
    """Return an (H, W, 3) frame that is gray except for the box around a person's (33, 2) points (fractions of the frame)."""
    size = np.array(image.shape[1::-1], float)
    pixels = points * size
    margin = MARGIN_TRUNKS * measure_trunk(pixels)
    left, top = np.maximum(pixels.min(axis=0) - margin, 0).astype(int)
    right, bottom = (pixels.max(axis=0) + margin).astype(int)
    shown = np.full_like(image, GRAY)
    shown[top:bottom, left:right] = image[top:bottom, left:right]
    return shown
