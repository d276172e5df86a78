"""Where a set's foot rests: what every repetition shows of it, brought together by how far the foot moved between them.

One silhouette may run onto a carpet of the shoe's color, or have no end. How far a foot moved from one rest to the next is seen to
a pixel, because the same corners of the shoe are seen twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from formcheck.foot.corners import MIN_AGREEING, follow_between
from formcheck.foot.follower import FootFollower
from formcheck.foot.rigid import AGREE_FEET
from formcheck.foot.shape import FootPose
from formcheck.foot.silhouette import END_SD
from formcheck.support.arrays import FloatArray

# Most of a foot's corners must be found again and have moved alike (to within `AGREE_FEET`) from one rest to another.
LEAST_ALIKE = 0.5
# Two silhouettes whose backs differ by more than three standard deviations of their difference do not both show the heel.
GROSS_FEET = 3.0 * math.sqrt(2.0) * END_SD


class Rest(NamedTuple):
    """A flat foot, and the standard error of its back's place along the floor, foot lengths; 0 if one picture alone tells it."""

    pose: FootPose
    back_sd: float


def find_rest(follower: FootFollower, others: Sequence[FootFollower]) -> Rest:
    """Return where a follower's foot is flat, by its own picture and by those of ``others`` whose foot rested near there.

    Where most silhouettes begin is the median of their places, each moved by as much as its foot's corners moved. A silhouette that
    begins there too stands as it is; one that begins elsewhere, and a foot without one, take place and length from those that do.
    """
    pose, places, lengths, filmed = follower.seen, [], [], []
    for other in others:
        moved = np.zeros(2) if other is follower else _move_between(other, follower)
        if moved is not None:
            places.append(pose.in_feet((other.seen.back + moved)[None])[0])
            lengths.append(other.seen.length_px)
            filmed.append(other.filmed is not None)
    if not any(filmed):
        return Rest(pose, 0.0)
    ahead, above = np.array(places).T
    middle = float(np.median(ahead[filmed]))
    told = np.array(filmed) & (np.abs(ahead - middle) < GROSS_FEET)
    if not told.any():  # two that differ, or two pairs
        return Rest(pose, float(np.std(ahead[filmed], ddof=1)))
    spread = float(np.std(ahead[told], ddof=1)) if told.sum() > 1 else 0.0
    if follower.filmed is not None and abs(middle) < GROSS_FEET:
        return Rest(pose, spread)
    back = pose.place(np.median(ahead[told]), np.median(above))
    length_px = float(np.median(np.array(lengths)[told]))
    return Rest(replace(pose, back=back, length_px=length_px), spread / math.sqrt(told.sum()))


def _move_between(before: FootFollower, after: FootFollower) -> FloatArray | None:
    """Return how far the flat foot moved from one repetition to another, (2,) pixels; None if its corners do not show it."""
    if before.flat_gray is None or after.flat_gray is None or not len(before.corners.paths[0]):
        return None
    corners = before.corners.paths[0]
    moved = follow_between(before.flat_gray, after.flat_gray, corners, before.corners.window_px)
    if len(moved) < MIN_AGREEING:
        return None
    middle = np.asarray(np.median(moved, axis=0))
    alike = np.linalg.norm(moved - middle, axis=1) < AGREE_FEET * after.seen.length_px
    return middle if alike.sum() > LEAST_ALIKE * len(corners) else None
