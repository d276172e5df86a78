"""Sources of a live set's frames: a camera, or a file or stream address played at its own pace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np

from formcheck.support.errors import InputError
from formcheck.video.frames import Image
from formcheck.video.reader import probe_video, read_frames

# What a webcam is asked for, by design: what every webcam can give.
CAMERA_SIZE = (640, 480)
CAMERA_FPS = 30
# A camera without a picture for this long has been unplugged.
MAX_SILENCE_S = 3.0
# By design.
STREAM_TIMEOUT_S = 10.0
STREAMS = ("rtsp://", "http://", "https://", "udp://", "tcp://")


class CameraLost(InputError):  # noqa: N818 - reported as news: the set so far is kept
    """The camera worked and then stopped."""


LiveFrame = tuple[Image, float]
"""One (H, W, 3) RGB frame and its time in the stream, seconds."""


def read_camera(number: int) -> Iterator[LiveFrame]:
    """Yield a camera's frames as they come.

    Raises
    ------
    InputError
        If there is no such camera, or it may not be used.
    CameraLost
        If it stops in mid-set.
    """
    # OpenCV prints many lines about a missing camera; one of ours replaces them
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    camera = cv2.VideoCapture(number)
    try:
        if not camera.isOpened():
            raise InputError(
                f"camera {number}: cannot be opened; plug it in, close other programs that use it, allow this program to use it, "
                "or choose another one with --camera"
            )
        for name, value in ((cv2.CAP_PROP_FRAME_WIDTH, CAMERA_SIZE[0]), (cv2.CAP_PROP_FRAME_HEIGHT, CAMERA_SIZE[1])):
            camera.set(name, value)
        camera.set(cv2.CAP_PROP_FPS, CAMERA_FPS)
        start = last = time.monotonic()
        frames = 0
        while True:
            found, picture = camera.read()
            now = time.monotonic()
            if found:
                last = now
                frames += 1
                yield np.ascontiguousarray(picture[:, :, ::-1]), now - start
            elif now - last > MAX_SILENCE_S:
                text = f"camera {number}: stopped sending pictures"
                raise CameraLost(f"{text}; the reps so far are kept") if frames else InputError(f"{text}; try another one")
            else:
                time.sleep(0.01)
    finally:
        camera.release()


def read_source(source: str) -> Iterator[LiveFrame]:
    """Yield the frames of a file or stream address at the pace at which they were filmed."""
    frames = _read_stream(source) if source.startswith(STREAMS) else _read_file(Path(source))
    start = time.monotonic()
    for image, time_s in frames:
        time.sleep(max(0.0, time_s - (time.monotonic() - start)))
        yield image, time_s


def _read_file(path: Path) -> Iterator[LiveFrame]:
    info = probe_video(path)
    for frame in read_frames(info, max_fps=None):
        yield frame.rgb(), frame.time_s


def _read_stream(address: str) -> Iterator[LiveFrame]:
    shown = address.split("?")[0].rsplit("@", maxsplit=1)[-1]  # an address may carry a password
    try:
        container: Any = av.open(address, timeout=STREAM_TIMEOUT_S)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise InputError(f"{shown}: cannot be opened; check the address and that the camera is on") from error
    with container:
        if not container.streams.video:
            raise InputError(f"{shown}: has no video in it")
        start: float | None = None
        last_s = -1.0
        try:
            for raw in container.decode(container.streams.video[0]):
                at = float(raw.time) if raw.time is not None else last_s + 1 / CAMERA_FPS
                start = at if start is None else start
                last_s = max(at - start, last_s + 0.001)
                yield raw.to_ndarray(format="rgb24"), last_s
        except (av.error.FFmpegError, OSError) as error:
            raise CameraLost(f"{shown}: stopped sending pictures; the reps so far are kept") from error
        except IndexError:  # as in `formcheck.video.reader`: the end of a stream whose sound began late
            return
