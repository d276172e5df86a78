"""Pictures kept small in memory, as JPEG, so that a video need not be decoded a second time to look at them again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.picture import Image

JPEG_QUALITY = 92
# Half a minute to a minute of 720 lines at fifteen pictures a second; longer videos are decoded again, to stay small.
MAX_STORE_BYTES = 96 * 2**20


@dataclass
class KeptPicture:
    """One frame, decoded on request."""

    time_s: float
    jpeg: NDArray[np.uint8]

    @classmethod
    def of(cls, time_s: float, image: Image) -> KeptPicture:
        """Keep an (H, W, 3) RGB frame."""
        _, jpeg = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        return cls(time_s, np.asarray(jpeg, np.uint8))

    def rgb(self, max_short_side: int | None = None) -> Image:
        """(H, W, 3) RGB, its shorter side at most ``max_short_side`` pixels."""
        picture = cv2.imdecode(self.jpeg, cv2.IMREAD_COLOR_RGB)
        return shrink(np.asarray(picture, np.uint8), max_short_side)

    def grey(self, max_short_side: int | None = None) -> Image:
        """(H, W) brightness, its shorter side at most ``max_short_side`` pixels."""
        return shrink(np.asarray(cv2.imdecode(self.jpeg, cv2.IMREAD_GRAYSCALE), np.uint8), max_short_side)


def shrink(picture: Image, max_short_side: int | None) -> Image:
    """Return the picture with its shorter side at most ``max_short_side`` pixels."""
    short = min(picture.shape[:2])
    if max_short_side is None or short <= max_short_side:
        return picture
    size = tuple(max(2, round(side * max_short_side / short)) for side in picture.shape[1::-1])
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


class PictureStore:
    """The pictures of a whole video, as long as they fit; what does not fit is not kept at all. Safe to fill from many threads."""

    def __init__(self, max_bytes: int = MAX_STORE_BYTES) -> None:
        """Begin empty."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget all pictures and begin anew."""
        with self._lock:
            self._kept: list[KeptPicture] = []
            self._room = self._max_bytes

    @property
    def whole(self) -> bool:
        """Whether every picture given is still there."""
        return self._room > 0

    def add(self, time_s: float, image: Image) -> None:
        """Keep an (H, W, 3) RGB frame, in any order; from the first on that does not fit, nothing is kept."""
        if not self.whole:
            return
        kept = KeptPicture.of(time_s, image)
        with self._lock:
            self._room -= kept.jpeg.nbytes
            self._kept.append(kept)
            if not self.whole:
                self._kept = []

    def read(self, start_s: float, stop_s: float) -> Iterator[KeptPicture]:
        """Yield the pictures of ``[start_s, stop_s)`` in the order of their times."""
        with self._lock:
            wanted = [kept for kept in self._kept if start_s <= kept.time_s < stop_s]
        yield from sorted(wanted, key=lambda kept: kept.time_s)
