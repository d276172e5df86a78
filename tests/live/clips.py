"""Sample clips as a camera's frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.models import data_dir
from formcheck.video import probe_video, read_frames

CAMERA_SIZE = (640, 480)


def sample(name: str) -> Path:
    return data_dir("sample_videos") / f"{name}.mp4"


def truth(name: str) -> dict[str, Any]:
    return json.loads((data_dir("sample_videos") / f"{name}.json").read_text())


def frames(name: str, stop_s: float = float("inf"), max_fps: float | None = None) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """The frames at a webcam's 480 lines, with their times."""
    for frame in read_frames(probe_video(sample(name)), stop_s=stop_s, max_fps=max_fps):
        yield frame.rgb(480), frame.time_s


def write_fake_camera(name: str, target: Path, stop_s: float = float("inf"), then: int = 0) -> Path:
    """Write a clip as the MJPEG file that Chromium plays, over and over, as its camera: 640 × 480, 30 frames a second.

    ``then`` repeats the last picture so many times: somebody who stays where they are.
    """
    with av.open(str(target), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = *CAMERA_SIZE, "yuvj420p"
        stream.options = {"qscale": "3"}
        due = 0

        def write(image: NDArray[np.uint8]) -> None:
            picture = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(*CAMERA_SIZE, format="yuvj420p")
            picture.pts = None
            container.mux(stream.encode(picture))

        image = None
        for image, time_s in frames(name, stop_s):
            while due / 30 <= time_s:
                write(image)
                due += 1
        for _ in range(then):
            if image is not None:
                write(image)
        container.mux(stream.encode(None))
    return target
