"""Detect round stickers of any color on the skin, and locate each to a fraction of a pixel.

A sticker is a small round blob of one color that differs from the skin around it. Two or three stickers of the same color and size
form a set. `sticker_track` follows them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# The limits below were chosen by trial, except where a comment gives a source; on which clips was not recorded.

# Limits of a sticker's diameter, as a fraction of the picture's shorter side, for feet that fill a third to all of the picture.
MIN_DIAMETER, MAX_DIAMETER = 0.02, 0.22
# A round sticker seen at a slant is an ellipse. A flatter shape than this is not a sticker.
MIN_AXIS_RATIO = 0.55
# The shares of its ellipse that a blob fills, at least and at most. The first test, on its bounding box, asks for less by BOX_FILL.
MIN_FILL, MAX_FILL, BOX_FILL = 0.88, 1.1, 0.7
# Blobs are searched for at thresholds this many gray levels apart, in a picture whose shorter side is this many pixels.
LEVEL_STEP = 8
FIND_SHORT_SIDE = 270
# Color differences in CIELAB (ΔE). A sticker differs from the skin by at least MIN_CONTRAST, which is more than skin varies.
# Stickers of one set differ by less than MAX_DIFFERENCE.
MIN_CONTRAST, MAX_DIFFERENCE = 18.0, 16.0
MAX_SIZE_RATIO = 1.7
# In diameters: the centers of two stickers are farther apart than the first, those of one blob found twice nearer than the second.
MIN_GAP, SAME_PLACE = 1.2, 0.5
# The skin is read in a ring around the center, in diameters; when a sticker is sought, and when it is followed in the full picture.
FOUND_RING, FOLLOWED_RING = (0.65, 0.95), (0.62, 1.05)
# A pixel's share of the way from the skin's color to the sticker's: from INSIDE on it is the sticker's, from SURE_INSIDE on surely.
# If it lies farther than OFF_COLOR of that way beside it, it is of another color. Between FAINT and FAINT + FADE its weight rises.
INSIDE, SURE_INSIDE, OFF_COLOR, FAINT, FADE = 0.5, 0.8, 0.5, 0.1, 0.8
# A sticker is searched for within so many of its radii of a place.
SEARCH_RADII = 2.6
# A smaller part of a sticker, as a share of its disk, is not taken for it.
MIN_SEEN_AREA = 0.2
# The stickers are searched for in this many frames at the start, and must be in at least this fraction of them.
SAMPLES, MIN_SAMPLE_SHARE = 3, 0.6
# Stricter limits for treating a video as one of a foot automatically: stickers as similar in color as those of one sheet in even
# light, skin around them as similar as on one foot, and the same size except for slant and a blurred edge.
SURE_DIFFERENCE, SURE_GROUND_DIFFERENCE, SURE_SIZE_RATIO = 10.0, 15.0, 1.3
# Distances between stickers, in diameters. The navicular bone is about 7 cm from the big-toe joint and 11 cm from the toe; labels
# are 12 to 25 mm wide.
APART_DIAMETERS = (2.0, 10.0)
MOST_STICKERS = 3
# Maximum relative change of the distances within the analyzed second: the foot may slide a little, its bones keep their distances.
MAX_DISTANCE_CHANGE = 0.1


@dataclass(frozen=True, eq=False)
class Sticker:
    """A sticker in one picture: center (2,) and longest diameter in pixels, its color, and the skin's color around it (CIELAB)."""

    center: FloatArray
    diameter: float
    color: FloatArray
    ground: FloatArray

    @property
    def contrast(self) -> float:
        """Difference between its color and the skin's, ΔE."""
        return float(np.linalg.norm(self.color - self.ground))


def _to_lab(image: Image) -> FloatArray:
    return np.asarray(cv2.cvtColor(image.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB), float)


def _median_color(lab: FloatArray, mask: NDArray[np.bool_]) -> FloatArray:
    return np.asarray(np.median(lab[mask], axis=0)) if mask.any() else np.full(3, np.nan)


def _ring(shape: tuple[int, ...], center: FloatArray, diameter: float, ring: tuple[float, float]) -> NDArray[np.bool_]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    away = np.hypot(columns - center[0], rows - center[1])
    return np.asarray((away >= ring[0] * diameter) & (away < ring[1] * diameter))


def _ground_around(lab: FloatArray, center: FloatArray, diameter: float) -> FloatArray:
    """Return the median color around a blob (CIELAB)."""
    reach = diameter + 2.0
    x0, y0 = (max(0, int(v - reach)) for v in center)
    part = lab[y0 : int(center[1] + reach) + 1, x0 : int(center[0] + reach) + 1]
    return _median_color(part, _ring(part.shape, center - (x0, y0), diameter, FOUND_RING))


