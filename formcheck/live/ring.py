"""The last seconds of pictures, kept small, from which a repetition that has just ended is read again."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator

import cv2
import numpy as np

from formcheck.video.frame_cache import KeptFrame
from formcheck.video.frames import Image, SmallFrame

# A repetition takes at most half a minute; at 60 kB per picture this is about 50 MB.
KEPT_S = 30.0


def letterbox(picture: Image, width: int, height: int) -> Image:
    """Return the picture in another size without distortion, with black borders if the shapes differ."""
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
        """Start empty."""
        self._kept: deque[KeptFrame] = deque()
        self._lock = threading.Lock()

    def add(self, time_s: float, image: Image) -> None:
        """Keep an (H, W, 3) RGB frame; times rise."""
        kept = KeptFrame.of(SmallFrame.of_rgb(time_s, image))
        with self._lock:
            self._kept.append(kept)
            while self._kept[0].time_s < time_s - KEPT_S:
                self._kept.popleft()

    def clear(self) -> None:
        """Forget all pictures."""
        with self._lock:
            self._kept.clear()

    def read(self, start_s: float, stop_s: float) -> Iterator[KeptFrame]:
        """Yield the pictures of ``[start_s, stop_s)`` in order."""
        with self._lock:
            wanted = [kept for kept in self._kept if start_s <= kept.time_s < stop_s]
        yield from wanted
