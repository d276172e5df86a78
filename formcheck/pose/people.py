"""Several people in a picture: who is followed, and whether two poses are the same person's."""

from __future__ import annotations

import numpy as np

from formcheck.pose.blazepose import PoseEstimator
from formcheck.pose.track import SIDES, Landmark
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

MOST_PEOPLE = 3
# A trunk does not move by this share of its length within a tenth of a second, nor change its length by that factor.
SAME_PLACE_TRUNKS, SAME_SIZE = 0.5, 1.4
# Around all landmarks, in trunk lengths: the head's top and the toes' tips lie beyond them.
MARGIN_TRUNKS = 0.3
GREY = 128


def _ends_of_trunk(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    shoulders, hips = (points[[Landmark.of(side, part) for side in SIDES]].mean(axis=0) for part in ("shoulder", "hip"))
    return shoulders, hips


def measure_trunk(points: FloatArray) -> float:
    """Return the length of the trunk of (33, 2) points, in their unit: the nearer of two people has the longer one."""
    shoulders, hips = _ends_of_trunk(points)
    return float(np.linalg.norm(shoulders - hips))


def is_same_person(points: FloatArray, other: FloatArray) -> bool:
    """Whether two poses, (33, 2) pixels, of the same moment or a tenth of a second apart are one person's."""
    lengths = measure_trunk(points), measure_trunk(other)
    apart = max(float(np.linalg.norm(a - b)) for a, b in zip(_ends_of_trunk(points), _ends_of_trunk(other), strict=True))
    return max(lengths) < SAME_SIZE * min(lengths) and apart < SAME_PLACE_TRUNKS * max(lengths)


def find_people(image: Image) -> list[FloatArray]:
    """Return the people in a frame, (33, 2) points in shares of it, the nearest first, three at most.

    Following one, the landmarker does not look for others.
    """
    size = np.array(image.shape[1::-1], float)
    with PoseEstimator("lite", still=True, people=MOST_PEOPLE) as estimator:
        found = [pose.points for pose in estimator.estimate_all(image)]
    return sorted(found, key=lambda points: measure_trunk(points * size), reverse=True)


def show_only(image: Image, points: FloatArray) -> Image:
    """Return an (H, W, 3) frame with everything grey but the box around a person's (33, 2) points, in shares of the frame."""
    size = np.array(image.shape[1::-1], float)
    pixels = points * size
    margin = MARGIN_TRUNKS * measure_trunk(pixels)
    left, top = np.maximum(pixels.min(axis=0) - margin, 0).astype(int)
    right, bottom = (pixels.max(axis=0) + margin).astype(int)
    shown = np.full_like(image, GREY)
    shown[top:bottom, left:right] = image[top:bottom, left:right]
    return shown
