"""Write annotated video frame by frame, as H.264 that browsers play."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import av.error
import cv2
import numpy as np

from formcheck.support.errors import OutputError
from formcheck.support.files import replacing
from formcheck.video.frames import Image
from formcheck.video.opening import explain

# The preset's motion search to quarter pixels (subme=2) takes up to half of the encoder's time. With half pixels, three videos
# (noisy 1080p, a phone's, a render) became 0 to 7 % larger with the same PSNR within 0.1 dB (render: 0.4).
MOTION_SEARCH = "subme=1"
# The clock of MPEG systems (ISO/IEC 13818-1), which every player knows: a multiple of the usual frame rates.
TICKS_PER_S = 90_000


class VideoSink:
    """Writes RGB frames as H.264 in MP4 that browsers play. The file has a temporary name until it is complete.

    Use as a context manager. An exception inside leaves no file behind.
    """

    def __init__(self, path: str | Path, width: int, height: int, fps: float = 30.0) -> None:
        """Prepare to write ``path``; odd sizes lose their last row or column (H.264 4:2:0 needs even ones)."""
        self._path = Path(path)
        self._size = width // 2 * 2, height // 2 * 2
        self._fps = fps
        self._last_pts = -1

    def __enter__(self) -> Self:
        """Open the file."""
        if min(self._size) < 2:
            raise OutputError(f"{self._path}: a picture of {self._size[0]} × {self._size[1]} cannot be written as a video")
        self._replacing = replacing(self._path)
        partial = self._replacing.__enter__()
        try:
            self._container = av.open(str(partial), "w", format="mp4", options={"movflags": "+faststart"})
            stream = self._container.add_stream("libx264", rate=Fraction(self._fps).limit_denominator(1001))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._replacing.__exit__(type(error), error, None)
            raise OutputError(f"{self._path}: cannot be written ({explain(error)}); choose another folder") from error
        stream.width, stream.height, stream.pix_fmt = *self._size, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23", "x264-params": MOTION_SEARCH}
        stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        stream.codec_context.thread_type = "FRAME"  # PyAV's slices of one picture take a quarter longer beside drawing it
        self._stream: Any = stream
        return self

    def write(self, image: Image, time_s: float) -> None:
        """Append an (H, W, 3) RGB frame shown from ``time_s`` onward."""
        width, height = self._size
        # OpenCV converts RGB to the encoder's planes three times as fast as swscale
        planes = cv2.cvtColor(np.ascontiguousarray(image[:height, :width]), cv2.COLOR_RGB2YUV_I420)
        frame = av.VideoFrame.from_ndarray(np.asarray(planes, np.uint8), format="yuv420p")
        pts = max(self._last_pts + 1, round(time_s * TICKS_PER_S))
        frame.pts, frame.time_base, self._last_pts = pts, Fraction(1, TICKS_PER_S), pts
        self._mux(frame)

    def _mux(self, frame: av.VideoFrame | None) -> None:
        try:
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            raise OutputError(f"{self._path}: cannot be written ({explain(error)}); is the disk full?") from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Finish and rename the file, or delete it after an error."""
        try:
            try:
                if kind is None and self._last_pts < 0:
                    raise OutputError(f"{self._path}: not written, because there was no picture to put into it")
                if kind is None:
                    self._mux(None)
            finally:
                self._container.close()
        except (av.error.FFmpegError, OSError) as failure:
            self._replacing.__exit__(type(failure), failure, None)
            raise OutputError(f"{self._path}: cannot be written ({explain(failure)}); is the disk full?") from failure
        except OutputError as failure:
            self._replacing.__exit__(type(failure), failure, None)
            raise
        self._replacing.__exit__(kind, error, trace)
