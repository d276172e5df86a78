"""Undo leg swaps: frames on which the landmarker exchanged the labels of the two legs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.track import LANDMARK_COUNT, SIDES, Landmark, PoseTrack, compute_shank_length
from formcheck.support.arrays import FloatArray

# Legs closer together than this (in shank lengths) cannot be distinguished, so exchanging their labels means nothing.
SWAP_MIN_SEPARATION_SHANKS = 0.15
# Labels are exchanged if that brings them closer than this fraction to where the legs were. Between two settled frames a label is
# on its way if it lies further than this fraction of the legs' distance from either leg. Both by design.
CROSSED_SHARE, CARRIED_SHARE = 0.5, 0.25
# The landmarker's smoothing moves exchanged labels from one leg to the other over several frames. Real knees do not pass each
# other at this speed (shank lengths per second; in a sprint each knee moves at 10, but only briefly). An exchange takes at most
# MAX_EXCHANGE_S.
EXCHANGE_SPEED_SHANKS = 4.0
MAX_EXCHANGE_S = 0.4
# When the legs are as far apart as in kneeling (wider than in most steps), both labels may also lie between the legs for a while:
# closer together than this fraction of the legs' distance, for at most this long.
WIDE_SHANKS = 1.0
MERGED_SHARE = 0.6
MAX_MERGED_S = 0.8
# Minimum product of shoulder width and hip width (mean over time, shank lengths squared) for the shoulders to decide left and
# right. Below it the person is side-on.
MIN_WIDTH_SHANKS = 0.01

# In live use, the leg order is that of the labels for most of the last MEMORY_S seconds. To switch, the other order must
# have held for more than MOSTLY of that time, clearly over half, and after at least MIN_FOLLOWED_S.
MEMORY_S, MIN_FOLLOWED_S, MOSTLY = 10.0, 0.5, 0.6
# After an absence of this many seconds the labels are accepted as they are.
MAX_ABSENT_S = 1.0


def _distance(a: FloatArray, b: FloatArray) -> float:
    """Return the distance between two pairs of legs, (2, P, 2) pixels each: the sum over all points."""
    return float(np.linalg.norm(a - b, axis=-1).sum())


LEFT_LEG, RIGHT_LEG = (Landmark.of_leg(side) for side in SIDES)
# The legs are followed by all but the hips, which hardly differ in place: (2, P) landmarks of the left and the right one.
LOWER_LEGS = [LEFT_LEG[1:], RIGHT_LEG[1:]]
# Row order of (33, ...) landmarks with the legs exchanged.
EXCHANGED = np.arange(LANDMARK_COUNT)
EXCHANGED[[*LEFT_LEG, *RIGHT_LEG]] = [*RIGHT_LEG, *LEFT_LEG]


def order_legs(points: FloatArray, like: FloatArray) -> list[int]:
    """Return the row order of (33, 2) points, unchanged or with the legs exchanged, that is closer to another pose, ``like``."""
    orders = np.arange(len(points)), EXCHANGED
    gaps = [float(np.nansum(np.linalg.norm(points[order] - like, axis=1))) for order in orders]
    return [int(row) for row in orders[gaps[1] < gaps[0]]]


def _rush(legs: FloatArray, time_s: FloatArray, shank_px: float) -> NDArray[np.bool_]:
    """Return (T,) True where the knees of (T, 2, P, 2) legs passed each other since the previous frame, faster than knees can."""
    moved = np.diff(legs[:, :, 0], axis=0, prepend=legs[:1, :, 0])
    step_s = np.diff(time_s, prepend=time_s[0])
    slower = np.linalg.norm(moved, axis=-1).min(axis=1)
    opposed = np.einsum("ij,ij->i", moved[:, 0], moved[:, 1]) < 0
    return np.asarray(opposed & (slower > EXCHANGE_SPEED_SHANKS * shank_px * step_s) & (step_s < MAX_EXCHANGE_S))


def _spread(legs: FloatArray) -> FloatArray:
    """Return the mean distance between the two legs: (..., 2, P, 2) legs → (...) pixels."""
    return np.asarray(np.linalg.norm(legs[..., 0, :, :] - legs[..., 1, :, :], axis=-1).mean(axis=-1))


def _are_under_way(rush: bool, apart_px: float, were_apart_px: float, gone_s: float, shank_px: float) -> bool:
    """Whether labels are moving from leg to leg, ``gone_s`` after they last settled (then ``were_apart_px`` apart)."""
    merged = were_apart_px > WIDE_SHANKS * shank_px and apart_px < MERGED_SHARE * were_apart_px
    return (rush and gone_s < MAX_EXCHANGE_S) or (merged and gone_s < MAX_MERGED_S)


def _are_crossed(legs: FloatArray, before: FloatArray, shank_px: float) -> bool:
    """Whether the labels of (2, P, 2) legs are exchanged compared with those of an earlier pair."""
    distinct = _spread(legs) > SWAP_MIN_SEPARATION_SHANKS * shank_px
    return bool(distinct and _distance(legs[::-1], before) < CROSSED_SHARE * _distance(legs, before))


def _follow_legs(legs: FloatArray, time_s: FloatArray, shank_px: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (T,) where labels are exchanged compared with the first frame, and (T,) where they were moving from leg to leg.

    Each frame is compared with the last one on which both legs were still or moved the way legs can.
    """
    exchanged, under_way = np.zeros(len(legs), bool), np.zeros(len(legs), bool)
    rush = _rush(legs, time_s, shank_px)
    apart = _spread(legs)
    settled, state = 0, False
    for frame in range(1, len(legs)):
        gone_s = time_s[frame] - time_s[settled]
        if _are_under_way(bool(rush[frame]), apart[frame], apart[settled], gone_s, shank_px):
            continue
        here, crossed = legs[frame], legs[frame][::-1]
        state ^= _are_crossed(here, legs[settled], shank_px)
        for between in range(settled + 1, frame):
            near = min((_distance(legs[between], order), other) for order, other in ((here, False), (crossed, True)))
            under_way[between] = near[0] > CARRIED_SHARE * _distance(here, crossed)
            exchanged[between] = state if under_way[between] else state != near[1]
        exchanged[frame], settled = state, frame
    exchanged[settled + 1 :] = state
    return exchanged, under_way


