"""Every frame comes once, in order, from any container, codec and part of a file."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.video.reader import probe_video, read_frames, scale_to
from tests.helpers.clips import numbers_and_times, read_number, write_clip, write_late_sound

KINDS = {
    "mp4 H.264": ("a.mp4", "libx264", "yuv420p"),
    "mov H.264": ("a.mov", "libx264", "yuv420p"),
    "mkv H.264": ("a.mkv", "libx264", "yuv420p"),
    "avi H.264": ("a.avi", "libx264", "yuv420p"),
    "ts H.264": ("a.ts", "libx264", "yuv420p"),
    "mp4 H.264 10 bit": ("a.mp4", "libx264", "yuv420p10le"),
    "mp4 HEVC": ("a.mp4", "libx265", "yuv420p"),
    "mov HEVC 10 bit": ("a.mov", "libx265", "yuv420p10le"),
    "webm VP9": ("a.webm", "libvpx-vp9", "yuv420p"),
    "webm VP8": ("a.webm", "libvpx", "yuv420p"),
    "avi MJPEG": ("a.avi", "mjpeg", "yuvj422p"),
    "mov MJPEG": ("a.mov", "mjpeg", "yuvj420p"),
    "mp4 MPEG-4": ("a.mp4", "mpeg4", "yuv420p"),
    "mov ProRes": ("a.mov", "prores_ks", "yuv422p10le"),
}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_container_and_codec_gives_all_its_frames_at_their_times(tmp_path: Path, kind: str) -> None:
    name, codec, pix_fmt = KINDS[kind]
    info = probe_video(write_clip(tmp_path / name, 40, codec=codec, pix_fmt=pix_fmt))
    numbers, times = numbers_and_times(info)
    assert (info.width, info.height, info.rotation_deg) == (320, 240, 0)
    assert info.fps == pytest.approx(30.0, rel=0.01)
    assert numbers == list(range(40))
    np.testing.assert_allclose(times, np.arange(40) / 30, atol=1.1e-3)


@pytest.mark.parametrize("limit", [15.0, 30.0])
@pytest.mark.parametrize("fps", [50.0, 60.0, 120.0, 240.0])
def test_faster_video_is_thinned_to_about_the_limit_with_true_times(tmp_path: Path, fps: float, limit: float) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 240, fps=fps))
    numbers, times = numbers_and_times(info, max_fps=limit)
    np.testing.assert_allclose(times, np.array(numbers) / fps, atol=1e-3)
    assert len(times) / (240 / fps) == pytest.approx(limit, rel=0.1)
    assert np.diff(times).max() < 2.0 / limit
    assert numbers_and_times(info)[0] == list(range(240))


@pytest.mark.parametrize("fps", [24.0, 25.0, Fraction(30000, 1001)])
def test_video_slower_than_the_limit_is_not_thinned(tmp_path: Path, fps: float) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 50, fps=fps))
    assert numbers_and_times(info, max_fps=30.0)[0] == list(range(50))
    assert info.fps == pytest.approx(float(fps), rel=1e-3)


@pytest.mark.parametrize("start_s", [0.0, 1.49])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_frames_are_found_again_by_their_times(tmp_path: Path, kind: str, start_s: float) -> None:
    name, codec, pix_fmt = KINDS[kind]
    info = probe_video(write_clip(tmp_path / name, 90, codec=codec, pix_fmt=pix_fmt))
    first = list(read_frames(info, max_fps=10.0))
    again = list(read_frames(info, times_s=np.array([f.time_s for f in first]), start_s=start_s))
    expected = [f for f in first if f.time_s >= start_s]
    assert 30 <= len(first) <= 31
    assert [f.time_s for f in again] == [f.time_s for f in expected]
    for one, other in zip(expected, again, strict=True):
        np.testing.assert_array_equal(one.gray(), other.gray())


@pytest.mark.parametrize("kind", ["mp4 H.264", "mp4 HEVC", "webm VP9", "mov MJPEG"])
def test_more_decoder_threads_give_the_same_frames(tmp_path: Path, kind: str) -> None:
    name, codec, pix_fmt = KINDS[kind]
    info = probe_video(write_clip(tmp_path / name, 90, codec=codec, pix_fmt=pix_fmt))
    one, *others = (list(read_frames(info, max_fps=15.0, start_s=0.7, stop_s=2.5, threads=n)) for n in (1, 2, 3))
    assert len(one) >= 26
    for other in others:
        assert [f.time_s for f in other] == [f.time_s for f in one]
        for mine, theirs in zip(one, other, strict=True):
            np.testing.assert_array_equal(mine.gray(), theirs.gray())


def test_frames_that_are_not_needed_are_not_decoded(tmp_path: Path) -> None:
    """x264 predicts nothing from every other frame here: damage to them is not even noticed."""
    options = {"x264-params": "b-adapt=0:bframes=3:b-pyramid=normal:keyint=60:scenecut=0"}
    path = write_clip(tmp_path / "a.mp4", 60, options=options)
    info = probe_video(path)
    # after damage in the very last packet the decoder gives up what it still held, so the end is left out
    times = np.array([f.time_s for f in read_frames(info, max_fps=15.0, stop_s=1.8)])
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        unneeded = [p for p in container.demux(video=0) if p.size and not p.is_keyframe and bytes(p)[4] >> 5 & 3 == 0]
        unneeded = [p for p in unneeded if np.abs(times - float(p.pts * p.time_base)).min() > 0.01]
    for packet in unneeded:
        assert packet.pos is not None
        data[packet.pos + 6 : packet.pos + packet.size] = bytes(packet.size - 6)
    assert 20 <= len(unneeded) <= 35
    path.write_bytes(bytes(data))
    again = [(read_number(f.gray()), f.time_s) for f in read_frames(info, times_s=times)]
    assert [n for n, _ in again] == [round(30 * t) for t in times]
    np.testing.assert_allclose([t for _, t in again], times)


@pytest.mark.parametrize("size", [(321, 241), (319, 240), (1, 200), (200, 1), (2, 2), (17, 33)], ids=str)
def test_odd_and_tiny_sizes_are_read(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write_clip(tmp_path / "a.mov", 3, codec="png", pix_fmt="rgb24", size=size)
    info = probe_video(path)
    assert (info.width, info.height) == size
    frames = [f.rgb(480).shape[:2] for f in read_frames(info, max_fps=None)]
    assert frames == [(max(2, size[1]), max(2, size[0]))] * 3


def test_sound_beside_the_picture_does_not_matter(tmp_path: Path) -> None:
    assert numbers_and_times(probe_video(write_clip(tmp_path / "a.mp4", 30, sound=True)))[0] == list(range(30))


def test_sound_that_begins_in_mid_file_does_not_matter(tmp_path: Path) -> None:
    info = probe_video(write_late_sound(tmp_path / "late.flv", seconds=9.0, sound_s=7.0))
    for _ in range(3):  # what PyAV does with the stream depends on what lies in memory
        assert [read_number(frame.rgb()) for frame in read_frames(info)] == list(range(135))


def test_data_appended_during_reading_are_not_waited_for(tmp_path: Path) -> None:
    """A file that somebody is still writing ends where it ended when it was opened."""
    path = write_clip(tmp_path / "a.ts", 60)
    part, info = path.read_bytes(), probe_video(path)
    count = 0
    for _ in read_frames(info, max_fps=None):
        count += 1
        with path.open("ab") as file:
            file.write(part)
    assert 50 <= count <= 120


def test_parts_cover_every_frame_exactly_once(tmp_path: Path) -> None:
    """The analysis reads a file in parallel stretches: key frames lie anywhere, B-frames reach over the seams."""
    info = probe_video(write_clip(tmp_path / "a.mp4", 240, options={"x264-params": "keyint=37:b-adapt=0:bframes=3"}))
    for parts in (2, 3, 7):
        borders = [info.duration_s * k / parts for k in range(parts)] + [float("inf")]
        numbers = [n for start, stop in pairwise(borders) for n in numbers_and_times(info, start_s=start, stop_s=stop)[0]]
        assert numbers == list(range(240)), parts


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_key_frames_are_listed_when_they_are_shown(tmp_path: Path, name: str) -> None:
    """With B-frames, MP4 lists when a key frame is decoded, which is earlier. From then on, the key frame before would be read."""
    options = {"x264-params": "keyint=40:min-keyint=40:scenecut=0:b-adapt=0:bframes=3:b-pyramid=normal"}
    info = probe_video(write_clip(tmp_path / name, 130, options=options))
    assert info.key_frames_s == pytest.approx([0.0, 40 / 30, 80 / 30, 120 / 30], abs=2e-3)


@pytest.mark.parametrize("kind", ["mkv H.264", "avi MJPEG", "webm VP9", "ts H.264", "avi H.264"])
def test_reading_from_the_middle_starts_at_the_right_frame_in_every_container(tmp_path: Path, kind: str) -> None:
    name, codec, pix_fmt = KINDS[kind]
    info = probe_video(write_clip(tmp_path / name, 90, codec=codec, pix_fmt=pix_fmt))
    whole, times = numbers_and_times(info)
    later, later_times = numbers_and_times(info, start_s=1.49)
    assert later == [n for n, t in zip(whole, times, strict=True) if t >= 1.49]
    np.testing.assert_allclose(later_times, times[-len(later) :], atol=1e-6)


def test_a_picture_never_grows_and_keeps_its_shape(tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 2, size=(640, 480)))
    frame = next(iter(read_frames(info)))
    assert frame.rgb(240).shape == (240, 320, 3)
    assert frame.gray(240).shape == (240, 320)
    assert frame.rgb(10_000).shape == (480, 640, 3)
    assert scale_to(info, 240) == 0.5
    assert scale_to(info, None) == 1.0
