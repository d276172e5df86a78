"""Strokes, plates and letters on an RGB image, readable over any picture. Everything draws in place."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from formcheck.render.colors import VIDEO
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

Rgb = tuple[int, int, int]

FONTS = Path(__file__).parent / "fonts"
# How much of the picture a plate hides: letters stay readable over any background, and what is behind can still be made out.
PLATE_OPACITY = 0.72
# Sub-pixel positions for cv2's strokes: sixteenths, so that lines do not tremble by whole pixels.
SHIFT = 4
# Nothing is drawn further outside the picture than this many of its sizes: a landmark may lie anywhere.
MAX_OUTSIDE = 3.0


def unit_of(image: Image) -> float:
    """Return the picture's unit of drawing, pixels: its shorter side, so that drawings look alike on phone and webcam pictures."""
    return float(min(image.shape[:2]))


def stroke_of(image: Image, share: float = 0.006) -> int:
    """Return a stroke's width for the picture, pixels: ``share`` of its shorter side, at least two."""
    return max(2, round(unit_of(image) * share))


def _fixed(point: FloatArray) -> tuple[int, int]:
    return round(float(point[0]) * (1 << SHIFT)), round(float(point[1]) * (1 << SHIFT))


def is_drawable(image: Image, *points: FloatArray) -> bool:
    """Whether the points are known, and not so far outside that drawing to them means nothing."""
    size = np.array(image.shape[1::-1], float)
    return all(bool(np.all(np.isfinite(p)) and np.all(np.abs(p - size / 2) < MAX_OUTSIDE * size)) for p in points)


def draw_line(image: Image, start: FloatArray, stop: FloatArray, color: Rgb, width: int, *, outline: bool = True) -> None:
    """Draw a line over a dark outline."""
    if outline:
        dark = width + max(2, width // 2) * 2
        cv2.line(image, _fixed(start), _fixed(stop), VIDEO["plate"], dark, cv2.LINE_AA, SHIFT)
    cv2.line(image, _fixed(start), _fixed(stop), color, width, cv2.LINE_AA, SHIFT)


def draw_dashes(image: Image, start: FloatArray, stop: FloatArray, color: Rgb, width: int) -> None:
    """Draw a dashed line over a dark outline."""
    length = float(np.linalg.norm(stop - start))
    dashes = max(1, round(length / (6.0 * width)))
    for dash in range(dashes):
        first, last = (start + (stop - start) * (dash + part) / dashes for part in (0.0, 0.55))
        draw_line(image, first, last, color, width)


def draw_dot(image: Image, point: FloatArray, color: Rgb, radius: float) -> None:
    """Draw a dot with a dark rim."""
    cv2.circle(
        image, _fixed(point), round((radius + max(1.5, radius * 0.35)) * (1 << SHIFT)), VIDEO["plate"], -1, cv2.LINE_AA, SHIFT
    )
    cv2.circle(image, _fixed(point), round(radius * (1 << SHIFT)), color, -1, cv2.LINE_AA, SHIFT)


def draw_arc(image: Image, center: FloatArray, radius: float, start_deg: float, stop_deg: float, color: Rgb, width: int) -> None:
    """Draw an arc; angles are clockwise from the image's right."""
    steps = max(2, int(abs(stop_deg - start_deg) / 3.0) + 2)
    angles = np.radians(np.linspace(start_deg, stop_deg, steps))
    path = center + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = [np.round(path * (1 << SHIFT)).astype(np.int32)]
    cv2.polylines(image, points, False, VIDEO["plate"], width + max(2, width // 2) * 2, cv2.LINE_AA, SHIFT)
    cv2.polylines(image, points, False, color, width, cv2.LINE_AA, SHIFT)


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / "Inter-SemiBold.ttf"), size)


class Stamp:
    """A colored shape, ready to be laid over pictures: what it lets through, and what it adds."""

    def __init__(self, coverage: NDArray[np.uint16], color: Rgb) -> None:
        """Make a stamp of (H, W) coverage 0..256."""
        self._passes = np.repeat((256 - coverage)[:, :, None], 3, axis=2)
        self._adds = coverage[:, :, None] * np.array(color, np.uint16)

    def press(self, image: Image, left: float, top: float) -> None:
        """Lay it over the picture with its corner at (left, top), cut off at the borders."""
        height, width = image.shape[:2]
        x, y = round(left), round(top)
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(width, x + self._adds.shape[1]), min(height, y + self._adds.shape[0])
        if x0 >= x1 or y0 >= y1:
            return
        inside = slice(y0 - y, y1 - y), slice(x0 - x, x1 - x)
        ground = image[y0:y1, x0:x1]
        mixed = self._passes[inside] * ground
        mixed += self._adds[inside]
        mixed >>= 8
        ground[:] = mixed


@lru_cache(maxsize=512)
def _letters(text: str, size: int) -> NDArray[np.uint16]:
    """(H, W) coverage 0..256 of a line of text, as high as the font's capitals and descenders."""
    font = _font(size)
    ascent, descent = font.getmetrics()
    mask = PillowImage.new("L", (max(1, round(font.getlength(text)) + 1), ascent + descent))
    # Inter's numerals: all of one width, so that a running number does not tremble
    ImageDraw.Draw(mask).text((0, 0), text, fill=255, font=font)
    coverage = np.asarray(mask, dtype=np.uint16)
    return coverage + (coverage >> 7)


def measure_text(text: str, size: int) -> tuple[int, int]:
    """Return the width and height of a line of text, pixels."""
    height, width = _letters(text, size).shape
    return width, height


@lru_cache(maxsize=128)
def _rounded(width: int, height: int, radius: int) -> NDArray[np.uint16]:
    """(H, W) coverage 0..256 of a rectangle with rounded corners."""
    big = 4
    mask = PillowImage.new("L", (width * big, height * big))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width * big - 1, height * big - 1), radius * big, fill=255)
    coverage = np.asarray(mask.resize((width, height), PillowImage.Resampling.BOX), dtype=np.uint16)
    return coverage + (coverage >> 7)


