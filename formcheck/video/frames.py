"""Convert a decoded frame's planes to an RGB or gray picture of a given size.

FFmpeg's scaler does the same several times slower, because it converts before it shrinks and sets itself up again for every frame.
Here each plane is shrunk directly from the decoder's memory, and colors are computed for the small picture only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

# FFmpeg's numbers for the color matrices (AVColorSpace), each with the weights of red and blue in brightness.
# 2 means "unknown". FFmpeg treats that as BT.601, and so does every player built on it.
_BT601 = (0.299, 0.114)
_WEIGHTS: dict[int, tuple[float, float]] = {
    1: (0.2126, 0.0722),  # BT.709
    2: _BT601,
    4: (0.30, 0.11),  # FCC
    5: _BT601,  # BT.470BG
    6: _BT601,  # SMPTE 170M
    7: (0.212, 0.087),  # SMPTE 240M
    9: (0.2627, 0.0593),  # BT.2020, non-constant luminance
}
_FULL_RANGE = 2
# JPEG's colors, which OpenCV calls YCrCb: BT.601 in full range (JFIF 1.02).
_JPEG = 5
# Interleaved chroma: the order of its two channels, and the divisor that brings a sample to 8 bits.
_SEMI_PLANAR: dict[str, tuple[tuple[int, int], int]] = {
    "nv12": ((0, 1), 1),
    "nv21": ((1, 0), 1),
    "nv16": ((0, 1), 1),
    "p010le": ((0, 1), 256),
}
_PLANAR = re.compile(r"yuv(?P<full>j?)4[1240][0124]p(?P<bits>9|10|12|14|16)?(?:le)?")
# OpenCV's codes for clockwise turns in degrees.
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
# Bilinear shrinking reads two samples per axis. Beyond this factor it would skip some, and fine texture would flicker.
MAX_BILINEAR_SHRINK = 2.0


class Picture(Protocol):
    """A frame of a video, from a file (`reader.Frame`) or from memory (`frame_cache.KeptFrame`)."""

    @property
    def time_s(self) -> float:
        """Seconds after the video's first frame."""

    def rgb(self, max_short_side: int | None = None) -> Image:
        """Return the picture as (H, W, 3) RGB."""

    def gray(self, max_short_side: int | None = None) -> Image:
        """Return the picture's brightness, (H, W)."""


class Plane(Protocol):
    """One (h, w) plane of a picture: an array, or one that is read from its compressed form when it is needed."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Height and width."""

    def __getitem__(self, cut: tuple[slice, slice], /) -> NDArray[Any]:
        """Return some rows and columns."""


@dataclass(frozen=True)
class Planes:
    """A picture as video stores it: (H, W) brightness Y, and the colors U and V, which may be smaller.

    ``divisor`` brings a sample to 8 bits. ``colorspace`` is FFmpeg's number of the color matrix. Brightness covers 0..255 if
    ``full_range``, otherwise 16..235.
    """

    samples: tuple[Plane, Plane, Plane]
    divisor: int
    colorspace: int
    full_range: bool

    def rgb(self, width: int, height: int) -> Image:
        """Return (height, width, 3) RGB."""
        channels = [_to_bytes(_resize(plane, width, height), self.divisor) for plane in self.samples]
        picture: Any = cv2.transform(cv2.merge(channels), _color_matrix(self.colorspace, self.full_range))
        return np.asarray(picture, np.uint8)

    def gray(self, width: int, height: int) -> Image:
        """Return brightness as (height, width), 0 = black and 255 = white for either range."""
        brightness = _to_bytes(_resize(self.samples[0], width, height), self.divisor)
        if not self.full_range:
            brightness = np.asarray(cv2.LUT(brightness, _full_range_table()), np.uint8)
        return brightness

    def shrink(self, width: int, height: int) -> Planes:
        """Return the same picture in 8 bits, with (height, width) brightness and colors of half that size."""
        color = (width + 1) // 2, (height + 1) // 2
        luma, *chroma = self.samples
        small = [_resize(luma, width, height), *(_resize(plane, *color) for plane in chroma)]
        y, u, v = (_to_bytes(plane, self.divisor) for plane in small)
        return Planes((y, u, v), 1, self.colorspace, self.full_range)


# Colors are interpolated from this many samples beside a part's edge.
EDGE_SAMPLES = 2


