"""The last seconds of pictures, kept small, for the second look at a repetition that has just ended."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.picture import Image

JPEG_QUALITY = 92
# A repetition is at most half a minute; at 60 kB a picture this is some 50 MB.
KEPT_S = 30.0


@dataclass
class KeptPicture:
    """One frame of the ring, decoded on request."""

    time_s: float
    jpeg: NDArray[np.uint8]

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


def letterbox(picture: Image, width: int, height: int) -> Image:
    """Return the picture in another size, not distorted: black at the borders where the shapes differ."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    size = min(width, round(picture.shape[1] * scale)), min(height, round(picture.shape[0] * scale))
    resized = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    if size == (width, height):
        return resized
    canvas = np.zeros((height, width, 3), np.uint8)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = resized
    return canvas


class FrameRing:
    """Pictures by time, as JPEG. Safe to write in one thread and read in another."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: deque[KeptPicture] = deque()
        self._lock = threading.Lock()

    def add(self, time_s: float, image: Image) -> None:
        """Keep an (H, W, 3) RGB frame; times rise."""
        _, jpeg = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        with self._lock:
            self._kept.append(KeptPicture(time_s, np.asarray(jpeg, np.uint8)))
            while self._kept[0].time_s < time_s - KEPT_S:
                self._kept.popleft()

    def clear(self) -> None:
        """Forget all pictures."""
        with self._lock:
            self._kept.clear()

    def read(self, start_s: float, stop_s: float) -> Iterator[KeptPicture]:
        """Yield the pictures of ``[start_s, stop_s)`` in order."""
        with self._lock:
            wanted = [kept for kept in self._kept if start_s <= kept.time_s < stop_s]
        yield from wanted
