"""Keep pictures in memory as JPEG, so that a second pass need not decode the video again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.video.frames import Image, Planes, Rgb, SmallFrame

# Of 100, by design.
JPEG_QUALITY = 92
# Enough for about 80 s of 720 lines at 15 noisy pictures per second. Longer videos are decoded again, to limit memory.
MAX_STORE_BYTES = 128 * 2**20


@dataclass(frozen=True)
class KeptFrame:
    """One frame, with each plane stored as a JPEG. A video's planes need no conversion to RGB and back, which halves the time."""

    time_s: float
    jpegs: tuple[NDArray[np.uint8], ...]
    colorspace: int
    full_range: bool
    rotation_deg: int

    @classmethod
    def of(cls, frame: SmallFrame) -> KeptFrame:
        """Keep a frame."""
        planes = frame.planes
        jpegs = tuple(_encode(np.asarray(plane, np.uint8)) for plane in planes.samples)
        return cls(frame.time_s, jpegs, planes.colorspace, planes.full_range, frame.rotation_deg)

    @property
    def nbytes(self) -> int:
        """Memory use, bytes."""
        return sum(jpeg.nbytes for jpeg in self.jpegs)

    def rgb(self, max_short_side: int | None = None) -> Image:
        """Return (H, W, 3) RGB, its shorter side at most ``max_short_side`` pixels."""
        y, u, v = (_decode_gray(jpeg) for jpeg in self.jpegs)
        return self._with(y, u, v).rgb(max_short_side)

    def rgb_parts(self, max_short_side: int) -> Rgb:
        """Return what `rgb` returns, or the same picture without colors until it is cut."""
        y, u, v = (_decode_gray(jpeg) for jpeg in self.jpegs)
        small = self._with(y, u, v)
        return small.rgb(max_short_side) if min(y.shape) > max_short_side else small

    def gray(self, max_short_side: int | None = None) -> Image:
        """Return (H, W) brightness, its shorter side at most ``max_short_side`` pixels."""
        y = _decode_gray(self.jpegs[0])
        return self._with(y, y, y).gray(max_short_side)

    def _with(self, y: Image, u: Image, v: Image) -> SmallFrame:
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