@dataclass(frozen=True)
class SmallFrame:
    """A shrunk frame in its stored form: the planes, and the clockwise turn (degrees) that makes it upright.

    A part, ``frame[top:bottom, left:right]``, is (h, w, 3) RGB, upright; colors are computed for that part alone.
    """

    time_s: float
    planes: Planes
    rotation_deg: int

    @classmethod
    def of_rgb(cls, time_s: float, image: Image) -> SmallFrame:
        """Return an upright (H, W, 3) RGB picture in this form."""
        return cls(time_s, _split(image).shrink(*image.shape[1::-1]), 0)

    def _size(self, max_short_side: int | None) -> tuple[int, int]:
        height, width = self.planes.samples[0].shape
        scale = 1.0 if max_short_side is None else min(1.0, max_short_side / min(width, height))
        return max(2, round(width * scale)), max(2, round(height * scale))

    def rgb(self, max_short_side: int | None = None) -> Image:
        """Return (H, W, 3) RGB, its shorter side at most ``max_short_side`` pixels."""
        return turn_upright(self.planes.rgb(*self._size(max_short_side)), self.rotation_deg)

    def gray(self, max_short_side: int | None = None) -> Image:
        """Return (H, W) brightness, its shorter side at most ``max_short_side`` pixels."""
        return turn_upright(self.planes.gray(*self._size(max_short_side)), self.rotation_deg)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The whole upright picture's height and width, and 3, as an array has it."""
        height, width = self.planes.samples[0].shape
        return (width, height, 3) if self.rotation_deg in (90, 270) else (height, width, 3)

    def __getitem__(self, cut: tuple[slice, slice]) -> Image:
        """Return a part; slices are as for arrays, with steps of 1."""
        (top, bottom, _), (left, right, _) = (c.indices(side) for c, side in zip(cut, self.shape[:2], strict=True))
        if bottom <= top or right <= left:
            return np.empty((max(0, bottom - top), max(0, right - left), 3), np.uint8)
        height, width = self.planes.samples[0].shape
        rows, columns = {
            0: ((top, bottom), (left, right)),
            90: ((height - right, height - left), (top, bottom)),
            180: ((height - bottom, height - top), (width - right, width - left)),
            270: ((left, right), (width - bottom, width - top)),
        }[self.rotation_deg]
        return turn_upright(self._cut(slice(*rows), slice(*columns)), self.rotation_deg)

    def _cut(self, rows: slice, columns: slice) -> Image:
        """Return a part of the picture as it is stored. Colors are stored for squares of four pixels."""
        y, u, v = self.planes.samples
        height, width = y.shape
        if height % 2 or width % 2 or u.shape != (height // 2, width // 2):
            return self.planes.rgb(width, height)[rows, columns]
        down, across = (
            slice(max(0, cut.start // 2 - EDGE_SAMPLES), min(side // 2, -(-cut.stop // 2) + EDGE_SAMPLES))
            for cut, side in ((rows, height), (columns, width))
        )
        around = y[2 * down.start : 2 * down.stop, 2 * across.start : 2 * across.stop]
        part = Planes((around, u[down, across], v[down, across]), 1, self.planes.colorspace, self.planes.full_range)
        above, before = rows.start - 2 * down.start, columns.start - 2 * across.start
        rgb = part.rgb(around.shape[1], around.shape[0])
        return rgb[above : above + rows.stop - rows.start, before : before + columns.stop - columns.start]


Rgb = Image | SmallFrame
"""An (H, W, 3) RGB picture from which parts are cut."""


def make_rgb(raw: av.VideoFrame, width: int, height: int) -> Image:
    """Return a frame as (height, width, 3) RGB, not turned."""
    # At full size FFmpeg is faster: it converts 8-bit video in one pass.
    planes = None if (width, height) == (raw.width, raw.height) else _read_planes(raw)
    return _reformat(raw, width, height, "rgb24") if planes is None else planes.rgb(width, height)


def make_gray(raw: av.VideoFrame, width: int, height: int) -> Image:
    """Return a frame's brightness as (height, width), 0 = black and 255 = white for either video range; not turned."""
    planes = _read_planes(raw)
    return _reformat(raw, width, height, "gray") if planes is None else planes.gray(width, height)


def shrink_planes(raw: av.VideoFrame, width: int, height: int) -> Planes:
    """Return a frame's planes with (height, width) brightness (see `Planes.shrink`), not turned."""
    planes = _read_planes(raw)
    if planes is None:
        planes = _split(_reformat(raw, width, height, "rgb24"))
    return planes.shrink(width, height)


def _split(rgb: Image) -> Planes:
    """Return the planes of an (H, W, 3) RGB picture, all of its size."""
    y, v, u = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))
    return Planes((np.asarray(y), np.asarray(u), np.asarray(v)), 1, _JPEG, full_range=True)


def shrink(picture: Image, max_short_side: int | None) -> Image:
    """Return the picture with its shorter side at most ``max_short_side`` pixels."""
    short = min(picture.shape[:2])
    if max_short_side is None or short <= max_short_side:
        return picture
    size = tuple(max(2, round(side * max_short_side / short)) for side in picture.shape[1::-1])
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def turn_upright(picture: Image, rotation_deg: int) -> Image:
    """Return a picture turned clockwise by ``rotation_deg`` (0, 90, 180 or 270)."""
    turn = _TURNS.get(rotation_deg)
    return np.ascontiguousarray(picture if turn is None else cv2.rotate(picture, turn), np.uint8)


def _read_planes(raw: av.VideoFrame) -> Planes | None:
    """Return a frame's planes as views of the decoder's memory.

    None for formats that are left to FFmpeg's scaler: RGB, palettes, big-endian samples and rare color matrices.
    """
    name = raw.format.name
    if int(raw.colorspace) not in _WEIGHTS or any(plane.line_size <= 0 for plane in raw.planes):
        return None
    if name in _SEMI_PLANAR:
        order, divisor = _SEMI_PLANAR[name]
        kind: type[np.generic] = np.uint8 if divisor == 1 else np.uint16
        pairs = _view(raw.planes[1], kind, 2)
        y, u, v = _view(raw.planes[0], kind, 1), *(np.ascontiguousarray(pairs[..., k]) for k in order)
    elif match := _PLANAR.fullmatch(name):
        bits = int(match["bits"] or 8)
        divisor = 1 << (bits - 8)
        kind = np.uint8 if bits == 8 else np.uint16
        y, u, v = (_view(plane, kind, 1) for plane in raw.planes)
    else:
        return None
    return Planes((y, u, v), divisor, int(raw.colorspace), _is_full_range(raw))


def _view(plane: Any, kind: type[np.generic], channels: int) -> NDArray[Any]:
    """Return a view of a plane without its padding, (H, W) or (H, W, channels)."""
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height]
    samples = rows[:, : plane.width * channels * np.dtype(kind).itemsize].view(kind)
    return samples if channels == 1 else samples.reshape(samples.shape[0], -1, channels)


