"""Sample clips as a camera's frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.bundles import data_dir
from formcheck.video.reader import probe_video, read_frames

CAMERA_SIZE = (480, 360)
CAMERA_FPS = 15


def sample(name: str) -> Path:
    return data_dir("sample_videos") / f"{name}.mp4"


def truth(name: str) -> dict[str, Any]:
    return json.loads((data_dir("sample_videos") / f"{name}.json").read_text())


def frames(name: str, stop_s: float = float("inf"), max_fps: float | None = None) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """The frames at a webcam's 480 lines, with their times."""
    for frame in read_frames(probe_video(sample(name)), stop_s=stop_s, max_fps=max_fps):
        yield frame.rgb(480), frame.time_s


def write_fake_camera(name: str, target: Path, start_s: float = 0.0, then_s: float = 0.0) -> Path:
    """Write a clip from ``start_s`` on as the Y4M file that Chromium plays, over and over, as its camera.

    It is a modest camera, 480 × 360 at 15 frames a second: the browser that plays, compresses and shows it shares two cores with
    the server and the pose model. Each of the clip's frames is in it, so that a repetition takes the four to five seconds of a
    exercise done with care. ``then_s`` repeats the last picture for so long: somebody who stays where they are.
    """
    width, height = CAMERA_SIZE
    with target.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{CAMERA_FPS}:1 Ip A1:1 C420jpeg\n".encode())
        picture = b""
        for image, time_s in frames(name):
            if time_s >= start_s:
                frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(width, height, format="yuv420p")
                picture = b"FRAME\n" + frame.to_ndarray().tobytes()
                file.write(picture)
        file.write(picture * round(then_s * CAMERA_FPS))
    return target