def measure_sticker(image: Image, center: FloatArray, diameter: float, color: FloatArray) -> tuple[Sticker, float] | None:
    """Measure the sticker near a place, and its area in pixels; None if nothing of its color is there."""
    reach = SEARCH_RADII * diameter / 2
    x0, y0 = (max(0, int(v - reach)) for v in center)
    x1, y1 = (int(v + reach) + 1 for v in center)
    if min(y1, image.shape[0]) - y0 < 5 or min(x1, image.shape[1]) - x0 < 5:
        return None
    part = _to_lab(image[y0:y1, x0:x1])
    local = center - (x0, y0)
    ground = _median_color(part, _ring(part.shape, local, diameter, FOLLOWED_RING))
    axis = color - ground
    if not np.linalg.norm(axis) >= MIN_CONTRAST / 2:
        return None
    share = np.clip((part - ground) @ axis / (axis @ axis), 0.0, 1.0)
    off = np.linalg.norm(part - ground - share[:, :, None] * axis, axis=2) / np.linalg.norm(axis)
    share = np.where(off < OFF_COLOR, share, 0.0)
    count, labels, stats, centers = cv2.connectedComponentsWithStats((share > INSIDE).astype(np.uint8))
    large = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] > MIN_SEEN_AREA * np.pi * diameter**2 / 4]
    if not large:
        return None
    nearest = min(large, key=lambda k: float(np.linalg.norm(centers[k] - local)))
    near = cv2.dilate((labels == nearest).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    weight = np.where(near, np.clip((share - FAINT) / FADE, 0.0, 1.0), 0.0)
    area = float(weight.sum())
    rows, columns = np.mgrid[: part.shape[0], : part.shape[1]]
    middle = np.array([(columns * weight).sum(), (rows * weight).sum()]) / area
    spread = np.stack([columns - middle[0], rows - middle[1]])
    moments = np.einsum("ixy,jxy,xy->ij", spread, spread, weight) / area
    longest = 4.0 * float(np.sqrt(np.linalg.eigvalsh(moments)[-1]))
    now = _median_color(part, near & (share > SURE_INSIDE))
    return Sticker(middle + np.array([x0, y0]), longest, now if np.isfinite(now).all() else color, ground), area


def _list_regions(channel: Image, areas: tuple[float, float]) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Yield the round regions of a channel at every threshold, dark and light: (N, 2) pixels, and the longer axis in pixels."""
    levels = range(int(channel.min()) + LEVEL_STEP // 2, int(channel.max()) + 1, LEVEL_STEP)
    for level, invert in itertools.product(levels, (False, True)):
        mask = ((channel < level) if invert else (channel >= level)).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
        round_enough = np.minimum(width, height) >= MIN_AXIS_RATIO * np.maximum(width, height)
        full_enough = area >= BOX_FILL * MIN_FILL * width * height
        for k in np.flatnonzero(round_enough & full_enough & (area >= areas[0]) & (area <= areas[1])):
            if k == 0:  # label 0 is the background
                continue
            x, y, w, h = (int(v) for v in stats[k, :4])
            rows, columns = np.nonzero(labels[y : y + h, x : x + w] == k)
            pixels: NDArray[np.int64] = np.stack([columns + x, rows + y], axis=1)
            small, large = 4.0 * np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(pixels.T.astype(float))), 1e-9))
            if small >= MIN_AXIS_RATIO * large and MIN_FILL < len(pixels) / (np.pi / 4 * small * large) < MAX_FILL:
                yield pixels, float(large)


def find_blobs(image: Image) -> list[Sticker]:
    """Return every small round blob of one color in an RGB picture that stands out from its surroundings."""
    scale = min(1.0, FIND_SHORT_SIDE / min(image.shape[:2]))
    size = round(image.shape[1] * scale), round(image.shape[0] * scale)
    small = np.asarray(cv2.GaussianBlur(cv2.resize(image, size, interpolation=cv2.INTER_AREA), (0, 0), 1.0), np.uint8)
    lab, short = _to_lab(small), min(size)
    areas = np.pi / 4 * (MIN_DIAMETER * short) ** 2, np.pi / 4 * (MAX_DIAMETER * short) ** 2
    found: list[Sticker] = []
    for channel in cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2LAB)):
        for pixels, large in _list_regions(np.asarray(channel, np.uint8), areas):
            center, inside = pixels.mean(axis=0), lab[pixels[:, 1], pixels[:, 0]]
            color = np.median(inside, axis=0)
            ground = _ground_around(lab, center, large)
            sticker = Sticker((center + 0.5) / scale - 0.5, large / scale, color, ground)
            if not sticker.contrast >= MIN_CONTRAST or np.median(np.linalg.norm(inside - color, axis=1)) > MIN_CONTRAST / 2:
                continue
            twin = next(
                (k for k, s in enumerate(found) if np.linalg.norm(s.center - sticker.center) < SAME_PLACE * s.diameter), None
            )
            if twin is None:
                found.append(sticker)
            elif found[twin].contrast < sticker.contrast:
                found[twin] = sticker
    return found


def _is_set(blobs: Sequence[Sticker]) -> bool:
    """Whether blobs have the same color and size and do not overlap."""
    return all(
        np.linalg.norm(a.color - b.color) < MAX_DIFFERENCE
        and max(a.diameter, b.diameter) < MAX_SIZE_RATIO * min(a.diameter, b.diameter)
        and np.linalg.norm(a.center - b.center) > MIN_GAP * max(a.diameter, b.diameter)
        for a, b in itertools.combinations(blobs, 2)
    )


def find_stickers(pictures: Sequence[Image]) -> list[Sticker]:
    """Return the two or three stickers that most of the pictures show, in order from the heel forward; or an empty list.

    If there are several pairs, the one that stands out most is used. A third sticker of the same color and size belongs to it.
    """
    samples = [find_blobs(picture) for picture in pictures]
    if not samples:
        return []
    known = [
        blob
        for blob in samples[0]
        if np.mean([any(np.linalg.norm(b.center - blob.center) < blob.diameter for b in sample) for sample in samples])
        >= MIN_SAMPLE_SHARE
    ]
    pairs = [pair for pair in itertools.combinations(known, 2) if _is_set(pair)]
    if not pairs:
        return []
    best = list(max(pairs, key=lambda pair: min(blob.contrast for blob in pair)))
    others = [blob for blob in known if blob not in best and _is_set([*best, blob])]
    if others:
        best.append(max(others, key=lambda blob: blob.contrast))
    return order_stickers(best)


def are_surely_stickers(stickers: Sequence[Sticker], pictures: Sequence[Image]) -> bool:
    """Whether the blobs that `find_stickers` found are surely labels on one foot, and not caps, bricks or shadows.

    Labels of one sheet have the same size and color. On one foot they have the same skin around them, lie as far apart as the
    navicular bone, the big-toe joint and the toe, and keep their distances. There are no more than three of them.
    """
    if len(stickers) < 2:
        return False
    size = float(np.mean([s.diameter for s in stickers]))
    pairs = list(itertools.combinations(stickers, 2))
    alike = all(
        np.linalg.norm(a.color - b.color) < SURE_DIFFERENCE
        and np.linalg.norm(a.ground - b.ground) < SURE_GROUND_DIFFERENCE
        and max(a.diameter, b.diameter) < SURE_SIZE_RATIO * min(a.diameter, b.diameter)
        and APART_DIAMETERS[0] < np.linalg.norm(a.center - b.center) / size < APART_DIAMETERS[1]
        for a, b in pairs
    )
    return alike and all(_are_same_and_alone(stickers, find_blobs(picture)) for picture in pictures)


def _are_same_and_alone(stickers: Sequence[Sticker], blobs: Sequence[Sticker]) -> bool:
    """Whether a picture's blobs include the stickers at unchanged distances, with at most three stickers of this kind in all."""
    here = [min(blobs, key=lambda b: float(np.linalg.norm(b.center - s.center)), default=None) for s in stickers]
    found = [blob for blob in here if blob is not None]
    if len(found) < len(stickers) or len({id(blob) for blob in found}) < len(stickers):
        return False
    kept = all(
        abs(np.linalg.norm(found[i].center - found[j].center) / np.linalg.norm(stickers[i].center - stickers[j].center) - 1)
        < MAX_DISTANCE_CHANGE
        for i, j in itertools.combinations(range(len(stickers)), 2)
    )
    others = [blob for blob in blobs if all(blob is not one for one in found) and _is_set([stickers[0], blob])]
    return kept and len(found) + len(others) <= MOST_STICKERS


def order_stickers(stickers: Sequence[Sticker]) -> list[Sticker]:
    """Return stickers in the order navicular, big-toe joint and, if there are three, toe.

    On a standing foot the navicular is the highest of them, and the toe is the farthest from it.
    """
    rest = sorted(stickers, key=lambda s: float(s.center[1]))
    return [rest[0], *sorted(rest[1:], key=lambda s: abs(float(s.center[0] - rest[0].center[0])))]
