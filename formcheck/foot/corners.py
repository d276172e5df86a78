"""Corners on the hindfoot, followed from frame to frame (pyramidal Lucas–Kanade with a forward–backward check).

Sources: Bouguet 2001, Pyramidal implementation of the Lucas–Kanade feature tracker; Kalal 2010, Forward–backward error (ICPR).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.foot.shape import ANKLE, BALL, Crop, FootPose, Polygon, turn_about
from formcheck.support.arrays import FloatArray

# The hindfoot as seen from the side, well inside its outline, so that no corner lies on the floor or the wall behind it. Above the
# ankle's axis (0.26) is the leg, which does not turn with a foot whose heel rises: `BELOW_ANKLE` leaves it out.
HINDFOOT = ((0.08, 0.04), (0.50, 0.04), (0.50, 0.20), (0.34, 0.34), (0.10, 0.34))
BELOW_ANKLE = ((0.08, 0.04), (0.50, 0.04), (0.50, 0.20), (0.34, 0.26), (0.10, 0.26))
# Turns are tried in steps of the first. Between two frames a foot turns by no more than the second: a quick heel raise, 45° in
# half a second, at 15 frames a second.
TURN_STEP_DEG, FRAME_TURN_DEG = 0.5, 6.0
# The limits below were chosen by trial; on which clips was not recorded. A corner within AGREE_FEET foot lengths (1 cm) of its
# predicted place agrees with a turn, and at least so many, and this share of all, must agree. So many of them must lie behind the
# ankle: nearer to the ball they hardly move as the heel lifts. A corner that is followed backward must return to within
# FORWARD_BACKWARD_PX.
AGREE_FEET = 0.04
MIN_AGREEING, MIN_AGREEING_SHARE = 4, 0.3
MAX_CORNERS = 150
FORWARD_BACKWARD_PX = 0.7
# The tracking window is this share of the foot, but at least so many pixels.
WINDOW_SHARE, MIN_WINDOW_PX = 1 / 9, 9
# Corners with a gradient of this many gray levels a pixel stay in place; those of plain skin and plain shoes have 2 to 4 and drift.
FIRM_CORNER = 6.0


@dataclass
class CornerFollower:
    """Follows the corners of a hindfoot from the frame on which it is flat; feed the foot's crops in order.

    Attributes
    ----------
    pose, area
        The flat foot, and where on it corners are followed, foot lengths.
    strength
        How well each corner is localized (`_measure_strength`).
    paths, alive
        For each frame fed, the (N, 2) positions of the followed corners in its pixels, and (N,) which passed every check so far.
    """

    pose: FootPose
    area: Polygon = HINDFOOT
    strength: FloatArray = field(default_factory=lambda: np.empty(0))
    paths: list[FloatArray] = field(default_factory=list)
    alive: list[NDArray[np.bool_]] = field(default_factory=list)
    _last: Crop | None = None

    def feed(self, crop: Crop) -> None:
        """Take the next frame; the first one is the flat foot."""
        if self._last is None:
            corners = self._find(crop)
            self.strength = _measure_strength(crop, corners, self.window_px)
            self.paths.append(corners)
            self.alive.append(np.ones(len(corners), dtype=bool))
        elif len(self.paths[-1]):
            here = (self.paths[-1] - crop.offset).astype(np.float32)
            side = self.window_px
            there, found = _flow_and_return(self._last, crop, here, side)
            self.paths.append(there.astype(float) + crop.offset)
            self.alive.append(self.alive[-1] & found)
        else:
            self.paths.append(self.paths[-1])
            self.alive.append(self.alive[-1])
        self._last = crop

    @property
    def window_px(self) -> int:
        """The side of the tracking window, pixels."""
        # no corner is found on a foot of no known size
        length_px = self.pose.length_px if np.isfinite(self.pose.length_px) else 0.0
        return max(MIN_WINDOW_PX, int(length_px * WINDOW_SHARE) | 1)

    def _find(self, crop: Crop) -> FloatArray:
        if not crop.shows_something:
            return np.empty((0, 2))
        spacing = max(2.0, self.pose.length_px / 60)
        mask = crop.mask(self.pose.outline(self.area))
        corners = cv2.goodFeaturesToTrack(crop.picture, MAX_CORNERS, 0.001, spacing, mask=mask, blockSize=3)
        return np.empty((0, 2)) if corners is None else corners.reshape(-1, 2).astype(float) + crop.offset

    def hold(self, rows: NDArray[np.int64]) -> float:
        """Return how well some of the corners are localized: 1 for `FIRM_CORNER`, clipped to 0.25 to 2.

        On a foot too small for its windows it is less by the same factor. The windows overlap, so fewer corners are independent:
        their number falls with the area, so the error grows with the length. And they reach onto the floor, which stays.
        """
        firm = float(np.clip(np.median(self.strength[rows]) / FIRM_CORNER, 0.25, 2.0))
        return firm * min(1.0, self.pose.length_px * WINDOW_SHARE / MIN_WINDOW_PX)

    def moved(self, frame: int, still_feet: float) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
        """Return the followed corners that moved by more than ``still_feet``: (N,) indices, (N, 2) places when flat and now.

        If hardly any moved, the foot itself stayed in place, and all are returned. Those beside a foot that was put right since
        (`rest.find_rest`) are left out.
        """
        start, now = (self.pose.in_feet(self.paths[i]) for i in (0, frame))
        alive = self.alive[frame] & self._lie_inside(start)
        moved = alive & (np.linalg.norm(now - start, axis=1) > still_feet)
        rows = np.flatnonzero(moved if moved.sum() >= MIN_AGREEING else alive)
        return rows, start[rows], now[rows]

    def _lie_inside(self, places: FloatArray) -> NDArray[np.bool_]:
        """(N,) whether (N, 2) places, foot lengths, are in the area where corners are looked for, or on its edge's pixels."""
        area, edge = np.asarray(self.area, np.float32), 1.5 / self.pose.length_px
        return np.array([cv2.pointPolygonTest(area, (float(x), float(y)), True) >= -edge for x, y in places], dtype=bool)

    def follow(self) -> tuple[FloatArray, FloatArray]:
        """(F,) turn about the ball that most corners agree on in each frame, and the share of corners that agree."""
        turn, support = np.full(len(self.paths), np.nan), np.zeros(len(self.paths))
        start, previous = self.pose.in_feet(self.paths[0]), 0.0
        for frame, (path, alive) in enumerate(zip(self.paths, self.alive, strict=True)):
            if alive.sum() < MIN_AGREEING:
                break
            now = self.pose.in_feet(path)[alive]
            near = np.arange(previous - FRAME_TURN_DEG, previous + FRAME_TURN_DEG + TURN_STEP_DEG, TURN_STEP_DEG)
            likely = float(near[int(np.argmax(_score(start[alive], now, near)))])
            angle = _refine(start[alive], now, likely)
            agreeing = _residual(start[alive], now, angle) < 2 * AGREE_FEET
            if agreeing.sum() >= MIN_AGREEING:
                previous = angle
                on_heel = np.count_nonzero(agreeing & (start[alive, 0] < ANKLE[0]))
                if agreeing.mean() >= MIN_AGREEING_SHARE and on_heel >= MIN_AGREEING:
                    turn[frame], support[frame] = angle, float(agreeing.mean())
        return turn, support