def _resize(stored: Plane, width: int, height: int) -> NDArray[Any]:
    plane = stored[:, :]
    while plane.shape[1] >= MAX_BILINEAR_SHRINK * width and plane.shape[0] >= MAX_BILINEAR_SHRINK * height:
        plane = cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_LINEAR)
    if plane.shape == (height, width):
        return plane
    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)


def _to_bytes(plane: NDArray[Any], divisor: int) -> Image:
    return np.asarray(plane if divisor == 1 else cv2.convertScaleAbs(plane, alpha=1.0 / divisor), np.uint8)


def _is_full_range(raw: av.VideoFrame) -> bool:
    return int(raw.color_range) == _FULL_RANGE or raw.format.name.startswith("yuvj")


@lru_cache(maxsize=32)
def _color_matrix(colorspace: int, full_range: bool) -> NDArray[np.float32]:
    """Return the (3, 4) matrix from 8-bit Y, U, V (and 1) to R, G, B."""
    red, blue = _WEIGHTS[colorspace]
    green = 1.0 - red - blue
    luma = 1.0 if full_range else 255.0 / 219.0
    chroma = 1.0 if full_range else 255.0 / 224.0
    turn = np.array(
        [
            [luma, 0.0, chroma * 2 * (1 - red)],
            [luma, -chroma * 2 * (1 - blue) * blue / green, -chroma * 2 * (1 - red) * red / green],
            [luma, chroma * 2 * (1 - blue), 0.0],
        ]
    )
    shift = turn @ np.array([0.0 if full_range else 16.0, 128.0, 128.0])
    return np.column_stack([turn, -shift]).astype(np.float32)


@lru_cache(maxsize=1)
def _full_range_table() -> Image:
    """Return the (256,) table that maps brightness of 16..235 to 0..255."""
    return np.clip(np.round((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)


def _reformat(raw: av.VideoFrame, width: int, height: int, pixel_format: str) -> Image:
    picture = raw.reformat(width=width, height=height, format=pixel_format, interpolation="BILINEAR")
    return np.asarray(picture.to_ndarray(), np.uint8)
