"""Frames have the times at which they were filmed, whatever the file's clock does."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.video.reader import probe_video
from tests.helpers.clips import numbers_and_times, write_clip


def test_uneven_frame_times_are_the_files_own(tmp_path: Path) -> None:
    """Phones slow down in the dark: 30 frames a second become 24, then 15."""
    steps = [3000] * 20 + [3750] * 20 + [6000] * 20
    pts = np.concatenate([[0], np.cumsum(steps)])
    info = probe_video(write_clip(tmp_path / "a.mp4", len(pts), pts=pts.tolist()))
    numbers, times = numbers_and_times(info)
    assert numbers == list(range(len(pts)))
    np.testing.assert_allclose(times, pts / 90_000, atol=1e-4)


def test_a_60_fps_clip_with_jittering_times_is_thinned_without_holes(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pts = (np.arange(240) * 1500 + rng.integers(-300, 300, 240)).tolist()
    pts[0] = 0
    info = probe_video(write_clip(tmp_path / "a.mp4", 240, pts=pts))
    numbers, times = numbers_and_times(info, max_fps=30.0)
    np.testing.assert_allclose(times, np.array(pts)[numbers] / 90_000, atol=1e-4)
    assert 105 <= len(times) <= 130


@pytest.mark.parametrize("first", [-45_000, -3_000, 900_000, 90_000 * 3600 * 30], ids=["-0.5 s", "-1 frame", "10 s", "30 h"])
@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.mp4"])
def test_times_count_from_the_first_frame_for_any_start_of_the_files_clock(tmp_path: Path, name: str, first: int) -> None:
    if name == "a.mkv" and first < 0:
        pytest.skip("Matroska is written from zero on")
    pts = [first + 3000 * k for k in range(30)]
    try:
        write_clip(tmp_path / name, 30, pts=pts)
    except av.error.FFmpegError:
        pytest.skip("this container cannot hold such times")
    numbers, times = numbers_and_times(probe_video(tmp_path / name))
    assert times[0] == 0.0
    # what lies before zero is cut off by MP4's edit list, in every player
    np.testing.assert_allclose(times, (np.array(numbers) - numbers[0]) / 30, atol=2e-3)
    assert numbers == list(range(max(0, -first // 3000) if name == "a.mp4" else 0, 30))


def test_frames_without_a_time_of_their_own_follow_each_other(tmp_path: Path) -> None:
    """AVI stores no presentation times, so a decoder that puts B-frames in order has none for some of them."""
    info = probe_video(write_clip(tmp_path / "a.avi", 60, codec="mpeg4", options={"bf": "2"}))
    numbers, times = numbers_and_times(info)
    assert numbers == sorted(numbers)
    assert len(numbers) >= 58
    assert (np.diff(times) > 0).all()
    assert times[-1] == pytest.approx(59 / 30, abs=0.15)


def test_one_frame_with_an_absurd_time_is_left_out_and_the_others_stay_where_they_were(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 60, options={"x264-params": "b-adapt=0:bframes=2"})
    data = bytearray(path.read_bytes())
    at = data.index(b"ctts")  # how much later than decoded each frame is shown (ISO 14496-12, 8.6.1.3)
    count = struct.unpack(">I", data[at + 8 : at + 12])[0]
    single = [e for e in range(at + 12, at + 12 + 8 * count, 8) if data[e : e + 4] == bytes([0, 0, 0, 1])]
    entry = single[len(single) // 2]
    data[entry + 4 : entry + 8] = struct.pack(">I", 0x7FFFFFF0)
    path.write_bytes(bytes(data))
    numbers, times = numbers_and_times(probe_video(path))
    assert len(numbers) == 59
    np.testing.assert_allclose(times, np.array(numbers) / 30, atol=2e-3)


def test_a_clock_that_is_set_back_goes_on_counting(tmp_path: Path) -> None:
    """Cameras that split recordings start each part at zero; the parts joined are one video."""
    part = write_clip(tmp_path / "part.ts", 60).read_bytes()
    path = tmp_path / "a.ts"
    path.write_bytes(part + part)
    numbers, times = numbers_and_times(probe_video(path))
    assert len(numbers) >= 118
    assert (np.diff(times) > 0).all()
    assert times[-1] == pytest.approx(4.0, abs=0.2)
