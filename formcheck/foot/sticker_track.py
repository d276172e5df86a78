"""Follow stickers through a film, with the camera's shake taken out.

Each is tracked by the weighted center of its color (`stickers.measure_sticker`) and searched for again after it was lost. The
camera's shake is measured in the rest of the picture and removed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.foot.stickers import Sticker, measure_sticker
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# The limits below were chosen by trial; on which clips was not recorded.

# A sticker's area stays within this factor of its usual one, to which a new one counts this much.
MAX_AREA_CHANGE, NEW_AREA_SHARE = 2.0, 0.1
# A sticker that was lost is searched for within so many of its radii of its last place.
LOST_SEARCH_RADII = 6.0
# Camera shake is measured outside this many sticker radii, because the skin around the stickers moves by itself.
FREE_RADII = 3.5
MIN_CORNERS = 12
MIN_INLIER_SHARE = 0.4
MIN_STEADY_SHARE = 0.9
STEADY_SHORT_SIDE = 480
# Corners: at most so many, of at least this share of the best one's quality, so many pixels apart; each must come back to within
# MAX_RETURN_PX when it is followed backward, and fit the common motion within MAX_MISFIT_PX.
CORNERS, CORNER_QUALITY, CORNER_DISTANCE_PX = 300, 0.01, 7
MAX_RETURN_PX, MAX_MISFIT_PX = 1.0, 1.5
FLOW = {"winSize": (21, 21), "maxLevel": 3}  # OpenCV's defaults


@dataclass(frozen=True)
class StickerTrack:
    """Stickers over time: ``points`` (T, K, 2) pixels with the camera's shake removed, and ``raw`` as they are in the picture.

    ``diameter_px`` is the median of the longest diameters. ``seen`` is (T, K). ``steadied`` is False if the rest of the picture did
    not show how the camera moved; ``points`` then equal ``raw``.
    """

    time_s: FloatArray
    points: FloatArray
    raw: FloatArray
    seen: NDArray[np.bool_]
    diameter_px: float
    steadied: bool

    def scaled(self, factor: float) -> StickerTrack:
        """Return the track in the pixels of a picture ``factor`` times as large."""
        return replace(self, points=self.points * factor, raw=self.raw * factor, diameter_px=self.diameter_px * factor)

    def take(self, frames: NDArray[np.int64]) -> StickerTrack:
        """Return the track of the given frames."""
        return replace(self, time_s=self.time_s[frames], points=self.points[frames], raw=self.raw[frames], seen=self.seen[frames])


class _Steadier:
    """Measures the camera's motion since the first picture, from corners away from the stickers."""

    def __init__(self, gray: Image, stickers: Sequence[Sticker]) -> None:
        self._scale = min(1.0, STEADY_SHORT_SIDE / min(gray.shape[:2]))
        self._first = self._small(gray)
        mask = np.full(self._first.shape, 255, np.uint8)
        for sticker in stickers:
            x, y = (round(float(v) * self._scale) for v in sticker.center)
            cv2.circle(mask, (x, y), round(FREE_RADII * sticker.diameter / 2 * self._scale), 0, -1)
        self._corners = cv2.goodFeaturesToTrack(self._first, CORNERS, CORNER_QUALITY, CORNER_DISTANCE_PX, mask=mask)

    def _small(self, gray: Image) -> Image:
        size = round(gray.shape[1] * self._scale), round(gray.shape[0] * self._scale)
        return np.asarray(cv2.GaussianBlur(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), (0, 0), 1.0), np.uint8)

    def find_motion(self, gray: Image) -> FloatArray | None:
        """Return the (2, 3) similarity from this picture's pixels to the first one's; None if it cannot be measured."""
        if self._corners is None or len(self._corners) < MIN_CORNERS:
            return None
        now = self._small(gray)
        # optical flow assumes constant brightness, so a change of the whole picture's brightness is undone first
        now = np.asarray(cv2.convertScaleAbs(now, alpha=float(self._first.mean() / max(now.mean(), 1.0))), np.uint8)
        there, ok, _ = cv2.calcOpticalFlowPyrLK(self._first, now, self._corners, None, **FLOW)  # type: ignore[call-overload]
        back, ok_back, _ = cv2.calcOpticalFlowPyrLK(now, self._first, there, None, **FLOW)  # type: ignore[call-overload]
        good = (ok.ravel() > 0) & (ok_back.ravel() > 0) & (np.linalg.norm(back - self._corners, axis=2).ravel() < MAX_RETURN_PX)
        if good.sum() < MIN_CORNERS:
            return None
        turn, inliers = cv2.estimateAffinePartial2D(there[good], self._corners[good], ransacReprojThreshold=MAX_MISFIT_PX)
        if turn is None or inliers.mean() < MIN_INLIER_SHARE:
            return None
        return np.asarray(turn * (1.0, 1.0, 1.0 / self._scale), float)


