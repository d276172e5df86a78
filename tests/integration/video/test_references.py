"""B-frames are left out only where no other frame changes, and where enough other frames are left."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from formcheck.video.reader import probe_video, read_frames
from formcheck.video.references import find_longest_gap

FPS, SECONDS, MAX_FPS = 60, 3, 15.0


def film(path: Path, parameters: str, fps: int = FPS) -> Path:
    """A patterned picture that drifts, with noise, so that an encoder has reasons to use every reference it may."""
    rng = np.random.default_rng(5)
    wall = cv2.resize(rng.integers(0, 256, (30, 60, 3), dtype=np.uint8), (480, 240), interpolation=cv2.INTER_CUBIC)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.options = {"preset": "veryfast", "x264-params": f"scenecut=0:keyint=100:{parameters}"}
        for number in range(fps * SECONDS):
            shift = round(60 + 50 * np.sin(number / 15))
            picture = cv2.add(wall[:, shift : shift + 320], rng.normal(0, 4, (240, 320, 3)).astype(np.int8), dtype=cv2.CV_8U)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")))
        container.mux(stream.encode(None))
    return path


def find_gap(path: Path) -> float | None:
    """The longest gap in seconds."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        gap = find_longest_gap(stream, container.demux(stream))
        return None if gap is None else float(gap * stream.time_base)


PYRAMID = "bframes=2:b-adapt=0:b-pyramid=normal"


@pytest.mark.parametrize(
    ("parameters", "gap_frames"),
    [
        (f"{PYRAMID}:ref=1", 3),  # every third frame is predicted from the third before it
        (f"{PYRAMID}:ref=1:slices=4", 3),
        ("bframes=0:ref=1", 1),
        (f"{PYRAMID}:ref=4", None),  # other frames may be predicted from B-frames
        ("bframes=0:ref=4", None),  # more references than one are not followed
        (f"{PYRAMID}:ref=1:interlaced=1", None),
    ],
)
def test_the_headers_say_whether_b_frames_are_needed(tmp_path: Path, parameters: str, gap_frames: int | None) -> None:
    gap_s = find_gap(film(tmp_path / "clip.mp4", parameters))
    assert gap_s == (None if gap_frames is None else pytest.approx(gap_frames / FPS))


@pytest.mark.parametrize("parameters", [f"{PYRAMID}:ref=1", f"{PYRAMID}:ref=4", "bframes=8:b-adapt=0:b-pyramid=strict:ref=1"])
@pytest.mark.parametrize("threads", [1, 2])
def test_every_frame_that_is_read_is_as_in_the_whole_video(tmp_path: Path, parameters: str, threads: int) -> None:
    info = probe_video(film(tmp_path / "clip.mp4", parameters))
    whole = {round(frame.time_s * FPS): frame.gray() for frame in read_frames(info)}
    assert len(whole) == FPS * SECONDS
    for start_s in (0.0, 2.0):
        read = list(read_frames(info, max_fps=MAX_FPS, start_s=start_s, threads=threads))
        times_s = [frame.time_s for frame in read]
        assert len(read) == pytest.approx((SECONDS - start_s) * MAX_FPS, abs=2)
        assert max(np.diff(times_s)) < 2 / MAX_FPS
        assert all(np.array_equal(frame.gray(), whole[round(frame.time_s * FPS)]) for frame in read)


def count_b_frames(path: Path) -> int:
    kinds = [frame._raw.pict_type for frame in read_frames(probe_video(path), max_fps=MAX_FPS)]
    return sum(kind == av.video.frame.PictureType.B for kind in kinds)


def test_b_frames_are_used_only_where_the_others_are_too_few(tmp_path: Path) -> None:
    assert count_b_frames(film(tmp_path / "three.mp4", f"{PYRAMID}:ref=1")) == 0
    assert count_b_frames(film(tmp_path / "nine.mp4", "bframes=8:b-adapt=0:b-pyramid=strict:ref=1")) > 0


def test_a_damaged_header_counts_as_unusual() -> None:
    class Stream:
        codec_context = type("Context", (), {"extradata": b"\x01d\x00\x1f\xff\xe1\x00\x03\x67\x64"})

    assert find_longest_gap(Stream, []) is None
    Stream.codec_context.extradata = None
    assert find_longest_gap(Stream, []) is None
