"""The clips on which `benchmarks/speed.py` measures: a sample video as phones would have recorded it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).resolve().parents[1] / "sample_videos" / "df_left_male_side.mp4"
# Typical phone video: size, frames a second, and Mbit/s.
VIDEOS = {"1080p30": (1920, 1080, 30, 17), "4K30": (3840, 2160, 30, 45), "1080p60": (1920, 1080, 60, 25)}
NOISE_LEVELS = 3.0


def _play() -> Iterator[Any]:
    """Yield the sample's pictures without end: forward, backward, forward again, so that the person never jumps."""
    from formcheck.video.frame_cache import KeptFrame
    from formcheck.video.frames import SmallFrame
    from formcheck.video.reader import probe_video, read_frames

    pictures = [KeptFrame.of(SmallFrame.of_rgb(frame.time_s, frame.rgb())) for frame in read_frames(probe_video(SAMPLE))]
    while True:
        yield from (picture.rgb() for picture in pictures)
        yield from (picture.rgb() for picture in reversed(pictures))


def make_video(name: str, seconds: float, folder: Path) -> Path:
    """Return a clip like a phone's, made from the sample video: enlarged, with sensor noise, at a phone's bit rate."""
    import av
    import cv2
    import numpy as np

    width, height, fps, megabits = VIDEOS[name]
    path = folder / f"{name}-{seconds:g}s.mp4"
    if path.exists():
        return path
    rng = np.random.default_rng(1)
    noise = [rng.normal(0, NOISE_LEVELS, (height, width, 3)).astype(np.int8) for _ in range(3)]
    partial = path.with_suffix(".partial.mp4")
    with av.open(str(partial), "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = megabits * 1_000_000
        stream.options = {"preset": "veryfast"}
        count = 0
        for image in islice(_play(), round(seconds * 30)):
            scale = height / image.shape[0]
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            side = width - image.shape[1]
            image = cv2.copyMakeBorder(image, 0, 0, side // 2, side - side // 2, cv2.BORDER_REPLICATE)
            for _ in range(fps // 30):
                grainy = cv2.add(image, noise[count % len(noise)], dtype=cv2.CV_8U)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(grainy, format="rgb24")))
                count += 1
        container.mux(stream.encode(None))
    partial.replace(path)
    return path