@lru_cache(maxsize=256)
def _letters_stamp(text: str, size: int, color: Rgb) -> Stamp:
    return Stamp(_letters(text, size), color)


@lru_cache(maxsize=128)
def _plate_stamp(width: int, height: int, radius: int, opacity: float, color: Rgb) -> Stamp:
    return Stamp((_rounded(width, height, radius) * np.uint16(round(opacity * 256))) >> np.uint16(8), color)


def draw_text(image: Image, text: str, left: float, top: float, size: int, color: Rgb) -> None:
    """Write a line of text whose box begins at (left, top)."""
    _letters_stamp(text, size, color).press(image, left, top)


def draw_plate(
    image: Image, left: float, top: float, width: float, height: float, *, opacity: float = PLATE_OPACITY, radius: float = 0.0
) -> None:
    """Darken a rounded rectangle, for letters to stand on."""
    size = max(1, round(width)), max(1, round(height))
    _plate_stamp(*size, round(min(radius, min(size) / 2)), opacity, VIDEO["plate"]).press(image, left, top)


def draw_bar(image: Image, left: float, top: float, width: float, height: float, color: Rgb, opacity: float) -> None:
    """Fill a rectangle."""
    _plate_stamp(max(1, round(width)), max(1, round(height)), 0, opacity, color).press(image, left, top)


def draw_label(image: Image, text: str, anchor: FloatArray, size: int, color: Rgb, *, toward: FloatArray) -> None:
    """Write text on a plate beside ``anchor``, on the side that ``toward`` (2,) points to, kept inside the picture."""
    width, height = measure_text(text, size)
    pad = size * 0.35
    box = np.array([width + 2 * pad, height + pad])
    corner = anchor + toward * (size * 0.5) + (toward - 1.0) / 2.0 * box
    free = np.maximum(0.0, np.array(image.shape[1::-1]) - box)
    if not 0.0 <= corner[0] <= free[0]:
        # no space beside the anchor: above it, so that the anchor stays visible
        corner = corner - np.array([0.0, box[1]])
    corner = np.clip(corner, 0.0, free)
    draw_plate(image, *corner, *box, radius=size * 0.3)
    draw_text(image, text, corner[0] + pad, corner[1] + pad / 2, size, color)


def draw_warning_mark(image: Image, left: float, top: float, size: float, color: Rgb) -> None:
    """Draw a triangle with an exclamation mark: a fault, for those who do not see its color."""
    corners = np.array([[left + size / 2, top], [left + size, top + size * 0.9], [left, top + size * 0.9]])
    cv2.fillConvexPoly(image, np.round(corners * (1 << SHIFT)).astype(np.int32), color, cv2.LINE_AA, SHIFT)
    middle = left + size / 2
    width = max(1, round(size * 0.1))
    stem = (np.array([middle, top + size * 0.32]), np.array([middle, top + size * 0.58]))
    draw_line(image, *stem, VIDEO["plate"], width, outline=False)
    cv2.circle(
        image,
        _fixed(np.array([middle, top + size * 0.75])),
        round(width * 0.7 * (1 << SHIFT)),
        VIDEO["plate"],
        -1,
        cv2.LINE_AA,
        SHIFT,
    )


def draw_dash(image: Image, left: float, top: float, size: float, color: Rgb) -> None:
    """Draw a dash: a repetition that could not be judged."""
    _draw_stroke(image, np.array([[left + size * 0.2, top + size * 0.5], [left + size * 0.8, top + size * 0.5]]), size, color)


def draw_check_mark(image: Image, left: float, top: float, size: float, color: Rgb) -> None:
    """Draw a tick: a clean repetition."""
    path = np.array(
        [[left + size * 0.08, top + size * 0.5], [left + size * 0.38, top + size * 0.8], [left + size * 0.92, top + size * 0.15]]
    )
    _draw_stroke(image, path, size, color)


def _draw_stroke(image: Image, path: FloatArray, size: float, color: Rgb) -> None:
    """Draw a mark of one stroke along (N, 2) points; ``size`` is the mark's."""
    width = max(2, round(size * 0.17))
    cv2.polylines(image, [np.round(path * (1 << SHIFT)).astype(np.int32)], False, color, width, cv2.LINE_AA, SHIFT)