def _measure_strength(crop: Crop, corners: FloatArray, side: int) -> FloatArray:
    """(N, 2) corners → (N,) their smaller gradient over the tracking window, gray levels a pixel: how well each is localized.

    The root of the smaller eigenvalue of the structure tensor (Shi & Tomasi 1994, Good features to track).
    """
    if not len(corners):
        return np.empty(0)
    least = cv2.cornerMinEigenVal(np.asarray(crop.picture, np.uint8), side, ksize=3)
    columns, rows = np.rint(corners - crop.offset).astype(int).T
    held = least[np.clip(rows, 0, least.shape[0] - 1), np.clip(columns, 0, least.shape[1] - 1)]
    return np.asarray(np.sqrt(np.maximum(held, 0.0)) * 255.0, float)


def _flow(before: Crop, after: Crop, points: NDArray[np.float32], side: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Follow (N, 2) points from one picture to the next with windows of ``side`` pixels; also return which were found."""
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        before.picture, after.picture, points, np.empty_like(points), winSize=(side, side), maxLevel=2
    )
    return np.asarray(moved, np.float32), np.asarray(found).ravel().astype(bool)


def _flow_and_return(
    before: Crop, after: Crop, points: NDArray[np.float32], side: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Follow (N, 2) points as `_flow` does; found are those that come back to where they were when followed backward."""
    there, found = _flow(before, after, points, side)
    back, found_back = _flow(after, before, there, side)
    return there, found & found_back & (np.linalg.norm(back - points, axis=1) < FORWARD_BACKWARD_PX)


def follow_between(before: Crop, after: Crop, corners: FloatArray, side: int) -> FloatArray:
    """Return how far (N, 2) corners moved from one gray picture to another, (M, 2) pixels, of those that are found again.

    The two may show different parts of the frame; what both show is compared.
    """
    start = np.maximum(before.offset, after.offset)
    end = np.min([crop.offset + crop.picture.shape[1::-1] for crop in (before, after)], axis=0)
    first, second = (_part(crop, start, end) for crop in (before, after))
    if not (first.shows_something and second.shows_something):
        return np.empty((0, 2))
    here = (corners - start).astype(np.float32)
    there, found = _flow_and_return(first, second, here, side)
    return np.asarray(there - here, float)[found]


def _part(crop: Crop, start: FloatArray, end: FloatArray) -> Crop:
    """Return what a picture shows between two pixels of the frame; empty where ``end`` is not right of and below ``start``."""
    (left, top), (right, bottom) = (start - crop.offset).astype(int), np.maximum(end - crop.offset, 0.0).astype(int)
    return Crop(crop.picture[top:bottom, left:right].copy(), start)


def _residual(start: FloatArray, now: FloatArray, angle_deg: float) -> FloatArray:
    distances: FloatArray = np.linalg.norm(turn_about(start, np.asarray(BALL), angle_deg) - now, axis=1)
    return distances


def _score(start: FloatArray, now: FloatArray, turns: FloatArray) -> FloatArray:
    """(A,) share of the corners that agree with each turn about the ball."""
    gaps = np.linalg.norm(turn_about(start, np.asarray(BALL), turns) - now, axis=-1)
    return np.asarray(np.exp(-0.5 * (gaps / AGREE_FEET) ** 2).mean(axis=-1))


def _refine(start: FloatArray, now: FloatArray, angle_deg: float) -> float:
    """Least-squares turn of the corners that agree with ``angle_deg``."""
    weight = np.exp(-0.5 * (_residual(start, now, angle_deg) / AGREE_FEET) ** 2)
    a, b = start - np.asarray(BALL), now - np.asarray(BALL)
    cross = np.sum(weight * (a[:, 1] * b[:, 0] - a[:, 0] * b[:, 1]))
    dot = np.sum(weight * (a * b).sum(axis=1))
    return float(np.degrees(np.arctan2(cross, dot))) if weight.sum() > 1e-6 else angle_deg