def follow_stickers(frames: Iterable[tuple[float, Image]], stickers: Sequence[Sticker]) -> StickerTrack:
    """Track stickers through frames (time in s, RGB). Points are NaN while a sticker is covered or out of the picture.

    Parameters
    ----------
    stickers
        Their places in the first frame (`find_stickers`).
    """
    last = list(stickers)
    areas: list[float | None] = [None] * len(last)
    missing = [0] * len(last)
    steadier: _Steadier | None = None
    times, raw, turns, diameters = [], [], [], []
    for time_s, image in frames:
        gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
        steadier = steadier or _Steadier(gray, stickers)
        row = np.full((len(last), 2), np.nan)
        for k, sticker in enumerate(last):
            seen = measure_sticker(image, sticker.center, sticker.diameter, sticker.color)
            if seen is None and missing[k]:
                seen = _search(image, sticker, last)
            usual = areas[k]
            if seen is None or (usual is not None and not 1 / MAX_AREA_CHANGE < seen[1] / usual < MAX_AREA_CHANGE):
                missing[k] += 1
                continue
            last[k], missing[k] = seen[0], 0
            areas[k] = seen[1] if usual is None else (1.0 - NEW_AREA_SHARE) * usual + NEW_AREA_SHARE * seen[1]
            row[k] = seen[0].center
            diameters.append(seen[0].diameter)
        times.append(time_s)
        raw.append(row)
        turns.append(steadier.find_motion(gray))
    paths = np.array(raw).reshape(len(times), len(last), 2)
    steadied = bool(turns) and sum(turn is not None for turn in turns) >= MIN_STEADY_SHARE * len(turns)
    points = paths
    if steadied:
        unknown = np.full((2, 3), np.nan)
        points = np.stack(
            [row @ t[:, :2].T + t[:, 2] for row, t in zip(paths, [unknown if t is None else t for t in turns], strict=True)]
        )
    diameter = float(np.median(diameters)) if diameters else float("nan")
    return StickerTrack(np.array(times), points, paths, np.isfinite(paths[:, :, 0]), diameter, steadied)


def _search(image: Image, sticker: Sticker, others: Sequence[Sticker]) -> tuple[Sticker, float] | None:
    """Search for a lost sticker in a wider area around its last place, but not where the other stickers are."""
    step = sticker.diameter
    reach = int(LOST_SEARCH_RADII / 2)
    for ring in range(1, reach + 1):
        for i, j in itertools.product(range(-ring, ring + 1), repeat=2):
            place = sticker.center + step * np.array([i, j])
            if max(abs(i), abs(j)) == ring and all(np.linalg.norm(o.center - place) > step for o in others if o is not sticker):
                seen = measure_sticker(image, place, sticker.diameter, sticker.color)
                if seen is not None and all(np.linalg.norm(o.center - seen[0].center) > step for o in others if o is not sticker):
                    return seen
    return None