def _agree_with_shoulders(track: PoseTrack, exchanged: NDArray[np.bool_], shank_px: float) -> float:
    """Return the mean product of shoulder and hip width, shank lengths squared; negative if their left–right orders differ.

    0, which decides nothing, if the shoulders are never seen.
    """
    shoulders, hips = (
        track.points[:, Landmark.of("left", part), 0] - track.points[:, Landmark.of("right", part), 0]
        for part in ("shoulder", "hip")
    )
    products = shoulders * np.where(exchanged, -hips, hips)
    return float(np.nanmean(products)) / shank_px**2 if np.isfinite(products).any() else 0.0


def fix_leg_swaps(track: PoseTrack) -> PoseTrack:
    """Exchange the legs back on frames where the landmarker confused them.

    The legs are followed in the order in which knees and feet move least. This leaves two possible orders. The right one is the
    order in which hips and shoulders agree or, side-on, the order of most frames. Where the legs are closer than
    ``SWAP_MIN_SEPARATION_SHANKS`` the order is kept. Points that are moving from one leg to the other become NaN.
    """
    shank_px = compute_shank_length(track)
    frames = np.flatnonzero(track.present)
    if len(frames) < 2:
        return track
    legs = track.points[frames][:, LOWER_LEGS]
    exchanged, under_way = (np.zeros(len(track), bool) for _ in range(2))
    exchanged[frames], under_way[frames] = _follow_legs(legs, track.time_s[frames], shank_px)
    agree = _agree_with_shoulders(track, exchanged, shank_px)
    shoulders_decide = abs(agree) > MIN_WIDTH_SHANKS
    wrong_way_round = agree < 0 if shoulders_decide else exchanged.sum() > len(frames) / 2
    if wrong_way_round:
        exchanged = ~exchanged & track.present
    if not exchanged.any() and not under_way.any():
        return track
    arrays = {}
    for name in ("points", "visibility"):
        array = getattr(track, name).copy()
        rows = np.flatnonzero(exchanged)[:, None]
        array[rows, LEFT_LEG], array[rows, RIGHT_LEG] = array[rows, RIGHT_LEG].copy(), array[rows, LEFT_LEG].copy()
        arrays[name] = array
    arrays["points"][np.flatnonzero(under_way)[:, None, None], LOWER_LEGS] = np.nan
    return replace(track, **arrays)


class LegFollower:
    """The live counterpart of `fix_leg_swaps`: follows the legs pose by pose and uses past poses only.

    The leg order is the one that the labels had for most of the last `MEMORY_S` seconds.
    """

    def __init__(self) -> None:
        """Start with no person."""
        self._before: tuple[float, FloatArray] | None = None
        self._settled: tuple[float, FloatArray] | None = None
        self._ordered = np.full((LANDMARK_COUNT, 2), np.nan)
        self._exchanged = False
        self._exchanged_share = 0.0
        self._followed_s = 0.0

    def update(self, time_s: float, points: FloatArray) -> FloatArray:
        """Return (33, 2) points with the legs in order. While labels move to the other leg, the legs keep their last positions."""
        legs = points[LOWER_LEGS]
        if not np.isfinite(legs).all():
            return points
        before, self._before = self._before, (time_s, legs)
        if before is None or self._settled is None or time_s - self._settled[0] > MAX_ABSENT_S:
            self._settled, self._exchanged, self._exchanged_share, self._followed_s = (time_s, legs), False, 0.0, 0.0
            self._ordered = points
            return points
        settled_s, settled = self._settled
        shank_px = float(np.linalg.norm(legs[:, 0] - legs[:, 1], axis=-1).max())
        rush = bool(_rush(np.stack([before[1], legs]), np.array([before[0], time_s]), shank_px)[1])
        if _are_under_way(rush, float(_spread(legs)), float(_spread(settled)), time_s - settled_s, shank_px):
            held = points.copy()
            held[[*LEFT_LEG, *RIGHT_LEG]] = self._ordered[[*LEFT_LEG, *RIGHT_LEG]]
            return held
        self._settle(time_s - settled_s, _are_crossed(legs, settled, shank_px))
        self._settled = time_s, legs
        self._ordered = points[EXCHANGED] if self._exchanged else points
        return self._ordered

    def _settle(self, passed_s: float, crossed: bool) -> None:
        """Accept the next settled pair of legs, ``passed_s`` after the last; ``crossed`` says that their labels are exchanged."""
        self._exchanged ^= crossed
        self._followed_s = min(self._followed_s + passed_s, MEMORY_S)
        self._exchanged_share += (self._exchanged - self._exchanged_share) * min(1.0, passed_s / self._followed_s)
        if self._followed_s > MIN_FOLLOWED_S and self._exchanged_share > MOSTLY:
            self._exchanged, self._exchanged_share = not self._exchanged, 1.0 - self._exchanged_share
