"""Keep pictures in memory as JPEG, so that a second pass need not decode the video again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.video.frames import Image, Plane, Planes, Rgb, SmallFrame

# Of 100, by design.
JPEG_QUALITY = 92
# Enough for about 80 s of 720 lines at 15 noisy pictures per second. Longer videos are decoded again, to limit memory.
MAX_STORE_BYTES = 128 * 2**20
# Rows of brightness in one JPEG, and twice the rows of color: a multiple of 16, so that JPEG's squares are the same as in a whole
# plane. The second pass needs little more than a foot, which lies in two or three such bands; smaller ones cost more headers.
BAND_ROWS = 96


@dataclass(frozen=True)
class KeptPlane:
    """One (h, w) plane, stored as JPEGs of `band_rows` rows each, so that a part of it is read without decoding the rest.

    JPEG works in squares of 8 samples, so the samples read are those that a single JPEG of the whole plane would give.
    """

    shape: tuple[int, int]
    band_rows: int
    bands: tuple[NDArray[np.uint8], ...]

    @classmethod
    def of(cls, plane: Plane, band_rows: int) -> KeptPlane:
        """Keep a plane of 8-bit samples."""
        height, width = plane.shape
        bands = (plane[top : top + band_rows, :] for top in range(0, height, band_rows))
        return cls((height, width), band_rows, tuple(_encode(np.asarray(band, np.uint8)) for band in bands))


class _ReadPlane:
    """A kept plane that is being read: each of its bands is decoded once, when something in it is needed."""

    def __init__(self, kept: KeptPlane) -> None:
        self._kept = kept
        self._decoded: dict[int, Image] = {}

    @property
    def shape(self) -> tuple[int, ...]:
        return self._kept.shape

    def __getitem__(self, cut: tuple[slice, slice], /) -> Image:
        rows, columns = cut
        top, bottom, _ = rows.indices(self._kept.shape[0])
        first, last = top // self._kept.band_rows, max(top, bottom - 1) // self._kept.band_rows
        bands = [self._decode(band) for band in range(first, last + 1)]
        above = first * self._kept.band_rows
        joined = bands[0] if len(bands) == 1 else np.concatenate(bands)
        return joined[top - above : bottom - above, columns]

    def _decode(self, band: int) -> Image:
        if band not in self._decoded:
            self._decoded[band] = _decode_gray(self._kept.bands[band])
        return self._decoded[band]


@dataclass(frozen=True)
class KeptFrame:
    """One frame, with each plane stored as JPEG. A video's planes need no conversion to RGB and back, which halves the time."""

    time_s: float
    planes: tuple[KeptPlane, KeptPlane, KeptPlane]
    colorspace: int
    full_range: bool
    rotation_deg: int

    @classmethod
    def of(cls, frame: SmallFrame) -> KeptFrame:
        """Keep a frame."""
        y, u, v = frame.planes.samples
        planes = KeptPlane.of(y, BAND_ROWS), KeptPlane.of(u, BAND_ROWS // 2), KeptPlane.of(v, BAND_ROWS // 2)
        return cls(frame.time_s, planes, frame.planes.colorspace, frame.planes.full_range, frame.rotation_deg)

    @property
    def nbytes(self) -> int:
        """Memory use, bytes."""
        return sum(band.nbytes for plane in self.planes for band in plane.bands)

    def rgb(self, max_short_side: int | None = None) -> Image:
        """Return (H, W, 3) RGB, its shorter side at most ``max_short_side`` pixels."""
        return self._read().rgb(max_short_side)

    def rgb_parts(self, max_short_side: int) -> Rgb:
        """Return what `rgb` returns, or the same picture of which only the parts that are cut out are read and colored."""
        small = self._read()
        return small.rgb(max_short_side) if min(self.planes[0].shape) > max_short_side else small

    def gray(self, max_short_side: int | None = None) -> Image:
        """Return (H, W) brightness, its shorter side at most ``max_short_side`` pixels."""
        return self._read().gray(max_short_side)

    def _read(self) -> SmallFrame:
        y, u, v = (_ReadPlane(plane) for plane in self.planes)
        return SmallFrame(self.time_s, Planes((y, u, v), 1, self.colorspace, self.full_range), self.rotation_deg)


def _encode(picture: Image) -> NDArray[np.uint8]:
    return np.asarray(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1], np.uint8)


def _decode_gray(jpeg: NDArray[np.uint8]) -> Image:
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), np.uint8)


class PictureStore:
    """The pictures of a whole video if all of them fit, otherwise none. Several threads may add to it at once."""

    def __init__(self, max_bytes: int = MAX_STORE_BYTES) -> None:
        """Start empty."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Drop all pictures and start again."""
        with self._lock:
            self._kept: list[KeptFrame] = []
            self._bytes_left = self._max_bytes

    @property
    def whole(self) -> bool:
        """Whether every added picture is still kept."""
        return self._bytes_left > 0

    def holds(self, count: int) -> bool:
        """Whether exactly ``count`` pictures are kept and none was dropped."""
        with self._lock:
            return self.whole and len(self._kept) == count

    def add(self, kept: KeptFrame) -> None:
        """Keep a frame; any order will do. The first frame that does not fit empties the store, and nothing more is kept."""
        with self._lock:
            if not self.whole:
                return
            self._bytes_left -= kept.nbytes
            self._kept.append(kept)
            if not self.whole:
                self._kept = []

    def read(self, start_s: float, stop_s: float) -> Iterator[KeptFrame]:
        """Yield the pictures of ``[start_s, stop_s)`` in order of time."""
        with self._lock:
            wanted = [kept for kept in self._kept if start_s <= kept.time_s < stop_s]
        yield from sorted(wanted, key=lambda kept: kept.time_s)
