"""The foot's shape, and where a flat foot lies in the image."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.scene.scene import FOOT_PER_HEIGHT, SHANK_PER_HEIGHT
from formcheck.support.arrays import FloatArray

if TYPE_CHECKING:
    from formcheck.video.frames import Image, Rgb

FOOT_PER_SHANK = FOOT_PER_HEIGHT / SHANK_PER_HEIGHT
Polygon = tuple[tuple[float, float], ...]
"""The corners of an area on the flat foot, foot lengths: forward from the back of the heel, up from the sole."""

# Places on the foot in foot lengths (forward from the back of the heel, up from the sole). The ankle's axis (tips of the malleoli)
# is at a quarter of the foot's length, and its height over the floor is 0.039 of body height (Winter 2009, table 4.1 and fig. 4.1).
# A heel raise turns about the transverse axis through the first two metatarsal heads (Bojsen-Møller 1979, J Anat 129:165). That
# axis is at 0.72 of the foot's length (Hawes & Sovak 1994, doi 10.1080/00140139408963639) and 4.4 cm, 0.16 of the foot's length,
# below the ankle's axis (in the man of 1.80 m of Delp 1990, IEEE Trans Biomed Eng 37:757). The heel stands on the tubercles of the
# calcaneus; behind them the fat pad curves up over an eighth of the foot's length.
ANKLE = (0.25, 0.039 / FOOT_PER_HEIGHT)
BALL = (0.72, 0.10)
PLANTAR_HEEL = (0.12, 0.0)
# The landmarks lie in the heel and toe, not under them. The hindmost point of the heel, where the Achilles tendon ends, and the top
# of the big toe are some 2 cm above the sole. This has no measured source; it was chosen over 1 cm on rendered heel raises
# (docs/research-log.md, sixth round).
LANDMARK_OVER_SOLE = 0.08
# On rendered bare feet seen side-on the toe landmark is 0.78 foot lengths ahead of the heel landmark and 0.055 lower.
LANDMARK_SPAN, TOE_BELOW_HEEL = 0.78, 0.055
# A heel–toe landmark line shorter than this, in foot lengths, points at the camera.
MIN_LINE = 0.25
# Standard deviations of a foot's foreshortening (1 = side-on): from the body's yaw, which is off by some 12°, side-on and a quarter
# turned; and from the length of the heel–toe line.
RUN_SD_SIDE_ON, RUN_SD_TURNED, RUN_SD_LINE = 0.02, 0.2, 0.06
# Standard deviation of the foot's slope in the picture, from the heel–toe line: shoes raise the heel's landmark, and in four
# recordings of people the line is 0.13 ± 0.11 too steep.
SLOPE_SD_LINE = 0.15
# The weights of red, green and blue in brightness (ITU-R BT.601).
LUMA = np.array([0.299, 0.587, 0.114])
# A picture of the foot smaller than this across shows nothing.
MIN_CROP_PX = 16


class Crop(NamedTuple):
    """A foot and its surroundings cut out of a frame: the picture, and (2,) the frame's pixel at its upper left corner.

    The picture is (h, w, 3) RGB as cut out; comparisons use (h, w), one channel (`gray`, `mixed`).
    """

    picture: Image | NDArray[np.float32]
    offset: FloatArray

    @property
    def shows_something(self) -> bool:
        """Whether it is large enough to measure."""
        return all(side >= MIN_CROP_PX for side in self.picture.shape[:2])

    def gray(self) -> Crop:
        """Return the brightness of an RGB picture, (h, w) of 0..255."""
        return self._replace(picture=np.rint(self.mixed(LUMA).picture).astype(np.uint8))

    def mixed(self, weights: FloatArray) -> Crop:
        """Return (3,) weights of red, green and blue, summed: (h, w)."""
        return self._replace(picture=self.picture.astype(np.float32) @ weights.astype(np.float32))

    def enlarged(self, factor: float) -> Crop:
        """Return the picture ``factor`` times as large, interpolated (bicubic), for a pose `FootPose.enlarged` as much."""
        larger = cv2.resize(self.picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        return Crop(np.asarray(larger, np.float32), self.offset * factor)

    def blurred(self, sigma_px: float) -> Crop:
        """Remove detail finer than ``sigma_px``; at least one pixel."""
        return Crop(np.asarray(cv2.GaussianBlur(self.picture, (0, 0), max(1.0, sigma_px)), np.float32), self.offset)

    def mask(self, outline_px: FloatArray) -> Image:
        """(h, w) mask: 255 within an outline of (N, 2) pixels of the frame, 0 outside."""
        mask = np.zeros(self.picture.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(outline_px - self.offset).astype(np.int32)], 255)
        return mask


@dataclass(frozen=True)
class FootPose:
    """The flat foot in the image: ``back`` (2,), the sole under the back of the heel, its directions, and its length in pixels.

    ``up`` is a unit vector; ``forward`` is the picture of a unit step along the floor (`Scene.forward_at`).
    """

    back: FloatArray
    up: FloatArray
    forward: FloatArray
    length_px: float

    @classmethod
    def from_landmarks(cls, heel: FloatArray, toe: FloatArray, up: FloatArray, forward: FloatArray, shank_px: float) -> FootPose:
        """Place a foot of the usual length over the two landmarks, as `laid_along` its own line (`find_forward`)."""
        return cls.laid_along(heel, toe, up, find_forward(heel, toe, up, forward, shank_px), shank_px)

    @classmethod
    def laid_along(cls, heel: FloatArray, toe: FloatArray, up: FloatArray, forward: FloatArray, shank_px: float) -> FootPose:
        """Place a foot of the usual length centered between the two landmarks, its sole under the lower of the two."""
        length = FOOT_PER_SHANK * shank_px
        between = cls((heel + toe) / 2, up, forward, length)
        sole = between.in_feet(np.stack([heel, toe]))[:, 1].min() - LANDMARK_OVER_SOLE
        return cls(between.place(-0.5, sole), up, forward, length)

    def enlarged(self, factor: float) -> FootPose:
        """Return the same foot in pictures ``factor`` times as large (`Crop.enlarged`); a pixel's center is at whole numbers."""
        return replace(self, back=(self.back + 0.5) * factor - 0.5, length_px=self.length_px * factor)

    def place(self, x: float | FloatArray, y: float | FloatArray) -> FloatArray:
        """Foot lengths from the back of the heel forward and from the sole up → (..., 2) pixels."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        return self.back + self.length_px * (x[..., None] * self.forward + y[..., None] * self.up)

    def find_pixels(self, places: FloatArray, offset: FloatArray) -> NDArray[np.float32]:
        """(..., 2) places in foot lengths → (2, ...) columns and rows in a picture cut out at ``offset``, for `cv2.remap`.

        One axis after the other, which takes a third of the time that `place` takes for many places.
        """
        x, y = places[..., 0], places[..., 1]
        axes = zip(self.back - offset, self.length_px * self.forward, self.length_px * self.up, strict=True)
        return np.stack([(start + x * forward + y * up).astype(np.float32) for start, forward, up in axes])

    def outline(self, area: Polygon) -> FloatArray:
        """(N, 2) pixels of the corners of an area on the foot."""
        return self.place(*np.asarray(area).T)

    def in_feet(self, points: FloatArray) -> FloatArray:
        """(N, 2) pixels → foot lengths forward of the back of the heel and above the sole."""
        axes = np.stack([self.forward, self.up], axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):  # a foot of unknown size has no place
            return np.asarray(np.linalg.solve(axes, (points - self.back).T / self.length_px).T)

    def crop(self, rgb: Rgb) -> Crop:
        """Cut the foot and its surroundings out of an (H, W, 3) frame: flow needs no more, and its cost grows with the pixels."""
        center, reach = self.place(0.4, 0.25), 0.95 * self.length_px
        if not np.isfinite([*center, reach]).all():  # the landmarks do not locate it
            return Crop(np.empty((0, 0, 3), np.uint8), np.zeros(2))
        left, top = (max(0, int(v - reach)) for v in center)
        right, bottom = (max(0, int(v + reach)) for v in center)
        return Crop(np.ascontiguousarray(rgb[top:bottom, left:right]), np.array([left, top], float))


def find_forward(
    heel: FloatArray, toe: FloatArray, up: FloatArray, forward: FloatArray, shank_px: float, *, floor_sd: float = math.inf
) -> FloatArray:
    """Return the foot's own direction in the picture: the picture of a step of one foot length along it, in foot lengths.

    The foot need not point where the body faces (``forward``, `Scene.forward_at`). Its slope combines the line from heel to toe
    landmark and the floor's slope, which has a standard deviation of ``floor_sd``; by default only the line counts. The
    foreshortening combines the line's length and the body's yaw, weighted by their uncertainty. If the line is too short to have a
    slope, ``forward`` is returned unchanged.
    """
    length = FOOT_PER_SHANK * shank_px
    if not length > 0:
        return forward
    heel_to_toe = (toe - heel) / length
    across = np.array([-up[1], up[0]])
    level, drop = float(heel_to_toe @ across), float(-heel_to_toe @ up)
    if not abs(level) > MIN_LINE:
        return forward
    run = min(1.0, abs(float(forward @ across)))
    weights = 1.0 / compute_run_sd(run) ** 2, 1.0 / RUN_SD_LINE**2
    run = (weights[0] * run + weights[1] * min(1.0, abs(level) / LANDMARK_SPAN)) / sum(weights)
    slope = (drop - TOE_BELOW_HEEL) / abs(level)
    floor = -float(forward @ up) / max(abs(float(forward @ across)), MIN_LINE)
    weights = 1.0 / SLOPE_SD_LINE**2, 1.0 / floor_sd**2
    slope = (weights[0] * slope + weights[1] * floor) / sum(weights)
    return np.asarray(math.copysign(run, level) * across - slope * run * up)


def compute_run_sd(run: float) -> float:
    """Return the standard deviation of a foot's foreshortening ``run`` (1 = side-on), from the body's yaw."""
    return RUN_SD_SIDE_ON + RUN_SD_TURNED * math.sqrt(1.0 - run**2)


def turn_about(points: FloatArray, center: FloatArray, angle_deg: float | FloatArray) -> FloatArray:
    """Turn (N, 2) foot coordinates heel-up about ``center``; an (A,) angle gives (A, N, 2)."""
    angle = np.radians(np.asarray(angle_deg))[..., None]
    x, y = points[:, 0] - center[0], points[:, 1] - center[1]
    # the heel is behind the ball (x < 0), so a clockwise turn, with the foot pointing right, lifts it
    return np.stack([center[0] + np.cos(angle) * x + np.sin(angle) * y, center[1] - np.sin(angle) * x + np.cos(angle) * y], -1)
