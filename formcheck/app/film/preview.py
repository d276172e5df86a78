"""The picture that goes back to the browser."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from fractions import Fraction

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from formcheck.video.frames import Image

CLOCK_RATE = 90_000
# How long to wait before checking again whether the second-to-last picture has been sent, seconds.
PAUSE_S = 0.005


class PreviewTrack(MediaStreamTrack):
    """A video track that offers the newest picture, and only once the second-to-last one has been sent.

    Between a track and the network there are unbounded queues (aiortc's relays): a machine that compresses 20 pictures a second
    but receives 30 falls further and further behind. So this track checks whether its earlier pictures have been released, and
    only then asks for the next one; frames in between are not drawn at all.
    """

    kind = "video"

    def __init__(self) -> None:
        """Start without a picture; `recv` waits for the first."""
        super().__init__()
        self._lock = threading.Lock()
        self._wanted: asyncio.Future[Image] | None = None
        self._latest: weakref.ref[Image] | None = None
        self._earlier: list[weakref.ref[Image]] = []
        self._start_s = time.monotonic()
        self._pts = 0

    @property
    def wants(self) -> bool:
        """Whether a picture is wanted now."""
        with self._lock:
            return self._wanted is not None

    def offer(self, image: Image) -> None:
        """Give an (H, W, 3) RGB picture, from any thread; the caller must not keep it. No effect if none is wanted."""
        with self._lock:
            wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted.get_loop().call_soon_threadsafe(_fulfil, wanted, image)

    async def recv(self) -> av.VideoFrame:
        """Return the next picture (aiortc calls this)."""
        while self._is_unsent():
            await asyncio.sleep(PAUSE_S)
        if self.readyState != "live":
            raise MediaStreamError
        wanted: asyncio.Future[Image] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._wanted = wanted
        image = await wanted
        if self._latest is not None:
            self._earlier.append(self._latest)
        self._latest = weakref.ref(image)
        # the frame shares the picture's memory, so the picture lives as long as the frame
        frame = av.VideoFrame.from_numpy_buffer(image, format="rgb24")
        self._pts = max(self._pts + 1, round((time.monotonic() - self._start_s) * CLOCK_RATE))
        frame.pts, frame.time_base = self._pts, Fraction(1, CLOCK_RATE)
        return frame

    def _is_unsent(self) -> bool:
        """Whether a picture before the latest one is still unsent; the relays always hold the latest."""
        self._earlier = [picture for picture in self._earlier if picture() is not None]
        return bool(self._earlier)


def _fulfil(wanted: asyncio.Future[Image], image: Image) -> None:
    if not wanted.done():
        wanted.set_result(image)
