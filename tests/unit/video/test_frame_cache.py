"""Pictures that are kept are the pictures that were given, in the order of their times; too many are none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from formcheck.video.frame_cache import JPEG_QUALITY, KeptFrame, PictureStore
from formcheck.video.frames import Image, SmallFrame
from formcheck.video.reader import Frame, VideoInfo


def make_picture(seed: int) -> Image:
    """A picture with detail, but no noise: the kind that JPEG is made for."""
    rough = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(rough, (320, 240), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_frames_read_again_are_the_stored_ones() -> None:
    picture = make_picture(1)
    kept = KeptFrame.of(SmallFrame.of_rgb(0.5, picture))
    assert np.abs(kept.rgb().astype(int) - picture).mean() < 2.0
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    assert np.abs(kept.gray().astype(int) - gray).mean() < 1.0
    assert kept.rgb(120).shape == (120, 160, 3)
    assert kept.gray(120).shape == (120, 160)


def make_frame(number: int) -> KeptFrame:
    """The frame of a video at 15 frames a second, kept."""
    raw = av.VideoFrame.from_ndarray(make_picture(number), format="rgb24").reformat(format="yuv420p")
    info = VideoInfo(Path("clip.mp4"), 3.0, 15.0, 45, 320, 240, 0, 0.0, "h264")
    return KeptFrame.of(Frame(raw, number / 15, info).shrink(720))


def test_pictures_are_read_in_order_of_time_however_they_were_added() -> None:
    store = PictureStore()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: store.add(make_frame(number)), reversed(range(40))))
    read = list(store.read(0.0, 1.0))
    assert store.holds(40)
    assert [kept.time_s for kept in read] == [k / 15 for k in range(15)]
    assert np.array_equal(read[7].rgb(), make_frame(7).rgb())


@pytest.mark.parametrize("height", [48, 96, 97, 240])
def test_planes_kept_in_bands_are_those_of_one_jpeg(height: int) -> None:
    frame = SmallFrame.of_rgb(0.0, np.asarray(cv2.resize(make_picture(5), (320, height)), np.uint8))
    kept = KeptFrame.of(frame)
    y = np.asarray(frame.planes.samples[0][:, :])
    jpeg = cv2.imencode(".jpg", y, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    whole = np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), np.uint8)
    full_range = replace(frame.planes, samples=(whole, whole, whole))
    assert np.array_equal(kept.gray(), full_range.gray(320, height))


def test_a_video_that_does_not_fit_is_not_kept_in_part() -> None:
    store = PictureStore(max_bytes=4 * make_frame(0).nbytes)
    for _ in range(8):
        store.add(make_frame(0))
    assert not store.whole
    assert not store.holds(8)
    assert list(store.read(0.0, 9.0)) == []
    store.clear()
    store.add(make_frame(0))
    assert store.holds(1)
    assert [kept.time_s for kept in store.read(0.0, 9.0)] == [0.0]


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_a_part_of_a_kept_frame_is_that_part_of_its_picture(rotation_deg: int) -> None:
    kept = replace(make_frame(3), rotation_deg=rotation_deg)
    whole, parts = kept.rgb(), kept.rgb_parts(720)
    assert parts.shape == whole.shape
    for rows, columns in (
        ((0, 40), (0, 60)),
        ((33, 178), (51, 190)),
        ((100, 999), (7, 8)),
        ((20, 20), (5, 50)),
        ((0, 999), (0, 999)),
    ):
        cut = slice(*rows), slice(*columns)
        difference = np.abs(parts[cut].astype(int) - whole[cut])
        assert parts[cut].shape == whole[cut].shape
        assert difference.max(initial=0) <= (0 if rotation_deg == 0 else 1)  # a turned plane is rounded the other way first
    assert np.array_equal(kept.rgb_parts(120)[:, :], kept.rgb(120))
